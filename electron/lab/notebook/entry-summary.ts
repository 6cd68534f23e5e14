/** What a list of entries tells of each: read from entry.json alone, corrected by who is at work. */
import { basename, join } from 'node:path';
import { EntryError } from '../../../experiments/records/entry-error.ts';
import {
  maxEntryBytes,
  parseEntrySummary,
  type EntrySummaryContent,
} from '../../../experiments/entries/entry-json.ts';
import type { CellState } from '../../../experiments/records/snapshot.ts';
import type { AxisValue } from '../../../experiments/sweeps/cell.ts';
import type { EntryFolder } from './entry-folders.ts';
import type { EntryStore } from './entry-store.ts';
import { readWhole, type FileSystem } from '../disk/files.ts';
import { LabError } from '../disk/lab-error.ts';
import type { RecordedStates } from './recorded-states.ts';

/** One line of a list of entries. Where `problem` is set, the entry cannot be opened and the rest is what is known. */
export interface EntrySummary {
  readonly path: string;
  /** Name of the entry's folder. */
  readonly folder: string;
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly tags: readonly string[];
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly cells: readonly CellLine[];
  readonly problem: string | null;
}

/** A cell as a list of entries needs it. */
export interface CellLine {
  readonly id: string;
  /** Where it lies on the axes of the sweep. */
  readonly axes: Readonly<Record<string, AxisValue>>;
  readonly state: CellState;
  readonly lastEpoch: number | null;
  readonly epochs: number;
}

type StoredCell = EntrySummaryContent['cells'][number];

/** Summary of the entry in a folder; `open` is its store where it is open, `recorded` reads what records say. */
export async function readEntrySummary(
  fs: FileSystem,
  path: string,
  named: Pick<EntryFolder, 'id' | 'isCopy'>,
  recorded: RecordedStates,
  open: EntryStore | undefined,
): Promise<EntrySummary> {
  const folder = basename(path);
  const { id, isCopy } = named;
  try {
    const content = parseEntrySummary(await readWhole(fs, join(path, 'entry.json'), maxEntryBytes));
    const { name, tags, created } = content;
    // Two of one title would else look alike.
    const title = isCopy ? `${content.title} (copy in ${folder})` : content.title;
    const begun = await begunCells(fs, path, content.cells);
    const cells: CellLine[] = [];
    for (const cell of content.cells) {
      const { axes, lastEpoch, epochs, state } = cell;
      const openState = open?.openCellState(cell.id);
      // The last word on a cell that has not reached its goal is that of its records: entry.json may never have been told.
      const read =
        openState !== undefined || isDone(cell) || !begun.has(cell.id)
          ? null
          : await recorded.of({ id, path }, cell);
      const known = read ?? { state: openState ?? state, lastEpoch };
      cells.push({ id: cell.id, axes, epochs, ...known });
    }
    return { path, folder, id, name, title, tags, created, cells, problem: null };
  } catch (error) {
    if (!(error instanceof LabError || error instanceof EntryError)) throw error;
    const known = { id, name: folder, title: folder, created: folder.slice(0, 10) };
    return { path, folder, ...known, tags: [], cells: [], problem: error.message };
  }
}

function isDone({ state, lastEpoch, epochs }: StoredCell): boolean {
  return state === 'finished' && (lastEpoch ?? -1) >= epochs;
}

/** Ids of the unfinished cells that have a folder, which a cell gets with its first record. */
async function begunCells(
  fs: FileSystem,
  path: string,
  cells: readonly StoredCell[],
): Promise<ReadonlySet<string>> {
  const folder = join(path, 'cells');
  if (cells.every(isDone) || (await fs.facts(folder)) === null) return new Set();
  return new Set(await fs.list(folder));
}
