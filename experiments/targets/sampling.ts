/** Training and validation points of a picture. */
import type { TrainingData } from '../engines/engine.ts';
import { uniformVariates } from '../random/normal.ts';
import { orderEnds, wordsWithin, type KeyBounds, type OrderEnds } from '../random/permutation.ts';
import { streamIds } from '../random/philox.ts';
import type { Picture } from './picture.ts';
import { TargetError } from './target-error.ts';

/** Points of one cell; the pixel numbers are row * width + column, of own points their places in the file. */
export interface SampledPoints {
  readonly training: TrainingData;
  readonly validation: TrainingData;
  readonly trainingPixels: Uint32Array;
  readonly validationPixels: Uint32Array;
}

/** Subsequences of the label-noise stream. */
const flipSubsequence = 0;
const randomLabelSubsequence = 1;

/** Centres of pixels, float32 [n, 2] in the unit square. */
export function pixelCentres(picture: Picture, pixels: Uint32Array): Float32Array {
  const coordinates = new Float32Array(2 * pixels.length);
  pixels.forEach((pixel, index) => {
    const column = pixel % picture.width;
    const row = (pixel - column) / picture.width;
    coordinates[2 * index] = (column + 0.5) / picture.width;
    coordinates[2 * index + 1] = (row + 0.5) / picture.height;
  });
  return coordinates;
}

/** Values of pixels, float32 [n, channels] in [0, 1]. */
function pixelLabels({ bytes, channels }: Picture, pixels: Uint32Array): Float32Array {
  const labels = new Float32Array(channels * pixels.length);
  pixels.forEach((pixel, index) => {
    for (let channel = 0; channel < channels; channel++) {
      labels[index * channels + channel] = bytes[pixel * channels + channel] / 255;
    }
  });
  return labels;
}

/** How many things points are drawn from: pixels, or the points of a file. */
export function sampleCount({ width, height, own }: Pick<Picture, 'width' | 'height' | 'own'>): number {
  return own === undefined ? width * height : own.coordinates.length / 2;
}

/** Coordinates of what was drawn, float32 [n, 2]. */
function drawnCoordinates(picture: Picture, drawn: Uint32Array): Float32Array {
  return picture.own === undefined ? pixelCentres(picture, drawn) : rowsOf(picture.own.coordinates, 2, drawn);
}

/** Labels of what was drawn before any noise, float32 [n, channels]. */
export function drawnLabels(picture: Picture, drawn: Uint32Array): Float32Array {
  return picture.own === undefined
    ? pixelLabels(picture, drawn)
    : rowsOf(picture.own.labels, picture.channels, drawn);
}

function rowsOf(values: Float32Array, width: number, rows: Uint32Array): Float32Array {
  const picked = new Float32Array(width * rows.length);
  rows.forEach((row, at) => picked.set(values.subarray(width * row, width * (row + 1)), width * at));
  return picked;
}

/** The uniform of the label-noise stream that belongs to a pixel, whatever other pixels are training points. */
function pixelUniform(seed: number, subsequence: number, pixel: number): number {
  return uniformVariates(seed, streamIds['label-noise'], subsequence, pixel, 1)[0];
}

function trainingLabels(
  picture: Picture,
  pixels: Uint32Array,
  settings: DataSettings,
  seed: number,
): Float32Array {
  const total = sampleCount(picture);
  const sources = settings.randomLabels
    ? pixels.map((pixel) => Math.floor(pixelUniform(seed, randomLabelSubsequence, pixel) * total))
    : pixels;
  const labels = drawnLabels(picture, sources);
  if (settings.labelNoise > 0) {
    pixels.forEach((pixel, index) => {
      if (pixelUniform(seed, flipSubsequence, pixel) >= settings.labelNoise) return;
      for (let at = index * picture.channels; at < (index + 1) * picture.channels; at++) {
        labels[at] = 1 - labels[at];
      }
    });
  }
  return labels;
}

/**
 * Points of a cell: pixels uniformly without replacement in the order of the data stream, training points from its
 * start and validation points from its end. For one seed smaller training sets are therefore nested in larger ones and
 * the validation points are always the same. Label noise and random labels concern training points only, and are tied
 * to the pixel. Own points are drawn in the same way. Throws TargetError where there are fewer pixels than points.
 */
