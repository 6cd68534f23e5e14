import { describe, expect, it } from 'vitest';
import {
  cellCost,
  cellSeconds,
  makespan,
  resolvedSnapshots,
} from '../../../experiments/sweeps/cost-model.ts';
import { parseSweep } from '../../../experiments/sweeps/sweep.ts';
import { SweepError } from '../../../experiments/sweeps/sweep-error.ts';
import { cellsOf, ringSweep, ringTarget } from './sweep-files.ts';

const cells = cellsOf(ringSweep);
const { snapshots } = parseSweep(ringSweep);

describe('cellCost', () => {
  const cost = cellCost(cells[0], snapshots, ringTarget);

  it('counts six operations per parameter, point and epoch of training', () => {
    expect(cost.trainingFlops).toBe(6 * 27_091 * 5000 * 6000);
    expect([cost.parameters, cost.stepsPerEpoch, cost.snapshots]).toEqual([27_091, 5, 601]);
    expect(cellCost(cells[12], snapshots, ringTarget).stepsPerEpoch).toBe(1);
  });

  it('counts what is evaluated at snapshots, key frames and the end', () => {
    const preview = 128 * 128;
    const fine = 256 * 256;
    const evaluations = 601 * (preview + 5000 + 1000) + 25 * fine + 1024 * 1024;
    expect(cost.snapshotFlops).toBe(2 * 27_091 * evaluations);
  });

  it('states bytes near those of the weights and the key frames among them', () => {
    const weights = 4 * 27_091;
    expect(cost.bytesPerSnapshot).toBeGreaterThan(weights * (1 + 2 / 25));
    expect(cost.bytesPerSnapshot).toBeLessThan(weights * (1.1 + 2 / 25));
    expect(cost.bytes).toBeGreaterThan(601 * cost.bytesPerSnapshot);
  });

  it('gives seconds at a measured speed', () => {
    expect(cellSeconds(cost, 25e9)).toBeCloseTo((cost.trainingFlops + cost.snapshotFlops) / 25e9, 6);
  });
});

describe('resolvedSnapshots', () => {
  const withBudget = (bytes: number) => ({ ...snapshots, policy: { kind: 'budget' as const, bytes } });

  it('leaves other policies alone', () => {
    expect(resolvedSnapshots(snapshots, cells, ringTarget)).toBe(snapshots);
  });

  it('takes as many snapshots as the budget holds for all cells together', () => {
    for (const megabytes of [20, 100, 500, 5000]) {
      const resolved = resolvedSnapshots(withBudget(megabytes * 1e6), cells, ringTarget);
      const bytes = (settings: typeof resolved) =>
        cells.reduce((sum, cell) => sum + cellCost(cell, settings, ringTarget).bytes, 0);
      expect(bytes(resolved)).toBeLessThanOrEqual(megabytes * 1e6);
      if (resolved.policy.kind !== 'every') throw new Error('not resolved');
      const { epochs } = resolved.policy;
      const denser = { ...resolved, policy: { kind: 'every' as const, epochs: Math.floor(epochs * 0.9) } };
      if (epochs < 1000) expect(bytes(denser)).toBeGreaterThan(megabytes * 1e6);
    }
  });

  it('says how much the least takes where the budget is smaller', () => {
    expect(() => resolvedSnapshots(withBudget(1000), cells, ringTarget)).toThrow(
      new SweepError('snapshots.budget: the first and last snapshots alone take 6 MB'),
    );
  });
});

describe('makespan', () => {
  it('gives jobs to the thread that is free first, longest first', () => {
    expect(makespan([3, 3, 2, 2, 2], 2)).toBe(7);
    expect(makespan([5, 1, 1], 2)).toBe(5);
    expect(makespan([1, 2, 3], 1)).toBe(6);
    expect(makespan([1, 2, 3], 9)).toBe(3);
    expect(makespan([], 4)).toBe(0);
  });
});
