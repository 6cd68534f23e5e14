/**
 * Packing the finished cells of an entry, and unpacking those that go on. A cell's own files win over a pack, and they are
 * taken away only once a durable pack holds the same: so a stop at any moment loses nothing.
 */
import { join } from 'node:path';
import type { CellRow } from '../../../experiments/entries/cells-index.ts';
import { fitsPack, type PackedCell } from '../../../experiments/entries/pack.ts';
import { makeFolders, readRange, readWhole, writeWhole, type FileSystem } from '../disk/files.ts';
import { fileError, LabError } from '../disk/lab-error.ts';
import type { LogPlace } from '../disk/file-part.ts';
import { logPlaces } from './cell-logs.ts';
import type { CellStore } from './cell-store.ts';
import type { ThinningWatch } from './thinned-logs.ts';
import { partOfCell, Packs, type PackedPlace, type PackedRecords, type PackPart } from './packs.ts';

/** Entries of more cells than this pack what has finished by themselves. */
export const packedByItselfAbove = 1000;
/** So many cells are packed at once, fewer where they are large. */
const cellsAPack = 500;
const packBytes = 1 << 28;
/** A packed cell's folder is renamed before it is removed: half of it must not be taken for the cell. */
const removedPrefix = '.done-';
/** Files that are made again from records, or hold them: all that may be taken away with a cell's folder. */
const ownFile = /^(?:records|previews|checkpoint|index\.cache|metrics\.parquet|weights|\.creasebook-.*)$/;

/** What packing needs of an entry. */
export interface PackedEntry {
  readonly fs: FileSystem;
  /** Folder of the entry. */
  readonly path: string;
  open(id: string): Promise<CellStore>;
  /** The store of a cell where it is open. */
  maybeOpen(id: string): CellStore | undefined;
}

/** The packs of an entry, and the cells that are to be packed next. */
export class Packing {
  readonly #entry: PackedEntry;
  readonly #packs: Packs;
  readonly #waiting = new Set<string>();

  constructor(entry: PackedEntry) {
    this.#entry = entry;
    this.#packs = new Packs(entry.fs, entry.path);
  }

