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
  for (let at = 0; at < map.nearest.length; at++) {
    const point = map.nearest[at];
    area[point]++;
    if (isBlack(values[at]) !== isBlack(truth[at])) wrong[point]++;
  }
  const fitted: number[] = [];
  const sums = { noisy: 0, clean: 0 };
  const counted = { noisy: 0, clean: 0 };
  let noisy = 0;
  for (let point = 0; point < count; point++) {
    const label = isBlack(points.labels[point]);
    const kind = label === isBlack(points.truth[point]) ? 'clean' : 'noisy';
    if (kind === 'noisy') noisy++;
    if (kind === 'noisy' && isBlack(points.values[point]) === label) fitted.push(point);
    if (area[point] === 0) continue;
    sums[kind] += wrong[point] / area[point];
    counted[kind]++;
  }
  return {
    fitted: noisy === 0 ? null : fitted.length / noisy,
    noiseFootprint: counted.noisy === 0 ? null : sums.noisy / counted.noisy,
    cleanFootprint: counted.clean === 0 ? null : sums.clean / counted.clean,
    island: fitted.length === 0 ? null : islandOf(fitted, points, values, area, map),
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
