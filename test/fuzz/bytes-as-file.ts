/** Files that lie in memory. */
import type { OpenFile } from '../../electron/lab/disk/files.ts';
import { LabError } from '../../electron/lab/disk/lab-error.ts';

/** Bytes in memory as a file that can be read. */
export function bytesAsFile(bytes: Uint8Array): OpenFile {
  const refuse = (): Promise<never> => {
    return Promise.reject(new LabError('refused', 'These bytes can only be read.'));
  };
  return {
    read(target, position) {
      const part = bytes.subarray(position, position + target.length);
      target.set(part);
      return Promise.resolve(part.length);
    },
    write: refuse,
    truncate: refuse,
    sync: () => Promise.resolve(),
    size: () => Promise.resolve(bytes.length),
    identity: () => Promise.resolve(null),
    close: () => Promise.resolve(),
  };
}
