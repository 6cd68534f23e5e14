import { beforeAll, expect, it } from 'vitest';
import { unitView, type Engine } from '../../../../experiments/engines/engine.ts';
import { createWebgpuEngine } from '../../../../experiments/engines/webgpu/webgpu-engine.ts';
import { randomNetwork, relativeDistance } from '../random-networks.ts';
import { wasmEngine } from '../test-engines.ts';
import { describeGpu, useTestGpu } from './gpu-device.ts';
import { expectClose, request, train } from './gpu-training-cases.ts';

const bindingBytes = 128 * 2 ** 20;
const limits = {
  maxStorageBufferBindingSize: bindingBytes,
  maxBufferSize: 256 * 2 ** 20,
  maxComputeWorkgroupStorageSize: 32 * 2 ** 10,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
};
const layers = (width: number, depth: number): number[] => Array<number>(depth).fill(width);

describeGpu('a device with 32 KiB of workgroup memory and bindings of 128 MiB', () => {
  const gpu = useTestGpu();
  let engine: Engine;
  let strict: Engine;
  beforeAll(async () => {
    const { device, clock } = await gpu().expendable(limits);
    expect(device.limits).toMatchObject(limits);
    // What the device finds wrong with any of its work fails that work.
    engine = createWebgpuEngine(device, { clock, adapter: 'a small one' });
    strict = await wasmEngine('strict');
  });

  it.each([[layers(128, 3)], [[256, 100]], [[500, 30]]])('draws frames of %j', async (hidden) => {
    const network = randomNetwork({ hidden, outputs: 1 }, hidden.length);
    const wanted = { network, view: unitView, width: 101, height: 99, planes: { hashes: true } };
    const [frame, expected] = [await engine.renderFrame(wanted), await strict.renderFrame(wanted)];
    const different = expected.hashes!.filter((word, at) => word !== frame.hashes![at]).length / 2;
    expect(different).toBeLessThanOrEqual(1e-4 * 101 * 99);
    expect(relativeDistance(frame.values, expected.values)).toBeLessThan(1e-5);
  });

  it('draws frames whose hashes of all layers do not fit into a binding', async () => {
    const [depth, size] = [70, 512];
    expect(8 * depth * size * size).toBeGreaterThan(bindingBytes);
    const network = randomNetwork({ hidden: layers(2, depth), outputs: 1 }, 9, 0.8);
    const wanted = { network, view: unitView, width: size, height: size, planes: { firstLayers: true } };
    const [frame, expected] = [await engine.renderFrame(wanted), await strict.renderFrame(wanted)];
    expect(new Set(expected.firstLayers).size).toBeGreaterThan(1);
    const different = expected.firstLayers!.filter((layer, at) => layer !== frame.firstLayers![at]).length;
    // A pixel with another pattern differs from its neighbours, and they from it.
    expect(different).toBeLessThanOrEqual(3e-4 * size * size);
  });

  it.each([[layers(30, 6)], [layers(128, 2)], [layers(300, 2)]])('trains %j', async (hidden) => {
    const trained = request({ hidden, points: 130, settings: { batchSize: 65 } });
    expectClose(await train(engine, trained, 3), await train(strict, trained, 3));
  });

  it('trains more cells at once than fit into a binding, each as if it were alone', async () => {
    const [depth, points, cells] = [30, 8192, 36];
    expect(16 * depth * points * cells).toBeGreaterThan(bindingBytes);
    const cell = (seed: number) =>
      request({ hidden: layers(4, depth), points, settings: { batchSize: points, seed } });
    const all = await Promise.all(Array.from({ length: cells }, (_, seed) => train(engine, cell(seed), 1)));
    for (const seed of [0, cells - 1]) expect(all[seed]).toEqual(await train(engine, cell(seed), 1));
  });
});
