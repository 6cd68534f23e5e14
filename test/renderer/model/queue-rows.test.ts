import { expect, test } from 'vitest';
import type { QueueItem } from '../../../electron/contract/queue.ts';
import { queueRows } from '../../../renderer/model/queue-rows.ts';

const item = (entryId: string, at: number): QueueItem => ({
  id: `${entryId}/${at}`,
  entryId,
  cellId: String(at),
  entryTitle: entryId,
  label: `cell ${at}`,
  state: 'queued',
  stopping: false,
  epoch: 0,
  epochs: 10,
  seconds: 0,
  operations: 1,
  epochsPerSecond: null,
  secondsLeft: null,
  losses: new Float32Array(0),
  lossEpochs: new Uint32Array(0),
  problem: null,
});
const items = (entryId: string, count: number): QueueItem[] =>
  Array.from({ length: count }, (_, at) => item(entryId, at));
const waiting = [...items('a', 2), ...items('b', 10_000), ...items('a', 1)];
const told = (opened: ReadonlySet<string>): string[] =>
  queueRows(waiting, opened).map((row) => (row.kind === 'sweep' ? `${row.items.length} cells` : row.item.id));

test('many cells of a sweep are one row in their place; few are rows of their own', () => {
  expect(told(new Set())).toEqual(['a/0', 'a/1', '10000 cells', 'a/0']);
});

test('an opened sweep keeps its row and shows its cells below it', () => {
  const rows = told(new Set(['b']));
  expect(rows).toHaveLength(10_004);
  expect(rows.slice(1, 5)).toEqual(['a/1', '10000 cells', 'b/0', 'b/1']);
});
