/** Measured speeds of this machine's GPU in the user's cache folder. */

import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { readWhole, diskFileSystem, makeFolders, writeWhole } from './files.ts';

/** Floating-point operations of training a second, of the GPU with cells side by side and of a thread with one. */
export interface MeasuredSpeeds {
  readonly gpu: number;
  readonly thread: number;
}

/** Measurements kept between starts. */
export interface SpeedCache {
  read(key: string): Promise<MeasuredSpeeds | null>;
  write(key: string, speeds: MeasuredSpeeds): Promise<void>;
}

export const storedSpeeds = z.record(z.string(), z.object({ gpu: z.number(), thread: z.number() }));
export const maxBytes = 1 << 16;
/** A cache in a file of the user's cache folder; a file that cannot be read or written only means measuring again. */

export function diskSpeedCache(
  path: string = join(
    process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
    'creasebook',
    'speeds.json',
  ),
): SpeedCache {
  const readAll = async (): Promise<Record<string, MeasuredSpeeds>> => {
    try {
      return storedSpeeds.parse(
        JSON.parse(new TextDecoder().decode(await readWhole(diskFileSystem, path, maxBytes))),
      );
    } catch {
      return {};
    }
  };
  return {
    read: async (key) => (await readAll())[key] ?? null,
    async write(key, speeds) {
      const text = JSON.stringify({ ...(await readAll()), [key]: speeds }, null, 2);
      try {
        await makeFolders(diskFileSystem, dirname(path));
        await writeWhole(diskFileSystem, path, new TextEncoder().encode(`${text}\n`));
      } catch {
        // The next start measures again.
      }
    },
  };
}
