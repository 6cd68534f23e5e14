/** The charts of an entry: what each draws over time. */
import type { CellBaselines, CellTimeline } from '../../electron/contract/entries.ts';
import { gradientRatios } from '../model/cell-series.ts';
import { axisPositions, timeOfEpoch, type TimeAxis } from '../model/time-axis.ts';
import type { BaselineName } from '../../experiments/diagnostics/baselines.ts';

export type ChartKind = 'truth' | 'loss' | 'iou' | 'regions' | 'gradient' | 'gap' | 'validation';
/** Charts that only the screen of a cell has come on top. */
export type AnyChartKind = ChartKind | 'flicker';

export interface ChartText<Kind extends AnyChartKind = ChartKind> {
  readonly kind: Kind;
  readonly title: string;
  /** What it measures, in one sentence. */
  readonly says: string;
  readonly isLog: boolean;
  /** Which measure of a baseline belongs to it; null where none does. */
  readonly baseline: 'mse' | 'iou' | null;
}

/** All charts in the order in which they are offered. */
export const charts: readonly ChartText[] = [
  {
    kind: 'truth',
    title: 'True error',
    says: 'Mean squared error against the true picture.',
    isLog: true,
    baseline: 'mse',
  },
  { kind: 'loss', title: 'Training loss', says: 'Mean loss of every epoch.', isLog: true, baseline: null },
  {
    kind: 'iou',
    title: 'IoU',
    says: 'Overlap of the black areas of prediction and truth.',
    isLog: false,
    baseline: 'iou',
  },
  {
    kind: 'regions',
    title: 'Regions',
    says: 'Distinct activation patterns among the pixels of the preview.',
    isLog: false,
    baseline: null,
  },
  {
    kind: 'gradient',
    title: 'Gradient ratio',
    says: 'Gradient norm of the first layer over that of the last.',
    isLog: true,
    baseline: null,
  },
  {
    kind: 'gap',
    title: 'Gap',
    says: 'True error minus error on the training points.',
    isLog: false,
    baseline: null,
  },
  {
    kind: 'validation',
    title: 'Validation error',
    says: 'Mean squared error on points that were not trained on.',
    isLog: true,
    baseline: 'mse',
  },
];

/** A series of one cell. */
export interface Series {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

/** What a chart draws of a cell. */
export function seriesOf(kind: ChartKind, timeline: CellTimeline, axis: TimeAxis): Series {
  if (kind === 'loss') {
    const { epochs, losses } = timeline.trained;
    const x =
      axis === 'epoch' ? epochs : Float64Array.from(epochs, (epoch) => timeOfEpoch(timeline, axis, epoch));
    return { x, y: losses };
  }
  return { x: axisPositions(timeline, axis), y: measure(kind, timeline) };
}

function measure(kind: Exclude<ChartKind, 'loss'>, timeline: CellTimeline): ArrayLike<number> {
  switch (kind) {
    case 'truth':
      return timeline.truthMse;
    case 'iou':
      return timeline.iou;
    case 'regions':
      return timeline.distinctHashes;
    case 'gradient':
      return gradientRatios(timeline);
    case 'gap':
      return timeline.truthMse.map((error, at) => error - timeline.trainMse[at]);
    case 'validation':
      return timeline.validationMse;
  }
}

export interface BaselineLine {
  readonly name: BaselineName;
  readonly label: string;
  readonly value: number;
}

const baselineLabels: readonly (readonly [BaselineName, string])[] = [
  ['constant', 'constant'],
  ['nearest', '1-NN'],
  ['smoothing', 'kernel'],
];

/** The baselines of a chart for one cell; none where the chart has no such measure. */
export function baselineLines(
  measured: ChartText['baseline'],
  baselines: CellBaselines | undefined,
): BaselineLine[] {
  if (measured === null || baselines === undefined) return [];
  return baselineLabels.flatMap(([name, label]) => {
    const value = baselines[name][measured];
    return value === null || !Number.isFinite(value) ? [] : [{ name, label, value }];
  });
}
