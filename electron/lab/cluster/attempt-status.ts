/** What attempts say of themselves, and whether they may be at work. */
import { join } from 'node:path';
import { maxStatusBytes, maybeStatus, type ShardStatus } from '../../../experiments/cluster/shard-status.ts';
import { readWhole, type FileSystem } from '../disk/files.ts';
import { LabError } from '../disk/lab-error.ts';

/** An attempt whose last word is younger may be at work; other clocks and caches of file systems lag. */
const livingMs = 5 * 60_000;

/** What an attempt says of itself; null where it says nothing that can be read. */
export async function readStatus(fs: FileSystem, attempt: string): Promise<ShardStatus | null> {
  const path = join(attempt, 'status.json');
  if ((await fs.facts(path))?.kind !== 'file') return null;
  try {
    return maybeStatus(await readWhole(fs, path, maxStatusBytes));
  } catch (error) {
    if (error instanceof LabError) return null;
    throw error;
  }
}

/** Whether an attempt may be at work. */
export function isLiving(status: ShardStatus | null, nowMs: number): boolean {
  return status !== null && status.ended === null && nowMs - Date.parse(status.time) < livingMs;
}
