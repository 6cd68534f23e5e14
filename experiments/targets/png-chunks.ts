/** The structure of a PNG file (ISO/IEC 15948): what is checked before its pixels are decoded. */
import { Unzlib } from 'fflate';
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

/** A PNG file without the chunks that pixels do not need. */
export interface PngParts {
  readonly header: PngHeader;
  /** A PNG file of the chunks IHDR, PLTE, tRNS (with a palette), IDAT and IEND. */
  readonly file: Uint8Array;
  /** Transparent colour of a picture without alpha channel: one or three samples. */
  readonly transparentColour: readonly number[] | null;
}

const depthsByColourType: ReadonlyMap<number, readonly number[]> = new Map([
  [0, [1, 2, 4, 8, 16]],
  [2, [8, 16]],
  [3, [1, 2, 4, 8]],
  [4, [8, 16]],
  [6, [8, 16]],
]);
const samplesByColourType: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [6, 4],
]);

/** Bytes that may follow the pixels in the compressed stream before it counts as something else. */
const surplusAllowed = 65536;
/** Compressed bytes inflated in one go; bounds what a hostile stream can unfold to before it is noticed. */
const inflateStep = 65536;

function damaged(what: string): TargetError {
  return new TargetError(`the PNG file is damaged: ${what}`);
}

function readChunks(bytes: Uint8Array): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  let at = pngSignature.length;
  while (chunks.at(-1)?.type !== 'IEND') {
    if (at + 12 > bytes.length) throw damaged('it ends early');
    const length = view.getUint32(at);
    if (at + 12 + length > bytes.length) throw damaged('it ends early');
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
  if (chunk?.type !== 'IHDR' || chunk.content.length !== 13) throw damaged('it has no header');
  const view = new DataView(chunk.content.buffer, chunk.content.byteOffset, 13);
  const depth = view.getUint8(8);
  const colourType = view.getUint8(9);
  if (depthsByColourType.get(colourType)?.includes(depth) !== true) {
    throw damaged(`colour type ${colourType} with ${depth} bits does not exist`);
  }
  const interlace = view.getUint8(12);
  if (view.getUint8(10) !== 0 || view.getUint8(11) !== 0 || interlace > 1) throw damaged('unknown method');
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

/** Bytes of the scan lines of one (sub)picture: a filter byte and the packed samples of each line. */
function scanLineBytes(width: number, height: number, bitsPerPixel: number): number {
  return width === 0 ? 0 : height * (1 + Math.ceil((width * bitsPerPixel) / 8));
}

/** First column, first row, column step and row step of Adam7's passes. */
const adam7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

function inflatedSize({ width, height, depth, colourType, isInterlaced }: PngHeader): number {
  const bitsPerPixel = depth * (samplesByColourType.get(colourType) ?? 1);
  if (!isInterlaced) return scanLineBytes(width, height, bitsPerPixel);
  let total = 0;
  for (const [column, row, columnStep, rowStep] of adam7) {
    const columns = Math.ceil((width - column) / columnStep);
    const rows = Math.ceil((height - row) / rowStep);
    total += scanLineBytes(Math.max(columns, 0), Math.max(rows, 0), bitsPerPixel);
  }
  return total;
}

/** Inflates the pixels without keeping them and throws unless they are as many as the header promises. */
function checkInflatedSize(chunks: readonly Chunk[], expected: number): void {
  let total = 0;
  const inflator = new Unzlib((piece) => {
    total += piece.length;
    if (total > expected + surplusAllowed) throw damaged('it holds more pixels than its header says');
  });
  for (const { content } of chunks) {
    for (let at = 0; at < content.length; at += inflateStep) {
      inflator.push(content.subarray(at, at + inflateStep));
    }
  }
  inflator.push(new Uint8Array(0), true);
  if (total < expected) throw damaged('it holds fewer pixels than its header says');
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function transparentColour(header: PngHeader, chunk: Chunk | undefined): number[] | null {
  if (chunk === undefined || (header.colourType !== 0 && header.colourType !== 2)) return null;
  const samples = header.colourType === 0 ? 1 : 3;
  if (chunk.content.length !== 2 * samples) throw damaged('its transparent colour is incomplete');
  const view = new DataView(chunk.content.buffer, chunk.content.byteOffset, chunk.content.length);
  return Array.from({ length: samples }, (_, sample) => view.getUint16(2 * sample));
}

/**
 * The parts of a PNG file that its pixels need. Throws TargetError where the picture is larger than allowed, the file is
 * cut short, or its compressed pixels are not as many as its header promises; fflate's errors pass through.
 */
export function pngParts(bytes: Uint8Array): PngParts {
  const chunks = readChunks(bytes);
  const header = parseHeader(chunks[0]);
  const pixels = chunks.filter(({ type }) => type === 'IDAT');
  const palette = chunks.find(({ type }) => type === 'PLTE');
  const transparency = chunks.find(({ type }) => type === 'tRNS');
  const end = chunks[chunks.length - 1];
  checkInflatedSize(pixels, inflatedSize(header));
  const paletteChunks = header.colourType === 3 ? [palette, transparency] : [];
  const kept = [chunks[0], ...paletteChunks, ...pixels, end].filter((chunk) => chunk !== undefined);
  return {
    header,
    file: joined([Uint8Array.from(pngSignature), ...kept.map(({ whole }) => whole)]),
    transparentColour: transparentColour(header, transparency),
  };
}
