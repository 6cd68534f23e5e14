import { expect, it } from 'vitest';
import { pooledSize } from '../../../../experiments/engines/webgpu/gpu-buffers.ts';
import { GpuContext } from '../../../../experiments/engines/webgpu/gpu-context.ts';
import { createPacer } from '../../../../experiments/engines/webgpu/pacer.ts';
import doubling from './doubling.wgsl?raw';
import { describeGpu, useTestGpu } from './gpu-device.ts';

const kernel = { name: 'doubling', code: doubling };

async function multiplied(context: GpuContext, factor: number, values: Float32Array): Promise<Float32Array> {
  const pipeline = await context.pipeline(kernel, 'multiply', { factor });
  const input = context.upload('input', values);
  const output = context.buffers.acquire('output', values.byteLength);
  const workgroups = Math.ceil(values.length / 64);
  context.submit('double', [{ pipeline, bindings: { 0: input, 1: output }, workgroups: [workgroups] }]);
  const result = await context.readFloats(output, values.length);
  [input, output].forEach((buffer) => context.buffers.release(buffer));
  return result;
}

describeGpu('a GPU context', () => {
  const gpu = useTestGpu();

  it.each([1, 63, 64, 65, 1000])('computes on %i values', async (count) => {
    const values = Float32Array.from({ length: count }, (_, at) => at - 3);
    const result = await multiplied(gpu().context, 3, values);
    expect(result).toEqual(values.map((value) => 3 * value));
  });

  it('compiles a kernel once for the same constants', async () => {
    const { context } = gpu();
    const first = await context.pipeline(kernel, 'multiply', { factor: 5, workgroupSize: 64 });
    expect(await context.pipeline(kernel, 'multiply', { workgroupSize: 64, factor: 5 })).toBe(first);
    expect(await context.pipeline(kernel, 'multiply', { factor: 6, workgroupSize: 64 })).not.toBe(first);
  });

  it('uses buffers again', async () => {
    const { context } = gpu();
    await multiplied(context, 2, new Float32Array(900));
    const { created } = context.buffers;
    for (let run = 0; run < 20; run++) await multiplied(context, 2, new Float32Array(900 + run));
    expect(context.buffers.created).toBe(created);
  });

  it("names a kernel's mistake by line", async () => {
    const wrong = { name: 'wrong', code: doubling.replace('factor * ', 'fictor * ') };
    const { context } = gpu();
    await expect(context.pipeline(wrong, 'multiply')).rejects.toThrow(
      /^GPU validation: wrong\/multiply[\s\S]*fictor/,
    );
  });

  it('reports a mistake in a submission', async () => {
    const context = await gpu().expendable();
    const pipeline = await context.pipeline(kernel, 'multiply');
    const input = context.upload('input', new Float32Array(4));
    const work = async (own: GpuContext): Promise<void> => {
      own.submit('half bound', [{ pipeline, bindings: { 0: input }, workgroups: [1] }]);
      await own.finished();
    };
    await expect(context.checked('half bound', work)).rejects.toThrow(/^GPU validation: half bound/);
  });

  it('reports a buffer that does not fit as out of memory or invalid', async () => {
    const context = await gpu().expendable();
    const work = async (own: GpuContext): Promise<void> => {
      own.buffers.acquire('huge', 2 ** 45);
      await own.finished();
    };
    await expect(context.checked('huge', work)).rejects.toThrow(
      /^(Out of memory on the GPU|GPU validation): huge/,
    );
  });

  it('reports the loss of its device to a read under way', async () => {
    const context = await gpu().expendable();
    const buffer = context.upload('input', new Float32Array(1000));
    const reading = context.readFloats(buffer, 1000);
    context.device.destroy();
    await expect(reading).rejects.toThrow(/^Device lost/);
  });

  it('keeps the errors of one piece of work from those beside it, whichever ends first', async () => {
    const context = await gpu().scarce((label) => label === 'too much');
    const values = Float32Array.from([1, 2, 3]);
    const work = (label: string, delayMs: number) =>
      context.checked(label, async (own) => {
        own.buffers.acquire(label, 1024);
        await new Promise((resolve) => setTimeout(resolve, delayMs));
        return multiplied(own, 2, values);
      });
    const outcomes = await Promise.allSettled([
      work('long', 60),
      work('too much', 30),
      work('short', 1),
      work('too much', 1),
      work('later', 30),
    ]);
    const words = outcomes.map((outcome) =>
      outcome.status === 'fulfilled' ? [...outcome.value] : (outcome.reason as Error).message,
    );
    const refused = 'Out of memory on the GPU: too much: no memory is left';
    expect(words).toEqual([[2, 4, 6], refused, [2, 4, 6], refused, [2, 4, 6]]);
  });

  it('gives nobody a buffer again for which there was no memory', async () => {
    let isScarce = true;
    const context = await gpu().scarce(() => isScarce);
    const first = context.checked('first', async (own) => {
      own.buffers.release(own.buffers.acquire('given back at once', 512));
      const kept = own.buffers.acquire('given back when it is known', 512);
      await own.finished();
      own.buffers.release(kept);
    });
    await expect(first).rejects.toThrow(/^Out of memory/);
    isScarce = false;
    const values = await context.checked('second', (own) =>
      multiplied(own, 3, new Float32Array(128).fill(2)),
    );
    expect(values).toEqual(new Float32Array(128).fill(6));
  });

  it('reports the loss of its device', async () => {
    const context = await gpu().expendable();
    const pending = multiplied(context, 2, new Float32Array(1000)).catch((error: unknown) => error);
    context.device.destroy();
    await context.device.lost;
    const outcome = await pending;
    if (outcome instanceof Error) expect(outcome.message).toMatch(/^Device lost/);
    await expect(multiplied(context, 2, new Float32Array(10))).rejects.toThrow(/^Device lost/);
  });
});

it('buffer sizes are rounded up by at most a quarter', () => {
  expect([1, 256, 257, 320, 321, 1000, 4096].map(pooledSize)).toEqual([256, 256, 320, 320, 384, 1024, 4096]);
});

it('dispatches shrink at once and grow by steps', () => {
  const pacer = createPacer(10, 40);
  pacer.record(10, 1);
  expect(pacer.units()).toBe(40);
  pacer.record(40, 400);
  expect(pacer.units()).toBe(4);
  pacer.record(4, 4000);
  expect(pacer.units()).toBe(1);
});
