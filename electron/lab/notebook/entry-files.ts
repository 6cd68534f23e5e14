/** The files that say what an entry is: entry.json, cells.json, cells.index; read together, and how one follows another. */
import { dirname, join } from 'node:path';
import { entryCellWith, rowFromFirst } from '../../../experiments/entries/cells-index.ts';
import {
  maxCellsBytes,
  parseCells,
  parseListedCells,
  type ListedCell,
} from '../../../experiments/entries/cells-json.ts';
import { maxEntryBytes, parseEntry, type ReadEntry } from '../../../experiments/entries/entry-json.ts';
import type { EntryContent, StoredEntry } from '../../../experiments/entries/entry-schema.ts';
import { bytesDigest } from '../../../experiments/records/digests.ts';
import { EntryError } from '../../../experiments/records/entry-error.ts';
import type { SweepCell } from '../../../experiments/sweeps/cell.ts';
import { readWhole, removeTemporaries, type FileSystem } from '../disk/files.ts';
import { fileError, LabError } from '../disk/lab-error.ts';
import { CellsIndexFile } from './cells-index-file.ts';
import { Packs } from './packs.ts';

/** Holds the text of a changed sweep until entry.json names it. */
export const nextSweepName = 'sweep.next.yaml';
/** Holds changed cells until entry.json names them. */
export const nextCellsName = 'cells.next.json';

