/** All cells that columns hold. */
import { cellReader } from '../../../electron/contract/cell-columns.ts';
import type { CellColumns, CellSummary } from '../../../electron/contract/entries.ts';

export function cellsOfColumns(columns: CellColumns): CellSummary[] {
  const cellAt = cellReader(columns);
  return Array.from({ length: columns.count }, (_, at) => cellAt(at));
}
