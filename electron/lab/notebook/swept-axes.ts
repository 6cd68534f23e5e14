/** Axes along which the cells of an entry differ. */

import type { AxisValue } from '../../../experiments/sweeps/cell.ts';
import type { SweepAxis } from '../../contract/entries.ts';

/** A cell and its place in the sweep. */
export interface PlacedCell {
  readonly id: string;
  readonly axes: Readonly<Record<string, AxisValue>>;
}
/** Axes along which cells differ, with their values in the order in which the sweep has them. */
export function axesOfCells(cells: readonly Pick<PlacedCell, 'axes'>[]): SweepAxis[] {
  const values = new Map<string, Set<AxisValue>>();
  for (const { axes } of cells) {
    for (const [name, value] of Object.entries(axes)) {
      values.set(name, (values.get(name) ?? new Set<AxisValue>()).add(value));
    }
  }
  return [...values]
    .map(([name, set]) => ({ name, values: [...set] }))
    .filter((axis) => axis.values.length > 1);
}
