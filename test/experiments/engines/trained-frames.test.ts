import { beforeAll, describe, expect, it } from 'vitest';
import {
  unitView,
  type Engine,
  type Frame,
  type FramePrecision,
} from '../../../experiments/engines/engine.ts';
import { hashCoefficients } from '../../../experiments/hash/activation-hash.ts';
import type { Network } from '../../../experiments/network/shape.ts';
import { distinctCount } from '../../../experiments/engines/frame-planes.ts';
import { ringNetwork } from '../../fixtures/ring-network.ts';
import { wasmEngine } from './test-engines.ts';

const size = 256;
/** Distinct hashes of a 256 x 256 frame in float64. */
const distinct = { 0: 4382, 300: 22_322, 6000: 20_912 } as const;
const epochs = [0, 300, 6000] as const;

let engines: Record<string, Engine>;

beforeAll(async () => {
  engines = { strict: await wasmEngine('strict'), relaxed: await wasmEngine('relaxed') };
});

function render(engine: Engine, network: Network, precision: FramePrecision = 'float32'): Promise<Frame> {
  const planes = { hashes: true };
  return engine.renderFrame({ network, view: unitView, width: size, height: size, planes, precision });
}

describe.each(['strict', 'relaxed'])('trained rings by %s kernels', (name) => {
  it.each(epochs)(
    'have the number of distinct hashes of float64 within half a percent, epoch %i',
    async (epoch) => {
      const { hashes } = await render(engines[name], ringNetwork(epoch));
      expect(Math.abs(distinctCount(hashes!) / distinct[epoch] - 1)).toBeLessThan(0.005);
    },
  );

  it.each(epochs)('have that number exactly where they are anchored, epoch %i', async (epoch) => {
    const { hashes } = await render(engines[name], ringNetwork(epoch), 'anchored');
    expect(distinctCount(hashes!)).toBe(distinct[epoch]);
  });
});

it('pixel hashes of a trained ring are those of float64 but for one in ten thousand, anchored but for two', async () => {
  const network = ringNetwork(6000);
  const exact = hashesFloat64(network);
  expect(distinctCount(exact)).toBe(distinct[6000]);
  const different = async (engine: Engine, precision: FramePrecision): Promise<number> => {
    const { hashes } = await render(engine, network, precision);
    let count = 0;
    for (let at = 0; at < exact.length; at += 2) {
      if (exact[at] !== hashes![at] || exact[at + 1] !== hashes![at + 1]) count++;
    }
    return count;
  };
  for (const engine of Object.values(engines)) {
    expect(await different(engine, 'float32')).toBeLessThan(1e-4 * size * size);
    expect(await different(engine, 'anchored')).toBeLessThanOrEqual(2);
    expect(await different(engine, 'float64')).toBe(0);
  }
});

/** Hashes of all pixels, evaluated in float64 one after another. */
function hashesFloat64({ shape, slope, parameters }: Network): Uint32Array {
  const weights = Float64Array.from(parameters);
  const coefficients = hashCoefficients(shape.hidden);
  const hashes = new Uint32Array(2 * size * size);
  let input = new Float64Array(64);
  let output = new Float64Array(64);
  for (let pixel = 0; pixel < size * size; pixel++) {
    input[0] = ((pixel % size) + 0.5) / size;
    input[1] = (Math.floor(pixel / size) + 0.5) / size;
    let inputs = 2;
    let at = 0;
    let neuron = 0;
    let lane0 = 0;
    let lane1 = 0;
    for (const width of shape.hidden) {
      const bias = at + width * inputs;
      for (let unit = 0; unit < width; unit++, neuron++) {
        let z = weights[bias + unit];
        for (let index = 0; index < inputs; index++) z += weights[at++] * input[index];
        output[unit] = z > 0 ? z : slope * z;
        if (!(z > 0)) continue;
        lane0 = (lane0 + coefficients[2 * neuron]) | 0;
        lane1 = (lane1 + coefficients[2 * neuron + 1]) | 0;
      }
      at = bias + width;
      inputs = width;
      [input, output] = [output, input];
    }
    hashes[2 * pixel] = lane0;
    hashes[2 * pixel + 1] = lane1;
  }
  return hashes;
}
