import { describe, expect, it } from 'vitest';
import { policyFromText } from '../../../experiments/sweeps/policy-text.ts';
import { bytesKeeping, keptEpochs, type RecordedCell } from '../../../experiments/sweeps/thinning.ts';

/** A cell with snapshots at these epochs of 100 bytes, 10 when thinned; every fourth is a key frame. */
function cellOf(epochs: readonly number[], thinned: readonly number[] = []): RecordedCell {
  const snapshots = epochs.map((epoch, at) => {
    const isThinned = thinned.includes(epoch);
    return {
      epoch,
      isThinned,
      keyFrame: !isThinned && at % 4 === 0,
      bytes: isThinned ? 10 : 100,
      thinnedBytes: 10,
    };
  });
  return { snapshots, otherBytes: 7 };
}

const upTo = (last: number, every = 1) => Array.from({ length: last / every + 1 }, (_, at) => at * every);
const kept = (cell: RecordedCell, policy: string): number[] =>
  [...(keptEpochs([cell], policyFromText(policy))?.[0] ?? [])].sort((a, b) => a - b);

describe('thinning to a policy', () => {
  it('keeps the snapshot nearest to each epoch of the policy, the earlier of two', () => {
    expect(kept(cellOf(upTo(12, 2)), 'every 4')).toEqual([0, 4, 8, 12]);
    expect(kept(cellOf([0, 4, 6, 9, 16, 24]), 'every 5')).toEqual([0, 4, 9, 16, 24]);
    expect(kept(cellOf(upTo(1000)), 'log 5')).toEqual([0, 1, 10, 100, 1000]);
    expect(kept(cellOf([0, 1000]), 'every 1')).toEqual([0, 1000]);
  });

  it('keeps the first, the last, and the last key frame, whatever the policy says', () => {
    // Key frames are 0, 4, 8; training goes on from 8.
    expect(kept(cellOf(upTo(10)), 'every 1000')).toEqual([0, 8, 10]);
  });

  it('chooses among what still has weights, and the same again', () => {
    const first = kept(cellOf(upTo(16)), 'every 5');
    expect(first).toEqual([0, 5, 10, 15, 16]);
    const again = cellOf(
      upTo(16),
      upTo(16).filter((epoch) => !first.includes(epoch)),
    );
    expect(kept(again, 'every 5')).toEqual(first);
    expect(kept(again, 'every 4')).not.toContain(4);
  });

  it('spreads a budget over all cells, the same number in each, as many as fit', () => {
    const cells = [cellOf(upTo(40)), cellOf(upTo(40))];
    const chosen = keptEpochs(cells, { kind: 'budget', bytes: 2 * (7 + 41 * 10) + 2 * 11 * 90 }) ?? [];
    expect([...chosen[0]]).toEqual(upTo(40, 4));
    expect(chosen[1]).toEqual(chosen[0]);
    const bytes = cells.reduce((sum, cell, at) => sum + bytesKeeping(cell, chosen[at]), 0);
    expect(bytes).toBe(2 * (7 + 41 * 10) + 2 * 11 * 90);
    expect(keptEpochs(cells, { kind: 'budget', bytes: 1e6 })?.[0].size).toBe(41);
    expect(keptEpochs(cells, { kind: 'budget', bytes: 2 * (7 + 41 * 10) + 2 * 90 })).toBeNull();
  });

  it('has the words and the limits of a sweep', () => {
    expect(policyFromText(' budget 200MB ')).toEqual({ kind: 'budget', bytes: 2e8 });
    for (const text of ['every', 'every 0', 'log 1', 'every 1.5', 'budget 5', 'last 3', ''])
      expect(() => policyFromText(text)).toThrow(/every 100.*log 60.*budget 200 MB/);
  });
});
