import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine, Frame, FrameRequest } from '../../../../experiments/engines/engine.ts';
import { renderGpuFrame, evaluateGpu } from '../../../../experiments/engines/webgpu/webgpu-frame.ts';
import { createPacer } from '../../../../experiments/engines/webgpu/pacer.ts';
import type { Network } from '../../../../experiments/network/shape.ts';
import { evaluateFloat64, type PointEvaluation } from '../float64-network.ts';
import { relativeDistance } from '../random-networks.ts';
import { wasmEngine } from '../test-engines.ts';
import type { TestGpu } from './gpu-device.ts';

const size = { width: 37, height: 23 };
const view = { x0: 0.1, y0: -0.2, x1: 0.9, y1: 1.3 };
const planes = { hashes: true, firstLayers: true, prefixes: true, gradient: true };
/** Nearer to a crease than this, float32 and float64 may see different sides of it. */
const creaseWidth = 1e-5;

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

/** Tests of frames of networks against float64 and the strict kernels, inside of a describe block. */
export function testFrames(
  gpu: () => TestGpu,
  networks: readonly { readonly title: string; readonly network: Network }[],
): void {
  let strict: Engine;
  beforeAll(async () => {
    strict = await wasmEngine('strict');
  });

  /** Small first dispatches, so that a frame takes several. */
  const render = (request: FrameRequest, firstFlops = 2e6): Promise<Frame> =>
    renderGpuFrame(gpu().context, createPacer(firstFlops), request);

  describe.each(networks)('of $title', ({ network }) => {
    const { hidden, outputs } = network.shape;
    const request: FrameRequest = { network, view, ...size, planes };
    const pixels = size.width * size.height;

    it('have the values and, but for pixels on a crease, the hashes of float64', async () => {
      const expected = oracle(network);
      const frame = await render(request);
      expect(frame.values).toHaveLength(pixels * outputs);
      const values = expected.flatMap((pixel) => pixel.values);
      // A hundred layers of float32 are farther from float64 than a few, whatever the engine.
      expect(relativeDistance(frame.values, values)).toBeLessThan(hidden.length < 100 ? 1e-5 : 1e-4);
      let unclear = 0;
      expected.forEach(({ prefixes, margin }, pixel) => {
        if (margin <= creaseWidth) return void unclear++;
        const found = prefixes.map((_, layer) => {
          const at = 2 * (layer * pixels + pixel);
          return [frame.prefixes![at], frame.prefixes![at + 1]];
        });
        expect(found, `pixel ${pixel}`).toEqual(prefixes);
      });
      expect(frame.hashes).toEqual(frame.prefixes!.subarray(2 * (hidden.length - 1) * pixels));
      expect(unclear).toBeLessThan(pixels / 50);
    });

    it('have the first differing layers that their prefixes give', async () => {
      const frame = await render(request);
      const expected = Array.from({ length: pixels }, (_, pixel) => {
        const right = pixel % size.width === size.width - 1 ? pixel : pixel + 1;
        const below = pixel + size.width < pixels ? pixel + size.width : pixel;
        const layer = hidden.findIndex((_, index) =>
          [right, below].some((other) =>
            [0, 1].some((lane) => {
              const start = 2 * index * pixels + lane;
              return frame.prefixes![start + 2 * pixel] !== frame.prefixes![start + 2 * other];
            }),
          ),
        );
        return layer < 0 ? 0xffff : layer;
      });
      expect([...frame.firstLayers!]).toEqual(expected);
      expect(new Set(expected).size).toBeGreaterThan(1);
    });

    it('agree with the strict kernels on values, slopes and all but one hash in ten thousand', async () => {
      const wanted = { ...request, width: 61, height: 47, planes: { hashes: true, gradient: true } };
      const [frame, other] = [await render(wanted), await strict.renderFrame(wanted)];
      let differing = 0;
      for (let pixel = 0; pixel < 61 * 47; pixel++) {
        const [a, b] = [frame.hashes!, other.hashes!];
        if (a[2 * pixel] !== b[2 * pixel] || a[2 * pixel + 1] !== b[2 * pixel + 1]) {
          differing++;
          // Slopes jump where the patterns differ.
          frame.gradient!.set(
            other.gradient!.subarray(2 * pixel * outputs, 2 * (pixel + 1) * outputs),
            2 * pixel * outputs,
          );
        }
      }
      expect(differing).toBeLessThanOrEqual(1);
      expect(relativeDistance(frame.values, other.values)).toBeLessThan(1e-5);
      expect(relativeDistance(frame.gradient!, other.gradient!)).toBeLessThan(1e-5);
    });

    it('are the same twice, in whatever bands and dispatches, with or without other planes', async () => {
      const whole = await render(request, 1e9);
      expect(await render(request, 1)).toEqual(whole);
      const rows = { start: 5, end: 17 };
      const band = await render({ ...request, rows });
      const [from, to] = [rows.start * size.width, rows.end * size.width];
      expect(band.rows).toEqual(rows);
      expect(band.values).toEqual(whole.values.subarray(from * outputs, to * outputs));
      expect(band.hashes).toEqual(whole.hashes!.subarray(2 * from, 2 * to));
      expect(band.firstLayers).toEqual(whole.firstLayers!.subarray(from, to));
      expect(band.gradient).toEqual(whole.gradient!.subarray(2 * from * outputs, 2 * to * outputs));
      const bare = await render({ ...request, planes: { hashes: true } });
      expect(Object.keys(bare).sort()).toEqual(['hashes', 'outputs', 'rows', 'values', 'width']);
      expect(bare.values).toEqual(whole.values);
      expect(bare.hashes).toEqual(whole.hashes);
    });

    it.each([1, 63, 64, 65, 1000])('hold the values that %i points evaluate to', async (count) => {
      const points = Float32Array.from({ length: 2 * count }, (_, at) => ((at * 7919) % 997) / 997);
      const values = await evaluateGpu(gpu().context, createPacer(1e6), network, points);
      expect(relativeDistance(values, await strict.evaluate(network, points))).toBeLessThan(1e-5);
    });
  });
}
