/** Which cells the holder of a notebook's lock trains, told beside the lock for whoever only reads. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { readWhole, writeAll, type FileSystem } from './files.ts';

const list = z.array(z.string().max(100)).max(100_000);
const maxBytes = 1 << 24;

/** How a cell is named in the list: the same cell may stand in several entries. */
export function cellName(entryId: string, cellId: string): string {
  return `${cellId} of ${entryId}`;
}

/** Writes the list beside the lock file at `lockPath`, or removes it where it is empty. Never throws: it is told for information. */
export async function listCells(fs: FileSystem, lockPath: string, cells: ReadonlySet<string>): Promise<void> {
  const path = `${lockPath}.cells`;
  try {
    if (cells.size === 0) {
      if ((await fs.facts(path)) !== null) await fs.remove(path);
      return;
    }
    // Not durable: after a power failure nobody trains.
    const temporary = `${path}-${randomBytes(4).toString('hex')}`;
    const file = await fs.open(temporary, 'create');
    try {
      await writeAll(file, new TextEncoder().encode(JSON.stringify([...cells])), 0);
    } finally {
      await file.close();
    }
    await fs.rename(temporary, path);
  } catch {
    // Whoever reads then goes by what is there.
  }
}

/** The list beside a lock file; empty where there is none, null where it cannot be read. */
export async function cellsAtWork(fs: FileSystem, lockPath: string): Promise<ReadonlySet<string> | null> {
  const path = `${lockPath}.cells`;
  try {
    if ((await fs.facts(path)) === null) return new Set();
    return new Set(list.parse(JSON.parse(new TextDecoder().decode(await readWhole(fs, path, maxBytes)))));
  } catch {
    return null;
  }
}
