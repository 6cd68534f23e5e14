/** Whether there is a true picture to measure against. */
import type { CellSummary, EntryDetail } from '../../electron/contract/entries.ts';

/** Whether nobody knows the true picture of what a cell learns. */
export function isTruthless(detail: EntryDetail | null, { config }: Pick<CellSummary, 'config'>): boolean {
  return detail?.truthless.includes(config.target) === true;
}

/** Whether the true picture of any cell is known. */
export function isAnyTruthKnown(detail: EntryDetail | null): boolean {
  return detail === null || !detail.cells.every((cell) => isTruthless(detail, cell));
}
