/** What scales must hold so that they stand still while time moves. */
import type { ChartCell } from '../../experiments/charts/chart-cell.ts';
import { extremes } from '../../experiments/charts/chart-scales.ts';
import type { MeasureName } from '../../experiments/records/measures.ts';

/**
 * Least and greatest value of a measure over all cells, from the square root of the last epoch on: what untrained networks
 * say would press everything else together. Empty where there is none.
 */
export function valuesOverTime(cells: readonly ChartCell[], name: MeasureName): readonly number[] {
  let [low, high] = [Infinity, -Infinity];
  for (const cell of cells) {
    const { epochs } = cell;
    const from = Math.sqrt(epochs[epochs.length - 1] ?? 0);
    const values = cell.measure(name);
    const late: number[] = [];
    for (let at = 0; at < epochs.length; at++) if (epochs[at] >= from) late.push(values[at]);
    const [least, greatest] = extremes(late);
    low = Math.min(low, least);
    high = Math.max(high, greatest);
  }
  return low > high ? [] : [low, high];
}
