/** Reading a file from its beginning to its end in large pieces. */
import { readInto, type OpenFile } from './files.ts';

const scanChunkBytes = 1 << 20;

/** A reader of a file; what it hands over holds until the next read. */
export interface BufferedReader {
  /** Bytes of the file when the reader was made. */
  readonly size: number;
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** What reads a file in large pieces, so that small frames cost no system call each, into the same memory again and again. */
export async function bufferedReader(file: OpenFile): Promise<BufferedReader> {
  let memory = new Uint8Array(0);
  let held = memory;
  let heldAt = 0;
  const size = await file.size();
  return {
    size,
    async read(offset, length) {
      if (offset < heldAt || offset + length > heldAt + held.length) {
        const wanted = Math.min(size - offset, Math.max(length, scanChunkBytes));
        if (memory.length < wanted) memory = new Uint8Array(wanted);
        held = await readInto(file, offset, memory.subarray(0, wanted));
        heldAt = offset;
      }
      return held.subarray(offset - heldAt, offset - heldAt + length);
    },
  };
}
