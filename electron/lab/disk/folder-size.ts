/** How much disk a folder takes. */
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
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

/** Bytes that are free for this user on the disk that holds a path; 0 where the system does not tell. */
export async function freeBytes(path: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch {
    return 0;
  }
}
