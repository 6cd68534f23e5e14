import { expect, it } from 'vitest';
import { unitView } from '../../../../experiments/engines/engine.ts';
import type { GpuContext } from '../../../../experiments/engines/webgpu/gpu-context.ts';
import { createPacer } from '../../../../experiments/engines/webgpu/pacer.ts';
import { renderGpuFrame } from '../../../../experiments/engines/webgpu/webgpu-frame.ts';
import { randomNetwork } from '../random-networks.ts';
import { describeGpu, useTestGpu } from './gpu-device.ts';

/** Bytes of the buffers that a device makes from now on, by label. */
function watchedBuffers({ device }: GpuContext): Map<string, number> {
  const made = new Map<string, number>();
  const createBuffer = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    made.set(descriptor.label ?? '', descriptor.size);
    return createBuffer(descriptor);
  };
  return made;
}

describeGpu('the memory of a frame on the GPU', () => {
  const gpu = useTestGpu();

  /** Buffers of a frame with hashes on a device of its own. */
  async function buffersOf(depth: number, size: number): Promise<Record<string, number>> {
    const context = await gpu().expendable();
    const made = watchedBuffers(context);
    const network = randomNetwork({ hidden: Array<number>(depth).fill(40), outputs: 1 }, depth);
    const request = { network, view: unitView, width: size, height: size, planes: { hashes: true } };
    await renderGpuFrame(context, createPacer(1e9), request);
    return Object.fromEntries(made);
  }

  it('holds values and hashes of its pixels and no activations, however deep the network is', async () => {
    const [shallow, deep, small] = [await buffersOf(2, 64), await buffersOf(12, 64), await buffersOf(12, 16)];
    const isNetwork = (label: string): boolean => label.startsWith('network/');
    const part = (all: Record<string, number>, wanted: (label: string) => boolean) =>
      Object.fromEntries(Object.entries(all).filter(([label]) => wanted(label)));
    const ofFrame = (label: string): boolean => !isNetwork(label);
    // What grows with the pixels does not depend on the network, and the other way round.
    expect(part(deep, ofFrame)).toEqual(part(shallow, ofFrame));
    expect(part(deep, isNetwork)).toEqual(part(small, isNetwork));
    expect(part(deep, ofFrame)).toEqual({
      'frame/centres': 4 * 128,
      'frame/values': 4 * 4096,
      'frame/hashes': 8 * 4096,
      'frame/values/read': 4 * 4096,
      'frame/hashes/read': 8 * 4096,
    });
    const parameters = deep['network/parameters'] ?? 0;
    expect(parameters).toBeGreaterThan(4 * 11 * 41 * 40);
    expect(parameters).toBeLessThan(1.25 * 4 * (3 * 40 + 11 * 41 * 40 + 41 * 4) + 256);
  });
});
