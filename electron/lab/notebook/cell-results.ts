/** What a finished cell keeps for other programs beside its records: its measures as a table, its last weights. */
import { sweepCellFrom } from '../../../experiments/entries/entry-json.ts';
import type { EntryCell } from '../../../experiments/entries/entry-schema.ts';
import { keptMetricsColumns, metricsParquet } from '../../../experiments/formats/metrics-table.ts';
import { parameterCount } from '../../../experiments/network/shape.ts';
import { networkOfCell } from '../../../experiments/sweeps/cell-network.ts';
import type { CellStore } from './cell-store.ts';
import { LabError } from '../disk/lab-error.ts';
import { weightsFileBytes, weightsFileName } from './weight-files.ts';

/** Bytes of a cell's metrics.parquet: the same for the same records. */
export function metricsFileBytes(json: EntryCell, store: CellStore): Uint8Array {
  return metricsParquet(keptMetricsColumns({ cell: sweepCellFrom(json), snapshots: store.index() }));
}

/** Name and bytes of the file with the last recorded weights; null where there are none that fit. Throws LabError 'damaged'. */
export async function lastWeightsFile(
  json: EntryCell,
  store: CellStore,
): Promise<{ readonly name: string; readonly bytes: Uint8Array } | null> {
  const epoch = store.index().at(-1)?.epoch;
  const snapshot = epoch === undefined ? null : await store.snapshot(epoch);
  if (epoch === undefined || snapshot === null) return null;
  const network = networkOfCell(sweepCellFrom(json).config, snapshot.weights);
  if (snapshot.weights.length !== parameterCount(network.shape)) return null;
  return { name: weightsFileName(epoch), bytes: weightsFileBytes(json.id, epoch, network) };
}

/** Writes both. Where they cannot be written, nothing is lost: an export makes them from the records. */
export async function keepResults(json: EntryCell, store: CellStore): Promise<void> {
  try {
    const weights = await lastWeightsFile(json, store);
    if (weights === null) return;
    await store.writeMetrics(metricsFileBytes(json, store));
    await store.writeWeights(weights.name, weights.bytes);
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
  }
}
