/** The measures of a snapshot, a row each: whatever records, tabulates, draws or cites a measure reads it off this table. */
import type { EpochMetrics } from '../engines/engine.ts';

/** Error and overlap of a frame with the truth at one stride. Errors are mean squared errors over pixels and outputs. */
export interface TruthMeasure {
  /** Every so many picture pixels in x and y one was measured; 1 means all pixels. */
  readonly stride: number;
  readonly mse: number;
  /** Intersection over union of the black class (value < 0.5); with three outputs the mean over the truth's colours; null where undefined. */
  readonly iou: number | null;
}

/** What every snapshot holds, whichever version recorded it. */
interface FirstMetrics {
  readonly epoch: number;
  readonly step: number;
  /** Training samples seen so far, counted with repetition. */
  readonly samples: number;
  /** Mean squared error over the training points and over the validation points, at these weights. */
  readonly trainMse: number;
  readonly validationMse: number | null;
  /** Against the truth on the preview grid (its stride = picture size / preview size); null where nobody knows it. */
  readonly truth: TruthMeasure | null;
  /** The same at key frames and at the end, with a finer stride. */
  readonly fineTruth: TruthMeasure | null;
  /** Distinct activation hashes of the preview frame, and the share of its pixels that are boundary pixels. */
  readonly distinctHashes: number;
  readonly boundaryShare: number;
  /** L2 norm of the last step's gradient, per affine layer. */
  readonly gradientNorms: readonly number[];
  /** Every epoch since the previous snapshot. */
  readonly epochs: readonly EpochMetrics[];
  /** Epochs among these whose loss exceeds 5 x the median of the 50 epochs before. */
  readonly spikes: readonly number[];
  /** SHA-256 (hex) of step, phaseStep and moments: binds a key frame's state into the chain. */
  readonly stateDigest: string;
}

/** What a measure counts in; it decides how values are written and whether a chart's axis is logarithmic. */
export type MeasureUnit = 'squared error' | 'loss' | 'norm' | 'share' | 'count' | 'pixels';

/** What is to be known of a measure apart from how it is taken (sweeps/cell-measures.ts). */
export interface Measure {
  /** Over its chart and in menus. */
  readonly title: string;
  /** What it measures, in one sentence. */
  readonly says: string;
  readonly unit: MeasureUnit;
  /** Its column in tables for other programs, and the column's type in Parquet. */
  readonly column: { readonly name: string; readonly type: 'INT32' | 'DOUBLE' };
  /** Over its column in the table of cells; without it there is none. */
  readonly heading?: string;
  /** What notes call it; without it they cannot cite it. */
  readonly cited?: string;
  /** Whether it has a chart. */
  readonly isCharted?: true;
  /** Which score of a baseline belongs into its chart. */
  readonly baseline?: 'mse' | 'iou';
  /** Its value in a snapshot, null where there is none; without it the snapshot has a field of the measure's name. */
  readonly read?: (metrics: FirstMetrics) => number | null;
  /** What notes may have cited under the same words: a claim that it bears out holds too. */
  readonly alsoCited?: string;
  /**
   * The version that first recorded it. Such a measure is a field of the snapshot under its own name, which older records
   * lack: they read as if it had no value, and their digests are those of before. Measures without `since` have `read`.
   */
  readonly since?: string;
}

/** The one measurement that stands for a snapshot: over all pixels where that was taken, else on the preview's grid; null without a truth. */
export function wholeTruth({ truth, fineTruth }: FirstMetrics): TruthMeasure | null {
  return fineTruth?.stride === 1 ? fineTruth : truth;
}

