import { beforeAll, describe, expect, it } from 'vitest';
import { unitView, type Engine, type FramePlanes, type View } from '../../../experiments/engines/engine.ts';
import { withMappedInputs } from '../../../experiments/engines/mapped-engine.ts';
import { mappedCoordinate, withoutMap, type InputMap } from '../../../experiments/network/input-map.ts';
import { initialParameters } from '../../../experiments/network/initialization.ts';
import type { Network } from '../../../experiments/network/shape.ts';
import { evaluateAtPoint } from '../../../experiments/polytopes/point-evaluation.ts';
import { referenceEngine, wasmEngine } from './test-engines.ts';

const shape = { hidden: [13, 9, 7], outputs: 2 };
const plain: Network = {
  shape,
  slope: 0.01,
  parameters: initialParameters(shape, 'pytorch', 3),
  output: 'affine',
};
const maps: readonly InputMap[] = [
  { kind: 'fold', axis: 'x', period: 0.25, phase: 0.25 },
  { kind: 'fold', axis: 'y', period: 0.3, phase: 0.1 },
  { kind: 'sine', axis: 'x', period: 0.4, phase: 0 },
  { kind: 'sine', axis: 'y', period: 0.25, phase: 0.25 },
];
const [width, height] = [37, 23];
const view: View = { x0: -0.1, y0: 0.05, x1: 1.2, y1: 0.9 };

let engines: { readonly strict: Engine; readonly reference: Engine };
beforeAll(async () => {
  engines = { strict: await wasmEngine('strict'), reference: await referenceEngine('cpu') };
});

function centres(): [number, number][] {
  return Array.from({ length: width * height }, (_, at) => [
    view.x0 + (((at % width) + 0.5) / width) * (view.x1 - view.x0),
    view.y0 + ((Math.floor(at / width) + 0.5) / height) * (view.y1 - view.y0),
  ]);
}

describe.each(['strict', 'reference'] as const)(
  'frames of networks with mapped inputs, engine %s',
  (name) => {
    it.each(maps)('are what the plain network is at mapped places: $kind of $axis', async (inputs) => {
      const network = { ...plain, inputs };
      const planes = { hashes: true, prefixes: true, gradient: true, firstLayers: true };
      const frame = await engines[name].renderFrame({ network, view, width, height, planes });
      let otherHashes = 0;
      centres().forEach(([x, y], at) => {
        const seen: [number, number] =
          inputs.axis === 'x' ? [mappedCoordinate(inputs, x), y] : [x, mappedCoordinate(inputs, y)];
        const told = evaluateAtPoint(plain, ...seen);
        const own = evaluateAtPoint(network, x, y);
        expect([...own.values]).toEqual([...told.values]);
        for (let output = 0; output < 2; output++)
          expect(frame.values[2 * at + output]).toBeCloseTo(told.values[output]!, 5);
        const isSame = frame.hashes![2 * at] === told.hash[0] && frame.hashes![2 * at + 1] === told.hash[1];
        if (!isSame) otherHashes++;
        else
          for (let part = 0; part < 4; part++)
            expect(frame.gradient![4 * at + part]).toBeCloseTo(own.gradient[part]!, 3);
      });
      expect(otherHashes).toBeLessThan(4);
      const points = Float32Array.from(centres().flat());
      const values = await engines[name].evaluate(network, points);
      values.forEach((value, at) => expect(value).toBeCloseTo(frame.values[at]!, 5));
    });

    it('compare rows and columns across folds as one frame, and are the same in bands', async () => {
      for (const inputs of maps) {
        const request = { network: { ...plain, inputs }, view: unitView, width: 41, height: 150 };
        const planes = { hashes: true, firstLayers: true, prefixes: true };
        const whole = await engines[name].renderFrame({ ...request, planes });
        const layers = shape.hidden.length;
        const isOther = (layer: number, a: number, b: number) =>
          [0, 1].some(
            (lane) =>
              whole.prefixes![2 * (layer * 41 * 150 + a) + lane] !==
              whole.prefixes![2 * (layer * 41 * 150 + b) + lane],
          );
        whole.firstLayers!.forEach((told, at) => {
          let first = 0xffff;
          for (let layer = layers - 1; layer >= 0; layer--) {
            const right = at % 41 < 40 && isOther(layer, at, at + 1);
            if (right || (at + 41 < 41 * 150 && isOther(layer, at, at + 41))) first = layer;
          }
          if (told !== first) expect.fail(`pixel ${at}: ${told}, not ${first}`);
        });
        const rows = { start: 61, end: 97 };
        const band = await engines[name].renderFrame({ ...request, planes, rows });
        expect(band.values).toEqual(whole.values.slice(2 * 41 * 61, 2 * 41 * 97));
        expect(band.firstLayers).toEqual(whole.firstLayers!.slice(41 * 61, 41 * 97));
        expect(band.hashes).toEqual(whole.hashes!.slice(2 * 41 * 61, 2 * 41 * 97));
      }
    });
  },
);

describe('precision of frames with mapped inputs', () => {
  it.each(['anchored', 'float64'] as const)('is kept at any zoom: %s', async (precision) => {
    const small: View = { x0: 0.3, y0: 0.4, x1: 0.3 + 1e-6, y1: 0.4 + 1e-6 };
    const network = { ...plain, inputs: maps[0]! };
    const planes = { hashes: true };
    const frame = await engines.strict.renderFrame({
      network,
      view: small,
      width: 16,
      height: 16,
      planes,
      precision,
    });
    const first = evaluateAtPoint(network, 0.3 + 1e-6 / 32, 0.4 + 1e-6 / 32);
    const last = evaluateAtPoint(network, 0.3 + (31 / 32) * 1e-6, 0.4 + (31 / 32) * 1e-6);
    expect(frame.values[0]! - frame.values[510]!).toBeCloseTo(first.values[0]! - last.values[0]!, 6);
  });

  it('is that of single pixels where runs are one pixel wide, but for pixels too small for it', async () => {
    const asked: (string | undefined)[] = [];
    const engine = withMappedInputs({
      ...engines.strict,
      renderFrame: (request) => {
        asked.push(`${request.width} ${request.precision}`);
        return engines.strict.renderFrame(request);
      },
    });
    const frame = (inputs: InputMap, side: number, planes: FramePlanes) =>
      engine.renderFrame({
        network: { ...plain, inputs },
        view: { x0: 0.3, y0: 0.4, x1: 0.3 + side, y1: 0.4 + side },
        width: 2,
        height: 2,
        planes,
        precision: 'anchored',
      });
    const sine = maps[2]!;
    await frame(maps[0]!, 0.01, {});
    await frame(sine, 0.01, { gradient: true });
    await frame(sine, 1e-8, { hashes: true });
    await frame(sine, 1e-8, { gradient: true });
    expect(asked).toEqual([
      '2 anchored',
      ...['float32', 'float32', 'float64', 'float64', 'anchored', 'anchored'].map((used) => `1 ${used}`),
    ]);
  });

  it('asks nothing else of networks without a map', async () => {
    const request = { view, width, height, planes: { hashes: true } };
    const frame = await engines.strict.renderFrame({ ...request, network: plain });
    const again = await engines.strict.renderFrame({
      ...request,
      network: withoutMap({ ...plain, inputs: maps[0]! }),
    });
    expect(again.values).toEqual(frame.values);
    expect(withoutMap(plain)).toBe(plain);
  });
});
