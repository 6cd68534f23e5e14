import { expect, it, vi } from 'vitest';
import { EngineError, failureOf, NoGpuError } from '../../../experiments/engines/engine-error.ts';
import { instantiateKernels, withinMemory } from '../../../experiments/engines/wasm/kernels.ts';
import { GpuError } from '../../../experiments/engines/webgpu/gpu-error.ts';
import { errorFromWorker, workerError } from '../../../experiments/tasks/task-protocol.ts';

it.each([
  [new GpuError('device lost', 'it went'), 'device lost'],
  [new GpuError('invalid', 'no such binding'), 'invalid'],
  [new EngineError('out of memory', 'the well is dry'), 'out of memory'],
  [new NoGpuError('there is none'), 'device lost'],
  [Object.assign(new Error('plain'), { failure: 'device lost' }), 'device lost'],
  [Object.assign(new Error('plain'), { failure: 'no such kind' }), 'error'],
  [new Error('Device lost: out of memory'), 'error'],
  [new RangeError('A frame must be at least 1 x 1 pixels.'), 'error'],
  ['out of memory', 'error'],
])('is of the kind that its field says: %s', (error, failure) => {
  expect(failureOf(error)).toBe(failure);
});

it('keeps its kind and its name when it crosses a thread', () => {
  const crossed = errorFromWorker(structuredClone(workerError(new GpuError('out of memory', 'bank'))));
  expect([crossed.name, crossed.message, failureOf(crossed)]).toEqual([
    'GpuError',
    'Out of memory on the GPU: bank',
    'out of memory',
  ]);
});

it('tells where the platform has no memory for an array', () => {
  const allocate = (): unknown => new ArrayBuffer(2 ** 50);
  expect(allocate).toThrow(RangeError);
  try {
    allocate();
  } catch (error) {
    expect(failureOf(error)).toBe('out of memory');
  }
});

it('tells where a kernel has no memory', async () => {
  const kernels = { allocationFailed: () => 1 } as never;
  const trap = (): never => {
    throw new WebAssembly.RuntimeError('unreachable');
  };
  expect(() => withinMemory(kernels, trap)).toThrow(expect.objectContaining({ failure: 'out of memory' }));
  const instantiate = vi.spyOn(WebAssembly, 'instantiate');
  instantiate.mockRejectedValueOnce(new RangeError('no room for another one'));
  await expect(instantiateKernels({} as never)).rejects.toMatchObject({ failure: 'out of memory' });
  instantiate.mockRejectedValueOnce(new WebAssembly.LinkError('no such import'));
  await expect(instantiateKernels({} as never)).rejects.toThrow(WebAssembly.LinkError);
  instantiate.mockRestore();
});
