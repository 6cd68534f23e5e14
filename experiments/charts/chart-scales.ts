/** The axes that suit a chart: logarithmic or not, from where to where, with which ticks. */
import { measures } from '../records/measures.ts';
import { fieldText, type Field } from '../selection/fields.ts';
import type { ChartData } from './chart-data.ts';
import { scaleOf, type Scale, type Tick } from './chart-scale.ts';

/** Least and greatest of values that are numbers; from Infinity to -Infinity where none is. */
export function extremes(values: Iterable<number>): readonly [least: number, greatest: number] {
  let [least, greatest] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  return [least, greatest];
}

/** Whether an axis of a field is best logarithmic: settings and errors over more than three octaves, nothing with zeros. */
export function suitsLog(field: Field, values: Iterable<number>): boolean {
  const [least, greatest] = extremes(values);
  if (!(least > 0 && greatest >= 8 * least)) return false;
  return field.kind !== 'measure' || ['squared error', 'loss', 'norm'].includes(measures[field.name].unit);
}

/** Values of x and y of all panels: what scales have to hold. */
export function extentOf(data: ChartData): { readonly x: number[]; readonly y: number[] } {
  const extent: { readonly x: number[]; readonly y: number[] } = { x: [], y: [] };
  for (const { points, baseline = [], seeds } of data.panels.flatMap(({ lines }) => lines)) {
    for (const { x, y, low, high } of points) {
      extent.x.push(x);
      extent.y.push(y, low, high);
    }
    for (const line of [baseline, ...seeds]) for (const { y } of line) extent.y.push(y);
  }
  return extent;
}

/** Axes of a chart, and ticks at the values of x where there are few of them. */
export interface ChartScales {
  readonly x: Scale;
  readonly y: Scale;
  readonly xTicks: readonly Tick[] | null;
}

/** Values that scales hold whatever is shown at the moment, so that they stand still while time moves. */
export interface HeldValues {
  readonly x?: Iterable<number>;
  readonly y?: Iterable<number>;
}

/** Scales that hold a whole chart. */
export function chartScales(
  data: ChartData,
  isLogX: boolean,
  isLogY: boolean,
  held: HeldValues = {},
): ChartScales {
  const own = extentOf(data);
  const y = held.y ?? own.y;
  const { choice } = data;
  const isShare = choice.y.kind === 'measure' && measures[choice.y.name].baseline === 'iou';
  return {
    ...xScale(data, isLogX, held.x ?? own.x),
    y: isShare && !isLogY ? { from: 0, to: 1, isLog: false } : scaleOf(y, isLogY),
  };
}

function xScale(
  { choice, xNames }: ChartData,
  isLog: boolean,
  values: Iterable<number>,
): Omit<ChartScales, 'y'> {
  if (xNames !== null) {
    const xTicks = xNames.map((text, at) => ({ at, text }));
    return { x: { from: -0.4, to: xNames.length - 0.6, isLog: false }, xTicks };
  }
  const x = scaleOf(values, isLog, 0.05);
  const named = [...new Set(values)].sort((a, b) => a - b);
  if (choice.x.kind !== 'setting' || named.length > 9 || named.length === 0) return { x, xTicks: null };
  const xTicks = named.map((at) => ({ at, text: fieldText(choice.x, at) }));
  // Settings do not begin at 0 because charts would like them to.
  const from = isLog ? x.from : named[0] - (x.to - named[named.length - 1]);
  return { x: { ...x, from }, xTicks };
}