export function samplePoints(picture: Picture, settings: DataSettings, seed: number): SampledPoints {
  const ends = drawnEnds(picture, settings);
  for (let next = ends.next(); ;) {
    if (next.done === true) return pointsFrom(picture, settings, seed, next.value);
    next = ends.next(wordsWithin(seed, streamIds.data, 0, sampleCount(picture), next.value));
  }
}

/** `samplePoints` with `wordsWithin` of the data stream that an engine finds: so many words, within bounds. */
export async function drawPoints(
  picture: Picture,
  settings: DataSettings,
  seed: number,
  find: (count: number, bounds: KeyBounds) => Promise<Uint32Array>,
): Promise<SampledPoints> {
  const ends = drawnEnds(picture, settings);
  for (let next = ends.next(); ;) {
    if (next.done === true) return pointsFrom(picture, settings, seed, next.value);
    next = ends.next(await find(sampleCount(picture), next.value));
  }
}

/** Both ends of the order of the data stream, as long as they are needed. */
function drawnEnds(
  picture: Picture,
  { points, validation, sample }: DataSettings,
): ReturnType<typeof orderEnds> {
  const total = sampleCount(picture);
  if (!(points + validation <= total)) {
    throw new TargetError(
      `${points} training points and ${validation} validation points are asked for, ` +
        (picture.own === undefined
          ? `the picture has ${total} pixels (${picture.width} x ${picture.height})`
          : `there are ${total}`),
    );
  }
  return orderEnds(total, sample === undefined ? points : total - validation, validation);
}

function pointsFrom(
  picture: Picture,
  settings: DataSettings,
  seed: number,
  { first, last: validationPixels }: OrderEnds,
): SampledPoints {
  const { sample, points } = settings;
  const trainingPixels = sample === undefined ? first : pixelsInside(picture, first, sample, points);
  return {
    training: {
      coordinates: drawnCoordinates(picture, trainingPixels),
      labels: trainingLabels(picture, trainingPixels, settings, seed),
    },
    validation: {
      coordinates: drawnCoordinates(picture, validationPixels),
      labels: drawnLabels(picture, validationPixels),
    },
    trainingPixels,
    validationPixels,
  };
}

/** The first `count` of pixels, or of own points, that lie in a region. Throws TargetError where there are fewer. */
function pixelsInside(
  picture: Picture,
  pixels: Uint32Array,
  sample: SampleRegion,
  count: number,
): Uint32Array {
  const inside = pixels.filter((pixel) => isSampled(picture, pixel, sample));
  if (inside.length >= count) return inside.slice(0, count);
  const what = picture.own === undefined ? 'pixels' : 'points';
  throw new TargetError(`${count} training points are asked for, the sample has ${inside.length} ${what}`);
}

/** Whether a pixel's centre, or an own point, lies in a region. */
function isSampled({ width, height, own }: Picture, at: number, sample: SampleRegion): boolean {
  return own === undefined
    ? isInSample(sample, ((at % width) + 0.5) / width, (Math.floor(at / width) + 0.5) / height)
    : isInSample(sample, own.coordinates[2 * at], own.coordinates[2 * at + 1]);
}

/** How many things of a region points are drawn from. */
export function sampledCount(picture: Picture, sample: SampleRegion): number {
  let count = 0;
  for (let at = 0; at < sampleCount(picture); at++) if (isSampled(picture, at, sample)) count++;
  return count;
}

/** How the points of a cell are drawn from its picture. */
export interface DataSettings {
  readonly points: number;
  /** Disjoint validation points, the same for every `points` of the same seed. */
  readonly validation: number;
  /** Share of training labels that are flipped (t becomes 1 - t), 0 to 1. */
  readonly labelNoise: number;
  /** Every training label is replaced by the label of a random pixel. */
  readonly randomLabels: boolean;
  /** uint32; which points and labels are drawn. Missing where the cell's own seed says it. */
  readonly seed?: number;
  /** Where training points lie; missing where they lie anywhere. Validation points are of the whole picture. */
  readonly sample?: SampleRegion;
}

/** A rectangle of the picture, from (inclusive) and to (exclusive, but for 1) in sides; pixels belong to it by their centres. */
export interface SampleRegion {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** Whether a place lies in a region. */
export function isInSample({ x: [x0, x1], y: [y0, y1] }: SampleRegion, x: number, y: number): boolean {
  return x0 <= x && (x < x1 || x1 === 1) && y0 <= y && (y < y1 || y1 === 1);
}