/** An entry as its files say. */
export interface EntryFiles {
  readonly content: EntryContent;
  /** How what is read differs from what was written, or null. */
  readonly alteration: string | null;
  /** Format version of the entry as it is on disk. */
  readonly version: number;
  /** Digest (hex) of the cells.json that entry.json names and that is there; null where there is none, as in version 1. */
  readonly cellsDigest: string | null;
  /** Bytes of the files that say so, by the names that they have in an entry. */
  readonly sources: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

/** Reads an entry; `index` is filled with what is known of its cells. Throws LabError 'not-found', 'damaged', 'newer-version'. */
export async function readEntryFiles(
  fs: FileSystem,
  path: string,
  index: CellsIndexFile,
): Promise<EntryFiles> {
  const { bytes, content, alteration, version } = await readEntryJson(fs, path);
  const source = { name: 'entry.json', bytes };
  if (content.version === 1) {
    for (const cell of content.cells) {
      const row = rowFromFirst(cell);
      if (row !== undefined) index.adopt(row);
    }
    return { content, alteration, version, cellsDigest: null, sources: [source] };
  }
  const read = await readCells(fs, path, { bytes, content });
  await index.read();
  const cells = parsed(path, () => parseCells(read.bytes)).map((cell) =>
    entryCellWith(cell, index.of(cell.id)),
  );
  return {
    content: { ...read.content, cells },
    alteration: alteration ?? cellsAlteration(read, cells),
    version,
    cellsDigest: read.isNamed ? read.content.cells.sha256 : null,
    sources: [
      { name: 'entry.json', bytes: read.entryBytes },
      { name: 'cells.json', bytes: read.bytes },
    ],
  };
}

/** The cells of an entry whose cells have a file of their own, without their configurations. Throws LabError. */
export async function readListedCells(
  fs: FileSystem,
  path: string,
): Promise<{ readonly cells: readonly ListedCell[]; readonly index: CellsIndexFile }> {
  const { bytes: entryBytes, content } = await readEntryJson(fs, path);
  const index = new CellsIndexFile(fs, path, false);
  if (content.version === 1) return { cells: content.cells, index };
  const { bytes } = await readCells(fs, path, { bytes: entryBytes, content });
  await index.read();
  const cells = parsed(path, () => parseListedCells(bytes));
  if (cells.some(({ id }) => !index.has(id))) {
    const packs = new Packs(fs, path);
    await packs.read();
    for (const id of packs.ids()) {
      const row = index.has(id) ? undefined : packs.rowOf(id);
      if (row !== undefined) index.adopt(row);
    }
  }
  return { cells, index };
}

async function readEntryJson(
  fs: FileSystem,
  path: string,
): Promise<ReadEntry & { readonly bytes: Uint8Array }> {
  const bytes = await readWhole(fs, join(path, 'entry.json'), maxEntryBytes);
  return { bytes, ...parsed(path, () => parseEntry(bytes)) };
}

/** A cells.json and the entry.json that it was read for. */
interface ReadCells {
  readonly bytes: Uint8Array;
  readonly entryBytes: Uint8Array;
  readonly content: StoredEntry;
  readonly isNamed: boolean;
}

/**
 * The cells that entry.json names, be they in place or about to be. Whoever writes may have put another entry.json and
 * other cells there meanwhile: then both are read again.
 */
async function readCells(
  fs: FileSystem,
  path: string,
  first: { readonly bytes: Uint8Array; readonly content: StoredEntry },
): Promise<ReadCells> {
  let entry = first;
  for (let tried = 0; ; tried++) {
    const { content, bytes: entryBytes } = entry;
    const { sha256 } = content.cells;
    let last: Uint8Array | null = null;
    for (const name of ['cells.json', nextCellsName]) {
      const file = join(path, name);
      if ((await fs.facts(file)) === null) continue;
      const bytes = await readWhole(fs, file, maxCellsBytes);
      if (bytesDigest(bytes) === sha256) return { bytes, entryBytes, content, isNamed: true };
      last ??= bytes;
    }
    const again = await readEntryJson(fs, path);
    if (tried < 3 && again.content.version === 2 && again.content.cells.sha256 !== sha256) {
      entry = { bytes: again.bytes, content: again.content };
    } else if (last !== null) return { bytes: last, entryBytes, content, isNamed: false };
    else throw new LabError('damaged', `The entry in ${path} cannot be opened: cells.json is missing.`);
  }
}

function cellsAlteration({ isNamed, content }: ReadCells, cells: readonly SweepCell[]): string | null {
  if (!isNamed) return 'cells.json is not the one that was written';
  return cells.length === content.cells.count ? null : 'cells.json has another number of cells';
}

/** Places of the cells of an entry, by id. */
export function placesOf({ cells }: EntryContent): ReadonlyMap<string, number> {
  return new Map(cells.map(({ id }, at) => [id, at]));
}

/** The sweep of this digest, be it in place or about to be; what lies under the other name. Throws LabError. */
export async function readSweep(
  fs: FileSystem,
  path: string,
  sha256: string,
): Promise<{ readonly text: string; readonly pending: 'named' | 'left over' | null }> {
  const next = join(path, nextSweepName);
  const pending = (await fs.facts(next)) === null ? null : await readWhole(fs, next, maxSweepBytes);
  const current = await readWhole(fs, join(path, 'sweep.yaml'), maxSweepBytes);
  const isNamed = (bytes: Uint8Array): boolean => bytesDigest(bytes) === sha256;
  const takeNext = pending !== null && isNamed(pending) && !isNamed(current);
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(takeNext ? pending : current);
  return { text, pending: pending === null ? null : takeNext ? 'named' : 'left over' };
}

const maxSweepBytes = 1 << 24;

/** Gives changed cells that entry.json names, by this digest, their name; whether others are left to be removed. */
export async function takeNextCells(fs: FileSystem, path: string, digest: string | null): Promise<boolean> {
  const [place, next] = [join(path, 'cells.json'), join(path, nextCellsName)];
  if ((await fs.facts(next)) === null) return false;
  if (digest === null || (await digestOf(fs, next)) !== digest || (await digestOf(fs, place)) === digest)
    return true;
  await fs.rename(next, place);
  return false;
}

/** The text of an entry's sweep; for writing, finishes what a stopped process left and makes the names in the folder durable. */
export async function recoverEntry(
  fs: FileSystem,
  { id, path, writable }: { readonly id: string; readonly path: string; readonly writable: boolean },
  sweepDigest: string,
  cellsDigest: string | null,
): Promise<string> {
  const next = join(path, nextSweepName);
  const { text, pending } = await readSweep(fs, path, sweepDigest);
  if (!writable) return text;
  try {
    if (pending === 'named') await fs.rename(next, join(path, 'sweep.yaml'));
    const isCellsLeft = await takeNextCells(fs, path, cellsDigest);
    for (const folder of [dirname(path), path]) await fs.syncFolder(folder);
    if (pending === 'left over') await fs.remove(next);
    if (isCellsLeft) await fs.remove(join(path, nextCellsName));
    for (const folder of [path, join(path, 'targets')]) await removeTemporaries(fs, folder);
  } catch (error) {
    throw fileError(error, `open the entry ${id} for writing`, 'Nothing was lost');
  }
  return text;
}

async function digestOf(fs: FileSystem, path: string): Promise<string | null> {
  return (await fs.facts(path)) === null ? null : bytesDigest(await readWhole(fs, path, maxCellsBytes));
}

function parsed<Result>(path: string, parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof EntryError)) throw error;
    const code = error.code === 'newer-version' ? 'newer-version' : 'damaged';
    throw new LabError(code, `The entry in ${path} cannot be opened: ${error.message}.`, { cause: error });
  }
}
