/** Rows and columns of a comparison grid from the axes of a sweep. */
import type { AxisValue, SweepCell } from '../sweeps/cell.ts';
import { FigureError } from './figure-error.ts';
import type { GridTitles } from './grid-figure.ts';
import { formatCount } from '../text/number-format.ts';

/** One side of a grid: the axis and its values in the order of rows or columns. */
export interface GridSide {
  readonly axis: string;
  readonly values: readonly AxisValue[];
}

/** An axis that is on neither side: the value all cells share, the first of `count`. */
export interface HeldAxis {
  readonly axis: string;
  readonly value: AxisValue;
  readonly count: number;
}

export interface AxisGrid<Cell> {
  readonly columns: GridSide;
  /** Null where a single row needs no title. */
  readonly rows: GridSide | null;
  /** Cells [row][column]; null where the sweep has none. */
  readonly cells: readonly (readonly (Cell | null)[])[];
  readonly held: readonly HeldAxis[];
}

/**
 * The grid of a sweep's cells over two of its axes. Without a choice the columns are the points, most first (else the
 * first axis that varies), and the rows are the next axis that varies, the seed last. Every other axis is held at its
 * first value. Throws FigureError for an unknown axis, the same axis twice, or no cells.
 */
export function gridFromAxes<Cell extends Pick<SweepCell, 'axes'>>(
  cells: readonly Cell[],
  xAxis?: string,
  yAxis?: string,
): AxisGrid<Cell> {
  const sides = sidesFromCells(cells);
  const sideOf = (axis: string): GridSide => {
    const side = sides.find((candidate) => candidate.axis === axis);
    if (side !== undefined) return side;
    const names = sides.map((candidate) => candidate.axis).join(', ');
    throw new FigureError(`no axis '${axis}'; the sweep's axes are ${names}`);
  };
  const rowChoice = yAxis === undefined ? null : sideOf(yAxis);
  const columns = xAxis === undefined ? defaultColumns(sides, yAxis) : sideOf(xAxis);
  if (columns.axis === rowChoice?.axis) {
    throw new FigureError(`rows and columns are both '${columns.axis}'; choose two axes`);
  }
  const rows = rowChoice ?? defaultRows(sides, columns.axis);
  const held = sides
    .filter(({ axis }) => axis !== columns.axis && axis !== rows?.axis)
    .map(({ axis, values }) => ({ axis, value: values[0], count: values.length }));
  const shown = cells.filter(({ axes }) => held.every(({ axis, value }) => axes[axis] === value));
  const rowValues = rows === null ? [null] : rows.values;
  return {
    columns,
    rows,
    held,
    cells: rowValues.map((rowValue) =>
      columns.values.map(
        (value) =>
          shown.find(
            ({ axes }) => axes[columns.axis] === value && (rows === null || axes[rows.axis] === rowValue),
          ) ?? null,
      ),
    ),
  };
}

/** All axes with their values in the order of the sweep, points from most to fewest. */
function sidesFromCells(cells: readonly Pick<SweepCell, 'axes'>[]): GridSide[] {
  if (cells.length === 0) throw new FigureError('a sweep without cells has no grid');
  const values = new Map<string, Set<AxisValue>>();
  for (const { axes } of cells) {
    for (const [axis, value] of Object.entries(axes)) {
      values.set(axis, (values.get(axis) ?? new Set()).add(value));
    }
  }
  if (values.size === 0) throw new FigureError('a sweep without axes has no grid');
  return [...values].map(([axis, set]) => {
    const list = [...set];
    return { axis, values: axis === 'points' ? list.sort((a, b) => Number(b) - Number(a)) : list };
  });
}

function varies(side: GridSide): boolean {
  return side.values.length > 1;
}

function defaultColumns(sides: readonly GridSide[], taken: string | undefined): GridSide {
  const free = sides.filter(({ axis }) => axis !== taken);
  const points = free.find(({ axis }) => axis === 'points');
  if (points !== undefined && varies(points)) return points;
  const column = free.find(varies) ?? points ?? free.at(0);
  if (column === undefined) throw new FigureError('the sweep has one axis; rows and columns need two');
  return column;
}

function defaultRows(sides: readonly GridSide[], taken: string): GridSide | null {
  const varying = sides.filter((side) => side.axis !== taken && varies(side));
  return varying.find(({ axis }) => axis !== 'seed') ?? varying.at(0) ?? null;
}

const titles: Readonly<Record<string, string>> = { points: 'training points' };
const countAxes: readonly string[] = ['points', 'parameters'];

/** An axis as figures name it: "training points", "learning rate". */
export function axisTitle(axis: string): string {
  return Object.hasOwn(titles, axis) ? titles[axis] : axis.replaceAll('_', ' ');
}

/** A value as figures print it: counts with thousands separators, flags as yes and no. */
export function axisValueText(axis: string, value: AxisValue): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'number' && countAxes.includes(axis) ? formatCount(value) : String(value);
}

/** Titles of one side. */
export function titlesFromSide(side: GridSide): GridTitles {
  return {
    title: axisTitle(side.axis),
    values: side.values.map((value) => axisValueText(side.axis, value)),
  };
}

/** "shape [30]*30, seed 1 (first of 3)"; empty where nothing is held. */
export function heldText(held: readonly HeldAxis[]): string {
  return held
    .map(({ axis, value, count }) => {
      const text = `${axisTitle(axis)} ${axisValueText(axis, value)}`;
      return count > 1 ? `${text} (first of ${count})` : text;
    })
    .join(', ');
}
