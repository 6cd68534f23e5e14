/** Training and validation points of a picture. */
import type { TrainingData } from '../engines/engine.ts';
import { uniformVariates } from '../random/normal.ts';
import { orderEnds } from '../random/permutation.ts';
import { streamIds, streamWords } from '../random/philox.ts';
import type { Picture } from './picture.ts';
import { TargetError } from './target-error.ts';

/** Points of one cell; the pixel numbers are row * width + column. */
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
export function pixelLabels({ bytes, channels }: Picture, pixels: Uint32Array): Float32Array {
  const labels = new Float32Array(channels * pixels.length);
  pixels.forEach((pixel, index) => {
    for (let channel = 0; channel < channels; channel++) {
      labels[index * channels + channel] = bytes[pixel * channels + channel] / 255;
    }
  });
  return labels;
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
  const total = picture.width * picture.height;
  const sources = settings.randomLabels
    ? pixels.map((pixel) => Math.floor(pixelUniform(seed, randomLabelSubsequence, pixel) * total))
    : pixels;
  const labels = pixelLabels(picture, sources);
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
 * to the pixel. Throws TargetError where there are fewer pixels than points.
 */
export function samplePoints(picture: Picture, settings: DataSettings, seed: number): SampledPoints {
  const total = picture.width * picture.height;
  if (!(settings.points + settings.validation <= total)) {
    throw new TargetError(
      `${settings.points} training points and ${settings.validation} validation points are asked for, ` +
        `the picture has ${total} pixels (${picture.width} x ${picture.height})`,
    );
  }
  const words = streamWords(seed, streamIds.data, 0, 0, total);
  const ends = orderEnds(words, settings.points, settings.validation);
  const { first: trainingPixels, last: validationPixels } = ends;
  return {
    training: {
      coordinates: pixelCentres(picture, trainingPixels),
      labels: trainingLabels(picture, trainingPixels, settings, seed),
    },
    validation: {
      coordinates: pixelCentres(picture, validationPixels),
      labels: pixelLabels(picture, validationPixels),
    },
    trainingPixels,
    validationPixels,
  };
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
}
