/**
 * Every index of an entry made again from the records of its cells, and what was found on the way: rows that told
 * something else, damage, records that are gone, folders and files of no cell. Records themselves are kept as they are,
 * but for damaged ends, which are set aside as whenever a cell is opened for writing.
 */
import { join } from 'node:path';
import { cellRowsPayload, stateFrom, type CellRow } from '../../../experiments/entries/cells-index.ts';
import type { EntryCell } from '../../../experiments/entries/entry-schema.ts';
import type { FileSystem } from '../disk/files.ts';
import { readingOnly } from '../disk/lab-error.ts';
import type { CellStore } from '../notebook/cell-store.ts';
import { CellsIndexFile, cellsIndexName } from '../notebook/cells-index-file.ts';
import type { EntryStore } from '../notebook/entry-store.ts';
import { indexCacheName } from '../notebook/index-cache.ts';
import { Packs } from '../notebook/packs.ts';

/** Something that was not as it should be. */
export interface IndexFinding {
  /** Id of the cell, null where the whole entry is meant. */
  readonly cell: string | null;
  /** One line for a person. */
  readonly message: string;
  /** Whether all is well with it now; else records are missing or damaged, or somebody has to look at it. */
  readonly isMended: boolean;
}

/** What was found; cells with records, and all cells. */
export interface IndexCheck {
  readonly findings: readonly IndexFinding[];
  readonly recorded: number;
  readonly cells: number;
}

/** Makes the indexes of an entry again; the entry is closed afterwards. Throws LabError 'refused' where it is open for reading only. */
export async function checkIndexes(
  entry: EntryStore,
  onCell: () => void = () => undefined,
): Promise<IndexCheck> {
  if (!entry.writable) throw readingOnly();
  const { fileSystem: fs, path } = entry;
  const findings: IndexFinding[] = [];
  const index = new CellsIndexFile(fs, path, true);
  // What version 1 knows of its cells stands in entry.json.
  const hasIndex = entry.version > 1;
  if (hasIndex) await index.read();
  const { cells } = entry.json;
  const loose = await namesIn(fs, join(path, 'cells'));
  findings.push(...(await strays(entry, loose)));
  if (index.isStale) findings.push(found(null, `${cellsIndexName} was damaged`, true));
  const rows: CellRow[] = [];
  let isRight = !index.isStale;
  for (const cell of cells) {
    // It is made again where the records are long enough for it.
    const cache = join(path, 'cells', cell.id, indexCacheName);
    if (loose.has(cell.id) && (await fs.facts(cache)) !== null) await fs.remove(cache);
    const store = await entry.cell(cell.id);
    const told = hasIndex ? index.of(cell.id) : entry.told(cell.id);
    findings.push(...cellFindings(cell, store, told, hasIndex));
    const row = isRecorded(store) ? store.row : undefined;
    if (row !== undefined) rows.push(row);
    isRight &&= isEqual(told, row);
    onCell();
  }
  await entry.close();
  if (hasIndex && !isRight) await keep(index, rows);
  return { findings, recorded: rows.length, cells: cells.length };
}

async function keep(index: CellsIndexFile, rows: readonly CellRow[]): Promise<void> {
  for (const row of rows) index.adopt(row);
  await index.rewrite(rows.map(({ id }) => id));
  await index.close();
}

function cellFindings(
  cell: EntryCell,
  store: CellStore,
  told: CellRow | undefined,
  hasIndex: boolean,
): IndexFinding[] {
  const { messages, setAside } = store.problems;
  const findings = messages.map((message) => found(cell.id, message, false));
  findings.push(...setAside.map((name) => found(cell.id, `a damaged end was set aside as ${name}`, false)));
  if (!isRecorded(store)) {
    if (told !== undefined) {
      const message = `the index told of ${rowText(cell, told)}; its records are gone, no folder and no pack has them`;
      findings.push(found(cell.id, message, false));
    }
    return findings;
  }
  if (!hasIndex || isEqual(told, store.row)) return findings;
  const before = told === undefined ? 'did not tell of it' : `told of ${rowText(cell, told)}`;
  findings.push(found(cell.id, `the index ${before}; its records: ${rowText(cell, store.row)}`, true));
  return findings;
}

function isRecorded(store: CellStore): boolean {
  return store.events.length > 0 || store.index().length > 0;
}

function isEqual(told: CellRow | undefined, row: CellRow | undefined): boolean {
  const [before, now] = [told, row].map((one) => cellRowsPayload(one === undefined ? [] : [one]));
  return Buffer.compare(before, now) === 0;
}

function rowText({ epochs }: EntryCell, row: CellRow): string {
  const { snapshots, lastEpoch, recordBytes, previewBytes } = row;
  const reach = lastEpoch === null ? 'no snapshot' : `${snapshots} snapshots up to epoch ${lastEpoch}`;
  return `${stateFrom(row, epochs)}, ${reach}, ${recordBytes} and ${previewBytes} bytes`;
}

/** Folders and files that belong to no cell, and packs that lost their tables. */
async function strays(entry: EntryStore, loose: ReadonlySet<string>): Promise<IndexFinding[]> {
  const { fileSystem: fs, path } = entry;
  const findings: IndexFinding[] = [];
  const unknown = [...loose].filter((name) => !name.startsWith('.') && entry.maybeCell(name) === undefined);
  for (const name of unknown.sort())
    findings.push(found(null, `cells/${name} belongs to no cell of the entry; it was left alone`, false));
  const packs = new Packs(fs, path);
  await packs.read();
  for (const name of packs.withoutTable)
    findings.push(found(null, `packs/${name} has lost its end; cells that are whole in it are read`, false));
  for (const id of packs.ids())
    if (entry.maybeCell(id) === undefined)
      findings.push(found(id, 'a pack holds this cell, which the entry does not have', false));
  return findings;
}

async function namesIn(fs: FileSystem, folder: string): Promise<ReadonlySet<string>> {
  return new Set((await fs.facts(folder)) === null ? [] : await fs.list(folder));
}

function found(cell: string | null, message: string, isMended: boolean): IndexFinding {
  return { cell, message, isMended };
}
