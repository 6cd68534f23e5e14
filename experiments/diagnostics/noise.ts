/** What wrong labels do to a prediction: how many are fitted, and how much of their surroundings they spoil. */
import { pieceRoots } from './fragmentation.ts';
import type { PointMap } from './point-map.ts';
import { classThreshold } from './truth-error.ts';

/** Training points of one output: labels trained on, the truth there, and the prediction, float32 [n]. */
export interface JudgedPoints {
  readonly labels: Float32Array;
  readonly truth: Float32Array;
  readonly values: Float32Array;
  /** Number of the frame's pixel that holds each point. */
  readonly pixels: Uint32Array;
}

/** Shares from 0 to 1, `island` a ratio of areas; null where there is no such point. */
export interface NoiseFigures {
  readonly fitted: number | null;
  readonly noiseFootprint: number | null;
  readonly cleanFootprint: number | null;
  readonly island: number | null;
}

const isBlack = (value: number): boolean => value < classThreshold;

/** Figures over a frame: values and truth float32 [height, width] of the map's size. Points that are nearest to no pixel have no footprint. */
export function noiseFigures(
  points: JudgedPoints,
  values: Float32Array,
  truth: Float32Array,
  map: PointMap,
): NoiseFigures {
  const count = points.labels.length;
  const area = new Float64Array(count);
  const wrong = new Float64Array(count);
  map.nearest.forEach((point, at) => {
    area[point]++;
    if (isBlack(values[at]) !== isBlack(truth[at])) wrong[point]++;
  });
  const numbers = Array.from({ length: count }, (_, point) => point);
  const noisy = numbers.filter((point) => isBlack(points.labels[point]) !== isBlack(points.truth[point]));
  const isNoisy = new Set(noisy);
  const fitted = noisy.filter((point) => isBlack(points.values[point]) === isBlack(points.labels[point]));
  const shares = (of: readonly number[]): number[] =>
    of.filter((point) => area[point] > 0).map((point) => wrong[point] / area[point]);
  return {
    fitted: noisy.length === 0 ? null : fitted.length / noisy.length,
    noiseFootprint: meanOf(shares(noisy)),
    cleanFootprint: meanOf(shares(numbers.filter((point) => !isNoisy.has(point)))),
    island: islandOf(fitted, points, values, area, map),
  };
}

/** Median over fitted wrong points whose pixel has their class: pixels of its piece over those nearest to the point. */
function islandOf(
  fitted: readonly number[],
  { labels, pixels }: JudgedPoints,
  values: Float32Array,
  area: Float64Array,
  { width, height }: PointMap,
): number | null {
  const roots = pieceRoots(values, width, height);
  const sizes = new Float64Array(roots.length);
  for (const root of roots) sizes[root]++;
  const ratios = fitted
    .filter((point) => area[point] > 0 && isBlack(values[pixels[point]]) === isBlack(labels[point]))
    .map((point) => sizes[roots[pixels[point]]] / area[point])
    .sort((a, b) => a - b);
  if (ratios.length === 0) return null;
  const middle = ratios.length >> 1;
  return ratios.length % 2 === 1 ? ratios[middle] : (ratios[middle - 1] + ratios[middle]) / 2;
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
