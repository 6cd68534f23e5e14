/** The lines of a PNG file's pixels: inflated piece by piece, their filters undone (W3C PNG, clauses 7 to 10). */
import { Unzlib } from 'fflate';
import { concatenated } from '../bytes/concatenated.ts';
import { byteWork } from '../bytes/byte-work.ts';
import { damagedPng, samplesByColourType, type PngHeader } from './png-chunks.ts';

/** Bytes that may follow the pixels in the compressed stream before it counts as something else. */
const surplusAllowed = 65536;
/** Compressed bytes inflated in one go, at least and at most. */
const inflateSteps = { least: 2048, most: 65536 };
/** Pixels of at most so many bytes are inflated at once, by what is fastest here. */
const inflatedAtOnce = 1 << 24;
/** Bytes that one compressed byte can stand for at most. */
const largestRatio = 1032;

/** A part of a picture that is stored as one: all of it, or one of the passes of an interlaced one. */
export interface PngPass {
  readonly width: number;
  readonly height: number;
  readonly column: number;
  readonly row: number;
  readonly columnStep: number;
  readonly rowStep: number;
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

function passesOf({ width, height, isInterlaced }: PngHeader): PngPass[] {
  if (!isInterlaced) return [{ width, height, column: 0, row: 0, columnStep: 1, rowStep: 1 }];
  return adam7
    .map(([column, row, columnStep, rowStep]) => ({
      width: Math.ceil((width - column) / columnStep),
      height: Math.ceil((height - row) / rowStep),
      column,
      row,
      columnStep,
      rowStep,
    }))
    .filter((pass) => pass.width > 0 && pass.height > 0);
}

/**
 * Calls `take` with every line of packed samples, pass after pass; the array is used again. Throws TargetError unless the
 * pixels are as many as the header says; fflate's errors pass through.
 */
export function readLines(
  header: PngHeader,
  pixels: readonly Uint8Array[],
  take: (line: Uint8Array, pass: PngPass, row: number) => void,
): void {
  const bits = header.depth * (samplesByColourType.get(header.colourType) ?? 1);
  const passes = passesOf(header);
  const lineBytes = (pass: PngPass) => Math.ceil((pass.width * bits) / 8);
  const expected = passes.reduce((sum, pass) => sum + pass.height * (1 + lineBytes(pass)), 0);
  const compressed = pixels.reduce((sum, piece) => sum + piece.length, 0);
  if (expected > largestRatio * compressed) throw damagedPng('it holds fewer pixels than its header says');
  const unfilter = new Unfilter(passes, lineBytes, Math.max(1, bits >> 3), take);
  const most = expected + surplusAllowed;
  const whole = expected > inflatedAtOnce ? null : inflatedWhole(pixels, most);
  if (whole !== null && whole.length >= expected && whole.length <= most) {
    unfilter.add(whole);
    return;
  }
  let total = 0;
  const inflator = new Unzlib((piece) => {
    total += piece.length;
    if (total > most) throw damagedPng('it holds more pixels than its header says');
    unfilter.add(piece);
  });
  for (const piece of pixels) {
    for (let at = 0; at < piece.length;) {
      // The fewer pixels are missing, the less is inflated at once: a hostile stream unfolds to little before it is noticed.
      const fitting = (most - total) / 32;
      const step = Math.floor(Math.max(inflateSteps.least, Math.min(inflateSteps.most, fitting)));
      inflator.push(piece.subarray(at, at + step));
      at += step;
    }
  }
  inflator.push(new Uint8Array(0), true);
  if (total < expected) throw damagedPng('it holds fewer pixels than its header says');
}

/** What a zlib stream holds, little more than `most` bytes of it; null where it is none: reading piece by piece finds out why. */
function inflatedWhole(pieces: readonly Uint8Array[], most: number): Uint8Array | null {
  const stream = pieces.length === 1 ? pieces[0] : concatenated(pieces);
  const [method = 0, flags = 0] = stream;
  const isPlain = (method & 15) === 8 && (flags & 32) === 0 && ((method << 8) | flags) % 31 === 0;
  try {
    return isPlain ? byteWork().inflate(stream.subarray(2), most) : null;
  } catch {
    return null;
  }
}

class Unfilter {
  readonly #passes: readonly PngPass[];
  readonly #lineBytes: (pass: PngPass) => number;
  /** Bytes from a sample to the same one of the pixel before. */
  readonly #step: number;
  readonly #take: (line: Uint8Array, pass: PngPass, row: number) => void;
  #pass = 0;
  #row = 0;
  /** The line that is being filled, its filter before it, and the line above. */
  #line = new Uint8Array(0);
  #above = new Uint8Array(0);
  #filled = 0;

  constructor(
    passes: readonly PngPass[],
    lineBytes: (pass: PngPass) => number,
    step: number,
    take: (line: Uint8Array, pass: PngPass, row: number) => void,
  ) {
    this.#passes = passes;
    this.#lineBytes = lineBytes;
    this.#step = step;
    this.#take = take;
    this.#startPass();
  }

  #startPass(): void {
    const pass = this.#passes.at(this.#pass);
    const length = pass === undefined ? 0 : 1 + this.#lineBytes(pass);
    this.#line = new Uint8Array(length);
    this.#above = new Uint8Array(length);
    this.#row = 0;
  }

  /** Takes in inflated bytes; what follows the last line is passed over. */
  add(piece: Uint8Array): void {
    for (let at = 0; at < piece.length && this.#line.length > 0;) {
      const part = piece.subarray(at, at + this.#line.length - this.#filled);
      this.#line.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === this.#line.length) this.#finishLine();
    }
  }

  #finishLine(): void {
    const line = this.#line.subarray(1);
    undoFilter(this.#line[0], line, this.#above.subarray(1), this.#step);
    const pass = this.#passes[this.#pass];
    this.#take(line, pass, this.#row++);
    [this.#line, this.#above] = [this.#above, this.#line];
    this.#filled = 0;
    if (this.#row < pass.height) return;
    this.#pass++;
    this.#startPass();
  }
}

function undoFilter(filter: number, line: Uint8Array, above: Uint8Array, step: number): void {
  const { length } = line;
  switch (filter) {
    case 0:
      return;
    case 1:
      for (let at = step; at < length; at++) line[at] += line[at - step];
      return;
    case 2:
      for (let at = 0; at < length; at++) line[at] += above[at];
      return;
    case 3:
      for (let at = 0; at < step && at < length; at++) line[at] += above[at] >> 1;
      for (let at = step; at < length; at++) line[at] += (line[at - step] + above[at]) >> 1;
      return;
    case 4:
      for (let at = 0; at < step && at < length; at++) line[at] += above[at];
      for (let at = step; at < length; at++) line[at] += paeth(line[at - step], above[at], above[at - step]);
      return;
    default:
      throw damagedPng('a line has a filter that does not exist');
  }
}

function paeth(left: number, above: number, corner: number): number {
  const toLeft = Math.abs(above - corner);
  const toAbove = Math.abs(left - corner);
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}
