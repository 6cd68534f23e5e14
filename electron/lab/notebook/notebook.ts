/** A notebook: a plain folder of entries. It keeps no other truth than the entries themselves. */
import { localDay } from '../../program/local-time.ts';
import { randomBytes } from 'node:crypto';
import { basename, dirname, join, resolve } from 'node:path';
import { CellsAtWork } from './cells-at-work.ts';
import { EntryFolders, type EntryFolder, type NamedEntry } from './entry-folders.ts';
import { begins, folderName, idOf, shown } from './entry-names.ts';
import { RecordedStates } from './recorded-states.ts';
import { readCellIds, readEntryHead, readEntrySummary, type EntrySummary } from './entry-summary.ts';
import { openEntryStore, type EntryStore } from './entry-store.ts';
import { diskFileSystem, makeFolders, type FileSystem } from '../disk/files.ts';
import { openedEntryId } from '../../contract/opened-entry.ts';
import { fileError, LabError, readingOnly } from '../disk/lab-error.ts';
import { guardedFileSystem } from '../disk/guarded-files.ts';
import { currentWriter, takeLock, type Lock, type Writer } from '../disk/lock.ts';
import type { NewEntry } from './new-entry.ts';
import { clearErased } from './trash.ts';

/** How a notebook is opened. */
export interface NotebookOptions {
  /** 'write' takes the lock and makes the folder where it is missing; 'read' never writes. */
  readonly mode: 'write' | 'read';
  readonly fileSystem?: FileSystem;
  readonly now?: () => Date;
}

const parallelReads = 32;

/** Opens a notebook. Throws LabError 'locked', 'read-only', 'no-permission' and the like; in mode 'read' a missing folder is an empty notebook. */
export async function openNotebook(dir: string, options: NotebookOptions): Promise<Notebook> {
  const { mode, fileSystem: fs = diskFileSystem, now = () => new Date() } = options;
  const path = resolve(dir);
  if (mode === 'read') return new Notebook(fs, path, now, null);
  await makeFolders(fs, path);
  await makeFolders(fs, join(path, 'entries'));
  const lock = await takeLock(fs, path, now());
  const notebook = new Notebook(
    guardedFileSystem(fs, path, () => lock.check()),
    path,
    now,
    lock,
  );
  try {
    await notebook.recover();
    return notebook;
  } catch (error) {
    await lock.release().catch(() => undefined);
    throw error;
  }
}

const unfinishedPrefix = '.new-';

/** A folder of entries: finds, makes, deletes and restores them; writes only while it holds the lock. */
export class Notebook {
  readonly dir: string;
  readonly #fs: FileSystem;
  readonly #now: () => Date;
  readonly #lock: Lock | null;
  readonly #open = new Map<string, Promise<EntryStore>>();
  readonly #work: CellsAtWork;
  readonly #recorded: RecordedStates;
  readonly #folders: EntryFolders;
  /** Whether the folder of entries was seen: one that is missing then was taken away. */
  #wasThere = false;

  constructor(fs: FileSystem, dir: string, now: () => Date, lock: Lock | null) {
    this.#work = new CellsAtWork(lock);
    this.#recorded = new RecordedStates(fs, this.#work);
    this.dir = dir;
    this.#folders = new EntryFolders(fs, join(dir, 'entries'));
    this.#fs = fs;
    this.#now = now;
    this.#lock = lock;
  }

  get fileSystem(): FileSystem {
    return this.#fs;
  }

  get mode(): 'write' | 'read' {
    return this.#lock === null ? 'read' : 'write';
  }

