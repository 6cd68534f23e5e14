/** A network at one point, in float64. */
import { hashCoefficient } from '../hash/activation-hash.ts';
import { mappedPoint, mappedSlope } from '../network/input-map.ts';
import { layoutFromShape, type Network } from '../network/shape.ts';

/** What a network computes at one point, in float64. */
export interface PointEvaluation {
  /** float64 [outputs], before any sigmoid. */
  readonly values: Float64Array;
  /** float64 [outputs, 2]: gradient with the gates that are open at the point. */
  readonly gradient: Float64Array;
  /** Activation hash, lane 0 and lane 1. */
  readonly hash: readonly [number, number];
  /** Distance to the nearest crease as far as the gates at the point tell: smallest |z| / |gradient of z|. */
  readonly creaseDistance: number;
}

/** Values, gradient, hash and crease distance at (x, y). */
export function evaluateAtPoint(network: Network, x: number, y: number): PointEvaluation {
  const { parameters, slope, shape, inputs: map } = network;
  const layers = layoutFromShape(shape);
  // Three columns a neuron: its value and its derivatives by x and y.
  const [u, v] = mappedPoint(map, x, y);
  const ux = map?.axis === 'x' ? mappedSlope(map, x) : 1;
  const vy = map?.axis === 'y' ? mappedSlope(map, y) : 1;
  let columns = Float64Array.of(u, ux, 0, v, 0, vy);
  let lane0 = 0;
  let lane1 = 0;
  let creaseDistance = Infinity;
  layers.forEach(({ inputs, outputs, weightOffset, biasOffset }, layer) => {
    const next = new Float64Array(3 * outputs);
    for (let neuron = 0; neuron < outputs; neuron++) {
      let z = parameters[biasOffset + neuron];
      let zx = 0;
      let zy = 0;
      for (let i = 0; i < inputs; i++) {
        const weight = parameters[weightOffset + neuron * inputs + i];
        z += weight * columns[3 * i];
        zx += weight * columns[3 * i + 1];
        zy += weight * columns[3 * i + 2];
      }
      let gate = 1;
      if (layer < shape.hidden.length) {
        const steepness = Math.sqrt(zx * zx + zy * zy);
        if (steepness > 0) creaseDistance = Math.min(creaseDistance, Math.abs(z) / steepness);
        if (z > 0) {
          lane0 = (lane0 + hashCoefficient(layer, neuron, 0)) >>> 0;
          lane1 = (lane1 + hashCoefficient(layer, neuron, 1)) >>> 0;
        } else gate = slope;
      }
      next.set([gate * z, gate * zx, gate * zy], 3 * neuron);
    }
    columns = next;
  });
  const values = new Float64Array(shape.outputs);
  const gradient = new Float64Array(2 * shape.outputs);
  for (let output = 0; output < shape.outputs; output++) {
    values[output] = columns[3 * output];
    gradient.set(columns.subarray(3 * output + 1, 3 * output + 3), 2 * output);
  }
  return { values, gradient, hash: [lane0, lane1], creaseDistance };
}
