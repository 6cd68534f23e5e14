import { expect, test } from 'vitest';
import { crc32c } from '../../../experiments/records/crc32c.ts';
import { concatenated } from '../../../experiments/bytes/concatenated.ts';
import {
  decodeLogFrame,
  encodeLogFrame,
  logFrameHeaderBytes,
  scanLogFrames,
  scanLog,
  type LogReader,
} from '../../../experiments/records/record-log.ts';
import { numbersFrom } from './sample-records.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

test('CRC-32C gives the known answers of RFC 3720', () => {
  expect(crc32c(utf8('123456789'))).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, index) => index))).toBe(0x46dd794e);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, index) => 31 - index))).toBe(0x113fdb5c);
  expect(crc32c(new Uint8Array())).toBe(0);
});

test('CRC-32C of every length equals the bit-by-bit division, in one piece and in two', () => {
  const next = numbersFrom(5);
  const bytes = Uint8Array.from({ length: 70 }, () => next());
  for (let length = 0; length <= bytes.length; length++) {
    const part = bytes.subarray(0, length);
    expect(crc32c(part)).toBe(bitwiseCrc(part));
    const cut = next() % (length + 1);
    expect(crc32c(part.subarray(cut), crc32c(part.subarray(0, cut)))).toBe(bitwiseCrc(part));
  }
});

function bitwiseCrc(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

const payloads = ['first record', 'second', 'the third record', 'four'].map(utf8);
const log = concatenated(payloads.map(encodeLogFrame));
const starts = [0, 20, 34, 58, 70];

test('a log scans to the frames that were written', () => {
  const scan = scanLogFrames(log);
  expect(scan).toMatchObject({ end: log.length, damage: null });
  expect(scan.frames.map(({ offset }) => offset)).toEqual(starts.slice(0, 4));
  expect(payloads.map((payload) => decodeLogFrame(encodeLogFrame(payload)))).toEqual(payloads);
});

test('a frame is its length, its checksum and its payload, little-endian', () => {
  expect([...encodeLogFrame(utf8('123456789'))]).toEqual([
    9,
    0,
    0,
    0,
    0x83,
    0x92,
    0x06,
    0xe3,
    ...utf8('123456789'),
  ]);
});

test('a log cut at any byte keeps all whole frames before the cut', () => {
  for (let length = 0; length <= log.length; length++) {
    const scan = scanLogFrames(log.subarray(0, length));
    const whole = starts.filter((start) => start > 0 && start <= length).length;
    expect(scan.frames.length).toBe(whole);
    expect(scan.end).toBe(starts[whole]);
    expect(scan.damage).toEqual(
      length === scan.end ? null : expect.objectContaining({ offset: scan.end, frame: whole }),
    );
  }
});

test('a byte changed anywhere, to anything, is found in the frame it lies in', () => {
  for (let at = 0; at < log.length; at++) {
    const frame = starts.filter((start) => start <= at).length - 1;
    for (const change of [1, 2, 4, 8, 16, 32, 64, 128, 0xff, 0x55]) {
      const copy = log.slice();
      copy[at] ^= change;
      const scan = scanLogFrames(copy);
      expect(scan.damage?.frame).toBe(frame);
      expect(scan.end).toBe(starts[frame]);
    }
  }
});

test('zeros after the last frame, as a file system may leave them, are no frames', () => {
  for (const count of [1, 8, 16, 4096]) {
    const scan = scanLogFrames(concatenated([log, new Uint8Array(count)]));
    expect(scan.frames.length).toBe(4);
    expect(scan.end).toBe(log.length);
    expect(scan.damage?.frame).toBe(4);
  }
});

test('payloads that no frame may have are refused', () => {
  expect(() => encodeLogFrame(new Uint8Array(3))).toThrow(expect.objectContaining({ code: 'malformed' }));
  expect(() => decodeLogFrame(log)).toThrow(expect.objectContaining({ code: 'malformed' }));
  expect(() => decodeLogFrame(log.subarray(0, 10))).toThrow(expect.objectContaining({ code: 'truncated' }));
});

test('reading piece by piece finds what scanning the whole finds, from any frame on', async () => {
  const next = numbersFrom(11);
  for (let round = 0; round < 200; round++) {
    const copy = log.slice(0, 1 + (next() % log.length));
    if (round % 2 === 0) copy[next() % copy.length] ^= 1 + (next() % 255);
    const whole = scanLogFrames(copy);
    const first = next() % (whole.frames.length + 1);
    const seen: Uint8Array[] = [];
    const offset = whole.frames[first]?.offset ?? whole.end;
    const scan = await scanLog(readerOf(copy), (payload) => void seen.push(payload.slice()), {
      offset,
      frame: first,
    });
    expect(scan).toEqual({ end: whole.end, frames: whole.frames.length, damage: whole.damage });
    expect(seen).toEqual(
      whole.frames
        .slice(first)
        .map((frame) =>
          copy.slice(frame.offset + logFrameHeaderBytes, frame.offset + logFrameHeaderBytes + frame.length),
        ),
    );
  }
});

/** A reader whose pieces are overwritten by the next one, as a file's buffer is. */
function readerOf(bytes: Uint8Array): LogReader {
  const buffer = new Uint8Array(bytes.length);
  return {
    size: bytes.length,
    async read(offset, length) {
      const part = bytes.subarray(offset, offset + length);
      buffer.fill(0xee);
      buffer.set(part);
      return buffer.subarray(0, part.length);
    },
  };
}

test('a log that claims a huge frame is not read beyond its end', async () => {
  const header = new Uint8Array(8);
  new DataView(header.buffer).setUint32(0, 1 << 29, true);
  const asked: number[] = [];
  const reader = readerOf(header);
  const scan = await scanLog(
    {
      size: 8,
      read: (offset, length) => {
        asked.push(length);
        return reader.read(offset, length);
      },
    },
    () => undefined,
  );
  expect(scan.damage?.code).toBe('truncated');
  expect(asked).toEqual([8]);
});