  /** The other living process that is writing to the notebook now, or null. */
  async writerElsewhere(): Promise<Writer | null> {
    if (this.#lock === null) this.#work.writer = await currentWriter(this.#fs, this.dir);
    return this.#work.writer;
  }

  /** The process on another computer whose notebook was taken over because it was silent, in words; else null. */
  get takenOver(): string | null {
    return this.#lock?.takenOver ?? null;
  }

  /**
   * All entries, newest first. Entries that cannot be read are listed with their problem. `queued` names the cells that
   * stand in the queue: entry id, slash, cell id.
   */
  async list(queued: ReadonlySet<string> = new Set()): Promise<EntrySummary[]> {
    const folders = await this.#entries();
    await this.writerElsewhere();
    const summaries: EntrySummary[] = [];
    for (let first = 0; first < folders.length; first += parallelReads) {
      const batch = folders.slice(first, first + parallelReads);
      summaries.push(...(await Promise.all(batch.map((folder) => this.#summary(folder, queued)))));
    }
    return summaries.sort((a, b) =>
      a.created === b.created ? compare(b.folder, a.folder) : compare(b.created, a.created),
    );
  }

  /**
   * The entry that a person means: its path, its folder's name, its id, or a unique beginning of one of them or of the
   * folder's name after the date. Throws LabError 'not-found', 'ambiguous' (with the candidates), 'damaged', 'newer-version'.
   */
  async find(words: string): Promise<EntryStore> {
    if ((await this.#fs.facts(join(resolve(words), 'entry.json'))) !== null)
      return this.#entry(resolve(words));
    const usual = await this.#entryAsNamed(words);
    if (usual !== null) return usual;
    const entries = await this.#entries();
    const exact = entries.filter(({ id, folder }) => folder === words || id === words);
    const candidates =
      exact.length > 0
        ? exact
        : entries.filter(({ id, folder }) => begins(folder, words) || (words !== '' && id.startsWith(words)));
    if (candidates.length === 1)
      return this.#entry(join(this.#entriesPath, candidates[0].folder), candidates[0].id);
    const names = (list: typeof entries): string[] => list.map(({ folder }) => folder);
    if (candidates.length > 1) {
      throw new LabError(
        'ambiguous',
        `Several entries begin with '${words}': ${shown(names(candidates))}. Give more of the name.`,
      );
    }
    const hint =
      entries.length === 0
        ? 'The notebook has no entries'
        : `There are ${shown(names(entries).sort().reverse())}`;
    throw new LabError('not-found', `No entry '${words}' in the notebook ${this.dir}. ${hint}.`);
  }

  /** The entry of an id whose folder is named for it, as nearly all are: nothing else needs to be looked at. */
  async #entryAsNamed(id: string): Promise<EntryStore | null> {
    if (!/^[0-9a-f]{8}$/.test(id)) return null;
    const folders = (await this.#folders.names()).filter((folder) => idOf(folder) === id);
    if (folders.length !== 1) return null;
    const entry = await this.#entry(join(this.#entriesPath, folders[0]), id);
    return entry.json.id === id ? entry : null;
  }

  /** The newest entry of this sweep name that shares a cell with `cellIds`, or null. */
  async findForSweep(name: string, cellIds: readonly string[]): Promise<EntryStore | null> {
    const wanted = new Set(cellIds);
    const named: { readonly created: string; readonly folder: EntryFolder }[] = [];
    for (const folder of await this.#entries()) {
      const summary = await readEntryHead(this.#fs, join(this.#entriesPath, folder.folder));
      if (summary?.name === name) named.push({ created: summary.created, folder });
    }
    named.sort((a, b) => compare(b.created, a.created) || compare(b.folder.folder, a.folder.folder));
    for (const { folder } of named) {
      const path = join(this.#entriesPath, folder.folder);
      const ids = await readCellIds(this.#fs, path);
      if (ids.some((id) => wanted.has(id))) return this.#entry(path, folder.id);
    }
    return null;
  }

  /** Makes an entry. It appears with everything in it or not at all. */
  async create(entry: NewEntry): Promise<EntryStore> {
    if (this.#lock === null) throw readingOnly();
    const id = newEntryId();
    const folder = folderName(localDay(entry.created), entry.name, id);
    const unfinished = this.#unfinishedPath(id);
    const path = join(this.#entriesPath, folder);
    try {
      // YAML comes with it, for which nobody who only looks should wait.
      const { writeNewEntry } = await import('./new-entry.ts');
      await writeNewEntry(this.#fs, unfinished, id, entry);
      await this.#fs.rename(unfinished, path);
      await this.#fs.syncFolder(this.#entriesPath);
    } catch (error) {
      for (const leftover of [unfinished, path]) await this.#fs.removeFolder(leftover).catch(() => undefined);
      throw fileError(error, 'create the entry', 'The notebook is as it was before');
    }
    return this.#entry(path);
  }

  /** Path of the folder that an entry's files may fill before `adopt` makes them an entry; refused where the entry is there. */
  async unfinishedFolder({ id, folder }: NamedEntry): Promise<string> {
    const there = (await this.#entries()).find((entry) => entry.id === id || entry.folder === folder);
    if (there !== undefined) {
      throw new LabError(
        'refused',
        `Entry ${id} is in the notebook already, as ${there.folder}. Nothing was changed.`,
      );
    }
    return this.#unfinishedPath(id);
  }

  /** Makes an entry of the files in its unfinished folder. */
  async adopt({ id, folder }: NamedEntry): Promise<EntryStore> {
    if (this.#lock === null) throw readingOnly();
    const unfinished = this.#unfinishedPath(id);
    try {
      await this.#fs.rename(unfinished, join(this.#entriesPath, folder));
      await this.#fs.syncFolder(this.#entriesPath);
    } catch (error) {
      await this.#fs.removeFolder(unfinished).catch(() => undefined);
      throw fileError(error, 'import the entry', 'The notebook is as it was before');
    }
    return this.#entry(join(this.#entriesPath, folder));
  }

  /** Closes an entry, so that its folder can be moved; whoever asks for it again opens it anew. */
  async closeEntry(entry: EntryStore): Promise<void> {
    this.#open.delete(entry.path);
    await entry.close();
  }

  /** Closes all entries and gives the lock back. */
  async close(): Promise<void> {
    for (const opening of this.#open.values()) await (await opening.catch(() => null))?.close();
    this.#open.clear();
    await this.#lock?.release();
  }

  /** Removes folders of entries whose creation was interrupted, and makes the names of the others durable. */
  async recover(): Promise<void> {
    try {
      await this.#fs.syncFolder(this.#entriesPath);
      const names = await this.#fs.list(this.#entriesPath);
      for (const name of names.filter((candidate) => candidate.startsWith(unfinishedPrefix))) {
        await this.#fs.removeFolder(join(this.#entriesPath, name));
      }
      await clearErased(this.#fs, this.dir);
    } catch (error) {
      throw fileError(error, 'open the notebook for writing', 'Nothing was lost');
    }
  }

  #unfinishedPath(id: string): string {
    return join(this.#entriesPath, `${unfinishedPrefix}${id}`);
  }

  get #entriesPath(): string {
    return join(this.dir, 'entries');
  }

  #entry(path: string, id?: string): Promise<EntryStore> {
    const open = this.#open.get(path);
    if (open !== undefined) return open;
    const opening = this.#openEntry(path, id);
    this.#open.set(path, opening);
    opening.catch(() => this.#open.delete(path));
    return opening;
  }

  async #openEntry(path: string, id: string | undefined): Promise<EntryStore> {
    await this.writerElsewhere();
    // An entry outside of the notebook is not covered by its lock.
    const isInside = dirname(path) === this.#entriesPath;
    const named =
      id ??
      (isInside ? (await this.#entries()).find(({ folder }) => folder === basename(path))?.id : undefined);
    return openEntryStore({
      fs: this.#fs,
      path,
      ...(named === undefined ? {} : { id: named }),
      writable: this.#lock !== null && isInside,
      work: this.#work,
      now: this.#now,
    });
  }

  /** All entries' folders. Throws LabError 'not-found' where the notebook was there and is gone. */
  async #entries(): Promise<EntryFolder[]> {
    const isThere = (await this.#fs.facts(this.#entriesPath)) !== null;
    if (!isThere && (this.#lock !== null || this.#wasThere)) {
      throw new LabError(
        'not-found',
        `The notebook's folder is gone: ${this.dir}. It was moved, or its drive was taken out; put it back.`,
      );
    }
    this.#wasThere = isThere;
    return this.#folders.list();
  }

  async #summary(entry: EntryFolder, queued: ReadonlySet<string>): Promise<EntrySummary> {
    const path = join(this.#entriesPath, entry.folder);
    const open = await this.#open.get(path)?.catch(() => undefined);
    return readEntrySummary(this.#fs, path, entry, this.#recorded, open, queued);
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function newEntryId(): string {
  const id = randomBytes(4).toString('hex');
  return id === openedEntryId ? newEntryId() : id;
}
