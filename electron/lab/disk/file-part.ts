/** A part of a file as a file of its own. */
import type { OpenFile } from './files.ts';

/** Bytes of a file. */
export interface FileRange {
  readonly offset: number;
  readonly length: number;
}

/** Where a log lies: a file, or a part of one, which is only read. */
export interface LogPlace {
  readonly path: string;
  readonly range: FileRange | null;
  readonly writable: boolean;
}

/** A part of a file as a file that is only read. */
export function partOf(file: OpenFile, { offset, length }: FileRange): OpenFile {
  return {
    ...file,
    read: (target, position) => {
      const left = Math.max(0, length - position);
      return file.read(left < target.length ? target.subarray(0, left) : target, offset + position);
    },
    size: () => Promise.resolve(length),
  };
}
