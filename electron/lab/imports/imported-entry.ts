/** The files of an imported entry, in a folder that nobody sees yet. */
import { dirname, join } from 'node:path';
import type { CheckedArchive } from './archive-import.ts';
import { makeFolders, writeParts, type FileSystem } from '../disk/files.ts';

/** Writes all files of a checked archive into the folder `path` and makes them durable. */
export async function writeImported(
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
