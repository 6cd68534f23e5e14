import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makespan } from '../../../experiments/sweeps/cost-model.ts';
import { cpuShare, threadsBesideGpu, type SplitSpeeds } from '../../../experiments/sweeps/engine-split.ts';

const speeds = (gpu: number, cpu: number, threads: number): SplitSpeeds => ({
  gpu,
  cpu,
  threads,
});

/** Seconds until GPU and CPU are both done. */
function seconds(work: readonly number[], share: ReadonlySet<number>, split: SplitSpeeds): number {
  const onGpu = work.filter((_, at) => !share.has(at)).reduce((sum, one) => sum + one, 0);
  const onCpu = work.filter((_, at) => share.has(at)).map((one) => (one * split.threads) / split.cpu);
  return Math.max(onGpu / split.gpu, makespan(onCpu, split.threads));
}

describe("the CPU's share", () => {
  it('is the smallest cells, as many as it trains in the time of the others', () => {
    expect(cpuShare([16, 8, 4, 2, 1], speeds(10, 1, 1))).toEqual(new Set([4]));
    expect(cpuShare([5, 5, 5, 5], speeds(3, 1, 1))).toEqual(new Set([0]));
    expect(cpuShare([1, 1, 1, 1, 1, 1], speeds(2, 2, 2))).toEqual(new Set([0, 1]));
  });

  it('is nothing where the GPU is done with all before the CPU is with one', () => {
    expect(cpuShare([5, 5, 5], speeds(100, 1, 4))).toEqual(new Set());
    expect(cpuShare([], speeds(2, 1, 1))).toEqual(new Set());
  });

  it('never makes a sweep slower', () => {
    const positive = fc.double({ min: 0.01, max: 100, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(positive, { maxLength: 30 }),
        positive,
        positive,
        fc.integer({ min: 1, max: 8 }),
        (work, gpu, cpu, threads) => {
          const split = speeds(gpu, cpu, threads);
          const share = cpuShare(work, split);
          const alone = seconds(work, new Set(), split);
          expect(seconds(work, share, split)).toBeLessThanOrEqual(alone * (1 + 1e-12));
        },
      ),
    );
  });
});

it('one core is left to what drives the GPU', () => {
  expect(threadsBesideGpu(16, 16)).toBe(15);
  expect(threadsBesideGpu(15, 16)).toBe(15);
  expect(threadsBesideGpu(4, 16)).toBe(4);
  expect(threadsBesideGpu(2, 2)).toBe(1);
  expect(threadsBesideGpu(1, 1)).toBe(0);
});
