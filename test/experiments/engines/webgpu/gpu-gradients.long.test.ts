import { beforeAll, expect, it } from 'vitest';
import type { Engine, LossName } from '../../../../experiments/engines/engine.ts';
import { WebgpuTraining } from '../../../../experiments/engines/webgpu/webgpu-training.ts';
import { layoutFromShape, type Network } from '../../../../experiments/network/shape.ts';
import { lossFloat64 } from '../float64-network.ts';
import { randomNetwork, randomPoints, relativeDistance } from '../random-networks.ts';
import { wasmEngine } from '../test-engines.ts';
import { describeGpu, useTestGpu } from './gpu-device.ts';

/** Largest distance of a layer's gradient from float64 differences or the CPU's, relative to its largest entry. */
const tolerance = 1e-5;

/** Narrow, as wide as the chain goes, and wider: layer by layer. */
const hiddenWidths = [
  [1],
  [3],
  [5, 9],
  [64],
  [1, 7, 3],
  [63, 65],
  [65, 64, 7],
  [256, 3],
  [257],
  [4, 300, 70],
];
const cases = hiddenWidths.flatMap((hidden, index) =>
  (['mse', 'bce'] as const).map((loss, other) => ({
    hidden,
    loss,
    outputs: 1 + ((index + other) % 3),
    seed: index + 1,
  })),
);

let engine: Engine;
beforeAll(async () => {
  engine = await wasmEngine('strict');
});

function networkOf(hidden: number[], outputs: number, seed: number, slope = 0.01): Network {
  return randomNetwork({ hidden, outputs }, seed, slope);
}

/** Largest relative distance over the weights and over the biases of each layer. */
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

describeGpu('gradients on the GPU', () => {
  const gpu = useTestGpu();

  async function expectEqual(network: Network, points: number, loss: LossName): Promise<void> {
    const data = randomPoints(points, network.shape.outputs, points);
    const training = new WebgpuTraining(gpu().context);
    const actual = await training.lossGradient(network, data, loss);
    const expected = await engine.lossGradient(network, data, loss);
    expect(Math.abs(actual.loss / expected.loss - 1)).toBeLessThan(tolerance);
    expect(layerDistance(network, actual.gradient, expected.gradient)).toBeLessThan(tolerance);
  }

  it.each(cases)('of $hidden with $outputs outputs, $loss, are those of the CPU', async (c) => {
    await expectEqual(networkOf(c.hidden, c.outputs, c.seed), 37, c.loss);
  });

  it.each([1, 2, 63, 64, 65, 129, 1000])('over %i points are those of the CPU', async (points) => {
    await expectEqual(networkOf([9, 20], 1, 4), points, 'mse');
    await expectEqual(networkOf([270], 2, 4), points, 'bce');
  });

  it.each([0, 0.3])('with slope %f are those of the CPU', async (slope) => {
    await expectEqual(networkOf([12, 30, 9], 2, 7, slope), 100, 'mse');
  });

  it('over more points than fit into a round are those of the CPU', async () => {
    await expectEqual(networkOf([4], 1, 5), 9000, 'mse');
  });

  it.each(['mse', 'bce'] as const)('are the central differences in float64, %s', async (loss) => {
    const network = networkOf([6, 5], 2, 11);
    const data = randomPoints(20, 2, 3);
    const { gradient } = await new WebgpuTraining(gpu().context).lossGradient(network, data, loss);
    const parameters = Float64Array.from(network.parameters);
    const differences = parameters.map((value, index) => {
      const lossAt = (moved: number): number => {
        const changed = parameters.slice();
        changed[index] = moved;
        return lossFloat64(network, data, loss, changed);
      };
      return (lossAt(value + 1e-6) - lossAt(value - 1e-6)) / 2e-6;
    });
    expect(relativeDistance(gradient, differences)).toBeLessThan(tolerance);
  });

  it('of cross entropy stay finite and right far from the labels', async () => {
    const network = networkOf([5], 1, 6);
    network.parameters[network.parameters.length - 1] = 60;
    const data = { ...randomPoints(10, 1, 3), labels: Float32Array.from({ length: 10 }, (_, at) => at % 2) };
    const { loss, gradient } = await new WebgpuTraining(gpu().context).lossGradient(network, data, 'bce');
    expect(Math.abs(loss / lossFloat64(network, data, 'bce') - 1)).toBeLessThan(1e-5);
    expect(gradient.at(-1)).toBeCloseTo(0.5, 5);
  });
});
