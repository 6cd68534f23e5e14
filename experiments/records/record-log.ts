/**
 * The framed log that records and previews are kept in. A frame is {payload length u32, CRC-32C of the payload u32,
 * payload}, little-endian; frames follow each other without gaps. A log is only ever appended to, so that whatever
 * stops a writer leaves a good prefix and at most one torn tail.
 */
import { crc32c } from './crc32c.ts';
import { EntryError } from './entry-error.ts';

/** Bytes before a payload. */
export const logFrameHeaderBytes = 8;

/** Longest payload: [512]*100 with both of Adam's moments is 0.3 GB. */
export const maxPayloadBytes = 1 << 30;

/** Shortest payload: the length of a record's header. An all-zero tail, as some file systems leave it, is therefore no frame. */
const minimumPayloadBytes = 4;

/** Where a frame lies in its log. */
export interface LogPosition {
  /** Offset of the frame's first byte. */
  readonly offset: number;
  /** Bytes of the payload, which begins at offset + logFrameHeaderBytes. */
  readonly length: number;
}

/** Where a log stops being readable, and why. */
export interface LogDamage {
  readonly offset: number;
  /** First byte after the damaged frame where its length can be believed, else the end of the log. */
  readonly end: number;
  /** Number of the frame that is damaged, from 0. */
  readonly frame: number;
  readonly code: 'truncated' | 'damaged';
  readonly message: string;
}

export interface LogScan {
  readonly frames: readonly LogPosition[];
  /** Bytes of the good prefix. */
  readonly end: number;
  readonly damage: LogDamage | null;
}

/** Something frames are read from: a file, or bytes in memory. */
export interface LogReader {
  /** Bytes there are. */
  readonly size: number;
  /** Exactly `length` bytes from `offset`, or fewer where the log ends; they may be reused by the next call. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** A frame around `payload`: header and payload in one buffer. Throws EntryError 'too-large' or 'malformed' (shorter than 4 bytes). */
export function encodeLogFrame(payload: Uint8Array): Uint8Array {
  if (payload.length > maxPayloadBytes) {
    throw new EntryError(
      'too-large',
      `a record of ${payload.length} bytes is over the limit of ${maxPayloadBytes}`,
    );
  }
  if (payload.length < minimumPayloadBytes)
    throw new EntryError('malformed', 'a record needs at least 4 bytes');
  const frame = new Uint8Array(logFrameHeaderBytes + payload.length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, payload.length, true);
  view.setUint32(4, crc32c(payload), true);
  frame.set(payload, logFrameHeaderBytes);
  return frame;
}

/** Payload of the frame that `frame` holds from its first to its last byte. Throws EntryError 'truncated' or 'damaged'. */
export function decodeLogFrame(frame: Uint8Array): Uint8Array {
  const scan = scanLogFrames(frame);
  if (scan.damage !== null) throw new EntryError(scan.damage.code, scan.damage.message);
  if (scan.frames.length !== 1)
    throw new EntryError('malformed', `${scan.frames.length} frames where one was expected`);
  return frame.subarray(logFrameHeaderBytes);
}

/** Good prefix of a log in memory. */
export function scanLogFrames(log: Uint8Array): LogScan {
  const frames: LogPosition[] = [];
  let offset = 0;
  while (offset < log.length) {
    const header = log.subarray(offset, offset + logFrameHeaderBytes);
    const length = payloadLength(header, log.length - offset);
    const start = offset + logFrameHeaderBytes;
    const reason =
      typeof length === 'string' ? length : checksumFault(header, log.subarray(start, start + length));
    if (typeof length === 'string' || reason !== null) {
      const damaged = typeof length === 'string' ? log.length : start + length;
      return {
        frames,
        end: offset,
        damage: damageAt(offset, damaged, frames.length, reason ?? 'unreadable'),
      };
    }
    frames.push({ offset, length });
    offset = start + length;
  }
  return { frames, end: offset, damage: null };
}

/**
 * Good prefix of a log that is read piece by piece, from `from` on (an end of a frame). `visit` sees every good payload
 * in order; it may be reused after it returns. Memory: one payload.
 */
export async function scanLog(
  reader: LogReader,
  visit: (payload: Uint8Array, position: LogPosition, frame: number) => void,
  from: { readonly offset: number; readonly frame: number } = { offset: 0, frame: 0 },
): Promise<{ readonly end: number; readonly frames: number; readonly damage: LogDamage | null }> {
  let { offset, frame } = from;
  while (offset < reader.size) {
    const header = Uint8Array.from(await reader.read(offset, logFrameHeaderBytes));
    const length = payloadLength(header, reader.size - offset);
    if (typeof length === 'string')
      return { end: offset, frames: frame, damage: damageAt(offset, reader.size, frame, length) };
    const payload = await reader.read(offset + logFrameHeaderBytes, length);
    const fault = payload.length === length ? checksumFault(header, payload) : torn;
    if (fault !== null) {
      const damaged = offset + logFrameHeaderBytes + length;
      return { end: offset, frames: frame, damage: damageAt(offset, damaged, frame, fault) };
    }
    visit(payload, { offset, length }, frame);
    offset += logFrameHeaderBytes + length;
    frame++;
  }
  return { end: offset, frames: frame, damage: null };
}

const torn = 'the log ends within it';

/** Length a frame header announces, or why it cannot be right; `left` counts the bytes from the header on. */
function payloadLength(header: Uint8Array, left: number): number | string {
  if (header.length < logFrameHeaderBytes) return torn;
  const length = new DataView(header.buffer, header.byteOffset).getUint32(0, true);
  if (length < minimumPayloadBytes || length > maxPayloadBytes) return `its length ${length} is impossible`;
  return length > left - logFrameHeaderBytes ? torn : length;
}

function checksumFault(header: Uint8Array, payload: Uint8Array): string | null {
  const stored = new DataView(header.buffer, header.byteOffset).getUint32(4, true);
  return crc32c(payload) === stored ? null : 'its checksum does not match';
}

function damageAt(offset: number, end: number, frame: number, reason: string): LogDamage {
  const code = reason === torn ? 'truncated' : 'damaged';
  return { offset, end, frame, code, message: `record ${frame} at byte ${offset}: ${reason}` };
}
