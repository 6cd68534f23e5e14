/** The packs of an entry: files with the logs of many finished cells. They are written whole and never changed. */
import { join } from 'node:path';
import type { CellRow } from '../../../experiments/entries/cells-index.ts';
import {
  packedCellFrom,
  packedCellHead,
  packTable,
  packTableFrom,
  packTableLength,
  packTailBytes,
  TableCell,
  type PackedCell,
  type PackRange,
} from '../../../experiments/entries/pack.ts';
import { EntryError } from '../../../experiments/records/entry-error.ts';
import {
  decodeLogFrame,
  encodeLogFrame,
  logFrameHeaderBytes,
} from '../../../experiments/records/record-log.ts';
import {
  hasNoLinks,
  makeFolders,
  readRange,
  replaceBy,
  writeParts,
  type FileSystem,
  type OpenFile,
} from '../disk/files.ts';
import { fileError, LabError } from '../disk/lab-error.ts';
import { LogFile } from '../disk/log-file.ts';

/** Where the logs of a packed cell lie. */
export interface PackedPlace {
  readonly path: string;
  readonly row: CellRow;
  readonly records: PackRange;
  readonly previews: PackRange;
}

/** Where the records of a packed cell lie. */
export interface PackedRecords {
  readonly path: string;
  readonly range: PackRange;
}

/** A cell of a pack, and the path of that. */
interface StoredCell {
  readonly path: string;
  readonly cell: TableCell;
}

/** Bytes that a pack goes on with, and the cells whose frames begin in them, by their offsets from the first of these bytes. */
export interface PackPart {
  readonly bytes: Uint8Array;
  readonly cells: readonly PackedCell[];
}

/** A part that is one frame: what a cell's records say, and their bytes. */
export function partOfCell(row: CellRow, records: Uint8Array, previews: Uint8Array): PackPart {
  const bytes = encodeLogFrame(Buffer.concat([packedCellHead(row), records, previews]));
  return { bytes, cells: [{ row, offset: 0 }] };
}

const packName = /^(\d{1,9})\.pack$/;

/** The packs in an entry's folder: where each cell lies in them. */
export class Packs {
  readonly #fs: FileSystem;
  readonly #folder: string;
  readonly #cells = new Map<string, StoredCell>();
  readonly #read = new Set<string>();
  /** Number of the cells that are read from each pack, by its path; and packs that lost a cell to another end, or their table. */
  readonly #left = new Map<string, number>();
  readonly #unlike = new Set<string>();
  /** Names of packs whose table is gone: what is whole of their frames was read instead. */
  readonly withoutTable: string[] = [];

  constructor(fs: FileSystem, entryPath: string) {
    this.#fs = fs;
    this.#folder = join(entryPath, 'packs');
  }

