/** Which folders of a notebook are entries, and what each is called: the id in its entry.json, wherever its folder was moved. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { maxEntryBytes } from '../../../experiments/entries/entry-json.ts';
import { openedEntryId } from '../../contract/opened-entry.ts';
import { readWhole, type FileSystem } from '../disk/files.ts';
import { fileError, LabError } from '../disk/lab-error.ts';
import { idOf } from './entry-names.ts';

/** What an entry is called in the notebook. */
export interface NamedEntry {
  readonly id: string;
  readonly folder: string;
}

/** An entry's folder, and whether it is a copy of another one beside it. */
export interface EntryFolder extends NamedEntry {
  readonly isCopy: boolean;
}

const idPattern = /^[0-9a-f]{8}$/;

/** The id of a folder that is a copy: always the same one, and not that of the entry it was copied from. */
export function idOfCopy(id: string, folder: string): string {
  for (let round = 0; ; round++) {
    const digest = createHash('sha256').update(`${id} ${folder} ${round}`).digest('hex').slice(0, 8);
    if (digest !== openedEntryId && digest !== id) return digest;
  }
}

/** Tells entries of the same id apart: the one whose folder was named for it keeps it, else the first by name. */
export function distinctIds(entries: readonly NamedEntry[]): EntryFolder[] {
  const owners = new Map<string, string>();
  const byName = [...entries].sort((a, b) => (a.folder < b.folder ? -1 : 1));
  for (const { id, folder } of byName) {
    const known = owners.get(id);
    if (known === undefined || (idOf(known) !== id && idOf(folder) === id)) owners.set(id, folder);
  }
  return entries.map(({ id, folder }) =>
    owners.get(id) === folder
      ? { id, folder, isCopy: false }
      : { id: idOfCopy(id, folder), folder, isCopy: true },
  );
}

/** The folders of entries in one folder. */
export class EntryFolders {
  readonly #fs: FileSystem;
  readonly #path: string;
  /** Ids as they were read, with what tells whether entry.json has changed since; null for folders that are no entries. */
  readonly #known = new Map<string, { readonly stamp: string; readonly id: string | null }>();

  constructor(fs: FileSystem, path: string) {
    this.#fs = fs;
    this.#path = path;
  }

  /** All entries, in no order. Files, and folders that hold nothing of an entry, are passed over. */
  async list(): Promise<EntryFolder[]> {
    const found: NamedEntry[] = [];
    for (const folder of await this.names()) {
      const id = await this.#idIn(folder);
      if (id !== null) found.push({ id, folder });
    }
    return distinctIds(found);
  }

  /** Names in the folder that may be entries. */
  async names(): Promise<string[]> {
    try {
      if ((await this.#fs.facts(this.#path)) === null) return [];
      return (await this.#fs.list(this.#path)).filter((name) => !name.startsWith('.'));
    } catch (error) {
      throw fileError(error, 'list the entries of the notebook');
    }
  }

  /** The id in a folder's entry.json; what its name says where that cannot be read; null where it is no entry. */
  async #idIn(folder: string): Promise<string | null> {
    const path = join(this.#path, folder);
    const file = join(path, 'entry.json');
    const facts = await this.#fs.facts(file);
    if (facts === null) return this.#withoutJson(folder);
    const stamp = `${facts.size} ${facts.modifiedMs} ${facts.identity}`;
    const known = this.#known.get(folder);
    if (known?.stamp === stamp) return known.id;
    const id = (await this.#readId(file)) ?? idOf(folder);
    this.#known.set(folder, { stamp, id });
    return id;
  }

  /** An entry that lost its entry.json is still one, to be shown with what is wrong. */
  async #withoutJson(folder: string): Promise<string | null> {
    const path = join(this.#path, folder);
    if ((await this.#fs.facts(path))?.kind === 'file') return null;
    if (idPattern.test(idOf(folder))) return idOf(folder);
    for (const name of ['sweep.yaml', 'cells'])
      if ((await this.#fs.facts(join(path, name))) !== null) return idOf(folder);
    return null;
  }

  async #readId(file: string): Promise<string | null> {
    try {
      const text = new TextDecoder().decode(await readWhole(this.#fs, file, maxEntryBytes));
      const content: unknown = JSON.parse(text);
      const id = typeof content === 'object' && content !== null && 'id' in content ? content.id : null;
      return typeof id === 'string' && idPattern.test(id) ? id : null;
    } catch (error) {
      if (error instanceof SyntaxError || error instanceof LabError) return null;
      throw error;
    }
  }
}
