/** What the eigenvalues of the Gram matrix of parameter gradients say: the sharpest direction, and how many matter. */
import type { Network } from '../network/shape.ts';
import { gradientGram } from './gram-matrix.ts';
import { symmetricEigenvalues } from './symmetric-eigenvalues.ts';

/** Points that the matrix is made of at most: the first ones. */
export const gramPoints = 512;

/** Figures of one network at points. */
export interface GramSpectrum {
  /** Largest eigenvalue of (2 / n) K, which is that of the Gauss-Newton matrix of the mean squared error. */
  readonly sharpness: number;
  /** Sum of 2k / (2k + alpha) over the eigenvalues k of K, an entry for each alpha (MacKay 1992; Maddox et al. 2020). */
  readonly effective: readonly number[];
}

/** The spectrum of K at the first of coordinates float32 [n, 2], n >= 1. */
export function gramSpectrum(
  network: Network,
  coordinates: Float32Array,
  alphas: readonly number[],
): GramSpectrum {
  const used = coordinates.subarray(0, 2 * gramPoints);
  const points = used.length >> 1;
  // Rounding leaves eigenvalues of zero a little below it.
  const values = symmetricEigenvalues(gradientGram(network, used), points).map((k) => Math.max(0, k));
  const effective = alphas.map((alpha) => values.reduce((sum, k) => sum + (2 * k) / (2 * k + alpha), 0));
  return { sharpness: (2 * values[points - 1]) / points, effective };
}
