/** Lines of a chart: one for each cell, or one with a band for cells that differ in nothing but their seed. */
import type { CellSummary, CellTimeline } from '../../electron/contract/entries.ts';
import { namedValueText } from '../../experiments/text/axis-text.ts';
import type { SweptColour } from '../../experiments/charts/swept-colours.ts';
import { latestAt, type TimeAxis } from '../model/time-axis.ts';
import { formatCount } from '../model/number-text.ts';
import { seriesOf, type ChartKind, type Series } from './chart-kinds.ts';

/** A line of a chart: one cell, or several of the same colour. */
export interface ChartLine {
  readonly key: string;
  readonly label: string;
  readonly colour: SweptColour;
  readonly cellIds: readonly string[];
  readonly x: ArrayLike<number>;
  /** The cell's value, or the median over seeds. */
  readonly y: ArrayLike<number>;
  /** Least and greatest value over seeds; null for a single cell. */
  readonly band: { readonly low: ArrayLike<number>; readonly high: ArrayLike<number> } | null;
  /** The values as they were recorded, where `y` is smoothed. */
  readonly raw: Series | null;
}

/** What the lines of a chart are made from. */
export interface LineRequest {
  readonly kind: ChartKind;
  readonly axis: TimeAxis;
  readonly cells: readonly CellSummary[];
  readonly timelines: ReadonlyMap<string, CellTimeline>;
  readonly colour: (cell: CellSummary) => SweptColour;
  /** Names of the axes that vary. */
  readonly axes: readonly string[];
  /** Whether seeds become bands. */
  readonly hasBands: boolean;
  /** The axis of whose values each is a line; null leaves it to the cells. */
  readonly group?: string | null;
  /** Places that a smoothed value is the mean of; 1 leaves values as they are. */
  readonly smooth?: number;
}

/** Maximum number of points of a line: a screen has no more columns. */
const maxPoints = 800;

/** Lines of a chart, in the order of the cells. Cells without snapshots are left out. */
export function chartLines(request: LineRequest): ChartLine[] {
  const groups = new Map<string, CellSummary[]>();
  for (const cell of request.cells) {
    if ((request.timelines.get(cell.id)?.epochs.length ?? 0) === 0) continue;
    const key = keyOfLine(cell, request);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [cell]);
    else group.push(cell);
  }
  return [...groups].map(([key, cells]) => lineOfGroup(key, cells, request));
}

function keyOfLine(cell: CellSummary, { group = null, hasBands }: LineRequest): string {
  if (group !== null) return `${group}=${cell.axes[group] ?? ''}`;
  return hasBands ? keyWithoutSeed(cell) : cell.id;
}

