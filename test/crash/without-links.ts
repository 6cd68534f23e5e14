/** A file system without hard links, such as FAT, exFAT and many network shares, that takes its time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { diskFileSystem, type FileSystem } from '../../electron/lab/disk/files.ts';

/** Milliseconds that making a lock file and filling it take. */
export interface LockDelays {
  readonly makeMs?: number;
  readonly fillMs?: number;
}

/** The disk without hard links; filling a lock file and making it take the time that is given. */
export function withoutLinks(delays: LockDelays): FileSystem {
  return {
    ...diskFileSystem,
    link: async () => {
      await sleep(delays.makeMs ?? 0);
      throw Object.assign(new Error('no links here'), { code: 'EPERM' });
    },
    open: async (path, mode) => {
      const file = await diskFileSystem.open(path, mode);
      if (mode !== 'create' || !/[0-9]$/.test(path)) return file;
      return {
        ...file,
        write: async (bytes, position) => {
          await sleep(delays.fillMs ?? 0);
          return file.write(bytes, position);
        },
      };
    },
  };
}
