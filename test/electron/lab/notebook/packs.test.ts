import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openNotebook } from '../../../../electron/lab/notebook/notebook.ts';
import type { EntryStore } from '../../../../electron/lab/notebook/entry-store.ts';
import { verifyChain } from '../../../../electron/lab/verification/chain-level.ts';
import { samplePreview, sampleSnapshots } from '../../../experiments/records/sample-records.ts';
import { archiveOf } from '../exports/stored-entry.ts';
import { cells, notebookOfThree, options } from './notebook-of-three.ts';

/** Everything that is read of the cells of an entry. */
async function everything(entry: EntryStore): Promise<unknown> {
  const read: unknown[] = [];
  for (const { id } of entry.json.cells) {
    const store = await entry.cell(id);
    const epochs = store.index().map(({ epoch }) => epoch);
    read.push({
      id,
      state: store.state,
      events: store.events,
      index: store.index(),
      snapshots: await Promise.all(epochs.map((epoch) => store.snapshot(epoch))),
      previews: await Promise.all(epochs.map((epoch) => store.preview(epoch))),
      resume: await store.resumePoint(),
      problems: store.problems,
    });
  }
  const { holds, cells: verdicts } = await verifyChain(entry);
  return { read, holds, verdicts };
}

test('cells that have ended lie in one file, and are read, verified, listed and exported as before', async () => {
  const { dir, notebook, entry } = await notebookOfThree();
  const before = await everything(entry);
  const archive = await archiveOf(notebook, entry.id);
  const listed = await notebook.list();
  expect(await entry.pack()).toBe(2);
  expect(await entry.pack()).toBe(0);
  expect(readdirSync(join(entry.path, 'packs'))).toEqual(['1.pack']);
  expect(readdirSync(join(entry.path, 'cells'))).toEqual([cells[2].id]);
  expect(await everything(entry)).toEqual(before);
  await notebook.close();

  const reading = await openNotebook(dir, { mode: 'read' });
  expect(await everything(await reading.find(entry.id))).toEqual(before);
  expect(await archiveOf(reading, entry.id)).toEqual(archive);
  expect(await reading.list()).toEqual(listed);
  await reading.close();
});

test('the records of packed cells are known where the index is lost', async () => {
  const { dir, notebook, entry } = await notebookOfThree();
  await entry.pack();
  const listed = await notebook.list();
  await notebook.close();
  truncateSync(join(entry.path, 'cells.index'), 0);
  const reading = await openNotebook(dir, { mode: 'read' });
  expect(await reading.list()).toEqual(listed);
  await reading.close();
});

test('the end of a cell that was recorded, but not told, is told where it is packed', async () => {
  const { notebook, entry } = await notebookOfThree();
  await entry.pack();
  const [cell] = cells;
  await entry.updateSweep('x', [{ ...cell, epochs: 40 }]);
  const store = await entry.cell(cell.id);
  for (const snapshot of sampleSnapshots(5, options(cell)).slice(3))
    await store.appendSnapshot(snapshot, samplePreview(snapshot.metrics.epoch, 4));
  await store.appendEvent({ kind: 'finished', epoch: 40, reason: 'goal' });
  expect(await entry.pack()).toBe(1);
  const [listed] = await notebook.list();
  expect(listed?.cells[0]).toMatchObject({ lastEpoch: 40, state: 'finished' });
  await notebook.close();
});

test('a packed cell goes on in files of its own, to the same chain, and may be packed again', async () => {
  const { dir, notebook, entry } = await notebookOfThree();
  await entry.pack();
  const [cell] = cells;
  const snapshots = sampleSnapshots(5, options(cell));
  await entry.updateSweep('x', [{ ...cell, epochs: 40 }]);
  const store = await entry.cell(cell.id);
  expect(store.state).toBe('queued');
  for (const snapshot of snapshots.slice(3))
    await store.appendSnapshot(snapshot, samplePreview(snapshot.metrics.epoch, 4));
  await store.appendEvent({ kind: 'finished', epoch: 40, reason: 'goal' });
  await entry.setCellSummary(cell.id);
  expect(existsSync(join(entry.path, 'cells', cell.id, 'records'))).toBe(true);
  expect(store.index().map(({ link }) => link)).toEqual(snapshots.map(({ link }) => link));
  const long = await everything(entry);
  expect(long).toMatchObject({ holds: true });
  expect(await entry.pack()).toBe(1);
  await notebook.close();
  const reading = await openNotebook(dir, { mode: 'read' });
  expect(await everything(await reading.find(entry.id))).toEqual(long);
  await reading.close();
});

test('a cell whose folder holds what somebody put there stays where it is', async () => {
  const { notebook, entry } = await notebookOfThree();
  writeFileSync(join(entry.path, 'cells', cells[0].id, 'remarks.txt'), 'mine');
  expect(await entry.pack()).toBe(1);
  expect(readFileSync(join(entry.path, 'cells', cells[0].id, 'remarks.txt'), 'utf8')).toBe('mine');
  await notebook.close();
});

test('every damaged byte of a pack is found in the cell that it belongs to, and a pack without its table is read all the same', async () => {
  const { dir, notebook, entry } = await notebookOfThree();
  const before = await everything(entry);
  await entry.pack();
  await notebook.close();
  const path = join(entry.path, 'packs', '1.pack');
  const whole = readFileSync(path);
  const verdict = async (): Promise<{ holds: boolean; problem: unknown }> => {
    const reading = await openNotebook(dir, { mode: 'read' });
    const found = await verifyChain(await reading.find(entry.id));
    await reading.close();
    return { holds: found.holds, problem: found.cells.find(({ holds }) => !holds)?.id };
  };
  const tableLength = whole.readUInt32LE(whole.length - 4);
  const tableAt = whole.length - tableLength - 8;
  const secondAt = whole.readUInt32LE(0) + 8;
  for (let at = 200; at < tableAt; at += 97) {
    const isHead = at >= secondAt && at < secondAt + 176;
    if (isHead) continue;
    const bytes = Buffer.from(whole);
    bytes[at] ^= 1 << (at % 8);
    writeFileSync(path, bytes);
    expect(await verdict(), `byte ${at}`).toEqual({
      holds: false,
      problem: cells[at < secondAt ? 0 : 1].id,
    });
  }
  writeFileSync(path, whole.subarray(0, tableAt + 20));
  const reading = await openNotebook(dir, { mode: 'read' });
  expect(await everything(await reading.find(entry.id))).toEqual(before);
  await reading.close();
});
