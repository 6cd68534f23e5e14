import { expect, it } from 'vitest';
import type { Frame, FrameRequest } from '../../../../experiments/engines/engine.ts';
import { createPacer } from '../../../../experiments/engines/webgpu/pacer.ts';
import { drawGpuFrame } from '../../../../experiments/engines/webgpu/webgpu-drawing.ts';
import { renderGpuFrame } from '../../../../experiments/engines/webgpu/webgpu-frame.ts';
import {
  boundaryPlane,
  distinctCount,
  levelsFromValues,
} from '../../../../experiments/engines/frame-planes.ts';
import { randomNetwork } from '../random-networks.ts';
import { testFrames } from './frame-suite.ts';
import { describeGpu, useTestGpu } from './gpu-device.ts';

describeGpu('frames on the GPU', () => {
  const gpu = useTestGpu();
  testFrames(gpu, [
    { title: '[1]', network: randomNetwork({ hidden: [1], outputs: 1 }, 1) },
    { title: '[3,7], 2 outputs', network: randomNetwork({ hidden: [3, 7], outputs: 2 }, 2) },
    {
      title: '[7,65,3], 3 outputs, sigmoid',
      network: randomNetwork({ hidden: [7, 65, 3], outputs: 3 }, 3, 0.01, 'sigmoid'),
    },
  ]);

  const view = { x0: 0, y0: 0, x1: 1, y1: 1 };
  const render = (request: FrameRequest): Promise<Frame> =>
    renderGpuFrame(gpu().context, createPacer(1e6), request);

  it.each([
    [1, 61, 47],
    [3, 64, 70],
    [2, 33, 1],
  ])(
    'with %i outputs are drawn at %i x %i as from what would be read back',
    async (outputs, width, height) => {
      const network = randomNetwork({ hidden: [20, 20], outputs }, 8);
      const request = { network, view, width, height };
      const table = Uint32Array.from({ length: 257 }, (_, at) => (0xff000000 | (at * 66051)) >>> 0);
      const draw = { values: true, levels: true, boundary: true, distinct: true, colours: table };
      const frame = await render({ ...request, planes: { hashes: true } });
      const drawn = await drawGpuFrame(gpu().context, createPacer(1e6), { ...request, draw });
      const plane = boundaryPlane(frame.hashes!, width, height);
      expect(drawn.values).toEqual(frame.values);
      expect(drawn.boundary).toEqual({ bits: plane.bits, count: Math.round(plane.share * width * height) });
      expect(drawn.distinct).toBe(distinctCount(frame.hashes!));
      expect(drawn.distinct).toBeGreaterThan(height > 1 ? 20 : 5);
      const levels = levelsFromValues(frame.values);
      const apart = drawn.levels!.map((level, at) => Math.abs(level - levels[at]));
      expect(Math.max(...apart)).toBeLessThanOrEqual(1);
      expect(apart.filter((distance) => distance > 0).length).toBeLessThan(levels.length / 500);
      const words = new Uint32Array(drawn.colours!.buffer, 0, width * height);
      const rows = (pixel: number, channel: number): number =>
        Math.min(255, Math.max(0, Math.round(frame.values[pixel * outputs + channel] * 255)));
      const wrong = words.filter((word, pixel) => {
        const rgb = rows(pixel, 0) | (rows(pixel, 1) << 8) | (rows(pixel, 2) << 16);
        return word !== (outputs === 3 ? (0xff000000 | rgb) >>> 0 : table[rows(pixel, 0)]);
      });
      expect(wrong.length).toBeLessThan(words.length / 500);
    },
  );

  it('draw what is not a number as black levels in the colour for it', async () => {
    const network = randomNetwork({ hidden: [4], outputs: 1 }, 8);
    network.parameters.fill(NaN);
    const draw = { levels: true, colours: Uint32Array.from({ length: 257 }, (_, at) => at) };
    const drawn = await drawGpuFrame(gpu().context, createPacer(1e6), {
      network,
      view,
      width: 3,
      height: 3,
      draw,
    });
    expect([...drawn.levels!]).toEqual(Array(9).fill(0));
    expect([...new Uint32Array(drawn.colours!.buffer)]).toEqual(Array(9).fill(256));
  });

  it('tell of layers that are too wide for the device', async () => {
    const network = randomNetwork({ hidden: [4096], outputs: 1 }, 1);
    await expect(render({ network, view, width: 37, height: 23, planes: {} })).rejects.toThrow(
      /4096 neurons are too wide/,
    );
  });

  it('give all their buffers back', async () => {
    const request = {
      network: randomNetwork({ hidden: [3, 7], outputs: 2 }, 2),
      view,
      width: 37,
      height: 23,
      planes: { firstLayers: true, gradient: true },
    };
    await render(request);
    const { created } = gpu().context.buffers;
    await render(request);
    expect(gpu().context.buffers.created).toBe(created);
  });
});
