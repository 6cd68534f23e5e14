import { describe, expect, it } from 'vitest';
import { gaussNewtonTrace } from '../../../experiments/diagnostics/curvature.ts';
import { layoutFromShape, parameterCount, type Network } from '../../../experiments/network/shape.ts';

function uniforms(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 4294967296;
}

/** The network in float64 with parameters of its own, written down once more. */
function output(network: Network, parameters: Float64Array, x: number, y: number): number[] {
  let values = [x, y];
  const layers = layoutFromShape(network.shape);
  layers.forEach(({ inputs, outputs, weightOffset, biasOffset }, at) => {
    values = Array.from({ length: outputs }, (_, row) => {
      const z = values.reduce(
        (sum, value, column) => sum + value * parameters[weightOffset + row * inputs + column]!,
        parameters[biasOffset + row]!,
      );
      if (at < layers.length - 1) return z > 0 ? z : network.slope * z;
      return network.output === 'sigmoid' ? 1 / (1 + Math.exp(-z)) : z;
    });
  });
  return values;
}

/** (2 / n) times the squared Jacobian by central differences. */
function traceByDifferences(network: Network, coordinates: Float32Array): number {
  const step = 1e-6;
  let sum = 0;
  for (let at = 0; at < coordinates.length; at += 2) {
    const [x, y] = coordinates.subarray(at, at + 2);
    for (let parameter = 0; parameter < network.parameters.length; parameter++) {
      const shifted = (by: number): number[] => {
        const parameters = Float64Array.from(network.parameters);
        parameters[parameter]! += by;
        return output(network, parameters, x!, y!);
      };
      const [up, down] = [shifted(step), shifted(-step)];
      up.forEach((value, index) => (sum += ((value - down[index]!) / (2 * step)) ** 2));
    }
  }
  return (2 * sum) / (coordinates.length / 2);
}

describe('the trace of the Gauss-Newton matrix', () => {
  it.each([
    [[7, 5, 3], 1, 0.01, 'affine'],
    [[1], 1, 0, 'affine'],
    [[9, 2, 11], 3, 0, 'affine'],
    [[6, 6], 3, 0.2, 'sigmoid'],
    [[13], 1, 0.01, 'sigmoid'],
  ] as const)(
    'of %j with %i outputs, slope %f, %s, is that of explicit derivatives',
    (hidden, outputs, slope, kind) => {
      const next = uniforms(hidden.length + outputs);
      const shape = { hidden, outputs };
      const parameters = Float32Array.from({ length: parameterCount(shape) }, () => 2 * next() - 1);
      const network: Network = { shape, slope, parameters, output: kind };
      const coordinates = Float32Array.from({ length: 2 * 9 }, next);
      const expected = traceByDifferences(network, coordinates);
      expect(gaussNewtonTrace(network, coordinates) / expected).toBeCloseTo(1, 6);
    },
  );

  it('of a linear network is 2 (|x|^2 + 1), mean over points', () => {
    const network: Network = {
      shape: { hidden: [], outputs: 1 },
      slope: 0,
      parameters: Float32Array.of(3, 4, 5),
      output: 'affine',
    };
    expect(gaussNewtonTrace(network, Float32Array.of(0.5, 0.25, 0, 1))).toBe(0.25 + 0.0625 + 1 + 1 + 1);
  });
});
