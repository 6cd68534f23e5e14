/** Networks and points for tests of engines. */
import type { TrainingData } from '../../../experiments/engines/engine.ts';
import { initialParameters } from '../../../experiments/network/initialization.ts';
import type { Network, OutputActivation, Shape } from '../../../experiments/network/shape.ts';
import { uniformVariates } from '../../../experiments/random/normal.ts';

/** A network whose biases are not all alike, so that gradients and hashes have something to get wrong. */
export function randomNetwork(
  shape: Shape,
  seed: number,
  slope = 0.01,
  output: OutputActivation = 'affine',
): Network {
  const parameters = initialParameters(shape, 'he-normal', seed);
  const shifts = uniformVariates(seed, 4, 1, 0, parameters.length);
  for (let at = 0; at < parameters.length; at++) parameters[at] += 0.2 * (shifts[at] - 0.5);
  return { shape, slope, parameters, output };
}

/** Points anywhere in the square with labels in [0, 1]. */
export function randomPoints(points: number, outputs: number, seed: number): TrainingData {
  const uniforms = uniformVariates(seed, 4, 2, 0, points * (2 + outputs));
  return {
    coordinates: Float32Array.from(uniforms.subarray(0, 2 * points)),
    labels: Float32Array.from(uniforms.subarray(2 * points)),
  };
}

/** Largest |a - b| over the largest |b|. */
export function relativeDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let distance = 0;
  let scale = 0;
  for (let at = 0; at < b.length; at++) {
    const difference = Math.abs(a[at] - b[at]);
    if (!(difference <= distance)) distance = difference;
    scale = Math.max(scale, Math.abs(b[at]));
  }
  return distance / (scale || 1);
}
