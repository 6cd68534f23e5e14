import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine, Frame, FrameRequest } from '../../../experiments/engines/engine.ts';
import type { Network } from '../../../experiments/network/shape.ts';
import { evaluateFloat64, type PointEvaluation } from './float64-network.ts';
import { randomNetwork, relativeDistance } from './random-networks.ts';
import { referenceEngine, wasmEngine } from './test-engines.ts';

const networks: readonly { readonly title: string; readonly network: Network }[] = [
  { title: '[1]', network: randomNetwork({ hidden: [1], outputs: 1 }, 1) },
  { title: '[3,7], 2 outputs', network: randomNetwork({ hidden: [3, 7], outputs: 2 }, 2) },
  {
    title: '[7,65,3], 3 outputs, sigmoid',
    network: randomNetwork({ hidden: [7, 65, 3], outputs: 3 }, 3, 0.01, 'sigmoid'),
  },
  { title: '[63,64], ReLU', network: randomNetwork({ hidden: [63, 64], outputs: 1 }, 4, 0) },
  { title: '[16]*12', network: randomNetwork({ hidden: Array<number>(12).fill(16), outputs: 1 }, 5) },
];
const size = { width: 67, height: 45 };
const view = { x0: 0.1, y0: -0.2, x1: 0.9, y1: 1.3 };
const planes = { hashes: true, firstLayers: true, prefixes: true, gradient: true };
/** Nearer to a crease than this, float32 and float64 may see different sides of it. */
const creaseWidth = 1e-5;
const engineNames = ['strict', 'relaxed', 'strict anchored', 'relaxed anchored', 'TensorFlow.js'];

let engines: Record<string, Engine>;

beforeAll(async () => {
  const [strict, relaxed] = [await wasmEngine('strict'), await wasmEngine('relaxed')];
  engines = {
    strict,
    relaxed,
    'strict anchored': anchored(strict),
    'relaxed anchored': anchored(relaxed),
    'TensorFlow.js': await referenceEngine('wasm'),
  };
});

function anchored(engine: Engine): Engine {
  return { ...engine, renderFrame: (wanted) => engine.renderFrame({ ...wanted, precision: 'anchored' }) };
}

function request(network: Network): FrameRequest {
  return { network, view, ...size, planes };
}

/** The oracle at every pixel of the frame. */
function oracle(network: Network): PointEvaluation[] {
  return Array.from({ length: size.width * size.height }, (_, pixel) => {
    const column = pixel % size.width;
    const row = Math.floor(pixel / size.width);
    return evaluateFloat64(
      network,
      Math.fround(view.x0 + ((column + 0.5) / size.width) * (view.x1 - view.x0)),
      Math.fround(view.y0 + ((row + 0.5) / size.height) * (view.y1 - view.y0)),
    );
  });
}

/** First layer at which two pixels of the oracle differ, or none. */
function firstDifference(a: PointEvaluation, b: PointEvaluation | undefined): number {
  const layer = a.prefixes.findIndex(([lane0, lane1], at) => {
    return b !== undefined && (b.prefixes[at][0] !== lane0 || b.prefixes[at][1] !== lane1);
  });
  return layer < 0 ? 0xffff : layer;
}

