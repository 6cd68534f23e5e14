/** Cells as claims see them, and what a claim reads off one: a value at a place, or the time at which a threshold is reached. */
import { parameterCount } from '../network/shape.ts';
import { logarithm } from '../random/elementary.ts';
import { isLate } from '../selection/late.ts';
import type { AxisValue, SweepCell } from '../sweeps/cell.ts';
import { shapeOfCell } from '../sweeps/cell-network.ts';
import { judgedValue, type ClaimMeasure, type JudgedSnapshot } from './claim-measures.ts';
import { median } from './statistics.ts';

/** A cell as far as claims name it, before anything is known of it. */
export interface PlacedCell {
  readonly id: string;
  readonly seed: number;
  /** Its place on all axes but the seed, the number of parameters among them. */
  readonly axes: Readonly<Record<string, AxisValue>>;
}

/** A cell with what its records say. */
export interface JudgedCell extends PlacedCell {
  readonly state: 'finished' | 'diverged' | 'unfinished';
  /** Ascending epochs. */
  readonly snapshots: readonly JudgedSnapshot[];
}

/** Where a cell of a sweep lies for claims. */
export function placedCell({ id, axes, config }: Pick<SweepCell, 'id' | 'axes' | 'config'>): PlacedCell {
  const own = Object.entries(axes).filter(([name]) => name !== 'seed');
  const parameters = parameterCount(shapeOfCell(config));
  return { id, seed: config.seed, axes: { parameters, ...Object.fromEntries(own) } };
}

/** Cells as they were at an epoch: what came later is not known, and those that came so far count as having ended there. */
export function cellsAtEpoch(cells: readonly JudgedCell[], epoch: number): JudgedCell[] {
  return cells.map((cell) => {
    const snapshots = cell.snapshots.filter((snapshot) => snapshot.epoch <= epoch);
    const last = cell.snapshots.at(-1)?.epoch ?? -1;
    if (snapshots.length === cell.snapshots.length && last < epoch) return cell;
    return { ...cell, state: snapshots.length === 0 ? 'unfinished' : 'finished', snapshots };
  });
}

/**
 * Why a cell has no value: it is not trained so far; it diverged, and the claim says nothing of it or leaves its seed out;
 * the measure was not computed so far, or has no value there.
 */
export type Gap = 'waiting' | 'diverged' | 'left out' | 'unmeasured' | 'undefined';

/** A number, infinite for a time that never comes, or why there is none. */
export type Reading = number | Gap;

/** Which value of a cell a claim is about. */
export interface ValuePlace {
  readonly scale: 'linear' | 'log';
  readonly at: 'last' | 'late' | number;
  readonly diverged: 'refuse' | 'leave out' | number;
}

/** When a cell counts as having arrived. */
export interface Threshold {
  readonly measure: ClaimMeasure;
  readonly above?: number | undefined;
  readonly below?: number | undefined;
}

/** On which axis times are measured, up to when, and how cells count that diverged before they arrived. */
export interface TimeRule {
  readonly axis: 'epochs' | 'steps';
  readonly limit: number;
  readonly diverged: 'never' | 'refuse' | 'leave out';
}

/** A cell's value of a measure at a place, as its natural logarithm on the logarithmic scale. */
export function valueOf(cell: JudgedCell, measure: ClaimMeasure, place: ValuePlace): Reading {
  const { at, diverged } = place;
  const values = snapshotsAt(cell, at).map((snapshot) => judgedValue(measure, snapshot));
  const known = values.filter((value) => typeof value === 'number');
  const lost = cell.state === 'diverged' && (typeof at !== 'number' || values.length === 0);
  if (lost || known.some((value) => !Number.isFinite(value))) {
    if (typeof diverged === 'number') return scaled(diverged, place.scale);
    return diverged === 'refuse' ? 'diverged' : 'left out';
  }
  if (values.length === 0) return 'waiting';
  if (values.includes(undefined)) return 'unmeasured';
  if (known.length < values.length) return 'undefined';
  return scaled(median(known), place.scale);
}

/** The snapshots that a place is about; none of a cell that has not come so far. */
function snapshotsAt(cell: JudgedCell, at: ValuePlace['at']): readonly JudgedSnapshot[] {
  if (typeof at === 'number') return cell.snapshots.filter(({ epoch }) => epoch === at);
  if (cell.state !== 'finished') return [];
  const last = cell.snapshots.slice(-1);
  if (at === 'last' || last.length === 0) return last;
  return cell.snapshots.filter(({ epoch }) => isLate(epoch, last[0].epoch));
}

function scaled(value: number, scale: ValuePlace['scale']): Reading {
  if (scale === 'linear') return value;
  return value > 0 ? logarithm(value) : 'undefined';
}

/** Epoch or step of the first snapshot beyond a threshold; infinite where a cell never arrives. */
export function timeOf(cell: JudgedCell, threshold: Threshold, rule: TimeRule): Reading {
  const timeAt = ({ epoch, step }: JudgedSnapshot): number => (rule.axis === 'epochs' ? epoch : step);
  const valueAt = (snapshot: JudgedSnapshot): number | null | undefined =>
    judgedValue(threshold.measure, snapshot);
  if (cell.snapshots.some((snapshot) => valueAt(snapshot) === undefined)) return 'unmeasured';
  const arrival = cell.snapshots.find((snapshot) => isBeyond(valueAt(snapshot), threshold));
  if (arrival !== undefined) return timeAt(arrival) <= rule.limit ? timeAt(arrival) : Infinity;
  const last = cell.snapshots.at(-1);
  if (cell.state === 'finished' || (last !== undefined && timeAt(last) >= rule.limit)) return Infinity;
  if (cell.state === 'unfinished') return 'waiting';
  if (rule.diverged === 'never') return Infinity;
  return rule.diverged === 'refuse' ? 'diverged' : 'left out';
}

function isBeyond(value: number | null | undefined, { above, below }: Threshold): boolean {
  if (value === null || value === undefined) return false;
  return above === undefined ? below !== undefined && value < below : value > above;
}
