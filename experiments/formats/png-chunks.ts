/** The chunks of a PNG file (W3C PNG, third edition): reading them, writing them, text in UTF-8. */
import { unzlibSync } from 'fflate';
import { ImportError } from './import-error.ts';

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** A chunk of a PNG file: its type of four letters, its data. */
export interface PngChunk {
  /** Four letters. */
  readonly type: string;
  readonly data: Uint8Array;
}

/** Bytes of a PNG file of those chunks, checksums added. */
export function encodeChunks(chunks: readonly PngChunk[]): Uint8Array<ArrayBuffer> {
  const size = chunks.reduce((sum, chunk) => sum + 12 + chunk.data.length, signature.length);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  bytes.set(signature);
  let at = signature.length;
  for (const { type, data } of chunks) {
    view.setUint32(at, data.length);
    for (let letter = 0; letter < 4; letter++) bytes[at + 4 + letter] = type.charCodeAt(letter);
    bytes.set(data, at + 8);
    view.setUint32(at + 8 + data.length, crc32(bytes.subarray(at + 4, at + 8 + data.length)));
    at += 12 + data.length;
  }
  return bytes;
}

/** Chunks of a PNG file up to IEND, as views into it. Throws ImportError where the file is cut, damaged or no PNG. */
export function parseChunks(bytes: Uint8Array): PngChunk[] {
  if (signature.some((byte, at) => bytes[at] !== byte)) throw new ImportError('not a PNG file');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: PngChunk[] = [];
  let at = signature.length;
  for (;;) {
    if (at + 12 > bytes.length) throw new ImportError('PNG file ends before its last chunk');
    const length = view.getUint32(at);
    if (length > bytes.length - at - 12) throw new ImportError('PNG file ends within a chunk');
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (!/^[A-Za-z]{4}$/.test(type)) throw new ImportError('PNG file has a chunk without a name');
    if (crc32(bytes.subarray(at + 4, at + 8 + length)) !== view.getUint32(at + 8 + length)) {
      throw new ImportError(`PNG file is damaged: wrong checksum of its ${type} chunk`);
    }
    chunks.push({ type, data: bytes.subarray(at + 8, at + 8 + length) });
    if (type === 'IEND') return chunks;
    at += 12 + length;
  }
}

/** An iTXt chunk: a Latin-1 keyword of 1 to 79 characters and uncompressed UTF-8 text. */
export function textChunk(keyword: string, text: string): PngChunk {
  if (!/^[\x21-\x7e](?:[\x20-\x7e]{0,77}[\x21-\x7e])?$/.test(keyword)) {
    throw new RangeError(`a PNG keyword has 1 to 79 printable ASCII characters: '${keyword}'`);
  }
  const body = new TextEncoder().encode(text);
  // Keyword, separator, compression flag and method, empty language tag and translated keyword with separators.
  const data = new Uint8Array(keyword.length + 5 + body.length);
  for (let at = 0; at < keyword.length; at++) data[at] = keyword.charCodeAt(at);
  data.set(body, keyword.length + 5);
  return { type: 'iTXt', data };
}

/** Text of the first iTXt chunk with that keyword, at most `limit` bytes; undefined where there is none. Throws ImportError. */
export function maybeText(chunks: readonly PngChunk[], keyword: string, limit: number): string | undefined {
  for (const { type, data } of chunks) {
    if (type !== 'iTXt') continue;
    const end = data.indexOf(0);
    if (end < 0 || String.fromCharCode(...data.subarray(0, Math.min(end, 80))) !== keyword) continue;
    const language = data.indexOf(0, end + 3);
    const translated = language < 0 ? -1 : data.indexOf(0, language + 1);
    if (translated < 0) throw new ImportError(`PNG text '${keyword}' is cut`);
    const body = inflatedText(data[end + 1], data.subarray(translated + 1), keyword, limit);
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(body);
    } catch {
      throw new ImportError(`PNG text '${keyword}' is not UTF-8`);
    }
  }
  return undefined;
}

function inflatedText(isCompressed: number, body: Uint8Array, keyword: string, limit: number): Uint8Array {
  if (body.length > limit) throw new ImportError(`PNG text '${keyword}' is longer than ${limit} bytes`);
  if (isCompressed === 0) return body;
  let text: Uint8Array;
  try {
    // A fixed output buffer bounds the memory: what does not fit is dropped.
    text = unzlibSync(body, { out: new Uint8Array(limit + 1) });
  } catch {
    throw new ImportError(`PNG text '${keyword}' cannot be unpacked`);
  }
  if (text.length > limit) throw new ImportError(`PNG text '${keyword}' is longer than ${limit} bytes`);
  return text;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** CRC-32 of ISO 3309, as PNG and zip use it. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 255] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
