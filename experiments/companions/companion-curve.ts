/** How a closed-form model's error runs along its size, over seeds. */
import { median, quantile } from '../findings/statistics.ts';
import { unitView, type TrainingData } from '../engines/engine.ts';
import type { Picture } from '../targets/picture.ts';
import { samplePoints } from '../targets/sampling.ts';
import { truthFrame } from '../targets/truth-frame.ts';
import { gaussianProcess } from './gaussian-process.ts';
import { squarePolynomial } from './polynomial.ts';
import { randomFeatures } from './random-features.ts';

/** A model fitted to points of one output: its values at coordinates float32 [n, 2], and what else it tells of itself. */
interface Fitted {
  readonly told: number;
  valuesAt(coordinates: Float32Array): Float64Array;
}

/** A kind of closed-form model. */
export interface CompanionModel {
  /** What its size is called, and what `told` is. */
  readonly axis: string;
  readonly told: string;
  /** Sizes that are looked at for so many points, at the least and at most. */
  suited(points: number): number[];
  readonly least: number;
  readonly most: number;
  fit(data: TrainingData, size: number, ridge: number, seed: number): Fitted;
}

/** All kinds by the names that people write. */
export const companionModels = {
  'random-features': {
    axis: 'features',
    told: 'norm',
    suited: suitedFeatures,
    least: 1,
    most: 20_000,
    fit(data, count, ridge, seed) {
      const { norm, valuesAt } = randomFeatures(data, count, ridge, seed);
      return { told: norm, valuesAt };
    },
  },
  polynomial: {
    axis: 'degree',
    told: 'terms',
    suited: () => [1, 2, 3, 5, 8, 12, 16, 24, 32],
    least: 0,
    most: 100,
    fit({ coordinates, labels }, degree, ridge) {
      const valuesAt = squarePolynomial(coordinates, labels, { degree, ridge, power: 4 });
      return { told: ((degree + 1) * (degree + 2)) / 2, valuesAt };
    },
  },
  'gaussian-process': {
    axis: 'length',
    told: 'log evidence a point',
    suited: () => [0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5],
    least: 1e-3,
    most: 10,
    fit({ coordinates, labels }, length, ridge) {
      const { evidence, valuesAt } = gaussianProcess(coordinates, labels, {
        ...{ length, variance: 0.16 },
        noise: Math.max(ridge, 1e-4),
      });
      return { told: evidence, valuesAt };
    },
  },
} satisfies Readonly<Record<string, CompanionModel>>;

/** What a curve is made of: the points of the seeds 1 to `seeds`, as sweeps draw them. */
export interface CompanionRequest {
  readonly picture: Picture;
  readonly points: number;
  readonly labelNoise: number;
  readonly ridge: number;
  readonly seeds: number;
  /** Pixels along a side of the grid on which errors are taken. */
  readonly grid: number;
}

/** One place of the curve, over seeds. */
export interface CompanionPoint {
  readonly size: number;
  /** Mean squared error against the truth: median, quartiles. */
  readonly error: number;
  readonly low: number;
  readonly high: number;
  /** Median of what the model tells of itself. */
  readonly told: number;
}

/** Numbers of features around as many as there are points, from an eighth to 32 times. */
function suitedFeatures(points: number): number[] {
  const shares = [1 / 8, 1 / 4, 1 / 2, 3 / 4, 7 / 8, 1, 9 / 8, 5 / 4, 3 / 2, 2, 4, 8, 32];
  return [...new Set(shares.map((share) => Math.max(1, Math.round(share * points))))];
}

/** The curve's point of a model at a size. */
export function companionPoint(
  model: CompanionModel,
  request: CompanionRequest,
  size: number,
): CompanionPoint {
  const { picture, points, labelNoise, ridge, seeds, grid } = request;
  const truth = truthFrame(picture, unitView, grid, grid).values;
  const centres = new Float32Array(2 * grid * grid);
  for (let pixel = 0; pixel < grid * grid; pixel++) {
    centres[2 * pixel] = ((pixel % grid) + 0.5) / grid;
    centres[2 * pixel + 1] = (Math.floor(pixel / grid) + 0.5) / grid;
  }
  const settings = { points, validation: 0, labelNoise, randomLabels: false };
  const runs = Array.from({ length: seeds }, (_, at) => {
    const fit = model.fit(samplePoints(picture, settings, at + 1).training, size, ridge, at + 1);
    const values = fit.valuesAt(centres);
    let sum = 0;
    for (let pixel = 0; pixel < values.length; pixel++)
      sum += (values[pixel] - truth[pixel]) * (values[pixel] - truth[pixel]);
    return { error: sum / values.length, told: fit.told };
  });
  const errors = runs.map(({ error }) => error).sort((a, b) => a - b);
  const [low, error, high] = [0.25, 0.5, 0.75].map((share) => quantile(errors, share));
  return { size, error, low, high, told: median(runs.map(({ told }) => told)) };
}
