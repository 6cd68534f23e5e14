import fc from 'fast-check';
import { expect, it } from 'vitest';
import { attemptName, byWorth, isAttemptName } from '../../../experiments/cluster/attempts.ts';
import { fruitlessInARow } from '../../../experiments/cluster/shard-status.ts';
import { shardCount, sharedByShape, sharedOut } from '../../../experiments/cluster/shards.ts';
import type { CellRow } from '../../../experiments/entries/cells-index.ts';

it('every cell is in one shard, and no shard has more than the longest cell above the least', () => {
  const work = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(work, fc.integer({ min: 1, max: 12 }), (cells, shards) => {
      const shared = sharedOut(cells, shards);
      expect(shared.flat().sort((a, b) => a - b)).toEqual(cells.map((_, at) => at));
      const loads = shared.map((own) => own.reduce((sum, cell) => sum + cells[cell], 0));
      expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(Math.max(...cells));
    }),
  );
});

it('where shapes must not mix every cell is in one shard with others of its shape, and no shard is empty', () => {
  const cell = fc.record({ work: fc.integer({ min: 1, max: 1000 }), shape: fc.constantFrom('a', 'b', 'c') });
  fc.assert(
    fc.property(fc.array(cell, { minLength: 3, maxLength: 60 }), fc.nat(), (cells, more) => {
      const shapes = cells.map(({ shape }) => shape);
      const least = new Set(shapes).size;
      const shards = least + (more % (cells.length - least + 1));
      const work = cells.map((one) => one.work);
      const shared = sharedByShape(work, shapes, shards);
      expect(shared.flat().sort((a, b) => a - b)).toEqual(cells.map((_, at) => at));
      expect(shared.map((own) => new Set(own.map((at) => shapes[at])).size)).toEqual(Array(shards).fill(1));
    }),
  );
  expect(() => sharedByShape([1, 1], ['a', 'b'], 1)).toThrow(RangeError);
});

it('the shape with most to do has most shards', () => {
  const shared = sharedByShape([8, 8, 8, 8, 1, 1], ['a', 'a', 'a', 'a', 'b', 'b'], 4);
  expect(shared.map((own) => own.length).sort()).toEqual([1, 1, 2, 2]);
  expect(shared).toContainEqual([4, 5]);
});

it.each([
  ['short work is one task', { seconds: 100, cells: 50 }, 1],
  ['ten minutes of work a task', { seconds: 24_000, cells: 500 }, 10],
  ['half the time of each is filled', { seconds: 24_000, cells: 500, minutes: 10 }, 20],
  ['never more than cells', { seconds: 1e6, cells: 7 }, 7],
  ['never as many as the longest array', { seconds: 1e7, cells: 900, longestArray: 101 }, 100],
])('%s', (_name, needs, shards) => {
  expect(shardCount({ threads: 4, minutes: 120, longestArray: null, ...needs })).toBe(shards);
});

it('names of attempts are plain whatever an engine calls its tasks', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (task, restart) => {
      expect(isAttemptName(attemptName(task, restart, '0a1b2c'))).toBe(true);
    }),
  );
  for (const name of ['..', '.hidden', 'a/b', 'cells.json', '']) expect(isAttemptName(name)).toBe(false);
});

it('of several attempts everybody picks the same, whatever their order', () => {
  const row = fc.record({
    row: fc.record({
      state: fc.constantFrom('finished' as const, 'paused' as const, 'failed' as const),
      lastEpoch: fc.option(fc.integer({ min: 0, max: 3 })),
    }),
    attempt: fc.constantFrom('a', 'b', 'c'),
  });
  fc.assert(
    fc.property(fc.uniqueArray(row, { minLength: 1, selector: ({ attempt }) => attempt }), (offers) => {
      const cells = offers as unknown as { row: CellRow; attempt: string }[];
      expect([...cells].sort(byWorth)[0]).toEqual([...cells].reverse().sort(byWorth)[0]);
      const best = [...cells].sort(byWorth)[0];
      if (cells.some((cell) => cell.row.state === 'finished')) expect(best.row.state).toBe('finished');
    }),
  );
});

it('attempts that ended one after another without anything new are counted from the last one back', () => {
  const status = (minute: number, isFruitless: boolean, ended: number | null = 75) => ({
    ...{ time: `2026-11-20T12:0${minute}:00Z`, host: 'n', cells: 1, finished: 0, failed: 0, running: [] },
    ...{ ended, isFruitless },
  });
  expect(fruitlessInARow([])).toBe(0);
  expect(fruitlessInARow([status(1, true), status(2, false), status(3, true), status(4, true)])).toBe(2);
  expect(fruitlessInARow([status(3, false), status(1, true), status(2, true)])).toBe(0);
  expect(fruitlessInARow([status(1, true), status(2, false, null), status(3, true, 1)])).toBe(2);
});
