/** An entry of recorded cells with a weights file, for tests that thin them. */
import { planThinning, thinCells, type ThinningPlan } from '../../../../electron/lab/notebook/thinning.ts';
import type { EntryStore } from '../../../../electron/lab/notebook/entry-store.ts';
import type { Notebook } from '../../../../electron/lab/notebook/notebook.ts';
import { parameterCount } from '../../../../experiments/network/shape.ts';
import { cellId } from '../../../../experiments/sweeps/cell-identity.ts';
import { shapeOfCell } from '../../../../experiments/sweeps/cell-network.ts';
import type { SweepCell } from '../../../../experiments/sweeps/cell.ts';
import { policyFromText } from '../../../../experiments/sweeps/policy-text.ts';
import { sampleCell, samplePreview, sampleSnapshots } from '../../../experiments/records/sample-records.ts';
import { sampleEntry } from './sample-notebook.ts';

/** A cell of an entry to be thinned; snapshots every 10 epochs, every fourth a key frame. */
export function thinnedCell(seed: number, epochs: number): SweepCell {
  const cell = sampleCell();
  const config = { ...cell.config, network: { ...cell.config.network, hidden: [24, 24] }, seed };
  return { ...cell, config, id: cellId(config), epochs };
}

/** Its snapshots as they are recorded. */
export const snapshotsOf = ({ id, config }: SweepCell, count: number) =>
  sampleSnapshots(count, { cellId: id, weights: parameterCount(shapeOfCell(config)) });

/** Makes an entry of these cells with the snapshots up to their goals, all finished. */
export async function recordedEntry(notebook: Notebook, cells: readonly SweepCell[]): Promise<EntryStore> {
  const entry = await notebook.create(sampleEntry({ cells, targets: [] }));
  for (const cell of cells) await recordUpTo(entry, cell, cell.epochs);
  return entry;
}

/** Records what is missing of a cell up to an epoch, and that it has finished. */
export async function recordUpTo(entry: EntryStore, cell: SweepCell, epoch: number): Promise<void> {
  const store = await entry.cell(cell.id);
  if (store.state === 'finished' && store.lastEpoch >= epoch) return;
  for (const snapshot of snapshotsOf(cell, epoch / 10 + 1))
    if (snapshot.metrics.epoch > (store.index().at(-1)?.epoch ?? -1))
      await store.appendSnapshot(snapshot, samplePreview(snapshot.metrics.epoch));
  await store.appendEvent({ kind: 'finished', epoch, reason: 'goal' });
  await entry.setCellSummary(cell.id);
}

/** Thins cells of an entry to the policy of a text; what was planned. */
export async function thinned(
  entry: EntryStore,
  policy: string,
  cells = entry.json.cells,
): Promise<ThinningPlan> {
  const options = { signal: new AbortController().signal, onProgress: () => undefined };
  const plan = await planThinning(entry, cells, policyFromText(policy), options);
  await thinCells(entry, plan, options);
  return plan;
}
