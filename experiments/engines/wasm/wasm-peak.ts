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

/**
 * Micro-kernels that multiply and add four float32 lanes and do next to nothing else. Which of them comes nearest to the
 * peak depends on the processor and on the registers that the compiler finds: the fastest is the measure.
 */
export async function createPeakKernels(module: WebAssembly.Module, kind: PeakKind): Promise<PeakKernel[]> {
  const { peakSeparate, peakIndependent, peakProducts, peakBuild, peakFlopsPerRound } =
    await instantiateKernels(module);
  const separate = [peakSeparate, peakIndependent, peakProducts];
  const kernels = kind === 'separate' ? separate : [...separate, peakBuild];
  const flops = rounds * peakFlopsPerRound();
  return kernels.map((kernel) => ({ flops, run: () => kernel(rounds) }));
}
