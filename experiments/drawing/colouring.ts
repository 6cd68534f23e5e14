/** Pictures of frames: prediction or error in a fixed colour scale, creases as lines on top. */
import type { Frame } from '../engines/engine.ts';
import type { TruthFrame } from '../targets/picture.ts';
import { colourTable, defaultValueMap, tableIndex, type ValueMapName } from './colour-map.ts';
import {
  creaseInk,
  layerCreaseStyle,
  lineCreaseStyle,
  type CreaseInk,
  type CreaseStyle,
} from './crease-ink.ts';

/** An opaque or translucent picture: bytes [height, width, 4], red, green, blue, alpha (not premultiplied). */
export interface RgbaImage {
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
}

/**
 * What a picture shows. 'prediction': values in a map, 0 to 1, three outputs as red, green and blue. 'error': value
 * minus truth from -1 (blue) to 1 (red), the mean over outputs. 'layers': creases alone, coloured by the first layer
 * that differs across them.
 */
export type Drawing = 'prediction' | 'error' | 'layers';

/** How a frame is coloured. */
export interface ColouringOptions {
  readonly drawing: Drawing;
  /** Map of one-output predictions. */
  readonly map: ValueMapName;
  /** Null draws no creases; left out, they are drawn as suits the drawing. */
  readonly creases?: CreaseStyle | null;
  /** Blocks of so many x so many frame pixels become one pixel; divides width and height. */
  readonly supersampling: number;
  /** Number of hidden layers: scale of 'layers'. */
  readonly hiddenLayers: number;
  /** Truth at the frame's pixels; needed by 'error'. */
  readonly truth?: TruthFrame;
}

/** Grey prediction with creases, one pixel for one. */
export const defaultColouring: ColouringOptions = {
  drawing: 'prediction',
  map: defaultValueMap,
  supersampling: 1,
  hiddenLayers: 1,
};

/** What is drawn where a value is not a number. */
const notANumber: readonly [number, number, number] = [196, 84, 84];
/** Lines are nearly black on light ground and nearly white on dark ground. */
const darkLine = 16;
const lightLine = 240;

/**
 * The picture of a whole frame (not a band), [height, width] divided by the supersampling. Throws RangeError where the
 * supersampling does not divide the frame or 'error' has no truth of the same size.
 */
export function colourFrame(frame: Frame, options: ColouringOptions): RgbaImage {
  const factor = options.supersampling;
  const { width, height } = reducedSize(frame.width, frame.rows.end - frame.rows.start, factor);
  const ground = groundColours(frame, options);
  const bytes = averaged(ground, width, height, factor);
  const suited = options.drawing === 'layers' ? layerCreaseStyle : lineCreaseStyle;
  const style = options.creases === undefined ? suited : options.creases;
  const ink = style === null ? null : creaseInk(frame, options.hiddenLayers, factor, style);
  if (ink !== null) drawInk(bytes, ink, options.drawing);
  return { width, height, bytes };
}

/** The picture of the truth itself in a map, three channels as they are; `supersampling` as for frames. */
export function colourTruth(truth: TruthFrame, map: ValueMapName, supersampling = 1): RgbaImage {
  const { width, height } = reducedSize(truth.width, truth.height, supersampling);
  const colours = valueColours(truth.values, truth.channels, map);
  return { width, height, bytes: averaged(colours, width, height, supersampling) };
}

function reducedSize(width: number, height: number, factor: number): { width: number; height: number } {
  if (!(Number.isInteger(factor) && factor >= 1 && width % factor === 0 && height % factor === 0)) {
    throw new RangeError(`supersampling ${factor} must divide the frame's ${width} x ${height} pixels`);
  }
  return { width: width / factor, height: height / factor };
}

/** Colours before creases, uint8 [pixels, 3]. */
function groundColours(frame: Frame, options: ColouringOptions): Uint8Array {
  if (options.drawing === 'layers')
    return new Uint8Array((3 * frame.values.length) / frame.outputs).fill(255);
  if (options.drawing === 'prediction') return valueColours(frame.values, frame.outputs, options.map);
  const { truth } = options;
  if (truth === undefined || truth.values.length !== frame.values.length) {
    throw new RangeError('an error picture needs the truth at the same pixels');
  }
  return errorColours(frame.values, truth.values, frame.outputs);
}

function valueColours(values: Float32Array, outputs: number, map: ValueMapName): Uint8Array {
  const pixels = values.length / outputs;
  const colours = new Uint8Array(3 * pixels);
  const table = colourTable(map);
  for (let pixel = 0; pixel < pixels; pixel++) {
    // Two outputs are drawn by their first one: there is no natural colour for a pair.
    const channels = outputs === 3 ? 3 : 1;
    for (let channel = 0; channel < 3; channel++) {
      const value = values[outputs * pixel + (channels === 3 ? channel : 0)];
      const level = Number.isNaN(value) ? notANumber[channel] : tableIndex(value);
      colours[3 * pixel + channel] =
        channels === 3 || Number.isNaN(value) ? level : table[3 * level + channel];
    }
  }
  return colours;
}

function errorColours(values: Float32Array, truth: Float32Array, outputs: number): Uint8Array {
  const pixels = values.length / outputs;
  const colours = new Uint8Array(3 * pixels);
  const table = colourTable('error');
  for (let pixel = 0; pixel < pixels; pixel++) {
    let sum = 0;
    for (let output = 0; output < outputs; output++) {
      sum += values[outputs * pixel + output] - truth[outputs * pixel + output];
    }
    const at = 3 * tableIndex(0.5 + (0.5 * sum) / outputs);
    colours.set(Number.isNaN(sum) ? notANumber : table.subarray(at, at + 3), 3 * pixel);
  }
  return colours;
}

/** Means of blocks of factor x factor colours, opaque RGBA. */
function averaged(colours: Uint8Array, width: number, height: number, factor: number): Uint8Array {
  const sums = new Uint32Array(3 * width * height);
  let at = 0;
  for (let row = 0; row < height * factor; row++) {
    const target = Math.floor(row / factor) * width;
    for (let column = 0; column < width * factor; column++) {
      const pixel = 3 * (target + Math.floor(column / factor));
      for (let channel = 0; channel < 3; channel++) sums[pixel + channel] += colours[at++];
    }
  }
  const bytes = new Uint8Array(4 * width * height).fill(255);
  const area = factor * factor;
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      bytes[4 * pixel + channel] = Math.round(sums[3 * pixel + channel] / area);
    }
  }
  return bytes;
}

/** Draws lines into opaque RGBA: by layer in their own colours, else in whichever grey stands out. */
function drawInk(bytes: Uint8Array, ink: CreaseInk, drawing: Drawing): void {
  const layerTable = colourTable('layers');
  for (let pixel = 0; pixel < ink.opacity.length; pixel++) {
    const opacity = Math.min(1, ink.opacity[pixel]);
    if (!(opacity > 0)) continue;
    const at = 4 * pixel;
    const line = isLight(bytes, at) ? darkLine : lightLine;
    const row = 3 * tableIndex(ink.layer[pixel]);
    for (let channel = 0; channel < 3; channel++) {
      const colour = drawing === 'layers' ? layerTable[row + channel] : line;
      bytes[at + channel] = Math.round(bytes[at + channel] + (colour - bytes[at + channel]) * opacity);
    }
  }
}

/** Whether a pixel's luma (Rec. 601) is above one half. */
function isLight(bytes: Uint8Array, at: number): boolean {
  return 299 * bytes[at] + 587 * bytes[at + 1] + 114 * bytes[at + 2] > 127_500;
}
