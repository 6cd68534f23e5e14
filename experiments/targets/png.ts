/** Pictures from and to PNG files. */
import { encode } from 'fast-png';
import type { OwnPoints, Picture } from './picture.ts';
import { PictureRows } from './picture-rows.ts';
import {
  damagedPng,
  maybeChunk,
  pngParts,
  samplesByColourType,
  withChunk,
  type PngHeader,
  type PngParts,
} from './png-chunks.ts';
import { readLines } from './png-lines.ts';
import { pointsChunk, pointsContent, pointsFromContent } from './points-chunk.ts';
import { writeOverWhite, type SampleFormat } from './samples.ts';
import { TargetError } from './target-error.ts';

/** Writes the samples of a line, one an element, to `samples`. */
function unpack(line: Uint8Array, depth: number, samples: Uint8Array | Uint16Array): void {
  if (depth === 8) samples.set(line.subarray(0, samples.length));
  else if (depth === 16) {
    for (let at = 0; at < samples.length; at++) samples[at] = (line[2 * at] << 8) | line[2 * at + 1];
  } else {
    const mask = (1 << depth) - 1;
    for (let at = 0; at < samples.length; at++) {
      const bit = at * depth;
      samples[at] = (line[bit >> 3] >> (8 - depth - (bit & 7))) & mask;
    }
  }
}

/** Decoded pixels of a palette's entries: [width, 4]. */
function fromPalette(indices: Uint8Array, palette: Uint8Array): Uint8Array {
  const pixels = new Uint8Array(4 * indices.length);
  for (let at = 0; at < indices.length; at++) {
    const from = 4 * indices[at];
    if (from >= palette.length) throw damagedPng('a pixel has a colour that its palette lacks');
    for (let channel = 0; channel < 4; channel++) pixels[4 * at + channel] = palette[from + channel];
  }
  return pixels;
}

/** Turns lines of one width into rows of 8-bit samples. */
function lineReader({ header, palette, transparentColour }: PngParts, width: number) {
  const stored = samplesByColourType.get(header.colourType) ?? 1;
  const samples = new (header.depth === 16 ? Uint16Array : Uint8Array)(stored * width);
  const format: SampleFormat =
    palette === null
      ? { channels: stored, maximum: 2 ** header.depth - 1, transparentColour }
      : { channels: 4, maximum: 255, transparentColour: null };
  const row = new Uint8Array(coloursOf(header) * width);
  return (line: Uint8Array): Uint8Array => {
    unpack(line, header.depth, samples);
    const pixels = palette === null ? samples : fromPalette(Uint8Array.from(samples), palette);
    writeOverWhite(format, pixels, row);
    return row;
  };
}

function coloursOf({ colourType }: PngHeader): 1 | 3 {
  return colourType === 0 || colourType === 4 ? 1 : 3;
}

function plainRows(parts: PngParts): PictureRows {
  const { header, pixels } = parts;
  const rows = new PictureRows({ ...header, channels: coloursOf(header) });
  const read = lineReader(parts, header.width);
  readLines(header, pixels, (line) => rows.add(read(line)));
  return rows;
}

/** The rows of an interlaced file, whose passes are scattered over all of them. */
function interlacedRows(parts: PngParts): PictureRows {
  const { header, pixels } = parts;
  const colours = coloursOf(header);
  const stride = colours * header.width;
  const readers = new Map<number, (line: Uint8Array) => Uint8Array>();
  let all: Uint8Array | null = null;
  readLines(header, pixels, (line, pass, row) => {
    all ??= new Uint8Array(stride * header.height);
    const read = readers.get(pass.width) ?? lineReader(parts, pass.width);
    readers.set(pass.width, read);
    const samples = read(line);
    let to = (pass.row + row * pass.rowStep) * stride + colours * pass.column;
    for (let from = 0; from < samples.length; from += colours, to += colours * pass.columnStep) {
      for (let colour = 0; colour < colours; colour++) all[to + colour] = samples[from + colour];
    }
  });
  const rows = new PictureRows({ ...header, channels: colours });
  const filled: Uint8Array = all ?? new Uint8Array(0);
  for (let row = 0; row < header.height; row++) rows.add(filled.subarray(row * stride, (row + 1) * stride));
  return rows;
}

/**
 * The rows of a PNG file: grey, palette or colour, 1 to 16 bits, alpha laid over white. Throws TargetError where the file
 * is damaged or too large; the size is read from the header before anything else.
 */
export function rowsFromPng(bytes: Uint8Array): PictureRows {
  try {
    const parts = pngParts(bytes);
    return parts.header.isInterlaced ? interlacedRows(parts) : plainRows(parts);
  } catch (error) {
    if (error instanceof TargetError) throw error;
    throw damagedPng(error instanceof Error ? error.message : String(error));
  }
}

/** A PNG file of a picture, 8 bits a channel, with its own points: pictureFromFile gives the same picture back. */
export function pngFromPicture({ width, height, channels, bytes, own }: Picture): Uint8Array {
  const png = encode({ width, height, channels, depth: 8, data: bytes });
  return own === undefined ? png : withChunk(png, pointsChunk, pointsContent(own));
}

/** Whether a PNG file carries own points and only shows them: nobody knows the true picture. Damage is told where it is read. */
export function lacksTruth(bytes: Uint8Array): boolean {
  try {
    return maybeChunk(bytes, pointsChunk)?.[5] === 0;
  } catch (error) {
    if (error instanceof TargetError) return false;
    throw error;
  }
}

/** The own points that a PNG file of a picture carries; null where it has none. Throws TargetError where they are damaged. */
export function ownPointsOfPng(bytes: Uint8Array, channels: Picture['channels']): OwnPoints | null {
  const content = maybeChunk(bytes, pointsChunk);
  return content === null ? null : pointsFromContent(content, channels);
}
