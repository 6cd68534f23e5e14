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
    for (const name in axes) {
      const known = values.get(name);
      if (known === undefined) values.set(name, new Set([axes[name]]));
      else known.add(axes[name]);
    }
  }
  const places = [...values.values()].reduce((product, { size }) => product * size, 1);
  const isWhole = cells.length === places;
  return [...values].map(([name, set]) => ({
    name,
    values: isWhole ? [...set] : orderedValues(rowsAlong(cells, name, [...values.keys()])),
  }));
}

/** Cells with the same values on some axes, and those of them with the same value on the next one. */
class Together {
  readonly next = new Map<AxisValue | undefined, Together>();
  readonly row: AxisValue[] = [];
}

/** Values of an axis in rows, which are the cells that differ on this axis alone. */
function rowsAlong(
  cells: readonly Pick<SweepCell, 'axes'>[],
  name: string,
  names: readonly string[],
): AxisValue[][] {
  const others = names.filter((one) => one !== name);
  const all = new Together();
  const rows: AxisValue[][] = [];
  for (const { axes } of cells) {
    const value = axes[name];
    if (value === undefined) continue;
    let together = all;
    for (const other of others) {
      let next = together.next.get(axes[other]);
      if (next === undefined) together.next.set(axes[other], (next = new Together()));
      together = next;
    }
    if (together.row.length === 0) rows.push(together.row);
    together.row.push(value);
  }
  return rows;
}

/** The values of rows in an order that keeps that of every row. */
function orderedValues(rows: readonly (readonly AxisValue[])[]): AxisValue[] {
  let ordered: AxisValue[] = [];
  let known = new Set<AxisValue>();
  for (const row of rows) {
    if (row.every((value) => known.has(value))) continue;
    ordered = withRow(ordered, known, row);
    known = new Set(ordered);
  }
  return ordered;
}

/** An order with the values of a row that it lacks: each before the next value of the row that it has, else at the end. */
function withRow(
  ordered: readonly AxisValue[],
  known: ReadonlySet<AxisValue>,
  row: readonly AxisValue[],
): AxisValue[] {
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
