/** What the queue needs of a notebook: its cells, where they move to, what entries say of them. */

import { trainingOperations } from '../../../experiments/sweeps/cost-model.ts';
import { engineOfCell } from '../../../experiments/sweeps/cell-engine.ts';
import type { Picture } from '../../../experiments/targets/picture.ts';
import { openCell } from '../notebook/open-cell.ts';
import { LabError } from '../disk/lab-error.ts';
import type { EntryStore } from '../notebook/entry-store.ts';
import type { Notebook } from '../notebook/notebook.ts';
import { moveToCpu, movedText } from './engine-sharing.ts';
import type { EntryFacts } from './queue-board.ts';
import type { CellHost } from './queue-run.ts';

/** Where the pictures of cells come from. */
export interface CellPictures {
  /** The picture of an entry's cells by its digest. */
  get(entry: EntryStore, digest: string): Promise<Picture>;
}

/** Opens cells for the queue. */

export function cellOpener(notebook: Notebook, pictures: CellPictures): CellHost['openCell'] {
  return async (entryId, cellId) => {
    const { entry, cell, store } = await openCell(notebook, entryId, cellId);
    if (!entry.writable) {
      throw new LabError(
        'newer-version',
        `A newer Creasebook made entry ${entryId}; its cells cannot run here.`,
      );
    }
    return {
      cell,
      picture: await pictures.get(entry, cell.config.target),
      snapshots: entry.json.snapshots,
      records: store,
      snapshotCount: () => store.index().length,
      changed: () => entry.setCellSummary(cellId),
    };
  };
}
/** Moves a cell that the GPU cannot finish to the CPU, in its entry; the queue then takes it in. */

export function cellMover(notebook: Notebook): NonNullable<CellHost['moveToProcessor']> {
  return async (entryId, cellId) => {
    const moved = await moveToCpu(await notebook.find(entryId), cellId);
    return moved === null ? null : { cellId: moved.id, words: movedText(moved) };
  };
}
/** Reads what entry.json says about an entry; null where it is gone or cannot be used. */

export function entryFactsReader(notebook: Notebook): EntryFacts {
  return async (entryId) => {
    try {
      const entry = await notebook.find(entryId);
      const cells = entry.json.cells.map(({ id, label, epochs, state, lastEpoch, seconds, config }) => {
        const [engine, operations] = [engineOfCell(config), trainingOperations(config, epochs)];
        const known = { id, label, epochs, lastEpoch, seconds, engine, operations };
        return { ...known, state: entry.openCellState(id) ?? state };
      });
      return { title: entry.json.title, cells };
    } catch (error) {
      if (error instanceof LabError) return null;
      throw error;
    }
  };
}
