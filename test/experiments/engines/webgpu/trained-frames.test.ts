import { expect, it } from 'vitest';
import { unitView } from '../../../../experiments/engines/engine.ts';
import { createPacer } from '../../../../experiments/engines/webgpu/pacer.ts';
import { renderGpuFrame } from '../../../../experiments/engines/webgpu/webgpu-frame.ts';
import { ringNetwork } from '../../../fixtures/ring-network.ts';
import { relativeDistance } from '../random-networks.ts';
import { wasmEngine } from '../test-engines.ts';
import { describeGpu, useTestGpu } from './gpu-device.ts';

const size = 128;

describeGpu('a frame of a trained ring on the GPU', () => {
  const gpu = useTestGpu();

  it('has the hashes of the strict kernels but for one pixel in ten thousand, and their values', async () => {
    const network = ringNetwork(6000);
    const request = { network, view: unitView, width: size, height: size, planes: { hashes: true } };
    const frame = await renderGpuFrame(gpu().context, createPacer(1e8), request);
    const expected = await (await wasmEngine('strict')).renderFrame(request);
    let different = 0;
    for (let at = 0; at < expected.hashes!.length; at += 2) {
      const isSame = [0, 1].every((lane) => frame.hashes![at + lane] === expected.hashes![at + lane]);
      if (!isSame) different++;
    }
    expect(different).toBeLessThan(1e-4 * size * size);
    expect(relativeDistance(frame.values, expected.values)).toBeLessThan(1e-5);
  });
});