describe.each(networks)('frames of $title', ({ network }) => {
  const expected = oracle(network);
  const { hidden, outputs } = network.shape;
  const pixels = expected.length;
  const isClear = (pixel: number): boolean => expected[pixel].margin > creaseWidth;

  it.each(engineNames)('by %s have the values of float64', async (name) => {
    const frame = await engines[name].renderFrame(request(network));
    const values = expected.flatMap((pixel) => pixel.values);
    expect(frame.values).toHaveLength(pixels * outputs);
    expect(relativeDistance(frame.values, values)).toBeLessThan(1e-5);
  });

  it.each(engineNames)('by %s have the hashes of float64 but for pixels on a crease', async (name) => {
    const frame = await engines[name].renderFrame(request(network));
    let unclear = 0;
    for (let pixel = 0; pixel < pixels; pixel++) {
      if (!isClear(pixel)) {
        unclear++;
        continue;
      }
      const { prefixes } = expected[pixel];
      const wrong = [...prefixes.keys()].filter((layer) => {
        const at = 2 * (layer * pixels + pixel);
        return frame.prefixes![at] !== prefixes[layer][0] || frame.prefixes![at + 1] !== prefixes[layer][1];
      });
      if (wrong.length > 0) expect.fail(`pixel ${pixel}: the prefixes of layers ${wrong.join()} differ`);
    }
    expect(frame.hashes).toEqual(frame.prefixes!.subarray(2 * (hidden.length - 1) * pixels));
    expect(unclear).toBeLessThan(pixels / 100);
  });

  it.each(engineNames)(
    'by %s name the first layer that differs from the right or lower neighbour',
    async (name) => {
      const frame = await engines[name].renderFrame(request(network));
      let drawn = 0;
      for (let pixel = 0; pixel < pixels; pixel++) {
        const right = pixel % size.width === size.width - 1 ? pixel : pixel + 1;
        const below = pixel + size.width < pixels ? pixel + size.width : pixel;
        if (![pixel, right, below].every(isClear)) continue;
        const first = [right, below].map((other) => firstDifference(expected[pixel], expected[other]));
        if (frame.firstLayers![pixel] !== Math.min(...first))
          expect(frame.firstLayers![pixel], `pixel ${pixel}`).toBe(Math.min(...first));
        if (Math.min(...first) < 0xffff) drawn++;
      }
      expect(drawn).toBeGreaterThan(0);
    },
  );

  it.each(engineNames)('by %s have the slopes of a central difference', async (name) => {
    const frame = await engines[name].renderFrame(request(network));
    const step = 1e-7;
    const slopes: number[] = [];
    const actual: number[] = [];
    for (let pixel = 0; pixel < pixels; pixel += 41) {
      if (!isClear(pixel)) continue;
      const x = Math.fround(view.x0 + (((pixel % size.width) + 0.5) / size.width) * (view.x1 - view.x0));
      const y = Math.fround(
        view.y0 + ((Math.floor(pixel / size.width) + 0.5) / size.height) * (view.y1 - view.y0),
      );
      for (let output = 0; output < outputs; output++) {
        const value = (dx: number, dy: number) => evaluateFloat64(network, x + dx, y + dy).values[output];
        slopes.push(
          (value(step, 0) - value(-step, 0)) / (2 * step),
          (value(0, step) - value(0, -step)) / (2 * step),
        );
        const at = 2 * (pixel * outputs + output);
        actual.push(frame.gradient![at], frame.gradient![at + 1]);
      }
    }
    expect(relativeDistance(actual, slopes)).toBeLessThan(1e-5);
  });

  it('by strict kernels agree with TensorFlow.js on all but one hash in ten thousand', async () => {
    const wanted = { ...request(network), width: 101, height: 99, planes: { hashes: true } };
    const [strict, other] = [
      await engines.strict.renderFrame(wanted),
      await engines['TensorFlow.js'].renderFrame(wanted),
    ];
    expect(relativeDistance(strict.values, other.values)).toBeLessThan(1e-5);
    expect(differingHashes(strict, other)).toBeLessThanOrEqual((101 * 99) / 10_000 + 1);
  });

  it.each(engineNames)('by %s are the same whatever the band', async (name) => {
    const whole = await engines[name].renderFrame(request(network));
    const rows = { start: 13, end: 31 };
    const band = await engines[name].renderFrame({ ...request(network), rows });
    const from = rows.start * size.width;
    const to = rows.end * size.width;
    expect(band.rows).toEqual(rows);
    const hashed = await engines[name].renderFrame({ ...request(network), rows, planes: { hashes: true } });
    expect([hashed.values, hashed.hashes]).toEqual([band.values, band.hashes]);
    expect(band.values).toEqual(whole.values.subarray(from * outputs, to * outputs));
    expect(band.hashes).toEqual(whole.hashes!.subarray(2 * from, 2 * to));
    expect(band.firstLayers).toEqual(whole.firstLayers!.subarray(from, to));
    expect(band.gradient).toEqual(whole.gradient!.subarray(2 * from * outputs, 2 * to * outputs));
    hidden.forEach((_, layer) => {
      const layerOf = (frame: Frame, count: number, start: number) =>
        frame.prefixes!.subarray(2 * (layer * count + start), 2 * (layer * count + start + to - from));
      expect(layerOf(band, to - from, 0)).toEqual(layerOf(whole, pixels, from));
    });
  });

  it.each(engineNames)('by %s hold no planes that nobody asked for', async (name) => {
    const frame = await engines[name].renderFrame({ ...request(network), planes: {} });
    expect(Object.keys(frame).sort()).toEqual(['outputs', 'rows', 'values', 'width']);
    const { values } = await engines[name].renderFrame(request(network));
    expect(frame.values).toEqual(values);
  });

  it.each(engineNames)('by %s hold the values that points evaluate to', async (name) => {
    const points = Float32Array.of(0.3, 0.7, -0.1, 1.2, 0.5, 0.5);
    const values = await engines[name].evaluate(network, points);
    const exact = [0, 1, 2].flatMap(
      (at) => evaluateFloat64(network, points[2 * at], points[2 * at + 1]).values,
    );
    expect(relativeDistance(values, exact)).toBeLessThan(1e-5);
  });
});

function differingHashes(a: Frame, b: Frame): number {
  let count = 0;
  for (let pixel = 0; 2 * pixel < a.hashes!.length; pixel++) {
    if (
      a.hashes![2 * pixel] !== b.hashes![2 * pixel] ||
      a.hashes![2 * pixel + 1] !== b.hashes![2 * pixel + 1]
    )
      count++;
  }
  return count;
}
