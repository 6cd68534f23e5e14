/** A log in which some frames are replaced by others or left out, as its bytes come one after another. */
import {
  encodeLogFrame,
  logFrameHeaderBytes,
  type LogPosition,
} from '../../../experiments/records/record-log.ts';
import { partOf, piecesOf, type LogPlace } from './file-part.ts';
import type { FileSystem } from './files.ts';

/** A frame of a log, and the payload that takes its place; null where none does. */
export interface LogEdit {
  readonly position: LogPosition;
  readonly payload: Uint8Array | null;
}

/**
 * The bytes of the first `end` bytes of a log with its frames at `edits`, in the order of the log, replaced; all others are
 * copied. Memory: a megabyte and one payload.
 */
export async function* editedLog(
  fs: FileSystem,
  { path, range }: LogPlace,
  end: number,
  edits: AsyncIterable<LogEdit> | Iterable<LogEdit>,
): AsyncGenerator<Uint8Array> {
  if (end === 0) return;
  const whole = await fs.open(path, 'read');
  try {
    const file = range === null ? whole : partOf(whole, range);
    let at = 0;
    for await (const { position, payload } of edits) {
      yield* piecesOf(file, { offset: at, length: position.offset - at });
      if (payload !== null) yield encodeLogFrame(payload);
      at = position.offset + logFrameHeaderBytes + position.length;
    }
    yield* piecesOf(file, { offset: at, length: end - at });
  } finally {
    await whole.close();
  }
}
