/** Curvature of a minimum: the trace of the Gauss-Newton matrix, without the matrix. Float64 in a fixed order: portable. */
import { mappedCoordinates } from '../network/input-map.ts';
import { layoutFromShape, type LayerLayout, type Network } from '../network/shape.ts';
import { exponential } from '../random/elementary.ts';

/**
 * Trace of the Gauss-Newton matrix of the mean squared error at coordinates float32 [n, 2]: (2 / n) times the squared norm
 * of all derivatives of all outputs by all parameters. With the derivatives delta_l by a layer's sums and its inputs a,
 * a layer's share is |delta_l|^2 (|a|^2 + 1), so that one pass forward and one back for each output are enough.
 */
export function gaussNewtonTrace(network: Network, coordinates: Float32Array): number {
  const layers = layoutFromShape(network.shape);
  const inputs = layers.map((layer) => new Float64Array(layer.inputs));
  const slopes = layers.map((layer) => new Float64Array(layer.outputs));
  const points = coordinates.length >> 1;
  const seen = mappedCoordinates(network.inputs, coordinates);
  let sum = 0;
  for (let point = 0; point < points; point++) {
    inputs[0].set(seen.subarray(2 * point, 2 * point + 2));
    forward(network, layers, inputs, slopes);
    const weights = inputs.map((values) => squaredNorm(values) + 1);
    for (let output = 0; output < network.shape.outputs; output++) {
      let own = 0;
      backward(network, layers, slopes, output, (at, delta) => (own += squaredNorm(delta) * weights[at]));
      sum += own;
    }
  }
  return (2 * sum) / points;
}

/** Fills the inputs of all layers from those of the first, and the derivatives of what follows each sum. */
export function forward(
  { parameters, slope, output }: Network,
  layers: readonly LayerLayout[],
  inputs: readonly Float64Array[],
  slopes: readonly Float64Array[],
): void {
  layers.forEach((layer, at) => {
    const isLast = at === layers.length - 1;
    for (let row = 0; row < layer.outputs; row++) {
      let z = parameters[layer.biasOffset + row];
      const from = layer.weightOffset + row * layer.inputs;
      for (let column = 0; column < layer.inputs; column++)
        z += parameters[from + column] * inputs[at][column];
      if (isLast) {
        const share = 1 / (1 + exponential(-z));
        slopes[at][row] = output === 'sigmoid' ? share * (1 - share) : 1;
      } else {
        slopes[at][row] = z > 0 ? 1 : slope;
        inputs[at + 1][row] = slopes[at][row] * z;
      }
    }
  });
}

/** Tells the derivatives of one output by the sums of every layer, the last layer first; those by the inputs are returned. */
export function backward(
  { parameters }: Network,
  layers: readonly LayerLayout[],
  slopes: readonly Float64Array[],
  output: number,
  onLayer: (layer: number, delta: Float64Array) => void,
): Float64Array {
  let delta = new Float64Array(slopes[layers.length - 1].length);
  delta[output] = slopes[layers.length - 1][output];
  for (let at = layers.length - 1; ; at--) {
    onLayer(at, delta);
    const { inputs, outputs, weightOffset } = layers[at];
    const before = new Float64Array(inputs);
    for (let row = 0; row < outputs; row++) {
      if (delta[row] === 0) continue;
      const from = weightOffset + row * inputs;
      for (let column = 0; column < inputs; column++)
        before[column] += parameters[from + column] * delta[row];
    }
    if (at === 0) return before;
    for (let column = 0; column < inputs; column++) before[column] *= slopes[at - 1][column];
    delta = before;
  }
}

function squaredNorm(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum;
}
