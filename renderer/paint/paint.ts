/** From raw pictures to pixels. Fast enough for a grid of previews within one frame of the screen. */
import { colourTable, tableIndex } from '../../experiments/drawing/colour-map.ts';
import {
  colourWord,
  directionColour,
  inkedTable,
  inkedWord,
  inkLevels,
  regionColours,
} from './pixel-colours.ts';
import { creaseInks } from './crease-density.ts';
import { slopeRange, type PaintStyle } from './paint-style.ts';
import type { RawPicture } from '../frames/raw-planes.ts';

/** What some grounds compare a picture with. */
export interface PaintReference {
  /** Truth at the picture's pixels, uint8 [height, width, outputs]; 'error' needs it. */
  readonly truth?: Uint8Array;
  /** The snapshot before, at the same pixels; 'change' needs its hashes. */
  readonly previous?: RawPicture;
  /** Scale of 'layers'. */
  readonly hiddenLayers?: number;
}

/** First differing layer where there is none. */
const noLayer = 0xffff;
const notANumber = [196, 84, 84] as const;
const changed = [214, 96, 30] as const;

/**
 * Fills `pixels` (one word a pixel) with the picture in a style. A ground that lacks its planes is drawn as the
 * prediction.
 */
export function paint(
  picture: RawPicture,
  style: PaintStyle,
  reference: PaintReference,
  pixels: Uint32Array,
): void {
  const { width, height } = picture;
  const inks =
    style.creases || style.ground === 'layers' ? creaseInks(picture.boundary, width, height) : null;
  if (style.ground === 'layers') return paintLayers(picture, inks, reference.hiddenLayers ?? 1, pixels);
  const levels = groundLevels(picture, style, reference);
  if (levels !== null) return paintLevels(levels.levels, levels.table, inks, pixels);
  paintColours(picture, style, reference, inks, pixels);
}

/** A ground of one number a pixel as levels of a colour table; null for grounds that are not. */
function groundLevels(
  picture: RawPicture,
  { ground, map }: PaintStyle,
  { truth }: PaintReference,
): { levels: Uint8Array; table: Uint32Array } | null {
  const { values, outputs, gradient } = picture;
  if (ground === 'error' && truth?.length === values.length) {
    return { levels: errorLevels(values, truth, outputs), table: inkedTable('error') };
  }
  if (ground === 'slope' && gradient !== undefined) {
    return { levels: slopeLevels(gradient, outputs), table: inkedTable('viridis') };
  }
  const isPlain = ground !== 'regions' && ground !== 'change' && (ground !== 'direction' || !gradient);
  if (isPlain && outputs === 1 && values instanceof Uint8Array) {
    return { levels: values, table: inkedTable(map) };
  }
  return null;
}

/** The inner loop of scrubbing. */
function paintLevels(
  levels: Uint8Array,
  table: Uint32Array,
  inks: Uint8Array | null,
  pixels: Uint32Array,
): void {
  if (inks === null) {
    for (let at = 0; at < pixels.length; at++) pixels[at] = table[levels[at]];
    return;
  }
  for (let at = 0; at < pixels.length; at++) pixels[at] = table[(inks[at] << 8) | levels[at]];
}

function level(value: number, isByte: boolean): number {
  return isByte ? value : tableIndex(value);
}

function errorLevels(values: Uint8Array | Float32Array, truth: Uint8Array, outputs: number): Uint8Array {
  const levels = new Uint8Array(values.length / outputs);
  const scale = values instanceof Uint8Array ? 1 : 255;
  for (let pixel = 0, at = 0; pixel < levels.length; pixel++) {
    let sum = 0;
    for (let output = 0; output < outputs; output++, at++) sum += values[at] * scale - truth[at];
    levels[pixel] = Math.min(255, Math.max(0, Math.round(127.5 + sum / (2 * outputs))));
  }
  return levels;
}

