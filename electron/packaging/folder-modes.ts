/** Modes of the packaged folder. */
import { makeEnterable } from '../lab/disk/outside-files.ts';

/**
 * Lets everybody enter packaged folders: the packager makes them for its own user alone, and the deb takes their mode over,
 * so that root alone could start the program in /opt.
 */
export async function openForEverybody(folders: readonly string[]): Promise<void> {
  if (process.platform === 'win32') return;
  await makeEnterable(folders);
}