function keyWithoutSeed({ axes }: CellSummary): string {
  return Object.entries(axes)
    .filter(([name]) => name !== 'seed')
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

function lineOfGroup(
  key: string,
  cells: readonly CellSummary[],
  { kind, axis, axes, timelines, colour, group = null, smooth = 1 }: LineRequest,
): ChartLine {
  const [first] = cells;
  const series = cells.flatMap((cell) => {
    const timeline = timelines.get(cell.id);
    return timeline === undefined ? [] : [seriesOf(kind, timeline, axis)];
  });
  const shared = {
    key,
    label: labelOfGroup(cells, axes, group),
    colour: colour(first),
    cellIds: cells.map(({ id }) => id),
  };
  if (series.length === 1) {
    const raw = thinned(series[0]);
    if (smooth <= 1) return { ...shared, ...raw, band: null, raw: null };
    const { x, y } = series[0];
    return { ...shared, ...thinned({ x, y: smoothed(y, smooth) }), band: null, raw };
  }
  const { x, middle, low, high } = bandOf(series);
  const raw = smooth > 1 ? { x, y: middle } : null;
  return { ...shared, x, y: raw === null ? middle : smoothed(middle, smooth), band: { low, high }, raw };
}

/** Means over so many places around each, fewer at the ends; places without a value have none and count for none. */
export function smoothed(values: ArrayLike<number>, places: number): Float64Array {
  const half = Math.floor(places / 2);
  const made = new Float64Array(values.length).fill(NaN);
  for (let at = 0; at < values.length; at++) {
    if (Number.isNaN(values[at])) continue;
    let [sum, count] = [0, 0];
    // As far on one side as on the other, so that nothing is moved in time.
    const reach = Math.min(half, at, values.length - 1 - at);
    for (let near = at - reach; near <= at + reach; near++) {
      if (Number.isNaN(values[near])) continue;
      sum += values[near];
      count += 1;
    }
    made[at] = sum / count;
  }
  return made;
}

function labelOfGroup(cells: readonly CellSummary[], axes: readonly string[], group: string | null): string {
  const [first] = cells;
  if (group !== null)
    return `${namedValueText(group, first.axes[group] ?? '')}${cells.length > 1 ? `, ${cells.length} cells` : ''}`;
  const parts = Object.entries(first.axes)
    .filter(([name]) => axes.includes(name) && (cells.length === 1 || name !== 'seed'))
    .map(([name, value]) => namedValueText(name, value));
  if (cells.length > 1) parts.push(`${cells.length} seeds`);
  return parts.length === 0 ? first.label : parts.join(', ');
}

/**
 * The series with at most about 800 points: of every stretch its least and greatest value stay, so that no spike is
 * lost.
 */
export function thinned({ x, y }: Series): Series {
  const count = x.length;
  if (count <= maxPoints) return { x, y };
  const stretches = maxPoints / 2;
  const keptX: number[] = [];
  const keptY: number[] = [];
  for (let stretch = 0; stretch < stretches; stretch++) {
    const from = Math.floor((stretch * count) / stretches);
    const to = Math.floor(((stretch + 1) * count) / stretches);
    let least = from;
    let most = from;
    for (let at = from; at < to; at++) {
      if (y[at] < y[least]) least = at;
      if (y[at] > y[most]) most = at;
    }
    for (const at of least === most ? [least] : [Math.min(least, most), Math.max(least, most)]) {
      keptX.push(x[at]);
      keptY.push(y[at]);
    }
  }
  return { x: keptX, y: keptY };
}

/** Median, least and greatest value of series at common places; each counts from its first to its last place. */
function bandOf(series: readonly Series[]): { x: number[]; middle: number[]; low: number[]; high: number[] } {
  const longest = series.reduce((a, b) => (b.x.length > a.x.length ? b : a));
  const step = Math.max(1, Math.ceil(longest.x.length / maxPoints));
  const places: number[] = [];
  for (let at = 0; at < longest.x.length; at += step) places.push(longest.x[at]);
  const end = longest.x.length - 1;
  if (end % step !== 0) places.push(longest.x[end]);
  const band = { x: places, middle: [] as number[], low: [] as number[], high: [] as number[] };
  for (const place of places) {
    const values = series
      .map(({ x, y }) => (place > x[x.length - 1] ? NaN : (y[latestAt(x, place)] ?? NaN)))
      .filter((value) => Number.isFinite(value))
      .sort((a, b) => a - b);
    const half = (values.length - 1) / 2;
    band.middle.push(values.length === 0 ? NaN : (values[Math.floor(half)] + values[Math.ceil(half)]) / 2);
    band.low.push(values[0] ?? NaN);
    band.high.push(values.at(-1) ?? NaN);
  }
  return band;
}

/** Value of a line at a moment: the latest at or before it; null before its first. */
export function valueAt({ x, y }: ChartLine, time: number): number | null {
  const at = latestAt(x, time);
  if (at < 0) return null;
  const value = y[at];
  return Number.isFinite(value) ? value : null;
}

/** One sentence about a chart at a moment: the least and the greatest line. */
export function summaryOf(
  lines: readonly ChartLine[],
  time: number,
  format: (value: number) => string,
): string {
  const values = lines
    .flatMap((line) => {
      const value = valueAt(line, time);
      return value === null ? [] : [{ label: line.label, value }];
    })
    .sort((a, b) => a.value - b.value);
  const least = values[0];
  const most = values.at(-1);
  if (least === undefined || most === undefined) return 'Nothing is recorded here.';
  if (values.length === 1) return `${format(least.value)} (${least.label}).`;
  return `From ${format(least.value)} (${least.label}) to ${format(most.value)} (${most.label}).`;
}

/** What logarithmic scales leave out of these lines, in words; empty where nothing is left out. */
export function leftOutText(
  lines: readonly ChartLine[],
  scales: { readonly isLog: boolean; readonly isLogTime: boolean; readonly from: number },
): string {
  const has = (values: ArrayLike<number>, test: (value: number) => boolean): boolean =>
    Array.from(values).some(test);
  const isLow = (value: number): boolean => value <= 0;
  const isEarly = (moment: number): boolean => moment < scales.from;
  const hasLow = scales.isLog && lines.some(({ y, band }) => has(y, isLow) || has(band?.low ?? [], isLow));
  const hasEarly = scales.isLogTime && lines.some(({ x }) => has(x, isEarly));
  const parts = [
    ...(hasLow ? ['values of 0 and below'] : []),
    ...(hasEarly ? [`what is before ${formatCount(scales.from)}`] : []),
  ];
  return parts.length === 0 ? '' : `Not on a logarithmic scale: ${parts.join(', ')}.`;
}
