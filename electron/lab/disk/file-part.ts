/** A part of a file as a file of its own. */
import { readRange, type OpenFile } from './files.ts';

const pieceBytes = 1 << 20;

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

/** The bytes of a range of a file, a megabyte at a time; fewer only where the file ends. */
export async function* piecesOf(file: OpenFile, { offset, length }: FileRange): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < length; at += pieceBytes)
    yield await readRange(file, offset + at, Math.min(pieceBytes, length - at));
}
