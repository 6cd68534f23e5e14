/** The measures of a cell as a table for other programs. */
import type { SnapshotMetrics } from './snapshot.ts';

interface MetricsRow {
  readonly metrics: SnapshotMetrics;
  /** Training seconds so far. */
  readonly seconds: number;
}

const columns: readonly (readonly [name: string, value: (row: MetricsRow) => number | null])[] = [
  ['epoch', ({ metrics }) => metrics.epoch],
  ['step', ({ metrics }) => metrics.step],
  ['samples', ({ metrics }) => metrics.samples],
  ['seconds', ({ seconds }) => seconds],
  ['train_mse', ({ metrics }) => metrics.trainMse],
  ['validation_mse', ({ metrics }) => metrics.validationMse],
  ['truth_mse', ({ metrics }) => metrics.truth.mse],
  ['truth_iou', ({ metrics }) => metrics.truth.iou],
  ['truth_stride', ({ metrics }) => metrics.truth.stride],
  ['fine_truth_mse', ({ metrics }) => metrics.fineTruth?.mse ?? null],
  ['fine_truth_iou', ({ metrics }) => metrics.fineTruth?.iou ?? null],
  ['fine_truth_stride', ({ metrics }) => metrics.fineTruth?.stride ?? null],
  ['distinct_hashes', ({ metrics }) => metrics.distinctHashes],
  ['boundary_share', ({ metrics }) => metrics.boundaryShare],
  ['loss', ({ metrics }) => metrics.epochs.at(-1)?.loss ?? null],
  ['gradient_norm', ({ metrics }) => metrics.epochs.at(-1)?.gradientNorm ?? null],
  ['spikes', ({ metrics }) => metrics.spikes.length],
];

/** CSV with a header and one line per snapshot; numbers in full precision, an empty field where there is none. */
export function metricsCsv(rows: readonly MetricsRow[]): string {
  const lines = rows.map((row) => columns.map(([, value]) => value(row) ?? '').join(','));
  return [columns.map(([name]) => name).join(','), ...lines, ''].join('\n');
}
