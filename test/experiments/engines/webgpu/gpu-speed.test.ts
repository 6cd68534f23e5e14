import { expect, it } from 'vitest';
import { measuredPeak } from '../../../../experiments/engines/webgpu/gpu-speed.ts';
import peak from '../../../../experiments/engines/webgpu/kernels/peak.wgsl?raw';
import { relativeDistance } from '../random-networks.ts';
import { describeGpu, useTestGpu } from './gpu-device.ts';

/** What a thread of the kernel ends with, in float64. */
function chains(thread: number, rounds: number): number {
  const start = (thread % 8) * 1e-3;
  const [factor, shift] = [0.999 - start * 1e-3, 1e-3 + start];
  let sum = 0;
  for (let chain = 0; chain < 8; chain++) {
    let value = start + chain / 10;
    for (let step = 0; step < 2 * rounds; step++) value = value * factor + shift;
    sum += value;
  }
  return sum;
}

describeGpu('the peak of a GPU', () => {
  const gpu = useTestGpu();

  it.each([1, 63, 64, 65, 256])('is that of a kernel that computes all of its %i rounds', async (rounds) => {
    const { context } = gpu();
    const pipeline = await context.pipeline({ name: 'peak', code: peak }, 'peak', { rounds });
    const threads = 3 * 256;
    const output = context.buffers.acquire('peak/output', 16 * threads);
    context.submit('peak', [{ pipeline, bindings: { 0: output }, workgroups: [3] }]);
    const values = await context.readFloats(output, 4 * threads);
    context.buffers.release(output);
    const expected = Array.from({ length: 4 * threads }, (_, at) => chains(at >> 2, rounds));
    expect(relativeDistance(values, expected)).toBeLessThan(1e-5);
  });

  it('is measured as a number of operations a second', async () => {
    const flops = await measuredPeak(gpu().context, 1);
    expect(Number.isFinite(flops)).toBe(true);
    expect(flops).toBeGreaterThan(1e6);
  });
});
