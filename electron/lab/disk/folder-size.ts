/** How much disk a folder takes. */
import { statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errnoOf } from './lab-error.ts';
import type { FileSystem } from './files.ts';

/** Bytes of all files in a folder and below; links count as nothing. What disappears meanwhile is left out. */
export async function folderBytes(fs: FileSystem, path: string): Promise<number> {
  const facts = await fs.facts(path);
  if (facts === null) return 0;
  if (facts.kind !== 'folder') return facts.kind === 'file' ? facts.size : 0;
  const names = await fs.list(path).catch(() => []);
  let bytes = 0;
  for (const name of names) bytes += await folderBytes(fs, join(path, name));
  return bytes;
}

/** Bytes that are free for this user on the disk that holds a path, or will hold it; 0 where the system does not tell. */
export async function freeBytes(path: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch (error) {
    // A notebook is made with its first entry, on the disk of the folder above.
    return errnoOf(error) === 'ENOENT' && dirname(path) !== path ? freeBytes(dirname(path)) : 0;
  }
}

/** Files that the disk which holds a path, or will hold it, has room for; null where it has no such limit or does not tell. */
export async function freeFiles(path: string): Promise<number | null> {
  try {
    const { files, ffree } = await statfs(path);
    return files > 0 ? ffree : null;
  } catch (error) {
    return errnoOf(error) === 'ENOENT' && dirname(path) !== path ? freeFiles(dirname(path)) : null;
  }
}

/** How many of so many bytes will not find room on the disk of a path; 0 where all will, or the system does not tell. */
export async function missingBytes(bytes: number, path: string): Promise<number> {
  const free = await freeBytes(path);
  return free === 0 ? 0 : Math.max(0, bytes - free);
}
