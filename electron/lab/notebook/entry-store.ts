/** One entry on disk: entry.json, the sweep, its pictures, its cells and what is known of their states. */
import { join } from 'node:path';
import {
  entryCellWith,
  isSameRow,
  type CellRow,
  type RowHead,
  type RowLast,
} from '../../../experiments/entries/cells-index.ts';
import { cellsText } from '../../../experiments/entries/cells-json.ts';
import type { PackedCell } from '../../../experiments/entries/pack.ts';
import {
  entryCellFrom,
  entryText,
  entryVersion,
  storedEntryFrom,
} from '../../../experiments/entries/entry-json.ts';
import type { EntryContent, EntryReceipt } from '../../../experiments/entries/entry-schema.ts';
import { bytesDigest } from '../../../experiments/records/digests.ts';
import type { CellState } from '../../../experiments/records/snapshot.ts';
import type { SnapshotSettings, SweepCell } from '../../../experiments/sweeps/cell.ts';
import { isoTime } from '../disk/iso-time.ts';
import { asksTheSame, withSweep } from './asked-sweep.ts';
import type { CellsAtWork } from './cells-at-work.ts';
import { cellByBeginning } from './cell-names.ts';
import { CellsIndexFile } from './cells-index-file.ts';
import { openCellStore, type CellStore } from './cell-store.ts';
import {
  nextCellsName,
  placesOf,
  readEntryFiles,
  recoverEntry,
  takeNextCells,
  type EntryFiles,
} from './entry-files.ts';
import { OpenCells } from './open-cells.ts';
import { packedByItselfAbove, Packing } from './packing.ts';
import type { PackedRecords, PackPart } from './packs.ts';
import type { LogPlace } from '../disk/file-part.ts';
import { writeWhole, type FileSystem } from '../disk/files.ts';
import { newerEntry, readingOnly } from '../disk/lab-error.ts';
import type { ThinningWatch } from './thinned-logs.ts';
import { readTarget, type TargetPicture } from './target-files.ts';
import { TaskQueue } from '../disk/task-queue.ts';

/** Where an entry lies and who writes to it. */
export interface EntryStoreOptions {
  /** What it is called in its notebook; as entry.json says where left out. */
  readonly id?: string;
  readonly fs: FileSystem;
  readonly path: string;
  readonly writable: boolean;
  /** Who trains cells here and elsewhere; nobody where left out. */
  readonly work?: CellsAtWork;
  readonly now: () => Date;
}

/** Opens the entry in a folder. Throws LabError 'not-found', 'damaged' or 'newer-version'. */
export async function openEntryStore(options: EntryStoreOptions): Promise<EntryStore> {
  const index = new CellsIndexFile(options.fs, options.path, options.writable);
  const store = new EntryStore(options, await readEntryFiles(options.fs, options.path, index), index);
  await store.readPacks();
  await store.recover();
  return store;
}

/** An entry on disk: entry.json, the sweep, targets and cells. Changes are made one after another. */
export class EntryStore {
  readonly path: string;
  readonly #options: EntryStoreOptions;
  readonly #index: CellsIndexFile;
  readonly #open: OpenCells;
  readonly #packing: Packing;
  #content: EntryContent;
  #alteration: string | null;
  #version: number;
  #cellsDigest: string | null;
  /** Places of the cells in the content, by id. */
  #places: ReadonlyMap<string, number>;
  #sweepText = '';
  #queue = new TaskQueue();

