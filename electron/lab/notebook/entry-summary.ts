/** What a list of entries tells of each: read from what is known of its cells, corrected by their records and by who is at work. */
import { basename, join } from 'node:path';
import { toldState } from '../../../experiments/records/cell-state.ts';
import { EntryError } from '../../../experiments/records/entry-error.ts';
import { stateFrom } from '../../../experiments/entries/cells-index.ts';
import {
  maxEntryBytes,
  parseEntrySummary,
  type EntrySummaryContent,
} from '../../../experiments/entries/entry-json.ts';
import type { EntryCell } from '../../../experiments/entries/entry-schema.ts';
import type { CellState } from '../../../experiments/records/snapshot.ts';
import type { AxisValue } from '../../../experiments/sweeps/cell.ts';
import type { EntryFolder } from './entry-folders.ts';
import { readListedCells } from './entry-files.ts';
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

/** A cell as the entry's files tell of it. */
interface ToldCell extends Omit<CellLine, 'state'> {
  readonly state: StoredState;
  /** Bytes of the records that this was read from; null where nobody counted them. */
  readonly recordBytes: number | null;
  /** Whether nothing is left to train. */
  readonly isDone: boolean;
}

type StoredState = EntryCell['state'];
type FirstListedCell = NonNullable<EntrySummaryContent['cells']>[number];

/**
 * Summary of the entry in a folder; `open` is its store where it is open, `recorded` reads what records say, `queued`
 * names the cells that stand in the queue: entry id, slash, cell id.
 */
export async function readEntrySummary(
  fs: FileSystem,
  path: string,
  named: Pick<EntryFolder, 'id' | 'isCopy'>,
  recorded: RecordedStates,
  open: EntryStore | undefined,
  queued: ReadonlySet<string>,
): Promise<EntrySummary> {
  const folder = basename(path);
  const { id, isCopy } = named;
  try {
    const content = parseEntrySummary(await readWhole(fs, join(path, 'entry.json'), maxEntryBytes));
    const { name, tags, created } = content;
    // Two of one title would else look alike.
    const title = isCopy ? `${content.title} (copy in ${folder})` : content.title;
    const told = content.cells === null ? await toldCells(fs, path) : content.cells.map(firstToldCell);
    const begun = await begunCells(fs, path, told);
    const cells: CellLine[] = [];
    for (const cell of told) {
      const { axes, epochs } = cell;
      const isQueued = queued.has(`${id}/${cell.id}`);
      const openState = open?.openCellState(cell.id);
      // The last word on a cell that has not reached its goal is that of its records: nobody may have looked since.
      const isLastWord =
        openState !== undefined || cell.isDone || !begun.has(cell.id) || (await isAsTold(fs, path, cell));
      const read = isLastWord ? null : await recorded.of({ id, path }, cell);
      const { state, lastEpoch } = read ?? { state: openState ?? cell.state, lastEpoch: cell.lastEpoch };
      cells.push({ id: cell.id, axes, epochs, state: toldState(state, isQueued), lastEpoch });
    }
    return { path, folder, id, name, title, tags, created, cells, problem: null };
  } catch (error) {
    if (!(error instanceof LabError || error instanceof EntryError)) throw error;
    const known = { id, name: folder, title: folder, created: folder.slice(0, 10) };
    return { path, folder, ...known, tags: [], cells: [], problem: error.message };
  }
}

/** Name and time of the entry in a folder; null where it cannot be read. */
export async function readEntryHead(
  fs: FileSystem,
  path: string,
): Promise<Pick<EntrySummary, 'name' | 'created'> | null> {
  return orNull(async () => parseEntrySummary(await readWhole(fs, join(path, 'entry.json'), maxEntryBytes)));
}

/** Ids of the cells of the entry in a folder; none where it cannot be read. */
export async function readCellIds(fs: FileSystem, path: string): Promise<string[]> {
  const read = await orNull(() => readListedCells(fs, path));
  return (read?.cells ?? []).map(({ id }) => id);
}

async function orNull<Result>(read: () => Promise<Result>): Promise<Result | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof LabError || error instanceof EntryError) return null;
    throw error;
  }
}

/** Cells of an entry.json of version 1. */
function firstToldCell({ id, axes, epochs, state, lastEpoch }: FirstListedCell): ToldCell {
  const isDone = state === 'finished' && (lastEpoch ?? -1) >= epochs;
  return { id, axes, epochs, state, lastEpoch, recordBytes: null, isDone };
}

async function toldCells(fs: FileSystem, path: string): Promise<ToldCell[]> {
  const { cells, index } = await readListedCells(fs, path);
  return cells.map(({ id, axes, epochs }) => {
    const row = index.headOf(id);
    const state = row === undefined ? 'queued' : stateFrom(row, epochs);
    const { lastEpoch = null, recordBytes = null } = row ?? {};
    return { id, axes, epochs, state, lastEpoch, recordBytes, isDone: state === 'finished' };
  });
}

/** Whether the records are those that were told of; of a cell that may be at work now nobody knows without a look. */
async function isAsTold(
  fs: FileSystem,
  path: string,
  { id, state, recordBytes }: ToldCell,
): Promise<boolean> {
  if (recordBytes === null || state === 'interrupted') return false;
  return (await fs.facts(join(path, 'cells', id, 'records')))?.size === recordBytes;
}

/** Ids of the unfinished cells that have a folder, which a cell gets with its first record. */
async function begunCells(
  fs: FileSystem,
  path: string,
  cells: readonly ToldCell[],
): Promise<ReadonlySet<string>> {
  const folder = join(path, 'cells');
  if (cells.every(({ isDone }) => isDone) || (await fs.facts(folder)) === null) return new Set();
  return new Set(await fs.list(folder));
}
