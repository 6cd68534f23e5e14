/** The machine's peak, as micro-kernels in the same modules reach it. */
import { instantiateKernels } from './kernels.ts';

/** 'separate': multiplications and additions; 'fused': multiply-adds, the same as 'separate' in the strict build. */
export type PeakKind = 'separate' | 'fused';

export interface PeakKernel {
  /** Floating-point operations of one run. */
  readonly flops: number;
  run(): void;
}

/** Rounds of one run: about a hundred microseconds, short enough to fall between other work. */
const rounds = 20_000;

/**
 * Micro-kernels that multiply and add four float32 lanes in registers and do nothing else: multiplications with the
 * addition of their product, both independent, and for 'fused' the instruction that does both. Which of them comes
 * nearest to the peak depends on the CPU: the best of all their repetitions is the measure.
 */
export async function createPeakKernels(module: WebAssembly.Module, kind: PeakKind): Promise<PeakKernel[]> {
  const { peakChains, peakIndependent, peakBuild, peakFlopsPerRound } = await instantiateKernels(module);
  const separate = [peakChains, peakIndependent];
  const kernels = kind === 'separate' ? separate : [...separate, peakBuild];
  const flops = rounds * peakFlopsPerRound();
  return kernels.map((kernel) => ({ flops, run: () => kernel(rounds) }));
}
