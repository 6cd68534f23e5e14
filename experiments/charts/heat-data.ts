/** A heat map as data: two settings, a measure in each square, several seeds as one number. No geometry. */
import { mean, median } from '../findings/statistics.ts';
import { measures } from '../records/measures.ts';
import { fieldTitle, type Field } from '../selection/fields.ts';
import { SelectionError } from '../selection/selection-error.ts';
import type { AxisValue } from '../sweeps/cell.ts';
import { betterOf, fieldAt, type ChartCell, type Place } from './chart-cell.ts';
import { compareValues } from './chart-data.ts';

/** Names of all rules. */
export const seedRules = ['median', 'mean', 'worst'] as const;
/** What stands for the cells of one square: their median, their mean, or the worst of them. */
export type SeedRule = (typeof seedRules)[number];

/** What a heat map shows. */
export interface HeatChoice {
  readonly x: Field;
  readonly y: Field;
  readonly value: Field;
  readonly seeds: SeedRule;
  readonly place: Place;
}

/** Squares of a heat map by column and row, both ascending; row 0 is the lowest. */
export interface HeatData {
  readonly choice: HeatChoice;
  readonly columns: readonly AxisValue[];
  readonly rows: readonly AxisValue[];
  /** [row * columns + column]; NaN where there is no value. */
  readonly values: Float64Array;
  /** Cells of each square, those without a value among them: numbers `order[starts[square]]` to `order[starts[square + 1]]`. */
  readonly starts: Uint32Array;
  readonly order: Uint32Array;
  readonly cells: readonly ChartCell[];
  /** Cells that are shown, that diverged, and that have no value there. */
  readonly counts: { readonly shown: number; readonly diverged: number; readonly missing: number };
}

/** Most squares of a heat map. */
const mostSquares = 1_000_000;

/** The heat map of some cells. Throws SelectionError for a value that is no number, or that has no worst. */
export function heatData(cells: readonly ChartCell[], choice: HeatChoice): HeatData {
  const { value, place } = choice;
  checkChoice(choice);
  const { columns, rows, starts, order } = placement(cells, choice);
  const squares = columns.length * rows.length;
  const found = new Float64Array(cells.length);
  for (let at = 0; at < cells.length; at++) {
    const one = fieldAt(cells[at], value, place);
    found[at] = typeof one === 'number' ? one : NaN;
  }
  const rule = ruleOf(choice);
  const values = new Float64Array(squares).fill(NaN);
  let shown = 0;
  for (let square = 0; square < squares; square++) {
    if (starts[square + 1] === starts[square] + 1) {
      values[square] = found[order[starts[square]]];
      shown += Number(!Number.isNaN(values[square]));
      continue;
    }
    const here: number[] = [];
    for (let at = starts[square]; at < starts[square + 1]; at++)
      if (!Number.isNaN(found[order[at]])) here.push(found[order[at]]);
    shown += here.length;
    if (here.length > 0) values[square] = here.length === 1 ? here[0] : rule(here);
  }
  let diverged = 0;
  for (let at = 0; at < cells.length; at++)
    if (Number.isNaN(found[at]) && cells[at].isDiverged) diverged += 1;
  const counts = { shown, diverged, missing: cells.length - shown - diverged };
  return { choice, columns, rows, values, starts, order, cells, counts };
}

/** Where cells lie. */
type Placement = Pick<HeatData, 'columns' | 'rows' | 'starts' | 'order'>;

/** Places on settings stay the same whatever is shown of the cells. */
const placements = new WeakMap<readonly ChartCell[], Map<string, Placement>>();

function placement(cells: readonly ChartCell[], { x, y, place }: HeatChoice): Placement {
  if (x.kind !== 'setting' || y.kind !== 'setting') return placed(cells, x, y, place);
  const known = placements.get(cells) ?? new Map<string, Placement>();
  placements.set(cells, known);
  const key = JSON.stringify([x.name, y.name]);
  const made = known.get(key) ?? placed(cells, x, y, place);
  known.set(key, made);
  return made;
}

function placed(cells: readonly ChartCell[], x: Field, y: Field, place: Place): Placement {
  const [columnOf, columns] = places(cells.map((cell) => fieldAt(cell, x, place)));
  const [rowOf, rows] = places(cells.map((cell) => fieldAt(cell, y, place)));
  const squares = columns.length * rows.length;
  if (squares > mostSquares)
    throw new SelectionError(
      `${columns.length} x ${rows.length} squares are too many, at most ${mostSquares} can be drawn: filter, or take other settings`,
    );
  const squareOf = (at: number): number =>
    columnOf[at] < 0 || rowOf[at] < 0 ? -1 : rowOf[at] * columns.length + columnOf[at];
  const starts = new Uint32Array(squares + 1);
  cells.forEach((_, at) => {
    const square = squareOf(at);
    if (square >= 0) starts[square + 1] += 1;
  });
  for (let square = 0; square < squares; square++) starts[square + 1] += starts[square];
  const next = starts.slice(0, squares);
  const order = new Uint32Array(starts[squares]);
  cells.forEach((_, at) => {
    const square = squareOf(at);
    if (square >= 0) order[next[square]++] = at;
  });
  return { columns, rows, starts, order };
}

/** Ids of the cells of a square. */
export function cellsOfSquare({ starts, order, cells }: HeatData, square: number): readonly ChartCell[] {
  return [...order.subarray(starts[square], starts[square + 1])].map((at) => cells[at]);
}

function checkChoice({ value, seeds, place, x, y }: HeatChoice): void {
  if (value.kind !== 'measure')
    throw new SelectionError(`${fieldTitle(value)} is no measure: a heat map shows one over two settings`);
  for (const field of [x, y])
    if (field.kind === 'measure')
      throw new SelectionError(`${fieldTitle(field)} is a measure: the sides of a heat map are settings`);
  if ((seeds === 'worst' || place === 'best') && betterOf(value.name) === null)
    throw new SelectionError(
      `of ${measures[value.name].title.toLowerCase()} neither less nor more is better: take the median of the last or late values`,
    );
}

function ruleOf({ seeds, value }: HeatChoice): (values: readonly number[]) => number {
  if (seeds === 'median') return median;
  if (seeds === 'mean') return mean;
  const isLessBetter = value.kind === 'measure' && betterOf(value.name) === 'less';
  return (values) => values.reduce((a, b) => (isLessBetter ? Math.max(a, b) : Math.min(a, b)));
}

/** The place of each value among all of them, -1 for null, and these. */
function places(values: readonly (AxisValue | null)[]): [Int32Array, AxisValue[]] {
  const distinct = [...new Set(values)].filter((value) => value !== null).sort(compareValues);
  const placeOf = new Map(distinct.map((value, at) => [value, at]));
  return [Int32Array.from(values, (value) => (value === null ? -1 : (placeOf.get(value) ?? -1))), distinct];
}
