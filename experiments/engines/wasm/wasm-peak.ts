/** The machine's peak, as micro-kernels in the same modules reach it. */
import { instantiateKernels } from './kernels.ts';

/** 'separate': multiplications and additions; 'fused': multiply-adds, the same as 'separate' in the strict build. */
export type PeakKind = 'separate' | 'fused';

export interface PeakKernel {
  /** Floating-point operations of one run. */
  readonly flops: number;
  run(): void;
}

/** Rounds of one run: some hundred microseconds. */
const rounds = 100_000;

/** A micro-kernel that multiplies and adds four float32 lanes in registers and does nothing else. */
export async function createPeakKernel(module: WebAssembly.Module, kind: PeakKind): Promise<PeakKernel> {
  const kernels = await instantiateKernels(module);
  const run = kind === 'separate' ? kernels.peakSeparate : kernels.peakBuild;
  return { flops: rounds * kernels.peakFlopsPerRound(), run: () => run(rounds) };
}
