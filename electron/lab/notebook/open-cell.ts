/** A cell of an entry together with its records. */

import { sweepCellFrom } from '../../../experiments/entries/entry-json.ts';
import type { SweepCell } from '../../../experiments/sweeps/cell.ts';
import { LabError } from '../disk/lab-error.ts';
import type { CellStore } from './cell-store.ts';
import type { EntryStore } from './entry-store.ts';
import type { Notebook } from './notebook.ts';

/** A cell with its records. */
export interface OpenCell {
  readonly entry: EntryStore;
  readonly cell: SweepCell;
  readonly store: CellStore;
}
/** The cell of an entry, by full ids. Throws LabError 'not-found'. */
export async function openCell(notebook: Notebook, entryId: string, cellId: string): Promise<OpenCell> {
  const entry = await notebook.find(entryId);
  const json = entry.json.cells.find(({ id }) => id === cellId);
  if (json === undefined) throw new LabError('not-found', `Entry ${entryId} has no cell ${cellId}.`);
  return { entry, cell: sweepCellFrom(json), store: await entry.cell(cellId) };
}
