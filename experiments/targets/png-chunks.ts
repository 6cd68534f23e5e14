/** The structure of a PNG file (ISO/IEC 15948): what is checked before its pixels are decoded. */
import { checkPictureSize } from './picture-limits.ts';
import { TargetError } from './target-error.ts';

export const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] as const;

/** What the first chunk of a PNG says. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha. */
  readonly colourType: number;
  readonly isInterlaced: boolean;
}

interface Chunk {
  readonly type: string;
  /** From the length field to the checksum. */
  readonly whole: Uint8Array;
  readonly content: Uint8Array;
}

/** What the pixels of a PNG file need. */
export interface PngParts {
  readonly header: PngHeader;
  /** Colours of a palette: [entries, 4], 8 bits of red, green, blue and alpha each. */
  readonly palette: Uint8Array | null;
  /** Transparent colour of a picture without alpha channel: one or three samples. */
  readonly transparentColour: readonly number[] | null;
  /** The compressed pixels, piece by piece. */
  readonly pixels: readonly Uint8Array[];
}

const depthsByColourType: ReadonlyMap<number, readonly number[]> = new Map([
  [0, [1, 2, 4, 8, 16]],
  [2, [8, 16]],
  [3, [1, 2, 4, 8]],
  [4, [8, 16]],
  [6, [8, 16]],
]);
/** Samples of a pixel by colour type. */
export const samplesByColourType: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [6, 4],
]);

/** The error of a damaged file: what is wrong with it. */
export function damagedPng(what: string): TargetError {
  return new TargetError(`the PNG file is damaged: ${what}`);
}

function readChunks(bytes: Uint8Array): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  let at = pngSignature.length;
  while (chunks.at(-1)?.type !== 'IEND') {
    if (at + 12 > bytes.length) throw damagedPng('it ends early');
    const length = view.getUint32(at);
    if (at + 12 + length > bytes.length) throw damagedPng('it ends early');
    chunks.push({
      type: String.fromCharCode(...bytes.subarray(at + 4, at + 8)),
      whole: bytes.subarray(at, at + 12 + length),
      content: bytes.subarray(at + 8, at + 8 + length),
    });
    at += 12 + length;
  }
  return chunks;
}

function parseHeader(chunk: Chunk | undefined): PngHeader {
  if (chunk?.type !== 'IHDR' || chunk.content.length !== 13) throw damagedPng('it has no header');
  const view = new DataView(chunk.content.buffer, chunk.content.byteOffset, 13);
  const depth = view.getUint8(8);
  const colourType = view.getUint8(9);
  if (depthsByColourType.get(colourType)?.includes(depth) !== true) {
    throw damagedPng(`colour type ${colourType} with ${depth} bits does not exist`);
  }
  const interlace = view.getUint8(12);
  if (view.getUint8(10) !== 0 || view.getUint8(11) !== 0 || interlace > 1) throw damagedPng('unknown method');
  const header = {
    width: view.getUint32(0),
    height: view.getUint32(4),
    depth,
    colourType,
    isInterlaced: interlace === 1,
  };
  checkPictureSize(header.width, header.height);
  return header;
}

function transparentColour(header: PngHeader, chunk: Chunk | undefined): number[] | null {
  if (chunk === undefined || (header.colourType !== 0 && header.colourType !== 2)) return null;
  const samples = header.colourType === 0 ? 1 : 3;
  if (chunk.content.length !== 2 * samples) throw damagedPng('its transparent colour is incomplete');
  const view = new DataView(chunk.content.buffer, chunk.content.byteOffset, chunk.content.length);
  return Array.from({ length: samples }, (_, sample) => view.getUint16(2 * sample));
}

function paletteColours(chunk: Chunk | undefined, transparency: Chunk | undefined): Uint8Array {
  if (chunk === undefined || chunk.content.length === 0 || chunk.content.length % 3 !== 0) {
    throw damagedPng('its palette is missing or incomplete');
  }
  const entries = chunk.content.length / 3;
  const colours = new Uint8Array(4 * entries).fill(255);
  for (let entry = 0; entry < entries; entry++) {
    colours.set(chunk.content.subarray(3 * entry, 3 * entry + 3), 4 * entry);
    colours[4 * entry + 3] = transparency?.content[entry] ?? 255;
  }
  return colours;
}

/** Throws TargetError unless the checksums of chunks are right. */
function checkChecksums(chunks: readonly (Chunk | undefined)[]): void {
  for (const chunk of chunks) {
    if (chunk === undefined) continue;
    const { type, whole } = chunk;
    const view = new DataView(whole.buffer, whole.byteOffset, whole.length);
    if (crc32(whole.subarray(4, -4)) !== view.getUint32(whole.length - 4)) {
      throw damagedPng(`the checksum of its ${type} chunk is wrong`);
    }
  }
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (let at = 0; at < bytes.length; at++) value = crcTable[(value ^ bytes[at]) & 255] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

/** The content of the first chunk of a type; null where there is none. Throws TargetError where the file is cut or the chunk damaged. */
export function maybeChunk(bytes: Uint8Array, type: string): Uint8Array | null {
  const chunk = readChunks(bytes).find((candidate) => candidate.type === type);
  checkChecksums([chunk]);
  return chunk?.content ?? null;
}

/** A PNG file with a chunk more, before its end. */
export function withChunk(png: Uint8Array, type: string, content: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(12 + content.length);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, content.length);
  for (let letter = 0; letter < 4; letter++) chunk[4 + letter] = type.charCodeAt(letter);
  chunk.set(content, 8);
  view.setUint32(8 + content.length, crc32(chunk.subarray(4, -4)));
  const end = png.length - 12;
  const bytes = new Uint8Array(png.length + chunk.length);
  bytes.set(png.subarray(0, end));
  bytes.set(chunk, end);
  bytes.set(png.subarray(end), end + chunk.length);
  return bytes;
}

/**
 * The parts of a PNG file that its pixels need; other chunks are passed over. Throws TargetError where the picture is
 * larger than can be read, or the file is cut short or damaged.
 */
export function pngParts(bytes: Uint8Array): PngParts {
  const chunks = readChunks(bytes);
  const header = parseHeader(chunks[0]);
  const pixels = chunks.filter(({ type }) => type === 'IDAT');
  const hasPalette = header.colourType === 3;
  const palette = hasPalette ? chunks.find(({ type }) => type === 'PLTE') : undefined;
  const transparency = chunks.find(({ type }) => type === 'tRNS');
  checkChecksums([chunks[0], palette, hasPalette ? transparency : undefined, ...pixels, chunks.at(-1)]);
  return {
    header,
    palette: hasPalette ? paletteColours(palette, transparency) : null,
    transparentColour: transparentColour(header, transparency),
    pixels: pixels.map(({ content }) => content),
  };
}