  constructor(options: EntryStoreOptions, files: EntryFiles, index: CellsIndexFile) {
    this.path = options.path;
    this.#options = options;
    this.#index = index;
    this.#open = new OpenCells((id) => this.#openStore(id));
    const { fs, path } = options;
    this.#packing = new Packing({
      fs,
      path,
      open: (id) => this.cell(id),
      maybeOpen: (id) => this.#open.maybe(id),
    });
    this.#content = files.content;
    this.#alteration = files.alteration;
    this.#version = files.version;
    this.#cellsDigest = files.cellsDigest;
    this.#places = placesOf(files.content);
  }

  get fileSystem(): FileSystem {
    return this.#options.fs;
  }

  /** What it is called in its notebook: the id in entry.json, or another one where this is a copy of an entry beside it. */
  get id(): string {
    return this.#options.id ?? this.#content.id;
  }

  /** What the entry is, with its cells as far as anybody looked into their records. */
  get json(): EntryContent {
    return this.#content;
  }

  /** How entry.json differs from what was written, or null. */
  get alteration(): string | null {
    return this.#alteration;
  }

  /** Format version of the entry as it is on disk. */
  get version(): number {
    return this.#version;
  }

  /** Whether this store may write: the notebook is open for writing and the entry's format is not a newer one. */
  get writable(): boolean {
    return this.#options.writable && this.#version <= entryVersion;
  }

  /** What the person asked for, with their comments. */
  get sweepText(): string {
    return this.#sweepText;
  }

  /** Finds the cells that lie in packs; what nobody told of them is taken from there. */
  async readPacks(): Promise<void> {
    await this.#packing.read(this.writable);
    for (const id of this.#packing.packed()) {
      const place = this.#places.get(id);
      const row = place === undefined || this.#index.has(id) ? undefined : this.#packing.packedRow(id);
      if (place === undefined || row === undefined) continue;
      this.#index.adopt(row);
      this.#content.cells[place] = entryCellWith(this.#content.cells[place], row);
    }
  }

  /** Reads the sweep; for writing, finishes what a stopped process left and makes the names in the folder durable. */
  async recover(): Promise<void> {
    this.#sweepText = await recoverEntry(
      this.#options.fs,
      this,
      this.#content.sweep.sha256,
      this.#cellsDigest,
    );
  }

  /** The PNG file of the picture that cells refer to by `digest`; of the first picture where none is given. Throws LabError 'damaged', 'not-found'. */
  async targetPicture(digest?: string): Promise<Uint8Array> {
    return readTarget(this.#options.fs, this.path, this.id, this.#content.targets, digest);
  }

  /** Records of a cell; the same store as long as anybody holds it. Throws LabError 'not-found', 'ambiguous' for beginnings of ids. */
  async cell(idOrBeginning: string): Promise<CellStore> {
    return this.#open.open(
      (this.maybeCell(idOrBeginning) ?? cellByBeginning(this.id, this.#content.cells, idOrBeginning)).id,
    );
  }

  async #openStore(id: string): Promise<CellStore> {
    const { label = id, epochs = 0 } = this.maybeCell(id) ?? {};
    const { fs, now, work } = this.#options;
    return openCellStore({
      fs,
      path: join(this.path, 'cells', id),
      id,
      label,
      epochs,
      writable: this.writable,
      runsElsewhere: (lastStart) => work?.isElsewhere(this.id, id, lastStart) === true,
      tellWork: async (atWork) => work?.tell(this.id, id, atWork),
      packed: await this.#packing.placeOf(id, this.#index.has(id)),
      unpack: () => this.#packing.unpack(id),
      now,
    });
  }

  /** The cell of an id as the entry knows it. */
  maybeCell(id: string): EntryContent['cells'][number] | undefined {
    return this.#content.cells[this.#places.get(id) ?? -1];
  }

  /** State of a cell whose store is open, or undefined. */
  openCellState(id: string): CellState | undefined {
    return this.#open.maybe(id)?.state;
  }

  /** Where the records and the previews of a cell lie, be there any or not. */
  logPlaces(id: string): Promise<readonly [LogPlace, LogPlace]> {
    return this.#packing.logPlaces(id);
  }

  /** Where the records of a cell lie in a pack, unless it is open; those in a folder of its own count before them. */
  packedRecords(id: string): PackedRecords | undefined {
    return this.#open.maybe(id) === undefined ? this.#packing.packedRecords(id) : undefined;
  }

  /** What the records of a cell said when somebody last looked; undefined where nobody did. */
  told(id: string): CellRow | undefined {
    return this.#index.of(id);
  }

  /** The same, as far as lists need it. */
  toldHead(id: string): RowHead | undefined {
    return this.#index.headOf(id);
  }

  /** The same of its last snapshot. */
  toldLast(id: string): RowLast | undefined {
    return this.#index.lastOf(id);
  }

  /** Whether the records of a cell are those that somebody last looked at: nothing was added or taken away. */
  async isAsTold(id: string): Promise<boolean> {
    const own = await this.#packing.recordBytes(id);
    return own === null ? this.isPackedAsTold(id) : this.#toldBytes(id) === own;
  }

  /** The same for a cell that has no folder of its own. */
  isPackedAsTold(id: string): boolean {
    return this.#toldBytes(id) === this.#packing.packedBytes(id);
  }

  #toldBytes(id: string): number {
    return this.#index.headOf(id)?.recordBytes ?? 0;
  }

  /** Packs the cells that have ended into few files; how many there were. Throws LabError. */
  async pack(onCell: () => void = () => undefined): Promise<number> {
    if (!this.writable) throw readingOnly();
    const count = await this.#packing.pack(
      this.#content.cells.map(({ id }) => id),
      onCell,
    );
    // Who recorded the last of a cell may have been stopped before it was told.
    await this.tellPacked();
    return count;
  }

  /**
   * Gives up weights and previews of all snapshots of these cells but those of the epochs that are kept. Throws LabError,
   * 'refused' when aborted; each cell is then thinned or as it was.
   */
  async thin(kept: ReadonlyMap<string, ReadonlySet<number>>, watch: ThinningWatch): Promise<void> {
    if (!this.writable) throw readingOnly();
    for await (const rows of this.#packing.thin(kept, watch)) await this.#tellRows(rows);
  }

  /** Names in the folder of cells that have files of their own. */
  looseNames(): Promise<ReadonlySet<string>> {
    return this.#packing.looseNames();
  }

  /** Takes cells from elsewhere in as a pack; records of their own, which say less, go. Throws LabError. */
  async takeIn(parts: AsyncIterable<PackPart>, rows: readonly CellRow[]): Promise<void> {
    if (!this.writable) throw readingOnly();
    const ids = rows.map(({ id }) => id);
    await this.#packing.takeIn(parts, ids, (id) => this.#open.forget(id));
    await this.#tellRows(rows);
  }

  /** The same for a whole pack that nobody writes to any more; false where it must be copied. Throws LabError. */
  async takeInWhole(path: string, cells: readonly PackedCell[]): Promise<boolean> {
    if (!this.writable) throw readingOnly();
    if (!(await this.#packing.takeInWhole(path, cells, (id) => this.#open.forget(id)))) return false;
    await this.#tellRows(cells.map(({ row }) => row));
    return true;
  }

  /** Tells what lies in packs of cells without records of their own, where something else is known. */
  async tellPacked(): Promise<void> {
    const loose = await this.#packing.looseNames();
    const rows: CellRow[] = [];
    for (const id of this.#packing.packed()) {
      const row = this.#packing.packedRow(id);
      if (row === undefined || isSameRow(this.#index.of(id), row)) continue;
      if (!loose.has(id) || (await this.#packing.recordBytes(id)) === null) rows.push(row);
    }
    if (rows.length > 0) await this.#tellRows(rows);
  }

  async #tellRows(rows: readonly CellRow[]): Promise<void> {
    if (this.#version !== entryVersion) await this.#change((content) => content);
    await this.#queue.run(() => this.#tell(rows));
  }

  /** Extends the entry: new text and resolved cells of its sweep; cells it had before stay (see extendedCells). */
  async updateSweep(
    text: string,
    cells: readonly SweepCell[],
    targets: readonly TargetPicture[] = [],
    snapshots: SnapshotSettings = this.#content.snapshots,
  ): Promise<void> {
    const asked = { text, cells, targets, snapshots };
    await this.#queue.idle();
    const isAsWritten = this.writable && this.#cellsDigest !== null && this.#alteration === null;
    if (isAsWritten && asksTheSame(this.#content, asked)) return;
    const { fs, path, now } = this.#options;
    const place = { fs, path, now, rowOf: (id: string) => this.#index.of(id) };
    await this.#change((content) => withSweep(place, content, asked));
    // After a failure nobody knows which of the two entry.json names: whoever opens the entry next finds out.
    await this.#queue.run(() => this.recover());
    for (const { id, epochs } of this.#content.cells) this.#open.maybe(id)?.setGoal(epochs);
  }

  /** Has a cell stand in the place of another one, which stays behind it. */
  async replaceCell(replaced: string, cell: SweepCell): Promise<void> {
    await this.#change((content) => {
      const json = content.cells.find(({ id }) => id === cell.id) ?? entryCellFrom(cell);
      const others = content.cells.filter(({ id }) => id !== cell.id);
      return { ...content, cells: others.flatMap((one) => (one.id === replaced ? [json, one] : [one])) };
    });
  }

  /** Takes what the records of a cell say into the index, where it is not there already. */
  async setCellSummary(id: string): Promise<void> {
    const store = await this.cell(id);
    const { row } = store;
    if (this.writable && isSameRow(this.#index.of(id), row)) return;
    if (this.#version !== entryVersion || !this.writable) await this.#change((content) => content);
    await this.#queue.run(() => this.#tell([row]));
    const cell = this.maybeCell(id);
    // What many small files hold is made from packs where it is asked for.
    if (this.#content.cells.length > packedByItselfAbove) {
      if (cell?.state === 'finished' || cell?.state === 'failed') await this.#packing.add(id);
    } else if (cell?.state === 'finished' && !store.isPacked) {
      // Parquet comes with it, for which nobody who only looks should wait.
      const { keepResults } = await import('./cell-results.ts');
      await keepResults(cell, store);
    }
  }

  async #tell(rows: readonly CellRow[]): Promise<void> {
    const own = rows.filter(({ id }) => this.#places.has(id));
    for (const row of own) {
      const place = this.#places.get(row.id) ?? -1;
      this.#content.cells[place] = entryCellWith(this.#content.cells[place], row);
    }
    await this.#index.tell(own);
  }

  /** Keeps the result of a verification. */
  async addReceipt(receipt: Omit<EntryReceipt, 'time'>): Promise<void> {
    await this.#change((content) => ({
      ...content,
      receipts: [...content.receipts, { time: isoTime(this.#options.now()), ...receipt }],
    }));
  }

  /** Changes title or tags. */
  async describe(words: { readonly title?: string; readonly tags?: readonly string[] }): Promise<void> {
    await this.#change((content) => ({
      ...content,
      title: words.title ?? content.title,
      tags: [...(words.tags ?? content.tags)],
    }));
  }

  /** Writes something beside entry.json, between changes of the entry. Throws LabError where nothing may be written. */
  between<Result>(task: () => Promise<Result>): Promise<Result> {
    return this.#queue.run(() => {
      if (!this.#options.writable) throw readingOnly();
      if (!this.writable) throw newerEntry(this.id);
      return task();
    });
  }

  /** Closes all cells. */
  async close(): Promise<void> {
    await this.#queue.idle();
    await this.#packing.flush();
    await this.#open.close();
    await this.#index.close();
  }

  /** Replaces the entry by what `next` makes of it. entry.json, which is written last, decides whether it was. */
  #change(next: (content: EntryContent) => EntryContent | Promise<EntryContent>): Promise<void> {
    return this.#queue.run(async () => {
      if (!this.#options.writable) throw readingOnly();
      if (!this.writable) throw newerEntry(this.id);
      const { fs } = this.#options;
      const altered = this.#alteration === null ? [] : [isoTime(this.#options.now())];
      const content = await next(this.#content);
      const alteredOutside = [...content.alteredOutside, ...altered];
      const marked: EntryContent = { ...content, version: entryVersion, alteredOutside };
      const cellsDigest = await this.#writeCells(content);
      const text = entryText(storedEntryFrom(marked, cellsDigest));
      await writeWhole(fs, join(this.path, 'entry.json'), new TextEncoder().encode(text));
      this.#content = marked;
      this.#places = placesOf(marked);
      this.#alteration = null;
      this.#version = entryVersion;
      if (this.#cellsDigest === cellsDigest) return;
      this.#cellsDigest = cellsDigest;
      await takeNextCells(fs, this.path, cellsDigest);
      await fs.syncFolder(this.path);
    });
  }

  /** Digest of the cells as entry.json is to name them. Cells that changed wait under another name until it does. */
  async #writeCells(content: EntryContent): Promise<string> {
    if (content.cells === this.#content.cells && this.#cellsDigest !== null) return this.#cellsDigest;
    const bytes = new TextEncoder().encode(cellsText(content.cells));
    const digest = bytesDigest(bytes);
    if (digest === this.#cellsDigest) return digest;
    const { fs } = this.#options;
    if (this.#version !== entryVersion) await this.#index.rewrite(content.cells.map(({ id }) => id));
    await writeWhole(fs, join(this.path, nextCellsName), bytes);
    return digest;
  }
}
