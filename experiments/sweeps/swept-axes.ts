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

/** All axes of cells in the sweep's order; those with a single value are among them. */
export function axesOfCells(cells: readonly Pick<SweepCell, 'axes'>[]): SweptAxis[] {
  const values = new Map<string, Set<AxisValue>>();
  for (const { axes } of cells) {
    for (const [name, value] of Object.entries(axes)) {
      values.set(name, (values.get(name) ?? new Set<AxisValue>()).add(value));
    }
  }
  return [...values].map(([name, set]) => ({ name, values: [...set] }));
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
