import { describe, expect, it } from 'vitest';
import { alignColumns, formatBytes, formatDuration } from '../../../electron/commands/console-output.ts';
import { progressLines, secondsLeft, type CellProgress } from '../../../electron/commands/run-progress.ts';

function cell(changes: Partial<CellProgress>): CellProgress {
  const waiting = { label: 'cell', epochs: 100, startEpoch: 0, work: 1000, epoch: 0, loss: null, seconds: 0 };
  return { ...waiting, state: 'waiting', ...changes };
}

describe('progress of a sweep', () => {
  it('knows nothing before the first epoch', () => {
    expect(secondsLeft([cell({ state: 'running', seconds: 3 }), cell({})], 2)).toBeNull();
  });

  it('divides the remaining work by the speed so far', () => {
    const cells = [
      cell({ state: 'running', epoch: 50, seconds: 5 }),
      cell({ state: 'running', epoch: 50, seconds: 5 }),
    ];
    expect(secondsLeft(cells, 2)).toBeCloseTo(5);
    expect(secondsLeft([...cells, cell({}), cell({})], 2)).toBeCloseTo(15);
  });

  it('never promises less than the longest cell needs', () => {
    const cells = [cell({ state: 'ended', epoch: 100, seconds: 10 }), cell({ work: 4000 })];
    expect(secondsLeft(cells, 8)).toBeCloseTo(40);
  });

  it('counts only epochs of this run after a resume', () => {
    expect(secondsLeft([cell({ state: 'running', startEpoch: 50, epoch: 75, seconds: 5 })], 1)).toBeCloseTo(
      5,
    );
  });

  it('shows running cells and the sweep', () => {
    const lines = progressLines(
      [cell({ state: 'running', epoch: 50, seconds: 5, loss: 0.0123 }), cell({})],
      2,
      5,
    );
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/50\/100 {2}loss 0.0123 {2}10.0 epochs\/s/);
    expect(lines[1]).toMatch(/0\/2 cells {2}0:05 {2}about 0:10 left/);
  });
});

describe('console output', () => {
  it('formats durations and bytes', () => {
    expect([formatDuration(0), formatDuration(67.4), formatDuration(7380)]).toEqual([
      '0:00',
      '1:07',
      '2:03:00',
    ]);
    expect([formatBytes(999), formatBytes(1234), formatBytes(1.2e9)]).toEqual([
      '999 B',
      '1.23 kB',
      '1.20 GB',
    ]);
  });

  it('aligns columns', () => {
    expect(
      alignColumns(
        [
          ['a', '1'],
          ['long', '23'],
        ],
        [1],
      ),
    ).toEqual(['a      1', 'long  23']);
  });
});
