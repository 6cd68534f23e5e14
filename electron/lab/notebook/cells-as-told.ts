/** Cells of an entry that need not be opened to be looked at: the index tells of them, and their records are still those. */
import { join } from 'node:path';
import type { EntryStore } from './entry-store.ts';

/** Ids of these cells. One that may be trained by somebody now is not among them. */
export async function cellsAsTold(entry: EntryStore): Promise<ReadonlySet<string>> {
  const { fileSystem: fs, path } = entry;
  const folder = join(path, 'cells');
  const loose = new Set((await fs.facts(folder)) === null ? [] : await fs.list(folder));
  const told = new Set<string>();
  for (const { id, state } of entry.json.cells) {
    const isOpen = state === 'interrupted' || entry.openCellState(id) !== undefined;
    if (isOpen) continue;
    if (loose.has(id) ? await entry.isAsTold(id) : entry.isPackedAsTold(id)) told.add(id);
  }
  return told;
}
