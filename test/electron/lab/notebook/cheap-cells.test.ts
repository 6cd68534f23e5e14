/** What recording a cell costs the disk: it is all there is to pay where cells are cheap. */
import { expect, test } from 'vitest';
import type { EntryStore } from '../../../../electron/lab/notebook/entry-store.ts';
import { openNotebook } from '../../../../electron/lab/notebook/notebook.ts';
import type { FileSystem, OpenFile } from '../../../../electron/lab/disk/files.ts';
import { cellId } from '../../../../experiments/sweeps/cell-identity.ts';
import type { SweepCell } from '../../../../experiments/sweeps/cell.ts';
import { ModelFileSystem } from '../../../crash/model-file-system.ts';
import { sampleCell, samplePreview, sampleSnapshots } from '../../../experiments/records/sample-records.ts';
import { sampleEntry } from './sample-notebook.ts';

/** What was asked of a file system. */
interface Cost {
  fileSyncs: number;
  folderSyncs: number;
  lists: number;
}

/** A machine, and what is asked of its disk. */
function counted(): { readonly fs: FileSystem; readonly cost: Cost } {
  const disk = new ModelFileSystem();
  const cost = { fileSyncs: 0, folderSyncs: 0, lists: 0 };
  const countedFile = (file: OpenFile): OpenFile => ({
    ...file,
    sync: () => (cost.fileSyncs++, file.sync()),
  });
  const fs: FileSystem = {
    open: async (path, mode) => countedFile(await disk.open(path, mode)),
    rename: (from, to) => disk.rename(from, to),
    link: (from, to) => disk.link(from, to),
    remove: (path) => disk.remove(path),
    removeFolder: (path) => disk.removeFolder(path),
    makeFolder: (path) => disk.makeFolder(path),
    list: (path) => (cost.lists++, disk.list(path)),
    facts: (path) => disk.facts(path),
    syncFolder: (path) => (cost.folderSyncs++, disk.syncFolder(path)),
  };
  return { fs, cost };
}

const cells = Array.from({ length: 2 }, (_, at): SweepCell => {
  const cell = sampleCell();
  const config = { ...cell.config, seed: at + 1 };
  return { ...cell, config, id: cellId(config), epochs: 10 };
});

/** Records a cell as a run does. */
async function record(entry: EntryStore, { id }: SweepCell): Promise<void> {
  const store = await entry.cell(id);
  const environment = { version: '1', system: 'linux', kernels: 'ab'.repeat(32) };
  await store.appendEvent({ kind: 'started', engine: 'reference', environment });
  await entry.setCellSummary(id);
  for (const snapshot of sampleSnapshots(2, { cellId: id, weights: 9 }))
    await store.appendSnapshot(snapshot, samplePreview(snapshot.metrics.epoch));
  await store.appendEvent({ kind: 'finished', epoch: store.lastEpoch, reason: 'goal' });
  await entry.setCellSummary(id);
}

async function opened() {
  const { fs, cost } = counted();
  const notebook = await openNotebook('/notebook', { mode: 'write', fileSystem: fs });
  const entry = await notebook.create(sampleEntry({ cells, targets: [] }));
  return { notebook, entry, cost };
}

test('recording a cell waits for the disk once a snapshot and once at its end, and looks at the lock once a change', async () => {
  const { notebook, entry, cost } = await opened();
  await record(entry, cells[0]);
  const before = { ...cost };
  await record(entry, cells[1]);
  // Both logs a snapshot, and the last word.
  expect(cost.fileSyncs - before.fileSyncs).toBe(5);
  // For each log the folder of the cells and its own.
  expect(cost.folderSyncs - before.folderSyncs).toBe(4);
  // A folder, two files, two snapshots with their previews, two events; the index may be written twice.
  expect(cost.lists - before.lists).toBeLessThanOrEqual(9 + 2);
  await notebook.close();
});
