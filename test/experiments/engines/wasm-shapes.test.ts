import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../experiments/engines/engine.ts';
import { unitView } from '../../../experiments/engines/engine.ts';
import type { Network } from '../../../experiments/network/shape.ts';
import { evaluateFloat64 } from './float64-network.ts';
import { randomNetwork, randomPoints, relativeDistance } from './random-networks.ts';
import { referenceEngine, wasmEngine } from './test-engines.ts';

/** Every remainder that panels of 2, 3, 4 and 5 neurons leave, wide layers and deep networks. */
const shapes: readonly {
  readonly title: string;
  readonly hidden: readonly number[];
  readonly outputs: 1 | 2 | 3;
}[] = [
  { title: '1 to 8', hidden: [1, 2, 3, 4, 5, 6, 7, 8], outputs: 1 },
  { title: '16 down to 9', hidden: [16, 15, 14, 13, 12, 11, 10, 9], outputs: 2 },
  { title: '100 and 101', hidden: [100, 101], outputs: 3 },
  { title: '512 and 511', hidden: [512, 511], outputs: 1 },
  { title: '[6]*100', hidden: Array<number>(100).fill(6), outputs: 1 },
  { title: 'no hidden layer', hidden: [], outputs: 2 },
];

let engines: Record<string, Engine>;
let reference: Engine;

beforeAll(async () => {
  engines = { strict: await wasmEngine('strict'), relaxed: await wasmEngine('relaxed') };
  reference = await referenceEngine('cpu');
});

function networkOf({ hidden, outputs }: (typeof shapes)[0], seed: number): Network {
  return randomNetwork({ hidden, outputs }, seed, 0.1);
}

describe.each(shapes)('widths $title', (shape) => {
  it.each(['strict', 'relaxed'])('have the gradient of automatic differentiation, %s', async (name) => {
    const network = networkOf(shape, 3);
    for (const points of [1, 16, 83]) {
      const data = randomPoints(points, shape.outputs, points);
      const actual = await engines[name].lossGradient(network, data, 'mse');
      const expected = await reference.lossGradient(network, data, 'mse');
      expect(relativeDistance(actual.gradient, expected.gradient), `${points} points`).toBeLessThan(1e-5);
      expect(Math.abs(actual.loss / expected.loss - 1)).toBeLessThan(1e-5);
    }
  });

  it.each(['strict', 'relaxed'])('have the frames of float64, %s', async (name) => {
    const network = networkOf(shape, 4);
    const size = 13;
    const { values, hashes } = await engines[name].renderFrame({
      network,
      view: unitView,
      width: size,
      height: size,
      planes: { hashes: true },
    });
    const exact = Array.from({ length: size * size }, (_, pixel) =>
      evaluateFloat64(
        network,
        Math.fround(((pixel % size) + 0.5) / size),
        Math.fround((Math.floor(pixel / size) + 0.5) / size),
      ),
    );
    expect(
      relativeDistance(
        values,
        exact.flatMap((pixel) => pixel.values),
      ),
    ).toBeLessThan(1e-5);
    exact.forEach(({ prefixes, margin }, pixel) => {
      const [lane0, lane1] = prefixes.at(-1) ?? [0, 0];
      if (margin < 1e-5) return;
      expect([hashes![2 * pixel], hashes![2 * pixel + 1]], `pixel ${pixel}`).toEqual([lane0, lane1]);
    });
  });
});

describe.each(['strict', 'relaxed'])('the value of a point, %s', (name) => {
  const network = randomNetwork({ hidden: [33, 30, 17], outputs: 3 }, 6);

  it('does not depend on the points around it', async () => {
    const { coordinates } = randomPoints(300, 1, 2);
    const together = await engines[name].evaluate(network, coordinates);
    for (const point of [0, 1, 15, 16, 127, 128, 255, 299]) {
      const alone = await engines[name].evaluate(network, coordinates.subarray(2 * point, 2 * point + 2));
      expect(alone, `point ${point}`).toEqual(together.subarray(3 * point, 3 * point + 3));
    }
  });

  it('is the same in a frame of many chunks, with and without further planes', async () => {
    const wide = randomNetwork({ hidden: Array<number>(12).fill(100), outputs: 1 }, 7);
    const frame = { network: wide, view: unitView, width: 131, height: 67 };
    const plain = await engines[name].renderFrame({ ...frame, planes: { hashes: true } });
    const planes = { hashes: true, prefixes: true, firstLayers: true, gradient: true };
    const full = await engines[name].renderFrame({ ...frame, planes });
    expect(full.values).toEqual(plain.values);
    expect(full.hashes).toEqual(plain.hashes);
    const coordinates = Float32Array.from({ length: 2 * 131 * 67 }, (_, at) => {
      const pixel = at >> 1;
      return at % 2 === 0 ? ((pixel % 131) + 0.5) / 131 : (Math.floor(pixel / 131) + 0.5) / 67;
    });
    expect(await engines[name].evaluate(wide, coordinates)).toEqual(plain.values);
  });
});

describe('frames', () => {
  const network = randomNetwork({ hidden: [4], outputs: 1 }, 1);
  const frame = { network, view: unitView, width: 4, height: 3, planes: { firstLayers: true } };

  it('may be empty bands', async () => {
    for (const row of [0, 2, 3]) {
      const band = await engines.strict.renderFrame({ ...frame, rows: { start: row, end: row } });
      expect([band.values.length, band.firstLayers?.length]).toEqual([0, 0]);
    }
  });

  it.each([
    { ...frame, width: 0 },
    { ...frame, height: 1.5 },
    { ...frame, rows: { start: -1, end: 2 } },
    { ...frame, rows: { start: 0, end: 4 } },
    { ...frame, network: { ...network, slope: 1 } },
    { ...frame, network: { ...network, parameters: network.parameters.subarray(1) } },
  ])('of impossible requests are refused, %#', async (request) => {
    await expect(engines.strict.renderFrame(request)).rejects.toThrow(RangeError);
  });

  it('end with their engine', async () => {
    const engine = await wasmEngine('strict');
    engine.dispose();
    await expect(engine.renderFrame(frame)).rejects.toThrow('disposed');
  });
});
