/** The pack of an attempt as others see it: which cells it holds, by the heads of its frames, whoever may have written it. */
import type { CellRow } from '../../../experiments/entries/cells-index.ts';
import { packedCellFrom, packedHeadBytes } from '../../../experiments/entries/pack.ts';
import { EntryError } from '../../../experiments/records/entry-error.ts';
import { logFrameHeaderBytes } from '../../../experiments/records/record-log.ts';
import { bufferedReader } from '../disk/buffered-reader.ts';
import type { OpenFile } from '../disk/files.ts';

/** A cell of an attempt's pack. */
export interface PackFrame {
  readonly row: CellRow;
  /** Offset of the frame in the pack, and length of its payload, bytes. */
  readonly offset: number;
  readonly length: number;
  /** CRC-32C of the payload as the frame says. */
  readonly checksum: number;
}

/** What the heads of a pack's frames tell. */
export interface PackHeads {
  readonly frames: readonly PackFrame[];
  /** Where the last whole frame of a cell ends. */
  readonly end: number;
  /** Whether what follows the cells is the frame of a table: whoever wrote it has ended in order. */
  readonly isEnded: boolean;
  /** Why nothing can be read beyond `end`; null where it is the end of the file, or a frame that is still being written. */
  readonly damage: string | null;
}

/** Reads the heads of a pack's frames, `most` at most, from an end of a frame on; payloads are passed over. Memory: 1 MiB. */
export async function readPackHeads(file: OpenFile, from = 0, most = Infinity): Promise<PackHeads> {
  const reader = await bufferedReader(file);
  const frames: PackFrame[] = [];
  let end = from;
  const ending = (isEnded: boolean, damage: string | null): PackHeads => ({ frames, end, isEnded, damage });
  while (end < reader.size) {
    const head = await reader.read(end, Math.min(packedHeadBytes, reader.size - end));
    if (head.length < logFrameHeaderBytes + 4) return ending(false, null);
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    const length = view.getUint32(0, true);
    if (end + logFrameHeaderBytes + length > reader.size) return ending(false, null);
    try {
      const cell = packedCellFrom(head.subarray(logFrameHeaderBytes), end, length);
      if (cell === null) return ending(true, null);
      if (frames.length === most) return ending(false, 'its pack holds more cells than there are');
      frames.push({ row: cell.row, offset: end, length, checksum: view.getUint32(4, true) });
    } catch (error) {
      if (!(error instanceof EntryError)) throw error;
      return ending(false, error.message);
    }
    end += logFrameHeaderBytes + length;
  }
  return ending(false, null);
}
