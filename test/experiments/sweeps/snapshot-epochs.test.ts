import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SnapshotPolicy } from '../../../experiments/sweeps/cell.ts';
import {
  goalProblem,
  maxEpochs,
  snapshotCount,
  snapshotEpochs,
} from '../../../experiments/sweeps/snapshot-epochs.ts';

describe('snapshotEpochs', () => {
  it.each([
    [{ kind: 'every', epochs: 10 }, 30, [0, 10, 20, 30]],
    [{ kind: 'every', epochs: 10 }, 25, [0, 10, 20, 25]],
    [{ kind: 'every', epochs: 10 }, 3, [0, 3]],
    [{ kind: 'every', epochs: 10 }, 0, [0]],
    [{ kind: 'log', count: 5 }, 1000, [0, 1, 10, 100, 1000]],
    [{ kind: 'log', count: 2 }, 1000, [0, 1000]],
    [{ kind: 'log', count: 3 }, 1000, [0, 1, 1000]],
    [{ kind: 'log', count: 9 }, 8, [0, 1, 2, 3, 4, 5, 6, 7, 8]],
    [{ kind: 'log', count: 99 }, 2, [0, 1, 2]],
    [{ kind: 'log', count: 99 }, 1, [0, 1]],
  ] as [SnapshotPolicy, number, number[]][])('%o over %i epochs', (policy, epochs, expected) => {
    expect(snapshotEpochs(policy, epochs)).toEqual(expected);
  });

  it('ascends from 0 to the goal, and takes as many as asked for where there are as many epochs', () => {
    const policy = fc.oneof(
      fc.record({ kind: fc.constant('every' as const), epochs: fc.integer({ min: 1, max: 3000 }) }),
      fc.record({ kind: fc.constant('log' as const), count: fc.integer({ min: 2, max: 500 }) }),
    );
    fc.assert(
      fc.property(policy, fc.integer({ min: 1, max: 5000 }), (chosen, epochs) => {
        const all = snapshotEpochs(chosen, epochs);
        expect([all[0], all.at(-1)]).toEqual([0, epochs]);
        expect(
          all.every((epoch, index) => Number.isInteger(epoch) && (index === 0 || epoch > all[index - 1])),
        ).toBe(true);
        if (chosen.kind === 'log') expect(all.length).toBe(Math.min(chosen.count, epochs + 1));
      }),
    );
  });

  it('wants budgets to be resolved first', () => {
    expect(() => snapshotEpochs({ kind: 'budget', bytes: 1e9 }, 100)).toThrow(RangeError);
  });
});

describe('absurd goals', () => {
  it('are refused before a list of their snapshots is made, and counted without one', () => {
    const policy = { kind: 'every', epochs: 10 } as const;
    for (const epochs of [maxEpochs + 1, 1e8, 9e15]) {
      expect(() => snapshotEpochs(policy, epochs)).toThrow(RangeError);
      expect(() => snapshotEpochs({ kind: 'log', count: 9e15 }, epochs)).toThrow(RangeError);
      expect(goalProblem(epochs)).toContain('more than the 10,000,000');
      expect(snapshotCount(policy, epochs)).toBe(Math.ceil(epochs / 10) + 1);
    }
    expect(goalProblem(maxEpochs)).toBeNull();
  });

  it('are counted as their lists are long', () => {
    const kinds = fc.oneof(
      fc.record({ kind: fc.constant('every' as const), epochs: fc.integer({ min: 1, max: 50 }) }),
      fc.record({ kind: fc.constant('log' as const), count: fc.integer({ min: 1, max: 50 }) }),
      fc
        .uniqueArray(fc.integer({ min: 0, max: 300 }))
        .map((epochs) => ({ kind: 'list' as const, epochs: epochs.sort((a, b) => a - b) })),
    );
    fc.assert(
      fc.property(kinds, fc.integer({ min: 0, max: 300 }), (policy, epochs) => {
        expect(snapshotCount(policy, epochs)).toBe(snapshotEpochs(policy, epochs).length);
      }),
    );
  });
});