const rows = {
  trainMse: {
    title: 'Train error',
    says: 'Mean squared error on the training points.',
    unit: 'squared error',
    column: { name: 'train_mse', type: 'DOUBLE' },
    heading: 'Train',
    cited: 'train error',
    read: ({ trainMse }) => trainMse,
  },
  validationMse: {
    title: 'Validation error',
    says: 'Mean squared error on points that were not trained on.',
    unit: 'squared error',
    column: { name: 'validation_mse', type: 'DOUBLE' },
    cited: 'validation error',
    isCharted: true,
    baseline: 'mse',
    read: ({ validationMse }) => validationMse,
  },
  truthMse: {
    title: 'True error',
    says: "Mean squared error against the true picture: all its pixels at a cell's end, those of the preview before.",
    unit: 'squared error',
    column: { name: 'truth_mse', type: 'DOUBLE' },
    heading: 'Truth',
    cited: 'true error',
    alsoCited: 'coarseTruthMse',
    isCharted: true,
    baseline: 'mse',
    read: (metrics) => wholeTruth(metrics)?.mse ?? null,
  },
  iou: {
    title: 'IoU',
    says: "Overlap of the black areas of prediction and truth: all pixels at a cell's end, those of the preview before.",
    unit: 'share',
    column: { name: 'truth_iou', type: 'DOUBLE' },
    heading: 'IoU',
    cited: 'IoU',
    alsoCited: 'coarseIou',
    isCharted: true,
    baseline: 'iou',
    read: (metrics) => wholeTruth(metrics)?.iou ?? null,
  },
  truthStride: {
    title: 'Stride',
    says: 'Every so many pixels of the picture one was measured.',
    unit: 'pixels',
    column: { name: 'truth_stride', type: 'DOUBLE' },
    read: (metrics) => wholeTruth(metrics)?.stride ?? null,
  },
  fineTruthMse: {
    title: 'Fine true error',
    says: 'Mean squared error against the true picture on a finer grid, at key frames and at the end.',
    unit: 'squared error',
    column: { name: 'fine_truth_mse', type: 'DOUBLE' },
    read: ({ fineTruth }) => fineTruth?.mse ?? null,
  },
  fineIou: {
    title: 'Fine IoU',
    says: 'Overlap of the black areas on a finer grid, at key frames and at the end.',
    unit: 'share',
    column: { name: 'fine_truth_iou', type: 'DOUBLE' },
    read: ({ fineTruth }) => fineTruth?.iou ?? null,
  },
  fineStride: {
    title: 'Fine stride',
    says: 'Every so many pixels of the picture one was measured on the finer grid.',
    unit: 'pixels',
    column: { name: 'fine_truth_stride', type: 'DOUBLE' },
    read: ({ fineTruth }) => fineTruth?.stride ?? null,
  },
  distinctHashes: {
    title: 'Regions',
    says: 'Distinct activation patterns among the pixels of the preview.',
    unit: 'count',
    column: { name: 'distinct_hashes', type: 'INT32' },
    heading: 'Regions',
    cited: 'regions',
    isCharted: true,
    read: ({ distinctHashes }) => distinctHashes,
  },
  boundaryShare: {
    title: 'Boundary share',
    says: 'Share of the pixels of the preview that lie on a boundary between regions.',
    unit: 'share',
    column: { name: 'boundary_share', type: 'DOUBLE' },
    read: ({ boundaryShare }) => boundaryShare,
  },
  epochLoss: {
    title: 'Loss',
    says: 'Mean loss of the last epoch.',
    unit: 'loss',
    column: { name: 'loss', type: 'DOUBLE' },
    read: ({ epochs }) => epochs.at(-1)?.loss ?? null,
  },
  epochGradientNorm: {
    title: 'Gradient norm',
    says: "Root mean square over the last epoch's steps of the gradient's norm.",
    unit: 'norm',
    column: { name: 'gradient_norm', type: 'DOUBLE' },
    read: ({ epochs }) => epochs.at(-1)?.gradientNorm ?? null,
  },
  spikeCount: {
    title: 'Spikes',
    says: 'Spikes of the loss since the snapshot before.',
    unit: 'count',
    column: { name: 'spikes', type: 'INT32' },
    read: ({ spikes }) => spikes.length,
  },
  coarseTruthMse: {
    title: 'Coarse true error',
    says: 'Mean squared error against the true picture on the pixels of the preview.',
    unit: 'squared error',
    column: { name: 'coarse_truth_mse', type: 'DOUBLE' },
    read: ({ truth }) => truth?.mse ?? null,
  },
  coarseIou: {
    title: 'Coarse IoU',
    says: 'Overlap of the black areas on the pixels of the preview.',
    unit: 'share',
    column: { name: 'coarse_truth_iou', type: 'DOUBLE' },
    read: ({ truth }) => truth?.iou ?? null,
  },
  coarseStride: {
    title: 'Coarse stride',
    says: 'Every so many pixels of the picture one is in the preview.',
    unit: 'pixels',
    column: { name: 'coarse_truth_stride', type: 'DOUBLE' },
    read: ({ truth }) => truth?.stride ?? null,
  },
} satisfies Readonly<Record<string, Measure>>;

/** Name of a measure. */
export type MeasureName = keyof typeof rows;

/** Measures against the true picture, which there are none of where nobody knows it. */
export const truthMeasures: readonly MeasureName[] = [
  'truthMse',
  'iou',
  'truthStride',
  'fineTruthMse',
  'fineIou',
  'fineStride',
  'coarseTruthMse',
  'coarseIou',
  'coarseStride',
];

/** All measures by name, in the order of tables. */
export const measures: Readonly<Record<MeasureName, Measure>> = rows;

/** Names of the measures, in the order of tables. */
export const measureNames = Object.keys(rows) as MeasureName[];

/** Measures that older records lack. */
export type LaterMeasure = {
  [Name in MeasureName]: (typeof rows)[Name] extends { readonly since: string } ? Name : never;
}[MeasureName];

/** Names of the measures that older records lack: fields that a snapshot may have. */
export const laterMeasureNames = measureNames.filter(
  (name): name is LaterMeasure => measures[name].since !== undefined,
);

/** Measures of one snapshot. Deterministic in the portable class: their digest is part of the hash chain. */
export type SnapshotMetrics = FirstMetrics & Readonly<Partial<Record<LaterMeasure, number | null>>>;

/** Measures of a snapshot that this version takes: none is missing. */
export type NewSnapshotMetrics = Required<SnapshotMetrics>;

/** A measure of a snapshot; null where it has none, be it that it was recorded before the measure existed. */
export function measured(name: MeasureName, metrics: SnapshotMetrics): number | null {
  const { read } = measures[name];
  if (read !== undefined) return read(metrics);
  return (metrics as Readonly<Partial<Record<MeasureName, number | null>>>)[name] ?? null;
}

/** One value for every measure, by name. */
export function forMeasures<Value>(valueOf: (name: MeasureName) => Value): Record<MeasureName, Value> {
  return Object.fromEntries(measureNames.map((name) => [name, valueOf(name)])) as Record<MeasureName, Value>;
}
