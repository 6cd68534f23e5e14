/** One entry on disk: entry.json, the sweep, its pictures, and the stores of its cells. */
import { dirname, join } from 'node:path';
import { EntryError } from '../../../experiments/records/entry-error.ts';
import {
  entryCellFrom,
  entryText,
  entryVersion,
  extendedCells,
  maxEntryBytes,
  parseEntry,
  type ReadEntry,
} from '../../../experiments/entries/entry-json.ts';
import type { EntryContent, EntryReceipt, EntryTarget } from '../../../experiments/entries/entry-schema.ts';
import { bytesDigest } from '../../../experiments/records/digests.ts';
import type { CellState } from '../../../experiments/records/snapshot.ts';
import type { SnapshotSettings, SweepCell } from '../../../experiments/sweeps/cell.ts';
import type { CellsAtWork } from './cells-at-work.ts';
import { keepResults } from './cell-results.ts';
import { openCellStore, type CellStore, type CellSummary } from './cell-store.ts';
import { readWhole, removeTemporaries, writeWhole, type FileSystem } from '../disk/files.ts';
import { fileError, LabError, readingOnly } from '../disk/lab-error.ts';
import { writeTargets, type TargetPicture } from './target-files.ts';
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

const maxSweepBytes = 1 << 24;
const maxPictureBytes = 1 << 29;
/** Holds the text of a changed sweep until entry.json names it. */
const nextSweepName = 'sweep.next.yaml';

/** Opens the entry in a folder. Throws LabError 'not-found', 'damaged' or 'newer-version'. */
export async function openEntryStore(options: EntryStoreOptions): Promise<EntryStore> {
  const bytes = await readWhole(options.fs, join(options.path, 'entry.json'), maxEntryBytes);
  const read = entryFromBytes(bytes, options.path);
  const store = new EntryStore(options, read);
  await store.recover();
  return store;
}

/** An entry on disk: entry.json, the sweep, targets and cells. Changes are made one after another. */
export class EntryStore {
  readonly path: string;
  readonly #options: EntryStoreOptions;
  readonly #cells = new Map<string, Promise<CellStore>>();
  readonly #openCells = new Map<string, CellStore>();
  #content: EntryContent;
  #alteration: string | null;
  readonly #version: number;
  #sweepText = '';
  #queue = new TaskQueue();

  constructor(options: EntryStoreOptions, read: ReadEntry) {
    this.path = options.path;
    this.#options = options;
    this.#content = read.content;
    this.#alteration = read.alteration;
    this.#version = read.version;
  }

  get fileSystem(): FileSystem {
    return this.#options.fs;
  }

  /** What it is called in its notebook: the id in entry.json, or another one where this is a copy of an entry beside it. */
  get id(): string {
    return this.#options.id ?? this.#content.id;
  }

  /** Content of entry.json. */
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

  /** Reads the sweep; for writing, finishes what a stopped process left and makes the names in the folder durable. */
  async recover(): Promise<void> {
    const { fs, path } = this.#options;
    const next = join(path, nextSweepName);
    const pending = (await fs.facts(next)) === null ? null : await readWhole(fs, next, maxSweepBytes);
    const current = await readWhole(fs, join(path, 'sweep.yaml'), maxSweepBytes);
    const isNamed = (bytes: Uint8Array): boolean => bytesDigest(bytes) === this.#content.sweep.sha256;
    const takeNext = pending !== null && isNamed(pending) && !isNamed(current);
    this.#sweepText = new TextDecoder('utf-8', { ignoreBOM: true }).decode(takeNext ? pending : current);
    if (!this.writable) return;
    try {
      if (takeNext) await fs.rename(next, join(path, 'sweep.yaml'));
      for (const folder of [dirname(path), path]) await fs.syncFolder(folder);
      if (pending !== null && !takeNext) await fs.remove(next);
      for (const folder of [path, join(path, 'targets')]) await removeTemporaries(fs, folder);
    } catch (error) {
      throw fileError(error, `open the entry ${this.id} for writing`, 'Nothing was lost');
    }
  }

  /** The PNG file of the picture that cells refer to by `digest`; of the first picture where none is given. Throws LabError 'damaged', 'not-found'. */
  async targetPicture(digest?: string): Promise<Uint8Array> {
    const target = this.#content.targets.find(
      (candidate) => digest === undefined || candidate.digest === digest,
    );
    if (target === undefined)
      throw new LabError('not-found', `Entry ${this.id} has no picture ${digest ?? ''}.`);
    const bytes = await readWhole(this.#options.fs, join(this.path, target.file), maxPictureBytes);
    if (bytesDigest(bytes) === target.sha256) return bytes;
    throw new LabError(
      'damaged',
      `The picture ${target.file} of entry ${this.id} was changed. It was left as it is; restore it from a copy.`,
    );
  }

  /** Records of a cell; the same store until it is closed. Throws LabError 'not-found', 'ambiguous' for beginnings of ids. */
  async cell(idOrBeginning: string): Promise<CellStore> {
    const { id, label, epochs } = this.#findCell(idOrBeginning);
    const open = this.#cells.get(id);
    if (open !== undefined) return open;
    const { fs, now, work } = this.#options;
    const opening = openCellStore({
      fs,
      path: join(this.path, 'cells', id),
      id,
      label,
      epochs,
      writable: this.writable,
      runsElsewhere: (lastStart) => work?.isElsewhere(this.id, id, lastStart) === true,
      tellWork: async (atWork) => work?.tell(this.id, id, atWork),
      now,
    });
    this.#cells.set(id, opening);
    opening.then(
      (store) => this.#openCells.set(id, store),
      () => this.#cells.delete(id),
    );
    return opening;
  }

