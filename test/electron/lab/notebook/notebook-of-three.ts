/** A notebook of three small cells, two of which have ended. */
import { openNotebook, type Notebook } from '../../../../electron/lab/notebook/notebook.ts';
import type { EntryStore } from '../../../../electron/lab/notebook/entry-store.ts';
import { cellId } from '../../../../experiments/sweeps/cell-identity.ts';
import type { SweepCell } from '../../../../experiments/sweeps/cell.ts';
import { sampleCell, samplePreview, sampleSnapshots } from '../../../experiments/records/sample-records.ts';
import { sampleEntry, temporaryFolder } from './sample-notebook.ts';

function ownCell(seed: number): SweepCell {
  const cell = sampleCell();
  const config = { ...cell.config, seed };
  return { ...cell, config, id: cellId(config), label: `seed ${seed}`, axes: { seed }, epochs: 20 };
}

/** Its cells. */
export const cells = [1, 2, 3].map(ownCell);
/** How their snapshots are made. */
export const options = (cell: SweepCell) => ({ cellId: cell.id, weights: 37 });

/** A notebook whose first two cells are finished and whose third is paused. */
export async function notebookOfThree(): Promise<{ dir: string; notebook: Notebook; entry: EntryStore }> {
  const dir = temporaryFolder();
  const notebook = await openNotebook(dir, { mode: 'write' });
  const png = Uint8Array.of(1, 2, 3);
  const entry = await notebook.create(sampleEntry({ cells, targets: [{ digest: 'ab'.repeat(32), png }] }));
  for (const [at, cell] of cells.entries()) {
    const store = await entry.cell(cell.id);
    await store.appendEvent({ kind: 'started', engine: 'wasm', environment: {} });
    for (const snapshot of sampleSnapshots(3, options(cell)))
      await store.appendSnapshot(snapshot, samplePreview(snapshot.metrics.epoch, 4));
    await store.appendEvent(
      at === 2 ? { kind: 'paused', epoch: 20 } : { kind: 'finished', epoch: 20, reason: 'goal' },
    );
    await entry.setCellSummary(cell.id);
  }
  return { dir, notebook, entry };
}
