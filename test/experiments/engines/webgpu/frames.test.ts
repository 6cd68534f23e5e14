import { expect, it } from 'vitest';
import type { Frame, FrameRequest } from '../../../../experiments/engines/engine.ts';
import { createPacer } from '../../../../experiments/engines/webgpu/pacer.ts';
import { renderGpuFrame } from '../../../../experiments/engines/webgpu/webgpu-frame.ts';
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
