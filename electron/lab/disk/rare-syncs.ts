/**
 * A file system that makes durable what is written by the clock instead of at every record: thousands of workers that
 * each sync several times a second are what shared file systems suffer from. What a lost machine had not synced is
 * trained again, to the same bits.
 */
import type { FileSystem, OpenFile } from './files.ts';

/** A file system of rare syncs. */
export interface RareSyncs extends FileSystem {
  /** From here on everything is synced as it is asked for and when it is closed: the process is about to end. */
  end(): void;
}

/** `fs` with at most one sync of a file in so many seconds; names of folders are made durable at the end alone. */
export function rarelySynced(fs: FileSystem, seconds: number, clockMs: () => number): RareSyncs {
  let isEnding = false;
  const rarely = (file: OpenFile): OpenFile => {
    let lastMs = clockMs();
    let isDirty = false;
    const syncNow = async (): Promise<void> => {
      lastMs = clockMs();
      isDirty = false;
      await file.sync();
    };
    return {
      ...file,
      write: (bytes, position) => {
        isDirty = true;
        return file.write(bytes, position);
      },
      sync: async () => {
        if (isEnding || clockMs() - lastMs >= 1000 * seconds) await syncNow();
      },
      close: async () => {
        if (isEnding && isDirty) await syncNow();
        await file.close();
      },
    };
  };
  return {
    ...fs,
    open: async (path, mode) => {
      const file = await fs.open(path, mode);
      return mode === 'read' ? file : rarely(file);
    },
    syncFolder: async (path) => {
      if (isEnding) await fs.syncFolder(path);
    },
    end: () => {
      isEnding = true;
    },
  };
}
