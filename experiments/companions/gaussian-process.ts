/** A Gaussian process over the square with fixed settings: its mean, and how well it foresaw its labels. Float64, portable. */
import { exponential, logarithm } from '../random/elementary.ts';

/** Squared exponential covariance; lengths in sides of the square. */
export interface ProcessSettings {
  readonly length: number;
  readonly variance: number;
  /** Variance of independent noise on labels. */
  readonly noise: number;
}

/** A process that has seen labels. */
export interface GaussianProcess {
  /** Natural logarithm of the density of the labels, their mean taken off, divided by their number. */
  readonly evidence: number;
  /** Mean at coordinates float32 [n, 2]. */
  valuesAt(coordinates: Float32Array): Float64Array;
}

/** The process given labels at coordinates float32 [n, 2] (Rasmussen and Williams 2006, algorithm 2.1). */
export function gaussianProcess(
  coordinates: Float32Array,
  labels: Float32Array,
  { length, variance, noise }: ProcessSettings,
): GaussianProcess {
  const points = labels.length;
  const covariance = (x: number, y: number, point: number): number => {
    const [dx, dy] = [x - coordinates[2 * point], y - coordinates[2 * point + 1]];
    return variance * exponential(-(dx * dx + dy * dy) / (2 * length * length));
  };
  const mean = labels.reduce((sum, label) => sum + label, 0) / points;
  const y = Float64Array.from(labels, (label) => label - mean);
  const root = new Float64Array(points * points);
  for (let i = 0; i < points; i++) {
    for (let j = 0; j <= i; j++)
      root[i * points + j] =
        covariance(coordinates[2 * i], coordinates[2 * i + 1], j) + (i === j ? noise : 0);
  }
  factorise(root, points);
  const weights = solve(root, y);
  let fit = 0;
  let logs = 0;
  for (let i = 0; i < points; i++) {
    fit += y[i] * weights[i];
    logs += logarithm(root[i * points + i]);
  }
  return {
    evidence: -(fit / 2 + logs) / points - logarithm(2 * Math.PI) / 2,
    valuesAt: (at) =>
      Float64Array.from({ length: at.length >> 1 }, (_, place) => {
        let value = mean;
        for (let point = 0; point < points; point++)
          value += weights[point] * covariance(at[2 * place], at[2 * place + 1], point);
        return value;
      }),
  };
}

/** Cholesky's lower factor in the place of a matrix [n, n] of which the lower triangle is given. */
function factorise(a: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j];
      for (let k = 0; k < j; k++) sum -= a[i * n + k] * a[j * n + k];
      a[i * n + j] = i === j ? Math.sqrt(sum) : sum / a[j * n + j];
    }
  }
}

/** x with L L^T x = y. */
function solve(root: Float64Array, y: Float64Array): Float64Array {
  const n = y.length;
  const x = y.slice();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] -= root[i * n + k] * x[k];
    x[i] /= root[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] -= root[k * n + i] * x[k];
    x[i] /= root[i * n + i];
  }
  return x;
}
