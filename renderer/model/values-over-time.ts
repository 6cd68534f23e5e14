/** What scales must hold so that they stand still while time moves. */
import type { ChartCell } from '../../experiments/charts/chart-cell.ts';
import type { MeasureName } from '../../experiments/records/measures.ts';

/**
 * Least and greatest value of a measure over all cells, from the square root of the last epoch on: what untrained networks
 * say would press everything else together. Empty where there is none.
 */
export function valuesOverTime(cells: readonly ChartCell[], name: MeasureName): readonly number[] {
  const ofCells = known.get(cells) ?? new Map<MeasureName, readonly number[]>();
  known.set(cells, ofCells);
  const values = ofCells.get(name) ?? extentOverTime(cells, name);
  ofCells.set(name, values);
  return values;
}

/** Nothing of it changes while time moves. */
const known = new WeakMap<readonly ChartCell[], Map<MeasureName, readonly number[]>>();

function extentOverTime(cells: readonly ChartCell[], name: MeasureName): readonly number[] {
  let [low, high] = [Infinity, -Infinity];
  for (const cell of cells) {
    const { epochs } = cell;
    const from = Math.sqrt(epochs[epochs.length - 1] ?? 0);
    const values =
      epochs.length === 1 && cell.valueAt !== undefined ? [cell.valueAt(name, 0)] : cell.measure(name);
    for (let at = 0; at < epochs.length; at++) {
      if (epochs[at] < from || !Number.isFinite(values[at])) continue;
      low = Math.min(low, values[at]);
      high = Math.max(high, values[at]);
    }
  }
  return low > high ? [] : [low, high];
}