  /** Takes in packs that were not read before. A cell of several packs lies in the last of them. Throws LabError. */
  async read(): Promise<void> {
    const numbers = (await this.#numbers()).filter((number) => !this.#read.has(fileOf(number)));
    for (const number of numbers) {
      const path = join(this.#folder, fileOf(number));
      const { cells, hasTable } = await readPack(this.#fs, path);
      for (const cell of cells) this.#place(path, cell);
      if (!hasTable) {
        this.withoutTable.push(fileOf(number));
        this.#unlike.add(path);
      }
      this.#read.add(fileOf(number));
    }
  }

  /** Where a cell lies; undefined where it is in no pack. */
  placeOf(id: string): PackedPlace | undefined {
    const stored = this.#cells.get(id);
    return stored && { path: stored.path, row: stored.cell.row, ...stored.cell.ranges };
  }

  /** What a cell's records say in its pack. */
  rowOf(id: string): CellRow | undefined {
    return this.#cells.get(id)?.cell.row;
  }

  /** Where a cell's records lie in its pack. */
  recordsOf(id: string): PackedRecords | undefined {
    const stored = this.#cells.get(id);
    return stored && { path: stored.path, range: stored.cell.ranges.records };
  }

  /** Bytes of a cell's records in its pack. */
  recordBytesOf(id: string): number | undefined {
    return this.#cells.get(id)?.cell.ranges.records.length;
  }

  /** Whether there is no pack. */
  get isEmpty(): boolean {
    return this.#read.size === 0;
  }

  /** Ids of all packed cells. */
  ids(): Iterable<string> {
    return this.#cells.keys();
  }

  /** Writes a pack of these parts; their cells lie in it once this resolves. Throws LabError. */
  async write(parts: AsyncIterable<PackPart>): Promise<void> {
    const name = await this.#newName();
    const path = join(this.#folder, name);
    const packed: PackedCell[] = [];
    try {
      await replaceBy(this.#fs, path, (temporary) =>
        writeParts(this.#fs, temporary, packBytes(parts, packed)),
      );
    } catch (error) {
      throw fileError(error, 'pack finished cells', 'They are there as they were');
    }
    this.#add(name, packed);
  }

  /**
   * Gives a whole pack from elsewhere, which holds these cells and nobody writes to any more, a second name here: nothing of
   * it is copied. False where the file system has no such names. Throws LabError.
   */
  async link(from: string, cells: readonly PackedCell[]): Promise<boolean> {
    const name = await this.#newName();
    try {
      await this.#fs.link(from, join(this.#folder, name));
      await this.#fs.syncFolder(this.#folder);
    } catch (error) {
      if (hasNoLinks(error)) return false;
      throw fileError(error, 'take a pack in', 'It is there as it was');
    }
    this.#add(name, cells);
    return true;
  }

  /** Takes a pack away once its cells lie in a later one. Throws LabError. */
  async remove(path: string): Promise<void> {
    try {
      await this.#fs.remove(path);
      await this.#fs.syncFolder(this.#folder);
      this.#left.delete(path);
    } catch (error) {
      throw fileError(error, 'take a pack away', 'Its cells lie in a later one');
    }
  }

  /** Paths of packs of whose cells each lies in a later pack with the same end: who wrote that one was stopped before these went. */
  replaced(): string[] {
    return [...this.#left].flatMap(([path, left]) => (left === 0 && !this.#unlike.has(path) ? [path] : []));
  }

  /** Ids of the cells that are read from each pack, by its path. */
  idsByPath(): ReadonlyMap<string, readonly string[]> {
    const ids = new Map<string, string[]>();
    for (const [id, { path }] of this.#cells) {
      const others = ids.get(path);
      if (others === undefined) ids.set(path, [id]);
      else others.push(id);
    }
    return ids;
  }

  async #newName(): Promise<string> {
    await makeFolders(this.#fs, this.#folder);
    return fileOf(Math.max(0, ...(await this.#numbers())) + 1);
  }

  #add(name: string, cells: readonly PackedCell[]): void {
    const path = join(this.#folder, name);
    for (const cell of packTableFrom(packTable(cells)) ?? []) this.#place(path, cell);
    this.#read.add(name);
  }

  #place(path: string, cell: TableCell): void {
    const { id } = cell;
    const before = this.#cells.get(id);
    if (before !== undefined) {
      this.#left.set(before.path, (this.#left.get(before.path) ?? 0) - 1);
      if (before.cell.row.lastLink !== cell.row.lastLink) this.#unlike.add(before.path);
    }
    this.#left.set(path, (this.#left.get(path) ?? 0) + 1);
    this.#cells.set(id, { path, cell });
  }

  /** Numbers of the packs, ascending. */
  async #numbers(): Promise<number[]> {
    if ((await this.#fs.facts(this.#folder)) === null) return [];
    const names = await this.#fs.list(this.#folder);
    return names.flatMap((name) => Number(packName.exec(name)?.[1] ?? []) || []).sort((a, b) => a - b);
  }
}

function fileOf(number: number): string {
  return `${number}.pack`;
}

async function* packBytes(parts: AsyncIterable<PackPart>, packed: PackedCell[]): AsyncGenerator<Uint8Array> {
  let end = 0;
  for await (const { bytes, cells } of parts) {
    for (const { row, offset } of cells) packed.push({ row, offset: end + offset });
    end += bytes.length;
    yield bytes;
  }
  yield encodeLogFrame(packTable(packed));
}

/** Cells of a pack by its table, or by its frames where it has none. */
async function readPack(
  fs: FileSystem,
  path: string,
): Promise<{ readonly cells: TableCell[]; readonly hasTable: boolean }> {
  const file = await fs.open(path, 'read').catch((error: unknown) => {
    throw fileError(error, `open ${path}`);
  });
  try {
    const table = await cellsOfTable(file);
    return { cells: table ?? (await cellsOfFrames(fs, path)), hasTable: table !== null };
  } finally {
    await file.close();
  }
}

async function cellsOfTable(file: OpenFile): Promise<TableCell[] | null> {
  const size = await file.size();
  if (size < packTailBytes) return null;
  const length = packTableLength(await readRange(file, size - packTailBytes, packTailBytes));
  const start = size - length - logFrameHeaderBytes;
  if (length < packTailBytes || start < 0) return null;
  try {
    const table = packTableFrom(decodeLogFrame(await readRange(file, start, size - start)));
    return table?.every((cell) => isWithin(cell, start)) === true ? table : null;
  } catch (error) {
    if (error instanceof EntryError) return null;
    throw error;
  }
}

function isWithin({ ranges: { records, previews } }: TableCell, end: number): boolean {
  const isRange = ({ offset, length }: PackRange): boolean =>
    offset >= 0 && length >= 0 && offset + length <= end;
  return isRange(records) && isRange(previews);
}

/** What is not whole is not there. */
async function cellsOfFrames(fs: FileSystem, path: string): Promise<TableCell[]> {
  const cells: TableCell[] = [];
  const log = new LogFile(fs, path, false);
  try {
    await log.scan((payload, { offset }) => {
      try {
        const cell = packedCellFrom(payload, offset);
        if (cell !== null) cells.push(TableCell.of(cell));
      } catch (error) {
        if (!(error instanceof EntryError)) throw error;
      }
    });
    return cells;
  } catch (error) {
    if (error instanceof LabError) return cells;
    throw error;
  } finally {
    await log.close();
  }
}
