/** Reading a file from its beginning to its end in large pieces. */
import { readRange, type OpenFile } from './files.ts';

const scanChunkBytes = 1 << 20;

/** What reads a file in large pieces, so that small frames cost no system call each; its size is that of now. */
export async function bufferedReader(
  file: OpenFile,
): Promise<{ size: number; read(offset: number, length: number): Promise<Uint8Array> }> {
  let held: Uint8Array = new Uint8Array(0);
  let heldAt = 0;
  const size = await file.size();
  return {
    size,
    async read(offset, length) {
      if (offset < heldAt || offset + length > heldAt + held.length) {
        held = await readRange(file, offset, Math.min(size - offset, Math.max(length, scanChunkBytes)));
        heldAt = offset;
      }
      return held.subarray(offset - heldAt, offset - heldAt + length);
    },
  };
}
