import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { entryFigures } from '../../../electron/commands/cell-figures.ts';
import type { EntryStore } from '../../../electron/lab/notebook/entry-store.ts';
import { cellSummaries } from '../../../electron/lab/calls/cell-summaries.ts';
import { openNotebook } from '../../../electron/lab/notebook/notebook.ts';
import { chainLink, metricsDigest } from '../../../experiments/records/digests.ts';
import type { Snapshot } from '../../../experiments/records/snapshot.ts';
import { samplePreview, sampleSnapshots } from '../../experiments/records/sample-records.ts';
import { cells, options } from '../lab/notebook/notebook-of-three.ts';
import { sampleEntry, temporaryFolder } from '../lab/notebook/sample-notebook.ts';

/** The last snapshot of a cell as its end has it: measured on all pixels. */
function ended(snapshot: Snapshot, previous: string): Snapshot {
  const metrics = { ...snapshot.metrics, fineTruth: { stride: 1, mse: 0.0123, iou: 0.75 } };
  const { weightsDigest } = snapshot;
  const { epoch } = metrics;
  const link = chainLink(previous, { epoch, weightsDigest, metricsDigest: metricsDigest(metrics) });
  return { ...snapshot, metrics, link };
}

/** A notebook of a packed cell, a finished one, one that is under way and one that waits. */
async function places(): Promise<{ dir: string; id: string }> {
  const dir = temporaryFolder();
  const notebook = await openNotebook(dir, { mode: 'write' });
  const waiting = { ...cells[0], id: 'ffffffffffffffff' };
  const targets = [{ digest: 'ab'.repeat(32), png: Uint8Array.of(1, 2, 3) }];
  const entry = await notebook.create(sampleEntry({ cells: [...cells, waiting], targets }));
  for (const [at, cell] of cells.entries()) {
    const store = await entry.cell(cell.id);
    await store.appendEvent({ kind: 'started', engine: 'wasm', environment: {} });
    const [start, middle, end] = sampleSnapshots(3, options(cell));
    const last = at === 2 ? [] : [ended(end, middle.link)];
    for (const snapshot of [start, middle, ...last])
      await store.appendSnapshot(snapshot, samplePreview(snapshot.metrics.epoch, 4));
    if (at < 2) await store.appendEvent({ kind: 'finished', epoch: 20, reason: 'goal' });
    await entry.setCellSummary(cell.id);
    if (at === 0) await entry.pack();
  }
  await notebook.close();
  return { dir, id: entry.id };
}

/** What `use` makes of the entry, opened anew, and which of its cells were opened for it. */
async function read<Result>(
  { dir, id }: { dir: string; id: string },
  use: (entry: EntryStore) => Promise<Result>,
): Promise<{ result: Result; opened: boolean[] }> {
  const notebook = await openNotebook(dir, { mode: 'read' });
  const entry = await notebook.find(id);
  const result = await use(entry);
  const opened = entry.json.cells.map((cell) => entry.openCellState(cell.id) !== undefined);
  await notebook.close();
  return { result, opened };
}

test('the index tells of cells that have ended what their records say, and they are not opened', async () => {
  const at = await places();
  const fromRecords = await read(at, (entry) => entryFigures(entry, false, Infinity));
  const fromIndex = await read(at, (entry) => entryFigures(entry, false, 0));
  expect(fromRecords.opened).toEqual([true, true, true, true]);
  expect(fromIndex.opened).toEqual([false, false, true, false]);
  expect(fromIndex.result).toEqual(fromRecords.result);
  expect(fromIndex.result.map(({ state, epoch }) => [state, epoch])).toEqual([
    ['finished', 20],
    ['finished', 20],
    ['interrupted', 10],
    ['queued', null],
  ]);
});

test('the screen of a large entry lists its cells as the records say, from the index where that tells of them', async () => {
  const at = await places();
  const queued = new Set([`${at.id}/ffffffffffffffff`]);
  const fromRecords = await read(at, (entry) => cellSummaries(entry, entry, queued));
  const fromIndex = await read(at, (entry) => cellSummaries(entry, entry, queued, 0));
  expect(fromRecords.opened).toEqual([true, true, true, true]);
  expect(fromIndex.opened).toEqual([false, false, true, false]);
  expect(fromIndex.result).toEqual(fromRecords.result);
  expect(fromIndex.result.map(({ state, snapshots, lastEpoch }) => [state, snapshots, lastEpoch])).toEqual([
    ['finished', 3, 20],
    ['finished', 3, 20],
    ['interrupted', 2, 10],
    ['queued', 0, null],
  ]);
});

test('a cell that failed is opened: its records say how', async () => {
  const at = await places();
  const notebook = await openNotebook(at.dir, { mode: 'write' });
  const entry = await notebook.find(at.id);
  const store = await entry.cell('ffffffffffffffff');
  await store.appendEvent({ kind: 'started', engine: 'wasm', environment: {} });
  await store.appendEvent({ kind: 'failed', epoch: 0, failure: 'diverged', message: 'too far' });
  await entry.setCellSummary(store.id);
  await notebook.close();
  const { result } = await read(at, (again) => cellSummaries(again, again, new Set(), 0));
  expect(result[3]).toMatchObject({ state: 'failed', failure: 'diverged', problem: 'too far' });
});

test('a cell whose records are not those that the index tells of is opened', async () => {
  const at = await places();
  const notebook = await openNotebook(at.dir, { mode: 'read' });
  const { path } = await notebook.find(at.id);
  await notebook.close();
  appendFileSync(join(path, 'cells', cells[1].id, 'records'), Uint8Array.of(1, 2, 3));
  const { result, opened } = await read(at, (entry) => entryFigures(entry, false, 0));
  expect(opened).toEqual([false, true, true, false]);
  expect(result[1].problems).toHaveLength(1);
  expect(readFileSync(join(path, 'cells.index')).length).toBeGreaterThan(0);
});
