/** The table of measures of some cells at once. */
import {
  MetricsTable,
  type MeasuredCell,
  type MetricsColumn,
} from '../../../experiments/formats/metrics-table.ts';

export function metricsColumns(cells: readonly MeasuredCell[]): MetricsColumn[] {
  const table = new MetricsTable();
  for (const cell of cells) table.add(cell);
  return table.columns();
}