function slopeLevels(gradient: Float32Array, outputs: number): Uint8Array {
  const levels = new Uint8Array(gradient.length / (2 * outputs));
  for (let pixel = 0, at = 0; pixel < levels.length; pixel++) {
    let squares = 0;
    for (let part = 0; part < 2 * outputs; part++, at++) squares += gradient[at] * gradient[at];
    levels[pixel] = tableIndex(steepness(Math.sqrt(squares / outputs)));
  }
  return levels;
}

/** Place of a slope on the logarithmic scale, below 0 and above 1 outside of it. */
export function steepness(slope: number): number {
  return Math.log(slope / slopeRange.least) / Math.log(slopeRange.most / slopeRange.least);
}

/** Grounds in colours of their own: three outputs, regions, change. */
function paintColours(
  picture: RawPicture,
  style: PaintStyle,
  { previous }: PaintReference,
  inks: Uint8Array | null,
  pixels: Uint32Array,
): void {
  const { hashes, gradient, outputs } = picture;
  const colour: [number, number, number] = [0, 0, 0];
  const before = previous?.hashes;
  const isChange = style.ground === 'change' && hashes !== undefined && before?.length === hashes.length;
  for (let at = 0; at < pixels.length; at++) {
    if (style.ground === 'regions' && hashes !== undefined) {
      const row = 3 * (((hashes[2 * at] >>> 7) ^ (hashes[2 * at + 1] >>> 13)) & 255);
      for (let channel = 0; channel < 3; channel++) colour[channel] = regionColours[row + channel];
    } else if (style.ground === 'direction' && gradient !== undefined) {
      const [gx, gy] = [gradient[2 * outputs * at], gradient[2 * outputs * at + 1]];
      const rising = directionColour(gx, gy, steepness(Math.hypot(gx, gy)));
      for (let channel = 0; channel < 3; channel++) colour[channel] = rising[channel];
    } else valueColour(picture, at, style, colour);
    if (isChange) {
      const isChanged = hashes[2 * at] !== before[2 * at] || hashes[2 * at + 1] !== before[2 * at + 1];
      for (let channel = 0; channel < 3; channel++) {
        const pale = 0.45 * colour[channel] + 0.55 * 235;
        colour[channel] = isChanged ? 0.35 * colour[channel] + 0.65 * changed[channel] : pale;
      }
    }
    pixels[at] =
      inks === null || inks[at] === 0
        ? colourWord(colour[0], colour[1], colour[2])
        : inkedWord(colour, inks[at] / (inkLevels - 1));
  }
}

function valueColour(
  { values, outputs }: RawPicture,
  at: number,
  { map }: PaintStyle,
  colour: [number, number, number],
): void {
  const isByte = values instanceof Uint8Array;
  const table = colourTable(map);
  for (let channel = 0; channel < 3; channel++) {
    // Two outputs are drawn by their first one: there is no natural colour for a pair.
    const value = values[outputs * at + (outputs === 3 ? channel : 0)];
    if (Number.isNaN(value)) colour[channel] = notANumber[channel];
    else colour[channel] = outputs === 3 ? level(value, isByte) : table[3 * level(value, isByte) + channel];
  }
}

/** Creases alone, by the first layer that differs across them; grey where only the boundary is known. */
function paintLayers(
  { firstLayers }: RawPicture,
  inks: Uint8Array | null,
  hiddenLayers: number,
  pixels: Uint32Array,
): void {
  const table = colourTable('layers');
  const white = colourWord(255, 255, 255);
  pixels.fill(white);
  for (let at = 0; at < pixels.length; at++) {
    const ink = inks?.[at] ?? 0;
    if (firstLayers === undefined) {
      if (ink > 0) pixels[at] = inkedWord([255, 255, 255], (0.6 * ink) / (inkLevels - 1));
      continue;
    }
    const layer = firstLayers[at];
    if (layer === noLayer) continue;
    const row = 3 * tableIndex(layer / Math.max(1, hiddenLayers - 1));
    // Crowded creases stay in colour; they only get paler.
    const opacity = 0.35 + (0.65 * Math.max(1, ink)) / (inkLevels - 1);
    const mixed = (channel: number): number => Math.round(255 + (table[row + channel] - 255) * opacity);
    pixels[at] = colourWord(mixed(0), mixed(1), mixed(2));
  }
}
