/** The axes that cells of a sweep lie on, and which of them suit the two sides of a grid. */
import type { AxisValue, SweepCell } from './cell.ts';

/** An axis with its values in the order of the sweep file. */
export interface SweptAxis {
  readonly name: string;
  readonly values: readonly AxisValue[];
}

/** The axes of a grid's columns and rows; null where there is none. */
export interface GridSides<Axis> {
  readonly x: Axis | null;
  readonly y: Axis | null;
}

/**
 * All axes of cells in the sweep's order; those with a single value are among them. A value that the first row lacks stands
 * where the other rows have it.
 */
export function axesOfCells(cells: readonly Pick<SweepCell, 'axes'>[]): SweptAxis[] {
  const values = new Map<string, Set<AxisValue>>();
  for (const { axes } of cells) {
    for (const [name, value] of Object.entries(axes)) {
      values.set(name, (values.get(name) ?? new Set<AxisValue>()).add(value));
    }
  }
  const places = [...values.values()].reduce((product, { size }) => product * size, 1);
  const isWhole = cells.length === places;
  return [...values].map(([name, set]) => ({
    name,
    values: isWhole ? [...set] : orderedValues(cells, name),
  }));
}

/** The values of an axis in an order that keeps that of every row, which are the cells that differ on this axis alone. */
function orderedValues(cells: readonly Pick<SweepCell, 'axes'>[], name: string): AxisValue[] {
  const rows = new Map<string, AxisValue[]>();
  for (const { axes } of cells) {
    const value = axes[name];
    if (value === undefined) continue;
    const key = JSON.stringify({ ...axes, [name]: null });
    const row = rows.get(key);
    if (row === undefined) rows.set(key, [value]);
    else row.push(value);
  }
  let ordered: AxisValue[] = [];
  for (const row of rows.values()) ordered = withRow(ordered, row);
  return ordered;
}

/** An order with the values of a row that it lacks: each before the next value of the row that it has, else at the end. */
function withRow(ordered: readonly AxisValue[], row: readonly AxisValue[]): AxisValue[] {
  const known = new Set(ordered);
  const before = new Map<AxisValue, AxisValue[]>();
  let waiting: AxisValue[] = [];
  for (const value of new Set(row)) {
    if (known.has(value)) {
      before.set(value, waiting);
      waiting = [];
    } else waiting.push(value);
  }
  return [...ordered.flatMap((value) => [...(before.get(value) ?? []), value]), ...waiting];
}

/** Axes along which cells differ, in the sweep's order. */
export function varyingAxes(cells: readonly Pick<SweepCell, 'axes'>[]): SweptAxis[] {
  return axesOfCells(cells).filter(varies);
}

/**
 * The axes across and down a grid. Points run across where they vary, else the first axis that does; down runs the next
 * axis that varies, seeds only where nothing else is left. What was chosen stays: an axis in `chosen` must be one of
 * `axes`, and its side is left alone.
 */
export function suitedSides<Axis extends SweptAxis>(
  axes: readonly Axis[],
  chosen: Partial<GridSides<Axis>> = {},
): GridSides<Axis> {
  const x = chosen.x ?? suitedColumns(axes.filter((axis) => axis !== chosen.y));
  return { x, y: chosen.y ?? suitedRows(axes.filter((axis) => axis !== x)) };
}

function suitedColumns<Axis extends SweptAxis>(axes: readonly Axis[]): Axis | null {
  const points = axes.find(({ name }) => name === 'points');
  if (points !== undefined && varies(points)) return points;
  return axes.find(varies) ?? points ?? axes.at(0) ?? null;
}

function suitedRows<Axis extends SweptAxis>(axes: readonly Axis[]): Axis | null {
  const varying = axes.filter(varies);
  return varying.find(({ name }) => name !== 'seed') ?? varying.at(0) ?? null;
}

function varies({ values }: SweptAxis): boolean {
  return values.length > 1;
}
