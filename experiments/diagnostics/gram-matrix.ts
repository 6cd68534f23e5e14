/** Inner products of parameter gradients between points, without any gradient: float64 in a fixed order, portable. */
import { layoutFromShape, type Network } from '../network/shape.ts';
import { backward, forward } from './curvature.ts';

/**
 * K float64 [n, n] at coordinates float32 [n, 2]: K_ij is the inner product of the derivatives of the outputs by all
 * parameters at points i and j, summed over outputs. A layer's share is (delta_i . delta_j)(a_i . a_j + 1), with the derivatives
 * delta by the layer's sums and its inputs a, so that nothing of size n times parameters is made.
 */
export function gradientGram(network: Network, coordinates: Float32Array): Float64Array {
  const layers = layoutFromShape(network.shape);
  const points = coordinates.length >> 1;
  const inputs = layers.map((layer) => new Float64Array(layer.inputs));
  const slopes = layers.map((layer) => new Float64Array(layer.outputs));
  const allInputs = layers.map((layer) => new Float64Array(points * layer.inputs));
  const { outputs } = network.shape;
  const deltas = layers.map((layer) => new Float64Array(outputs * points * layer.outputs));
  for (let point = 0; point < points; point++) {
    inputs[0].set(coordinates.subarray(2 * point, 2 * point + 2));
    forward(network, layers, inputs, slopes);
    inputs.forEach((values, at) => allInputs[at].set(values, point * values.length));
    for (let output = 0; output < outputs; output++)
      backward(network, layers, slopes, output, (at, delta) =>
        deltas[at].set(delta, (output * points + point) * delta.length),
      );
  }
  const gram = new Float64Array(points * points);
  layers.forEach((layer, at) => {
    for (let i = 0; i < points; i++) {
      for (let j = 0; j <= i; j++) {
        const alike = dot(allInputs[at], i, j, layer.inputs) + 1;
        let slope = 0;
        for (let output = 0; output < outputs; output++)
          slope += dot(deltas[at], output * points + i, output * points + j, layer.outputs);
        gram[i * points + j] += slope * alike;
      }
    }
  });
  for (let i = 0; i < points; i++) for (let j = 0; j < i; j++) gram[j * points + i] = gram[i * points + j];
  return gram;
}

/** Inner product of rows i and j of a matrix [n, width]. */
function dot(rows: Float64Array, i: number, j: number, width: number): number {
  const [from, other] = [i * width, j * width];
  let sum = 0;
  for (let at = 0; at < width; at++) sum += rows[from + at] * rows[other + at];
  return sum;
}
