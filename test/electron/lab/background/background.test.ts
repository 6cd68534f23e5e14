import { afterEach, expect, it, vi } from 'vitest';
import { createBackground } from '../../../../electron/lab/background/background.ts';

const threads = vi.hoisted(() => ({ started: 0 }));
vi.mock('node:worker_threads', async (original) => {
  const real = await original<typeof import('node:worker_threads')>();
  class Worker extends real.Worker {
    constructor(...parts: ConstructorParameters<typeof real.Worker>) {
      super(...parts);
      threads.started += 1;
    }
  }
  return { ...real, Worker, default: { ...real, Worker } };
});

afterEach(() => void (threads.started = 0));

it('previews that are given up one after another end no thread', async () => {
  const background = createBackground();
  await background.run('previews', { reads: [] });
  for (let round = 0; round < 20; round++) {
    const controller = new AbortController();
    const given = background.run('previews', { reads: [] }, { signal: controller.signal });
    controller.abort();
    await expect(given).rejects.toThrow('given up');
    expect(await background.run('previews', { reads: [] })).toEqual([]);
  }
  expect(threads.started).toBe(1);
  await background.close();
});

it('a long task that is given up makes room after a second', async () => {
  const background = createBackground();
  const controller = new AbortController();
  const yaml =
    'name: much\ntarget: ring\nepochs: 10\nparameters:\n  shape: { values: ["[8]*3"] }\n  points: { values: [100] }\n';
  const input = { yaml, folder: '.', engines: { engine: 'wasm' as const, split: null }, withPicture: false };
  // The worker takes longer than that only to start.
  const given = background.run('plan', input, { signal: controller.signal });
  controller.abort();
  await expect(given).rejects.toThrow('given up');
  expect((await background.run('plan', input)).plan?.cells).toHaveLength(1);
  await background.close();
});
