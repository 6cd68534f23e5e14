/**
 * Random features: a network of one hidden layer of which the first layer stays as it was drawn, and the second is solved
 * for. Its error peaks where there are as many features as points, by theory: the positive control of double descent.
 */
import type { TrainingData } from '../engines/engine.ts';
import { normalVariates, uniformVariates } from '../random/normal.ts';
import { streamIds } from '../random/philox.ts';
import { leastSquares } from './least-squares.ts';

/** Subsequences of the companions' stream. */
const directionSubsequence = 0;
const placeSubsequence = 1;

/** max(0, weight . x + bias) for each feature. */
interface Features {
  /** float64 [n, 3]: weights, bias. */
  readonly rows: Float64Array;
  readonly count: number;
}

/** Values at coordinates float32 [n, 2] -> float64 [n]. */
export interface ClosedForm {
  readonly norm: number;
  valuesAt(coordinates: Float32Array): Float64Array;
}

/** The least-squares fit of so many random features to points of one output, its labels' mean taken off before. */
export function randomFeatures(data: TrainingData, count: number, ridge: number, seed: number): ClosedForm {
  const features = drawnFeatures(count, seed);
  const points = data.labels.length;
  let mean = 0;
  for (const label of data.labels) mean += label;
  mean /= points;
  const columns = Array.from({ length: count }, () => new Float64Array(points));
  for (let point = 0; point < points; point++) {
    const [x, y] = [data.coordinates[2 * point], data.coordinates[2 * point + 1]];
    for (let feature = 0; feature < count; feature++)
      columns[feature][point] = valueOf(features, feature, x, y);
  }
  const weights = leastSquares(
    columns,
    Float64Array.from(data.labels, (label) => label - mean),
    ridge,
  );
  let squares = 0;
  for (const weight of weights) squares += weight * weight;
  return {
    norm: Math.sqrt(squares),
    valuesAt(coordinates) {
      return Float64Array.from({ length: coordinates.length / 2 }, (_, point) => {
        const [x, y] = [coordinates[2 * point], coordinates[2 * point + 1]];
        let value = mean;
        for (let feature = 0; feature < count; feature++)
          value += weights[feature] * valueOf(features, feature, x, y);
        return value;
      });
    },
  };
}

/** Directions uniform on the circle, creases through a uniform point of the square; fewer features are the first of more. */
function drawnFeatures(count: number, seed: number): Features {
  const directions = normalVariates(seed, streamIds.companions, directionSubsequence, 0, 2 * count);
  const places = uniformVariates(seed, streamIds.companions, placeSubsequence, 0, 2 * count);
  const rows = new Float64Array(3 * count);
  for (let feature = 0; feature < count; feature++) {
    const [a, b] = [directions[2 * feature], directions[2 * feature + 1]];
    const length = Math.sqrt(a * a + b * b);
    rows[3 * feature] = a / length;
    rows[3 * feature + 1] = b / length;
    rows[3 * feature + 2] = -(a * places[2 * feature] + b * places[2 * feature + 1]) / length;
  }
  return { rows, count };
}

function valueOf({ rows, count }: Features, feature: number, x: number, y: number): number {
  const z = rows[3 * feature] * x + rows[3 * feature + 1] * y + rows[3 * feature + 2];
  return z > 0 ? z / Math.sqrt(count) : 0;
}
