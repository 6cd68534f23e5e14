/** PNG pictures with their recipe inside. */
import { zlibSync } from 'fflate';
import type { RgbaImage } from '../drawing/colouring.ts';
import { ImportError } from './import-error.ts';
import { encodeChunks, maybeText, parseChunks, textChunk, type PngChunk } from './png-chunks.ts';
import { encodeRecipe, maxRecipeLength, parseRecipe, type Recipe } from './recipe.ts';

/** Keyword of the iTXt chunk that holds the recipe. */
const recipeKeyword = 'Creasebook';
/** CSS pixels per inch, and inches per metre. */
const pixelsPerInch = 96;
const inchesPerMetre = 39.37007874015748;
const maxPngBytes = 512 * 1024 * 1024;

export interface PngOptions {
  readonly recipe?: Recipe;
  /** Pixels per CSS pixel: sets the printed size, 96 times this many pixels an inch. */
  readonly scale?: number;
}

/** Bytes of an 8-bit PNG: grey or RGB where every pixel is opaque, else RGBA. */
export function encodePng(image: RgbaImage, options: PngOptions = {}): Uint8Array<ArrayBuffer> {
  const { width, height, bytes } = image;
  if (bytes.length !== 4 * width * height) {
    throw new RangeError(
      `a ${width} x ${height} picture has ${4 * width * height} bytes, not ${bytes.length}`,
    );
  }
  const channels = channelsNeeded(bytes);
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header[8] = 8;
  header[9] = colourTypes[channels];
  return encodeChunks([
    { type: 'IHDR', data: header },
    ...optionChunks(options),
    { type: 'IDAT', data: smallerData(image, channels) },
    { type: 'IEND', data: new Uint8Array(0) },
  ]);
}

type ChannelCount = 1 | 3 | 4;
/** PNG's colour types: greyscale, truecolour, truecolour with alpha. */
const colourTypes: Readonly<Record<ChannelCount, number>> = { 1: 0, 3: 2, 4: 6 };

function channelsNeeded(bytes: Uint8Array): ChannelCount {
  let channels: ChannelCount = 1;
  for (let at = 0; at < bytes.length; at += 4) {
    if (bytes[at + 3] !== 255) return 4;
    if (bytes[at] !== bytes[at + 1] || bytes[at] !== bytes[at + 2]) channels = 3;
  }
  return channels;
}

/** Compressed rows, filtered or not: fine lines often pack better as they are. */
function smallerData(image: RgbaImage, channels: ChannelCount): Uint8Array {
  const plain = zlibSync(filteredRows(image, channels, 1), { level: 8 });
  const filtered = zlibSync(filteredRows(image, channels, 5), { level: 8 });
  return filtered.length < plain.length ? filtered : plain;
}

/** The same PNG with a recipe and a printed size, earlier ones replaced. Throws ImportError where it is no PNG. */
export function pngWithOptions(png: Uint8Array, options: PngOptions): Uint8Array<ArrayBuffer> {
  const [header, ...rest] = parseChunks(png);
  const kept = rest.filter(({ type }) => type !== 'pHYs' && type !== 'iTXt');
  return encodeChunks([header, ...optionChunks(options), ...kept]);
}

/** The recipe inside a PNG; undefined where it has none. Throws ImportError where file or recipe are damaged. */
export function recipeFromPng(png: Uint8Array): Recipe | undefined {
  if (png.length > maxPngBytes) throw new ImportError(`PNG file is larger than ${maxPngBytes} bytes`);
  const text = maybeText(parseChunks(png), recipeKeyword, maxRecipeLength);
  return text === undefined ? undefined : parseRecipe(text);
}

function optionChunks({ recipe, scale }: PngOptions): PngChunk[] {
  const chunks: PngChunk[] = [];
  if (scale !== undefined) {
    const data = new Uint8Array(9);
    const view = new DataView(data.buffer);
    const density = Math.round(pixelsPerInch * scale * inchesPerMetre);
    view.setUint32(0, density);
    view.setUint32(4, density);
    data[8] = 1;
    chunks.push({ type: 'pHYs', data });
  }
  if (recipe !== undefined) chunks.push(textChunk(recipeKeyword, encodeRecipe(recipe)));
  return chunks;
}

/** Rows with the filter in front, of the first `filters`, that leaves the smallest sum of differences (PNG, 12.7). */
function filteredRows(image: RgbaImage, channels: ChannelCount, filters: number): Uint8Array {
  const { width, height } = image;
  const stride = width * channels;
  const filtered = new Uint8Array(height * (stride + 1));
  const candidate = new Uint8Array(stride);
  let above: Uint8Array = new Uint8Array(stride);
  let current = new Uint8Array(stride);
  for (let row = 0; row < height; row++) {
    copyRow(image, row, channels, current);
    const at = row * (stride + 1);
    let least = Infinity;
    for (let filter = 0; filter < filters; filter++) {
      const cost = filterRow(filter, current, above, channels, candidate);
      if (cost >= least) continue;
      least = cost;
      filtered[at] = filter;
      filtered.set(candidate, at + 1);
    }
    [above, current] = [current, new Uint8Array(stride)];
  }
  return filtered;
}

function copyRow(image: RgbaImage, row: number, channels: ChannelCount, target: Uint8Array): void {
  let from = 4 * row * image.width;
  for (let at = 0; at < target.length; at += channels, from += 4) {
    for (let channel = 0; channel < channels; channel++) target[at + channel] = image.bytes[from + channel];
  }
}

/** Filters one row into `result` and returns the sum of absolute differences, bytes taken as signed. */
function filterRow(
  filter: number,
  row: Uint8Array,
  above: Uint8Array,
  channels: number,
  result: Uint8Array,
): number {
  let cost = 0;
  for (let at = 0; at < row.length; at++) {
    const a = at >= channels ? row[at - channels] : 0;
    const b = above[at];
    const c = at >= channels ? above[at - channels] : 0;
    const difference = (row[at] - predicted(filter, a, b, c)) & 255;
    result[at] = difference;
    cost += difference < 128 ? difference : 256 - difference;
  }
  return cost;
}

/** PNG's predictors from the left, upper and upper left byte: none, sub, up, average, Paeth. */
function predicted(filter: number, a: number, b: number, c: number): number {
  if (filter === 0) return 0;
  if (filter === 1) return a;
  if (filter === 2) return b;
  if (filter === 3) return (a + b) >> 1;
  const toA = Math.abs(b - c);
  const toB = Math.abs(a - c);
  const toC = Math.abs(a + b - 2 * c);
  if (toA <= toB && toA <= toC) return a;
  return toB <= toC ? b : c;
}
