import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine, LossName, TrainingData } from '../../../experiments/engines/engine.ts';
import { layoutFromShape, type Network } from '../../../experiments/network/shape.ts';
import { lossFloat64 } from './float64-network.ts';
import { randomNetwork, randomPoints, relativeDistance } from './random-networks.ts';
import { referenceEngine, wasmEngine } from './test-engines.ts';

const hiddenWidths = [[1], [3], [64], [1, 7, 3], [7, 63], [63, 65], [64, 1], [65, 64, 7]];
const losses: readonly LossName[] = ['mse', 'bce'];
const cases = hiddenWidths.flatMap((hidden, index) =>
  losses.flatMap((loss) => [1, 2, 3].map((outputs) => ({ hidden, outputs, loss, seed: index + 1 }))),
);
/** Not a multiple of anything that kernels work in. */
const points = 37;

let reference: Engine;
let engines: Record<string, Engine>;

beforeAll(async () => {
  reference = await referenceEngine('cpu');
  engines = {
    strict: await wasmEngine('strict'),
    relaxed: await wasmEngine('relaxed'),
    'TensorFlow.js on wasm': await referenceEngine('wasm'),
  };
});

function caseNetwork({ hidden, outputs, loss, seed }: (typeof cases)[0], slope = 0.01): Network {
  return randomNetwork({ hidden, outputs }, seed, slope, loss === 'bce' ? 'sigmoid' : 'affine');
}

/** Largest relative distance over the weights and biases of each layer, so that small layers count as much as large ones. */
function layerDistance(network: Network, a: Float32Array, b: Float32Array): number {
  const distances = layoutFromShape(network.shape).flatMap(({ weightOffset, biasOffset, outputs }) => [
    relativeDistance(a.subarray(weightOffset, biasOffset), b.subarray(weightOffset, biasOffset)),
    relativeDistance(
      a.subarray(biasOffset, biasOffset + outputs),
      b.subarray(biasOffset, biasOffset + outputs),
    ),
  ]);
  return Math.max(...distances);
}

/** Indices of some weights and biases of every layer, its first and last among them. */
function someParameters(network: Network): number[] {
  return layoutFromShape(network.shape).flatMap(({ weightOffset, biasOffset, outputs }) => {
    const last = biasOffset + outputs - 1;
    const middle = weightOffset + Math.floor((biasOffset - weightOffset) / 3);
    return [weightOffset, middle, biasOffset - 1, biasOffset, last];
  });
}

function centralDifference(network: Network, data: TrainingData, loss: LossName, index: number): number {
  const step = 1e-6;
  const parameters = Float64Array.from(network.parameters);
  const lossAt = (value: number): number => {
    parameters[index] = value;
    return lossFloat64(network, data, loss, parameters);
  };
  const value = network.parameters[index];
  return (lossAt(value + step) - lossAt(value - step)) / (2 * step);
}

describe.each(cases)('the gradient of $hidden with $outputs outputs, $loss, seed $seed', (c) => {
  it.each(['strict', 'relaxed', 'TensorFlow.js on wasm'])(
    'by %s is that of automatic differentiation',
    async (name) => {
      const network = caseNetwork(c);
      const data = randomPoints(points, c.outputs, c.seed);
      const expected = await reference.lossGradient(network, data, c.loss);
      const actual = await engines[name].lossGradient(network, data, c.loss);
      expect(Math.abs(actual.loss / expected.loss - 1)).toBeLessThan(2e-6);
      expect(layerDistance(network, actual.gradient, expected.gradient)).toBeLessThan(5e-6);
    },
  );

  it('by strict kernels and by automatic differentiation is the central difference in float64', async () => {
    const network = caseNetwork(c);
    const data = randomPoints(points, c.outputs, c.seed);
    const strict = await engines.strict.lossGradient(network, data, c.loss);
    const automatic = await reference.lossGradient(network, data, c.loss);
    const loss = lossFloat64(network, data, c.loss);
    expect(Math.abs(strict.loss / loss - 1)).toBeLessThan(2e-6);
    const scale = automatic.gradient.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    for (const index of someParameters(network)) {
      const slope = centralDifference(network, data, c.loss, index);
      expect(Math.abs(strict.gradient[index] - slope) / scale, `parameter ${index}`).toBeLessThan(1e-5);
      expect(Math.abs(automatic.gradient[index] - slope) / scale, `parameter ${index}`).toBeLessThan(1e-5);
    }
  });
});

describe('gradients', () => {
  it.each([0, 0.3])('agree with slope %f', async (slope) => {
    for (const c of [cases[18], cases[45]]) {
      const network = caseNetwork(c, slope);
      const data = randomPoints(points, c.outputs, 99);
      const expected = await reference.lossGradient(network, data, c.loss);
      const actual = await engines.strict.lossGradient(network, data, c.loss);
      expect(layerDistance(network, actual.gradient, expected.gradient)).toBeLessThan(5e-6);
    }
  });

  it.each([1, 2, 63, 64, 65, 1000])('agree over %i points', async (count) => {
    const network = randomNetwork({ hidden: [9, 6], outputs: 1 }, 4);
    const data = randomPoints(count, 1, count);
    const expected = await reference.lossGradient(network, data, 'mse');
    for (const name of ['strict', 'relaxed']) {
      const actual = await engines[name].lossGradient(network, data, 'mse');
      expect(layerDistance(network, actual.gradient, expected.gradient)).toBeLessThan(5e-6);
    }
  });

  it('of cross entropy stay finite and right far from the labels', async () => {
    const network = randomNetwork({ hidden: [5], outputs: 1 }, 6, 0.01, 'sigmoid');
    network.parameters[network.parameters.length - 1] = 60;
    const data = { ...randomPoints(10, 1, 3), labels: Float32Array.from({ length: 10 }, (_, at) => at % 2) };
    const expected = lossFloat64(network, data, 'bce');
    for (const engine of [reference, engines.strict]) {
      const { loss, gradient } = await engine.lossGradient(network, data, 'bce');
      expect(Math.abs(loss / expected - 1)).toBeLessThan(1e-5);
      expect(gradient.at(-1)).toBeCloseTo(0.5, 5);
    }
  });
});
