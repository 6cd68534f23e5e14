/** The files of an imported entry, in a folder that nobody sees yet. */
import { dirname, join } from 'node:path';
import { makeFolders, writeParts, type FileSystem, type OpenFile } from '../disk/files.ts';
import { fileError, readingOnly } from '../disk/lab-error.ts';
import type { EntryStore } from '../notebook/entry-store.ts';
import type { Notebook } from '../notebook/notebook.ts';
import { checkArchive, type CheckedArchive, type ImportOptions } from './archive-import.ts';

/** An imported entry's files in a folder that `Notebook.adopt` gives its name. */
export interface UnpackedEntry {
  readonly id: string;
  readonly folder: string;
  /** What is odd about it, one line each. */
  readonly remarks: readonly string[];
}

/**
 * Puts an entry that an archive holds into a notebook, whole or not at all. Throws what checkArchive throws, and
 * LabError 'refused' where the entry is there already; then nothing was written.
 */
export async function importArchive(
  notebook: Notebook,
  archive: OpenFile,
  options: ImportOptions,
): Promise<{ readonly entry: EntryStore; readonly remarks: readonly string[] }> {
  if (notebook.mode === 'read') throw readingOnly();
  const { remarks, ...place } = await unpackArchive(notebook, archive, options);
  return { entry: await notebook.adopt(place), remarks };
}

/** The first half of an import, which another thread may do: the files, in a folder that is no entry yet. */
export async function unpackArchive(
  notebook: Notebook,
  archive: OpenFile,
  options: ImportOptions,
): Promise<UnpackedEntry> {
  const checked = await checkArchive(archive, options);
  const { id, folder, remarks } = checked;
  const { fileSystem: fs } = notebook;
  const unfinished = await notebook.unfinishedFolder(checked);
  try {
    // An import that was given up may have left its folder.
    await fs.removeFolder(unfinished);
    await writeImported(fs, unfinished, checked, options.signal);
  } catch (error) {
    await fs.removeFolder(unfinished).catch(() => undefined);
    throw fileError(error, 'import the entry', 'The notebook is as it was before');
  }
  return { id, folder, remarks };
}

/** Writes all files of a checked archive into the folder `path` and makes them durable. */
async function writeImported(
  fs: FileSystem,
  path: string,
  archive: CheckedArchive,
  signal: AbortSignal,
): Promise<void> {
  const folders = new Set([path, join(path, 'cells')]);
  for (const folder of folders) await makeFolders(fs, folder);
  for await (const file of archive.files()) {
    signal.throwIfAborted();
    const target = join(path, file.path);
    await makeFolders(fs, dirname(target));
    folders.add(dirname(target));
    await writeParts(fs, target, file.parts);
    const written = await fs.open(target, 'write');
    await written.sync().finally(() => written.close());
  }
  for (const folder of folders) await fs.syncFolder(folder);
}