  /** Reads where packed cells lie; for writing also removes what a stopped process left. Throws LabError. */
  async read(writable: boolean): Promise<void> {
    await this.#packs.read();
    if (!writable || this.#packs.isEmpty) return;
    await this.#removeLeftovers();
    // What cannot be taken away takes room, and nothing else.
    for (const path of this.#packs.replaced()) await this.#packs.remove(path).catch(() => undefined);
  }

  /** Ids of all packed cells, those with files of their own among them. */
  packed(): Iterable<string> {
    return this.#packs.ids();
  }

  /** What the records of a cell say in its pack. */
  packedRow(id: string): CellRow | undefined {
    return this.#packs.rowOf(id);
  }

  /** Where a cell lies in a pack; null where it has files of its own, or none at all. */
  async placeOf(id: string, isRecorded: boolean): Promise<PackedPlace | null> {
    if ((await this.recordBytes(id)) !== null) return null;
    // Another process may have packed it since, or written its pack anew.
    const known = this.#packs.placeOf(id);
    const isThere = known !== undefined && (await this.#entry.fs.facts(known.path)) !== null;
    if (!isThere && (isRecorded || known !== undefined)) await this.#packs.read();
    return this.#packs.placeOf(id) ?? null;
  }

  /** Bytes of a cell's own records; null where it has none. */
  async recordBytes(id: string): Promise<number | null> {
    return (await this.#entry.fs.facts(join(this.#folderOf(id), 'records')))?.size ?? null;
  }

  /** Bytes of a cell's records in a pack; 0 where there are none. */
  packedBytes(id: string): number {
    return this.#packs.recordBytesOf(id) ?? 0;
  }

  /** Where the records of a cell lie in a pack, be there others of its own or not. */
  packedRecords(id: string): PackedRecords | undefined {
    return this.#packs.recordsOf(id);
  }

  /** Where the records and the previews of a cell lie, to be read. */
  async logPlaces(id: string): Promise<readonly [LogPlace, LogPlace]> {
    return logPlaces(this.#folderOf(id), await this.placeOf(id, true), false);
  }

  /** Packs a cell that has ended with others like it, as soon as there are enough of them. */
  async add(id: string): Promise<void> {
    this.#waiting.add(id);
    if (this.#waiting.size >= cellsAPack) await this.flush();
  }

  /** Packs the cells that wait for it. A disk that has no room leaves them as they are. */
  async flush(): Promise<void> {
    const ids = [...this.#waiting];
    this.#waiting.clear();
    try {
      await this.pack(ids);
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
    }
  }

  /** Packs those of these cells that have ended and fit; how many there were. Throws LabError. */
  async pack(ids: readonly string[], onCell: () => void = () => undefined): Promise<number> {
    let count = 0;
    for (let first = 0; first < ids.length;) {
      const { packed, looked } = await this.#packSome(ids.slice(first, first + cellsAPack));
      count += packed;
      first += looked;
      for (let cell = 0; cell < looked; cell++) onCell();
    }
    return count;
  }

  /**
   * Thins cells to these epochs: those in files of their own one after another, then the packed ones pack by pack; a pack is
   * written anew, the cells beside them as they are, before it goes. What the records of each step's cells say now. Throws
   * LabError, 'refused' when aborted; each cell is then thinned or as it was.
   */
  async *thin(
    kept: ReadonlyMap<string, ReadonlySet<number>>,
    watch: ThinningWatch,
  ): AsyncGenerator<CellRow[]> {
    const packed = new Map(kept);
    for (const [id, epochs] of kept) {
      const store = await this.#entry.open(id);
      if (store.isPacked) continue;
      packed.delete(id);
      await store.thin(epochs, watch);
      yield [store.row];
    }
    for (const [path, ids] of this.#packs.idsByPath()) {
      const thinned = ids.filter((id) => packed.has(id));
      if (thinned.length === 0) continue;
      await this.#packs.write(this.#anew(ids, packed, watch));
      for (const id of ids) {
        const place = this.#packs.placeOf(id);
        if (place !== undefined) await this.#entry.maybeOpen(id)?.readFrom(place);
      }
      await this.#packs.remove(path);
      yield thinned.flatMap((id) => this.#packs.rowOf(id) ?? []);
    }
  }

  /** The cells of a pack, those that are to be thinned without what goes. */
  async *#anew(
    ids: readonly string[],
    kept: ReadonlyMap<string, ReadonlySet<number>>,
    watch: ThinningWatch,
  ): AsyncGenerator<PackPart> {
    const { fs } = this.#entry;
    for (const id of ids) {
      const epochs = kept.get(id);
      const place = this.#packs.placeOf(id);
      if (epochs !== undefined) {
        const { row, records, previews } = await (await this.#entry.open(id)).thinnedParts(epochs, watch);
        yield partOfCell(row, records, previews);
      } else if (place !== undefined) {
        const file = await fs.open(place.path, 'read');
        try {
          const [records, previews] = await Promise.all(
            [place.records, place.previews].map(({ offset, length }) => readRange(file, offset, length)),
          );
          yield partOfCell(place.row, records, previews);
        } finally {
          await file.close();
        }
      }
    }
  }

  /** Writes a pack of cells from elsewhere, and takes away what they had before; `forget` closes who reads that. Throws LabError. */
  async takeIn(
    parts: AsyncIterable<PackPart>,
    ids: readonly string[],
    forget: (id: string) => Promise<void>,
  ): Promise<void> {
    await this.#packs.write(parts);
    await this.#leaveToPacks(ids, forget);
  }

  /** The same for a whole pack, of which nothing is copied; false where that cannot be. Throws LabError. */
  async takeInWhole(
    path: string,
    cells: readonly PackedCell[],
    forget: (id: string) => Promise<void>,
  ): Promise<boolean> {
    if (!(await this.#packs.link(path, cells))) return false;
    await this.#leaveToPacks(
      cells.map(({ row }) => row.id),
      forget,
    );
    return true;
  }

  async #leaveToPacks(ids: readonly string[], forget: (id: string) => Promise<void>): Promise<void> {
    const loose = await this.looseNames();
    for (const id of ids) {
      await forget(id);
      if (loose.has(id)) await this.#leaveToPack(id);
    }
  }

  /** Names in the folder of cells that have files of their own. */
  async looseNames(): Promise<ReadonlySet<string>> {
    const folder = join(this.#entry.path, 'cells');
    return new Set((await this.#entry.fs.facts(folder)) === null ? [] : await this.#entry.fs.list(folder));
  }

  /** Takes the logs of a cell away that say less than its pack does, the records first: they decide where it is. */
  async #leaveToPack(id: string): Promise<void> {
    const { fs } = this.#entry;
    const folder = this.#folderOf(id);
    for (const name of ['index.cache', 'records', 'previews', 'checkpoint', 'metrics.parquet'])
      if ((await fs.facts(join(folder, name))) !== null) await fs.remove(join(folder, name));
    await fs.syncFolder(folder);
    if ((await fs.list(folder)).length === 0) await fs.removeFolder(folder);
  }

  /** Gives a packed cell files of its own again, the previews first: its records decide where it is. */
  async unpack(id: string): Promise<void> {
    const place = this.#packs.placeOf(id);
    if (place === undefined || (await this.recordBytes(id)) !== null) return;
    const { fs } = this.#entry;
    const file = await fs.open(place.path, 'read');
    try {
      await makeFolders(fs, this.#folderOf(id));
      for (const name of ['previews', 'records'] as const) {
        const { offset, length } = place[name];
        await writeWhole(fs, join(this.#folderOf(id), name), await readRange(file, offset, length));
      }
    } catch (error) {
      throw fileError(error, `unpack cell ${id}`, 'It is in its pack as before');
    } finally {
      await file.close();
    }
  }

  async #packSome(ids: readonly string[]): Promise<{ readonly packed: number; readonly looked: number }> {
    const stores: CellStore[] = [];
    let [bytes, looked] = [0, 0];
    for (const id of ids) {
      if (bytes >= packBytes) break;
      looked++;
      const store = await this.#entry.open(id);
      if (!(await this.#isReady(store))) continue;
      stores.push(store);
      bytes += store.storedBytes;
    }
    const missing = stores.filter((store) => !this.#holds(store));
    if (missing.length > 0) await this.#packs.write(this.#contents(missing));
    await this.#takeAway(stores);
    return { packed: stores.length, looked };
  }

  /** Whether a cell has ended, is whole, and its folder holds nothing that somebody put there. */
  async #isReady(store: CellStore): Promise<boolean> {
    const { state, problems, row } = store;
    const hasEnded = state === 'finished' || state === 'failed';
    if (store.isPacked || store.isAtWork || !hasEnded || problems.messages.length > 0 || !fitsPack(row))
      return false;
    const names = await this.#entry.fs.list(this.#folderOf(store.id));
    return (
      names.every((name) => ownFile.test(name)) && (await this.recordBytes(store.id)) === row.recordBytes
    );
  }

  #holds({ id, row }: CellStore): boolean {
    const known = this.#packs.rowOf(id);
    return (
      known?.lastLink === row.lastLink &&
      known.recordBytes === row.recordBytes &&
      known.previewBytes === row.previewBytes
    );
  }

  async *#contents(stores: readonly CellStore[]): AsyncGenerator<PackPart> {
    for (const store of stores) {
      const { row } = store;
      const [records, previews] = await Promise.all(
        store.places.map(({ path }) => readOrNothing(this.#entry.fs, path)),
      );
      // What was appended while this was read belongs to a cell that goes on: it stays where it is.
      yield partOfCell(row, records.subarray(0, row.recordBytes), previews.subarray(0, row.previewBytes));
    }
  }

  /** Takes the folders of cells away that a pack holds now, and has their stores read from it. */
  async #takeAway(stores: readonly CellStore[]): Promise<void> {
    const { fs, path } = this.#entry;
    const removed: string[] = [];
    try {
      for (const store of stores) {
        const place = this.#packs.placeOf(store.id);
        if (place === undefined) continue;
        await store.moveIntoPack(place, async () => {
          const aside = join(path, 'cells', `${removedPrefix}${store.id}`);
          await fs.rename(this.#folderOf(store.id), aside);
          removed.push(aside);
        });
      }
      await fs.syncFolder(join(path, 'cells'));
      for (const aside of removed) await fs.removeFolder(aside);
    } catch (error) {
      throw fileError(error, 'take packed cells away', 'They are in their pack and where they were');
    }
  }

  async #removeLeftovers(): Promise<void> {
    const { fs, path } = this.#entry;
    const cells = join(path, 'cells');
    if ((await fs.facts(cells)) === null) return;
    const names = (await fs.list(cells)).filter((name) => name.startsWith(removedPrefix));
    for (const name of names) await fs.removeFolder(join(cells, name));
  }

  #folderOf(id: string): string {
    return join(this.#entry.path, 'cells', id);
  }
}

async function readOrNothing(fs: FileSystem, path: string): Promise<Uint8Array> {
  return (await fs.facts(path)) === null ? new Uint8Array(0) : readWhole(fs, path, Number.MAX_SAFE_INTEGER);
}
