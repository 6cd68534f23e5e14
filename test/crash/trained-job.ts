/** A machine in memory with an entry and a job that has trained its cells, two attempts the same one. */
import { openAttempt } from '../../electron/lab/cluster/attempt.ts';
import { shardFolder } from '../../electron/lab/cluster/job-files.ts';
import { makeFolders, writeDurably } from '../../electron/lab/disk/files.ts';
import { openCellStore } from '../../electron/lab/notebook/cell-store.ts';
import type { EntryStore } from '../../electron/lab/notebook/entry-store.ts';
import { openNotebook, type Notebook } from '../../electron/lab/notebook/notebook.ts';
import { cellsText } from '../../experiments/entries/cells-json.ts';
import { cellId } from '../../experiments/sweeps/cell-identity.ts';
import type { SweepCell } from '../../experiments/sweeps/cell.ts';
import { sampleEntry } from '../electron/lab/notebook/sample-notebook.ts';
import { sampleCell, samplePreview, sampleSnapshots } from '../experiments/records/sample-records.ts';
import { ModelFileSystem } from './model-file-system.ts';

function ownCell(seed: number): SweepCell {
  const cell = sampleCell();
  const config = { ...cell.config, seed };
  return { ...cell, config, id: cellId(config), epochs: 10 };
}

/** The cells of the entry. */
export const cells = [1, 2, 3].map(ownCell);
/** Attempts at the two shards of a job: two of them have trained the same cell. */
const attempts: readonly (readonly [shard: number, cells: readonly number[]])[] = [
  [1, [0]],
  [1, [0, 1]],
  [2, [2]],
];
/** Long after the attempts have said their last word. */
export const later = Date.parse('2040-01-01T00:00:00Z');
/** What a cell records. */
export const snapshotsOf = (cell: SweepCell) => sampleSnapshots(2, { cellId: cell.id, weights: 6 });

/** The notebook of the machine. */
export function open(fileSystem: ModelFileSystem, mode: 'read' | 'write'): Promise<Notebook> {
  return openNotebook('/notebook', { mode, fileSystem, now: () => new Date('2026-11-20T12:00:00Z') });
}

/** The entry. */
export async function onlyEntry(notebook: Notebook): Promise<EntryStore> {
  const [{ id }] = await notebook.list();
  return notebook.find(id);
}

/** A machine with an entry of three cells, and a job that has trained them. */
export async function machine(): Promise<ModelFileSystem> {
  const fs = new ModelFileSystem();
  const notebook = await open(fs, 'write');
  const { path } = await notebook.create(sampleEntry({ cells, targets: [] }));
  await notebook.close();
  const job = `${path}/jobs/0123abcd`;
  for (const shard of [1, 2]) {
    await makeFolders(fs, shardFolder(job, shard));
    const own = shard === 1 ? cells.slice(0, 2) : cells.slice(2);
    await writeDurably(fs, `${shardFolder(job, shard)}/cells.json`, new TextEncoder().encode(cellsText(own)));
  }
  for (const [at, [shard, numbers]] of attempts.entries()) {
    // Everybody takes the attempts in the same order.
    const task = { engineId: String(at), restart: '0' };
    const attempt = await openAttempt(fs, shardFolder(job, shard), task);
    for (const number of numbers)
      await attempt.pack(await recorded(fs, attempt.cellFolder(cells[number].id), cells[number]));
    await attempt.close();
    await attempt.tell({
      cells: 2,
      finished: numbers.length,
      failed: 0,
      running: [],
      ended: 0,
      isFruitless: false,
    });
  }
  return fs.afterStop({ names: 'new', data: 'new' });
}

/** Records a cell in a folder. */
async function recorded(fs: ModelFileSystem, path: string, { id, label, epochs }: SweepCell) {
  const nobody = { runsElsewhere: () => false, tellWork: () => Promise.resolve() };
  const now = () => new Date('2026-11-20T12:00:00Z');
  const store = await openCellStore({ ...{ fs, path, id, label, epochs, writable: true, now }, ...nobody });
  for (const snapshot of snapshotsOf(cells.find((cell) => cell.id === id)!))
    await store.appendSnapshot(snapshot, samplePreview(snapshot.metrics.epoch));
  await store.appendEvent({ kind: 'finished', epoch: store.lastEpoch, reason: 'goal' });
  const { row } = store;
  await store.close();
  return row;
}
