/** A lab is open before it is decided what trains. */
import { afterEach, expect, it, vi } from 'vitest';
import type { GpuHost } from '../../../electron/compute/gpu-host.ts';
import { openSmallLab, queueDone, smallSweep } from './small-lab.ts';

afterEach(() => vi.unstubAllEnvs());

it('answers while the GPU is looked at; sweeps wait for the decision, and everybody is told of it', async () => {
  // What tells that a look for a GPU is worth it, whatever the machine has.
  vi.stubEnv('VK_DRIVER_FILES', '/nowhere.json');
  vi.stubEnv('CREASEBOOK_KERNELS', 'wasm');
  const never = (): Promise<never> => new Promise(() => undefined);
  let giveUp: (error: Error) => void = () => undefined;
  const facts = new Promise<never>((_, reject) => (giveUp = reject));
  const gpu: GpuHost = {
    facts: () => facts,
    renderFrame: never,
    replay: never,
    trainingSpeed: never,
    runCell: () => ({ done: never(), abort: () => undefined, acknowledge: () => undefined }),
    close: () => Promise.resolve(),
  };
  const { lab, client } = await openSmallLab({ engine: 'auto', gpu });
  const told: unknown[] = [];
  client.listen('app.engine', (engine) => told.push(engine));
  const { engine } = await client.call('app.info', {});
  expect(engine).toEqual({ name: 'wasm', description: 'WebAssembly SIMD (the GPU is being looked at)' });
  expect(await client.call('notebook.list', {})).toEqual([]);
  const added = client.call('queue.add', { yaml: smallSweep, first: false });
  await client.call('queue.read', {});
  expect((await client.call('queue.read', {})).items).toEqual([]);
  giveUp(new Error('There is none.'));
  const { items } = await added;
  expect(items).toHaveLength(2);
  expect(told).toEqual([{ name: 'wasm', description: 'WebAssembly SIMD' }]);
  await queueDone(client);
  expect((await client.call('queue.read', {})).items.map(({ state }) => state)).toEqual([
    'finished',
    'finished',
  ]);
  await lab.close();
});

it('that is closed while the GPU is looked at closes at once, and trains nothing', async () => {
  vi.stubEnv('VK_DRIVER_FILES', '/nowhere.json');
  const never = (): Promise<never> => new Promise(() => undefined);
  let end: (error: Error) => void = () => undefined;
  const facts = new Promise<never>((_, reject) => (end = reject));
  const gpu: GpuHost = {
    facts: () => facts,
    renderFrame: never,
    replay: never,
    trainingSpeed: never,
    runCell: () => ({ done: never(), abort: () => undefined, acknowledge: () => undefined }),
    close: () => Promise.resolve(end(new Error('closed'))),
  };
  const { lab } = await openSmallLab({ engine: 'auto', gpu });
  await lab.close();
});
