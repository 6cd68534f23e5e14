/** The trash of a notebook: entries that were moved out of the way, whole, until they are moved back or deleted. */
import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { idOfCopy } from './entry-folders.ts';
import { idOf } from './entry-names.ts';
import { makeFolders, readWhole, type FileSystem } from '../disk/files.ts';
import { fileError, LabError } from '../disk/lab-error.ts';

/** An entry in the trash, as its entry.json says. */
export interface TrashedEntry {
  readonly path: string;
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly tags: readonly string[];
  /** ISO 8601, UTC. */
  readonly created: string;
}

const trashedContent = z.object({
  id: z
    .string()
    .regex(/^[0-9a-f]{8}$/)
    .optional(),
  name: z.string().max(1000),
  title: z.string().max(1000),
  tags: z.array(z.string().max(200)).max(1000),
  created: z.string().max(100),
});

const maxEntryBytes = 1 << 27;

/** Folders in the trash that are being deleted. */
const goingPrefix = '.gone-';

function trashPath(notebook: string): string {
  return join(notebook, 'trash');
}

/** Entries in the trash, newest first. */
export async function listTrash(fs: FileSystem, notebook: string): Promise<TrashedEntry[]> {
  const folder = trashPath(notebook);
  if ((await fs.facts(folder)) === null) return [];
  const names = (await fs.list(folder)).filter((name) => !name.startsWith('.'));
  const entries = await Promise.all(names.map((name) => trashedEntry(fs, join(folder, name))));
  return entries.sort((a, b) => (a.created < b.created ? 1 : -1));
}

/** Moves the folder of an entry, which must be closed, into the trash. */
export async function moveToTrash(fs: FileSystem, notebook: string, entryPath: string): Promise<void> {
  const target = join(trashPath(notebook), basename(entryPath));
  await makeFolders(fs, trashPath(notebook));
  await move(fs, entryPath, target, 'move the entry to the trash');
}

/** Moves an entry back out of the trash. Throws LabError 'not-found'. */
export async function moveFromTrash(fs: FileSystem, notebook: string, entryId: string): Promise<void> {
  const found = await findInTrash(fs, notebook, entryId);
  await move(fs, found.path, join(notebook, 'entries', basename(found.path)), 'restore the entry');
}

/**
 * Deletes an entry of the trash for good, or all of them where none is named. It leaves the list in one step, before its
 * files go: what stops this leaves no part of an entry that could be taken for one. Throws LabError 'not-found'.
 */
export async function eraseFromTrash(fs: FileSystem, notebook: string, entryId?: string): Promise<void> {
  const going =
    entryId === undefined ? await listTrash(fs, notebook) : [await findInTrash(fs, notebook, entryId)];
  try {
    for (const { path } of going)
      await fs.rename(path, join(dirname(path), `${goingPrefix}${randomBytes(6).toString('hex')}`));
    // A disk that forgot the new names must not have forgotten files before.
    if (going.length > 0) await fs.syncFolder(trashPath(notebook));
    await clearErased(fs, notebook);
  } catch (error) {
    throw fileError(error, 'delete it', 'What is still in the trash is whole');
  }
}

/** Removes what an earlier deletion that was stopped has left. */
export async function clearErased(fs: FileSystem, notebook: string): Promise<void> {
  const folder = trashPath(notebook);
  if ((await fs.facts(folder)) === null) return;
  for (const name of await fs.list(folder))
    if (name.startsWith(goingPrefix)) await fs.removeFolder(join(folder, name));
}

async function findInTrash(fs: FileSystem, notebook: string, entryId: string): Promise<TrashedEntry> {
  const found = (await listTrash(fs, notebook)).find(({ path, id }) =>
    [id, idOf(path), idOfCopy(id, basename(path))].includes(entryId),
  );
  if (found === undefined) throw new LabError('not-found', `No entry ${entryId} is in the trash.`);
  return found;
}

async function move(fs: FileSystem, from: string, to: string, task: string): Promise<void> {
  if ((await fs.facts(to)) !== null) {
    throw new LabError('refused', `Could not ${task}: there is another one of that name. Nothing was moved.`);
  }
  try {
    await fs.rename(from, to);
    await fs.syncFolder(dirname(to));
    await fs.syncFolder(dirname(from));
  } catch (error) {
    throw fileError(error, task, 'It is where it was');
  }
}

async function trashedEntry(fs: FileSystem, path: string): Promise<TrashedEntry> {
  const unknown = {
    id: undefined,
    name: basename(path),
    title: basename(path),
    tags: [],
    created: basename(path).slice(0, 10),
  };
  try {
    const bytes = await readWhole(fs, join(path, 'entry.json'), maxEntryBytes);
    const parsed = trashedContent.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
    const { id = idOf(path), ...known } = parsed.success ? parsed.data : unknown;
    return { path, id, ...known };
  } catch {
    // It is listed all the same, so that it can be moved back.
    return { path, ...unknown, id: idOf(path) };
  }
}
