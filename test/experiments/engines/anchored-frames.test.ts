import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine, Frame, View } from '../../../experiments/engines/engine.ts';
import { unitView } from '../../../experiments/engines/engine.ts';
import type { Network } from '../../../experiments/network/shape.ts';
import { ringNetwork } from '../../fixtures/ring-network.ts';
import { hasNativeKernels, instructionSets, nativeEngine } from './native-engines.ts';
import { randomNetwork } from './random-networks.ts';
import { wasmEngine } from './test-engines.ts';

const size = { width: 203, height: 135 };
/** From few creases a block (whole blocks, quarters) to more than there is place for (pixels written out). */
const views: Readonly<Record<string, View>> = {
  'the square': unitView,
  'a billionth': { x0: 0.3, y0: 0.4, x1: 0.3 + 1.5e-9, y1: 0.4 + 1e-9 },
  'from afar': { x0: -30, y0: -20, x1: 30, y1: 20 },
};
const networks: Readonly<Record<string, () => Network>> = {
  'a trained ring': () => ringNetwork(6000),
  'few wide layers': () => randomNetwork({ hidden: [90, 120, 60], outputs: 2 }, 3, 0, 'affine'),
  'many narrow layers': () =>
    randomNetwork({ hidden: Array<number>(40).fill(12), outputs: 1 }, 5, 0.01, 'sigmoid'),
  'one neuron': () => randomNetwork({ hidden: [1], outputs: 1 }, 7, 0.01, 'affine'),
};
const cases = Object.keys(networks).flatMap((name) =>
  Object.keys(views).map((view) => [name, view] as const),
);
/** Pixels whose pattern may differ from that of float64. */
const mostOther = 2;

let strict: Engine;
let relaxed: Engine;

beforeAll(async () => {
  strict = await wasmEngine('strict');
  relaxed = await wasmEngine('relaxed');
});

function bytesOf({ values, hashes, prefixes, gradient }: Frame): Buffer {
  const planes = [values, hashes!, prefixes!, gradient!];
  return Buffer.concat(planes.map((plane) => Buffer.from(plane.buffer, plane.byteOffset, plane.byteLength)));
}

describe.each(cases)('an anchored frame of %s, %s', (name, viewName) => {
  const network = networks[name]();
  const view = views[viewName];
  const draw = (engine: Engine): Promise<Frame> => {
    const planes = { hashes: true, prefixes: true, gradient: true };
    return engine.renderFrame({ network, view, ...size, planes, precision: 'anchored' });
  };

  it('has the patterns of float64, and values that differ by little of what changes in the frame', async () => {
    const exact = await strict.renderFrame({
      ...{ network, view, ...size },
      planes: { hashes: true },
      precision: 'float64',
    });
    const range = exact.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    for (const engine of [strict, relaxed]) {
      const frame = await draw(engine);
      let others = 0;
      for (let at = 0; at < exact.hashes!.length; at += 2) {
        const isSame =
          frame.hashes![at] === exact.hashes![at] && frame.hashes![at + 1] === exact.hashes![at + 1];
        if (!isSame) others++;
      }
      expect(others).toBeLessThanOrEqual(mostOther);
      const worst = frame.values.reduce(
        (most, value, at) => Math.max(most, Math.abs(value - exact.values[at])),
        0,
      );
      expect(worst).toBeLessThanOrEqual(5e-5 * range);
    }
  });

  it('has the gradient of its own affine pieces', async () => {
    const { values, gradient, hashes, outputs } = await draw(strict);
    const { width, height } = size;
    const step = (view.x1 - view.x0) / width;
    if (network.output === 'sigmoid' || viewName === 'a billionth') return;
    let compared = 0;
    let worst = 0;
    const steepest = gradient!.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
    for (let pixel = 0; pixel + 1 < width * height; pixel++) {
      const isSame =
        hashes![2 * pixel] === hashes![2 * pixel + 2] && hashes![2 * pixel + 1] === hashes![2 * pixel + 3];
      if (pixel % width === width - 1 || !isSame) continue;
      const rise = (values[(pixel + 1) * outputs] - values[pixel * outputs]) / step;
      worst = Math.max(worst, Math.abs(rise - gradient![2 * pixel * outputs]));
      compared++;
    }
    expect(compared).toBeGreaterThan(100);
    expect(worst).toBeLessThan(2e-3 * steepest);
  });

  it.skipIf(!hasNativeKernels)('has the same bits by native kernels', async () => {
    const expected = bytesOf(await draw(strict));
    for (const set of instructionSets()) {
      const engine = await nativeEngine(set, 'strict');
      expect(bytesOf(await draw(engine)).equals(expected), set).toBe(true);
      engine.dispose();
    }
  });
});
