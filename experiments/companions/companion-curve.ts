/** How a closed-form model's error runs along its number of features, over seeds. */
import { median, quantile } from '../findings/statistics.ts';
import { unitView } from '../engines/engine.ts';
import type { Picture } from '../targets/picture.ts';
import { samplePoints } from '../targets/sampling.ts';
import { truthFrame } from '../targets/truth-frame.ts';
import { randomFeatures } from './random-features.ts';

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
  readonly features: number;
  /** Mean squared error against the truth: median, quartiles. */
  readonly error: number;
  readonly low: number;
  readonly high: number;
  /** Median length of the weights. */
  readonly norm: number;
}

/** Numbers of features around as many as there are points, from an eighth to 32 times. */
export function suitedFeatures(points: number): number[] {
  const shares = [1 / 8, 1 / 4, 1 / 2, 3 / 4, 7 / 8, 1, 9 / 8, 5 / 4, 3 / 2, 2, 4, 8, 32];
  return [...new Set(shares.map((share) => Math.max(1, Math.round(share * points))))];
}

/** The curve's point at a number of features. */
export function companionPoint(request: CompanionRequest, features: number): CompanionPoint {
  const { picture, points, labelNoise, ridge, seeds, grid } = request;
  const truth = truthFrame(picture, unitView, grid, grid).values;
  const centres = new Float32Array(2 * grid * grid);
  for (let pixel = 0; pixel < grid * grid; pixel++) {
    centres[2 * pixel] = ((pixel % grid) + 0.5) / grid;
    centres[2 * pixel + 1] = (Math.floor(pixel / grid) + 0.5) / grid;
  }
  const settings = { points, validation: 0, labelNoise, randomLabels: false };
  const runs = Array.from({ length: seeds }, (_, at) => {
    const fit = randomFeatures(samplePoints(picture, settings, at + 1).training, features, ridge, at + 1);
    const values = fit.valuesAt(centres);
    let sum = 0;
    for (let pixel = 0; pixel < values.length; pixel++)
      sum += (values[pixel] - truth[pixel]) * (values[pixel] - truth[pixel]);
    return { error: sum / values.length, norm: fit.norm };
  });
  const errors = runs.map(({ error }) => error).sort((a, b) => a - b);
  const [low, error, high] = [0.25, 0.5, 0.75].map((share) => quantile(errors, share));
  return { features, error, low, high, norm: median(runs.map(({ norm }) => norm)) };
}
