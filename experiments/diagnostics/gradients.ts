/** How steep a network is by its inputs, and how long its paths are. Float64 in a fixed order: portable. */
import { layoutFromShape, type Network } from '../network/shape.ts';
import { backward, forward } from './curvature.ts';

/** Root of the mean over coordinates float32 [n, 2] of |grad f|^2, outputs added. */
export function gradientLength(network: Network, coordinates: Float32Array): number {
  const layers = layoutFromShape(network.shape);
  const inputs = layers.map((layer) => new Float64Array(layer.inputs));
  const slopes = layers.map((layer) => new Float64Array(layer.outputs));
  const points = coordinates.length >> 1;
  let sum = 0;
  for (let point = 0; point < points; point++) {
    inputs[0].set(coordinates.subarray(2 * point, 2 * point + 2));
    forward(network, layers, inputs, slopes);
    for (let output = 0; output < network.shape.outputs; output++) {
      const [gx, gy] = backward(network, layers, slopes, output, () => undefined);
      sum += gx * gx + gy * gy;
    }
  }
  return Math.sqrt(sum / points);
}

/** Root of the network of squared parameters with slope 1 at (1, 1), outputs added (Neyshabur et al. 2015, biases as paths). */
export function pathNorm({ shape, parameters }: Network): number {
  let values = Float64Array.of(1, 1);
  for (const { inputs, outputs, weightOffset, biasOffset } of layoutFromShape(shape)) {
    const next = new Float64Array(outputs);
    for (let row = 0; row < outputs; row++) {
      let sum = parameters[biasOffset + row] ** 2;
      const from = weightOffset + row * inputs;
      for (let column = 0; column < inputs; column++) sum += parameters[from + column] ** 2 * values[column];
      next[row] = sum;
    }
    values = next;
  }
  return Math.sqrt(values.reduce((sum, value) => sum + value, 0));
}
