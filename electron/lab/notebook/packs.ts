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

/** A cell of a pack, and the path of that. */
interface StoredCell {
  readonly path: string;
  readonly cell: TableCell;
}

/** A cell to be packed: what its records say, and their bytes. */
export interface CellToPack {
  readonly row: CellRow;
  readonly records: Uint8Array;
  readonly previews: Uint8Array;
}

const packName = /^(\d{1,9})\.pack$/;

/** The packs in an entry's folder: where each cell lies in them. */
export class Packs {
  readonly #fs: FileSystem;
  readonly #folder: string;
  readonly #cells = new Map<string, StoredCell>();
  readonly #read = new Set<string>();
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
      if (!hasTable) this.withoutTable.push(fileOf(number));
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

  /** Writes a pack of these cells, which lie in it once this resolves. Throws LabError. */
  async write(cells: AsyncIterable<CellToPack>): Promise<void> {
    await makeFolders(this.#fs, this.#folder);
    const number = Math.max(0, ...(await this.#numbers())) + 1;
    const path = join(this.#folder, fileOf(number));
    const packed: PackedCell[] = [];
    try {
      await replaceBy(this.#fs, path, (temporary) =>
        writeParts(this.#fs, temporary, packParts(cells, packed)),
      );
    } catch (error) {
      throw fileError(error, 'pack finished cells', 'They are there as they were');
    }
    for (const cell of packed) this.#place(path, TableCell.of(cell));
    this.#read.add(fileOf(number));
  }

  #place(path: string, cell: TableCell): void {
    this.#cells.set(cell.id, { path, cell });
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

async function* packParts(
  cells: AsyncIterable<CellToPack>,
  packed: PackedCell[],
): AsyncGenerator<Uint8Array> {
  let offset = 0;
  for await (const { row, records, previews } of cells) {
    const frame = encodeLogFrame(Buffer.concat([packedCellHead(row), records, previews]));
    packed.push({ row, offset });
    offset += frame.length;
    yield frame;
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
