/** Rows and columns of a comparison grid from the axes of a sweep. */
import type { AxisValue, SweepCell } from '../sweeps/cell.ts';
import { axesOfCells, suitedSides, type SweptAxis } from '../sweeps/swept-axes.ts';
import { axisText, valueText } from '../text/axis-text.ts';
import { FigureError } from './figure-error.ts';
import type { GridTitles } from './grid-figure.ts';

/** An axis that is on neither side: the value all cells share, the first of `count`. */
export interface HeldAxis {
  readonly axis: string;
  readonly value: AxisValue;
  readonly count: number;
}

/** Cells in columns and rows; null where a place is empty. */
export interface AxisGrid<Cell> {
  readonly columns: SweptAxis;
  /** Null where a single row needs no title. */
  readonly rows: SweptAxis | null;
  /** Cells [row][column]; null where the sweep has none. */
  readonly cells: readonly (readonly (Cell | null)[])[];
  readonly held: readonly HeldAxis[];
}

/**
 * The grid of a sweep's cells over two of its axes, values in the order of the sweep file. A side that is not chosen is
 * the axis that suits it. Every other axis is held at its first value. Throws FigureError for an unknown axis, the same
 * axis twice, or no cells.
 */
export function gridFromAxes<Cell extends Pick<SweepCell, 'axes'>>(
  cells: readonly Cell[],
  xAxis?: string,
  yAxis?: string,
): AxisGrid<Cell> {
  const axes = axesOfCells(cells);
  if (cells.length === 0) throw new FigureError('a sweep without cells has no grid');
  if (axes.length === 0) throw new FigureError('a sweep without axes has no grid');
  const chosen = { x: chosenAxis(axes, xAxis), y: chosenAxis(axes, yAxis) };
  const { x: columns, y: rows } = suitedSides(axes, chosen);
  if (columns === null) throw new FigureError('the sweep has one axis; rows and columns need two');
  if (columns === rows) throw new FigureError(`rows and columns are both '${columns.name}'; choose two axes`);
  const held = axes
    .filter((axis) => axis !== columns && axis !== rows)
    .map(({ name, values }) => ({ axis: name, value: values[0], count: values.length }));
  // Cells by their column's and row's value; the first of those of one place counts.
  const shown = new Map<AxisValue | null | undefined, Map<AxisValue | undefined, Cell>>();
  for (const cell of cells) {
    if (!held.every(({ axis, value }) => cell.axes[axis] === value)) continue;
    const row = rows === null ? null : cell.axes[rows.name];
    const inRow = shown.get(row) ?? new Map<AxisValue | undefined, Cell>();
    shown.set(row, inRow);
    const column = cell.axes[columns.name];
    if (!inRow.has(column)) inRow.set(column, cell);
  }
  const rowValues = rows === null ? [null] : rows.values;
  return {
    columns,
    rows,
    held,
    cells: rowValues.map((rowValue) =>
      columns.values.map((value) => shown.get(rowValue)?.get(value) ?? null),
    ),
  };
}

function chosenAxis(axes: readonly SweptAxis[], name: string | undefined): SweptAxis | null {
  if (name === undefined) return null;
  const axis = axes.find((candidate) => candidate.name === name);
  if (axis !== undefined) return axis;
  throw new FigureError(`no axis '${name}'; the sweep's axes are ${axes.map((one) => one.name).join(', ')}`);
}

/** Titles of one side. */
export function titlesFromAxis({ name, values }: SweptAxis): GridTitles {
  return { title: axisText(name), values: values.map((value) => valueText(name, value)) };
}

/** "shape [30]*30, seed 1 (first of 3)"; empty where nothing is held. */
export function heldText(held: readonly HeldAxis[]): string {
  return held
    .map(({ axis, value, count }) => {
      const text = `${axisText(axis)} ${valueText(axis, value)}`;
      return count > 1 ? `${text} (first of ${count})` : text;
    })
    .join(', ');
}
