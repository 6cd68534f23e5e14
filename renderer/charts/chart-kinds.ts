/** The charts of an entry: what each draws over time. */
import type { CellBaselines, CellTimeline } from '../../electron/contract/entries.ts';
import { gradientRatios } from '../model/cell-series.ts';
import { axisPositions, timeOfEpoch, type TimeAxis } from '../model/time-axis.ts';
import type { BaselineName } from '../../experiments/diagnostics/baselines.ts';
import {
  measureNames,
  measures,
  type MeasureName,
  type MeasureUnit,
} from '../../experiments/records/measures.ts';

/** What a chart draws: a measure, or what is derived from several or taken at every epoch. */
export type ChartKind = MeasureName | 'loss' | 'gradient' | 'gap';

/** What a chart says of itself. */
export interface ChartText {
  readonly title: string;
  /** What it measures, in one sentence. */
  readonly says: string;
  readonly unit: MeasureUnit;
  readonly isLog: boolean;
  /** Which measure of a baseline belongs to it; null where none does. */
  readonly baseline: 'mse' | 'iou' | null;
}

/** A chart of an entry. */
export interface EntryChart extends ChartText {
  readonly kind: ChartKind;
}

/** The chart of a measure. Errors are drawn on logarithmic scales. */
function measureChart(kind: MeasureName): EntryChart {
  const { title, says, unit, baseline = null } = measures[kind];
  return { kind, title, says, unit, isLog: unit !== 'share' && unit !== 'count', baseline };
}

/** Measures whose charts come first, among those of what is derived. */
const firstMeasures: readonly MeasureName[] = ['truthMse', 'iou', 'distinctHashes'];

/** All charts in the order in which they are offered. */
export const charts: readonly EntryChart[] = [
  measureChart('truthMse'),
  {
    kind: 'loss',
    title: 'Training loss',
    says: 'Mean loss of every epoch.',
    unit: 'loss',
    isLog: true,
    baseline: null,
  },
  measureChart('iou'),
  measureChart('distinctHashes'),
  {
    kind: 'gradient',
    title: 'Gradient ratio',
    says: 'Gradient norm of the first layer over that of the last.',
    unit: 'norm',
    isLog: true,
    baseline: null,
  },
  {
    kind: 'gap',
    title: 'Gap',
    says: 'True error minus error on the training points; without a true picture validation error minus it.',
    unit: 'squared error',
    isLog: false,
    baseline: null,
  },
  ...measureNames
    .filter((name) => measures[name].isCharted === true && !firstMeasures.includes(name))
    .map(measureChart),
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
  return { x: axisPositions(timeline, axis), y: values(kind, timeline) };
}

function values(kind: Exclude<ChartKind, 'loss'>, timeline: CellTimeline): ArrayLike<number> {
  if (kind === 'gradient') return gradientRatios(timeline);
  if (kind !== 'gap') return timeline.measures[kind];
  const { truthMse, validationMse, trainMse } = timeline.measures;
  const held = truthMse.every(Number.isNaN) ? validationMse : truthMse;
  return held.map((error, at) => error - trainMse[at]);
}

/** A line across a chart at the score of a baseline. */
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
