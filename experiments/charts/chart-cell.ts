/** Cells as charts and tables see them, and what they read off one at a choice of epochs. */
import { measures, measured, type MeasureName, type SnapshotMetrics } from '../records/measures.ts';
import type { CellState } from '../records/snapshot.ts';
import type { AxisValue } from '../sweeps/cell.ts';
import type { Field } from '../selection/fields.ts';
import { isLate } from '../selection/late.ts';
import { median } from '../findings/statistics.ts';

/** A cell with its settings and its measures over time. */
export interface ChartCell {
  readonly id: string;
  readonly label: string;
  readonly state: CellState;
  readonly isDiverged: boolean;
  readonly settings: Readonly<Record<string, AxisValue>>;
  /** Outputs of its network: training errors are means over points and these. */
  readonly outputs: number;
  /** Epochs of its snapshots, ascending. */
  readonly epochs: ArrayLike<number>;
  /** Training seconds up to each of them. */
  readonly seconds: ArrayLike<number>;
  /** A measure at each of them; NaN where it has no value. */
  measure(name: MeasureName): ArrayLike<number>;
  /** The same at one of them, from 0; there where many cells are asked for one value each. */
  valueAt?(name: MeasureName, at: number): number;
}

/** A cell from its snapshots, ascending. */
export function chartCell(
  facts: Omit<ChartCell, 'epochs' | 'seconds' | 'measure'>,
  snapshots: readonly { readonly metrics: SnapshotMetrics; readonly seconds: number }[],
): ChartCell {
  return {
    ...facts,
    epochs: snapshots.map(({ metrics }) => metrics.epoch),
    seconds: snapshots.map(({ seconds }) => seconds),
    measure: (name) => snapshots.map(({ metrics }) => measured(name, metrics) ?? NaN),
  };
}

/**
 * Which of a cell's values counts. Last: at its last snapshot. Late: the median over the last fifth of its snapshots' epochs
 * on a logarithmic axis. Best: the least error or the greatest overlap that it ever had. An epoch: at the last snapshot that
 * is not after it. A function: at the snapshot that it names, -1 for none.
 */
export type Place = 'last' | 'late' | 'best' | number | ((cell: ChartCell) => number);

/** Whether less or more of a measure is better; null where neither is. */
export function betterOf(name: MeasureName): 'less' | 'more' | null {
  const { unit, baseline, title } = measures[name];
  if (unit === 'squared error' || unit === 'loss') return 'less';
  return baseline === 'iou' || title.endsWith('IoU') ? 'more' : null;
}

/**
 * A measure of a cell at a place; null where it has none: nothing is recorded there yet, or the cell diverged before. Of a
 * cell that diverged the last and the late value mean nothing and are null, too.
 */
export function measureAt(cell: ChartCell, name: MeasureName, place: Place): number | null {
  if (place === 'best') return known(bestOf(cell.measure(name), betterOf(name)));
  if (place === 'late') return cell.isDiverged ? null : known(lateMedian(cell.epochs, cell.measure(name)));
  const at = snapshotAt(cell, place);
  return at < 0 ? null : known(cell.valueAt === undefined ? cell.measure(name)[at] : cell.valueAt(name, at));
}

function known(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}

/** Number of the snapshot at a place, of 'late' and 'best' the last one; -1 where a cell has not come so far or diverged before. */
export function snapshotAt(cell: ChartCell, place: Place): number {
  const last = cell.epochs.length - 1;
  if (typeof place === 'function') return Math.min(last, place(cell));
  if (typeof place === 'number') {
    const isThere = cell.state === 'finished' || (cell.epochs[last] ?? -1) >= place;
    return isThere ? latestAt(cell.epochs, place) : -1;
  }
  return place === 'last' && cell.isDiverged ? -1 : last;
}

/** Index of the last of ascending epochs that is not after `epoch`; -1 where all are. */
function latestAt(epochs: ArrayLike<number>, epoch: number): number {
  let low = 0;
  let high = epochs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (epochs[middle] <= epoch) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function bestOf(values: ArrayLike<number>, better: 'less' | 'more' | null): number | undefined {
  let best: number | undefined;
  if (better === null) return undefined;
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (Number.isNaN(value)) continue;
    if (best === undefined || (better === 'less' ? value < best : value > best)) best = value;
  }
  return best;
}

function lateMedian(epochs: ArrayLike<number>, values: ArrayLike<number>): number {
  const last = epochs[epochs.length - 1] ?? -1;
  const late: number[] = [];
  for (let at = 0; at < epochs.length; at++) {
    if (isLate(epochs[at], last) && !Number.isNaN(values[at])) late.push(values[at]);
  }
  return median(late);
}

/** What a field says of a cell at a place; null where there is nothing. */
export function fieldAt(cell: ChartCell, field: Field, place: Place): AxisValue | null {
  if (field.kind === 'measure') return measureAt(cell, field.name, place);
  if (field.kind === 'setting') return cell.settings[field.name] ?? null;
  if (field.name === 'state') return cell.isDiverged ? 'diverged' : cell.state;
  if (field.name === 'id' || field.name === 'label') return cell[field.name];
  const at = snapshotAt(cell, place);
  return at < 0 ? null : field.name === 'epoch' ? cell.epochs[at] : cell.seconds[at];
}