  /** State of a cell whose store is open, or undefined. */
  openCellState(id: string): CellState | undefined {
    return this.#openCells.get(id)?.state;
  }

  /** Extends the entry: new text and resolved cells of its sweep; cells it had before stay (see extendedCells). */
  async updateSweep(
    sweepText: string,
    cells: readonly SweepCell[],
    targets: readonly TargetPicture[] = [],
    snapshots: SnapshotSettings = this.#content.snapshots,
  ): Promise<void> {
    const bytes = new TextEncoder().encode(sweepText);
    const sweep = { file: 'sweep.yaml' as const, sha256: bytesDigest(bytes) };
    try {
      await this.#change(async (content) => {
        const added = await this.#writeTargets(targets, content.targets);
        // entry.json decides which of the two texts is the sweep; `recover` then gives it its name.
        if (sweep.sha256 !== content.sweep.sha256)
          await writeWhole(this.#options.fs, join(this.path, nextSweepName), bytes);
        const extended = extendedCells(content.cells, cells);
        return {
          ...content,
          sweep,
          snapshots: { ...snapshots },
          targets: [...content.targets, ...added],
          cells: extended,
        };
      });
    } finally {
      if (this.writable) await this.#queue.run(() => this.recover());
    }
    for (const { id, epochs } of this.#content.cells) (await this.#cells.get(id))?.setGoal(epochs);
  }

  /** Has a cell stand in the place of another one, which stays behind it. */
  async replaceCell(replaced: string, cell: SweepCell): Promise<void> {
    await this.#change((content) => {
      const json = content.cells.find(({ id }) => id === cell.id) ?? entryCellFrom(cell);
      const others = content.cells.filter(({ id }) => id !== cell.id);
      return { ...content, cells: others.flatMap((one) => (one.id === replaced ? [json, one] : [one])) };
    });
  }

  /** Takes state, last epoch and last link of a cell from its records into entry.json, where they are not there already. */
  async setCellSummary(id: string): Promise<void> {
    const { summary } = await this.cell(id);
    const told = this.#content.cells.find((cell) => cell.id === id);
    const fields = Object.keys(summary) as (keyof CellSummary)[];
    if (this.writable && told !== undefined && fields.every((field) => told[field] === summary[field]))
      return;
    await this.#change((content) => ({
      ...content,
      cells: content.cells.map((cell) => (cell.id === id ? { ...cell, ...summary } : cell)),
    }));
    const json = this.#content.cells.find((cell) => cell.id === id);
    if (json !== undefined && summary.state === 'finished') await keepResults(json, await this.cell(id));
  }

  /** Keeps the result of a verification. */
  async addReceipt(receipt: Omit<EntryReceipt, 'time'>): Promise<void> {
    await this.#change((content) => ({
      ...content,
      receipts: [...content.receipts, { time: this.#options.now().toISOString(), ...receipt }],
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

  /** Closes all cells. */
  async close(): Promise<void> {
    await this.#queue.idle();
    for (const opening of this.#cells.values()) await (await opening.catch(() => null))?.close();
    this.#cells.clear();
    this.#openCells.clear();
  }

  #findCell(beginning: string): EntryContent['cells'][number] {
    const { cells } = this.#content;
    const found = cells.filter(({ id }) => id === beginning);
    const candidates =
      found.length > 0 ? found : cells.filter(({ id }) => beginning !== '' && id.startsWith(beginning));
    const [only] = candidates;
    if (candidates.length === 1) return only;
    const shown = (list: typeof cells): string =>
      list
        .slice(0, 12)
        .map(({ id, label }) => `${id} (${label})`)
        .join(', ');
    if (candidates.length > 1)
      throw new LabError('ambiguous', `Several cells begin with '${beginning}': ${shown(candidates)}.`);
    throw new LabError('not-found', `Entry ${this.id} has no cell '${beginning}'. It has ${shown(cells)}.`);
  }

  /** Replaces entry.json by what `next` makes of it. */
  #change(next: (content: EntryContent) => EntryContent | Promise<EntryContent>): Promise<void> {
    return this.#queue.run(async () => {
      if (!this.#options.writable) throw readingOnly();
      if (!this.writable)
        throw new LabError(
          'newer-version',
          `A newer Creasebook made entry ${this.id}; it was left as it is.`,
        );
      const altered = this.#alteration === null ? [] : [this.#options.now().toISOString()];
      const content = await next(this.#content);
      const marked = { ...content, alteredOutside: [...content.alteredOutside, ...altered] };
      await writeWhole(
        this.#options.fs,
        join(this.path, 'entry.json'),
        new TextEncoder().encode(entryText(marked)),
      );
      this.#content = marked;
      this.#alteration = null;
    });
  }

  #writeTargets(targets: readonly TargetPicture[], present: readonly EntryTarget[]): Promise<EntryTarget[]> {
    const missing = targets.filter(({ digest }) => present.every((target) => target.digest !== digest));
    return writeTargets(this.#options.fs, this.path, missing);
  }
}

function entryFromBytes(bytes: Uint8Array, path: string): ReadEntry {
  try {
    return parseEntry(bytes);
  } catch (error) {
    if (!(error instanceof EntryError)) throw error;
    const code = error.code === 'newer-version' ? 'newer-version' : 'damaged';
    throw new LabError(code, `The entry in ${path} cannot be opened: ${error.message}.`, { cause: error });
  }
}
