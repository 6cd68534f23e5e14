/** An entry of two finished cells that is packed, continued and packed again; for tests and for programs that they kill. */
import type { EntryStore } from '../../electron/lab/notebook/entry-store.ts';
import type { Notebook } from '../../electron/lab/notebook/notebook.ts';
import { cellId } from '../../experiments/sweeps/cell-identity.ts';
import type { SweepCell } from '../../experiments/sweeps/cell.ts';
import { sampleCell, samplePreview, sampleSnapshots } from '../experiments/records/sample-records.ts';

function ownCell(seed: number): SweepCell {
  const cell = sampleCell();
  const config = { ...cell.config, seed };
  return { ...cell, config, id: cellId(config), epochs: 10 };
}

/** Its cells. */
export const cells = [1, 2].map(ownCell);
/** All snapshots of one of them. */
export const snapshotsOf = (cell: SweepCell) => sampleSnapshots(3, { cellId: cell.id, weights: 6 });

/** Records the snapshots [from, to) of a cell, and that it has finished. */
export async function record(entry: EntryStore, cell: SweepCell, from: number, to: number): Promise<void> {
  const store = await entry.cell(cell.id);
  for (const snapshot of snapshotsOf(cell).slice(from, to))
    if (snapshot.metrics.epoch > (store.index().at(-1)?.epoch ?? -1))
      await store.appendSnapshot(snapshot, samplePreview(snapshot.metrics.epoch));
  await store.appendEvent({ kind: 'finished', epoch: store.lastEpoch, reason: 'goal' });
  await entry.setCellSummary(cell.id);
}

/** The entry of a notebook that has one. */
export async function onlyEntry(notebook: Notebook): Promise<EntryStore> {
  const [{ id }] = await notebook.list();
  return notebook.find(id);
}

/** Packs both cells, continues the first one, and packs again. */
export async function packAndGoOn(notebook: Notebook): Promise<void> {
  const entry = await onlyEntry(notebook);
  await entry.pack();
  await entry.updateSweep('longer', [{ ...cells[0], epochs: 20 }, cells[1]]);
  // Whoever was stopped after the last snapshot had not told that the cell is finished.
  const { lastEpoch, state } = await entry.cell(cells[0].id);
  if (lastEpoch < 20 || state !== 'finished') await record(entry, cells[0], 2, 3);
  await entry.pack();
}
