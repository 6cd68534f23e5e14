/** Times of sweeps on a GPU whose speed is known, or not yet. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { cpuText } from '../../../../electron/compute/native-kernels.ts';
import type { GpuHost } from '../../../../electron/compute/gpu-host.ts';
import { programVersion } from '../../../../electron/program/assets.ts';
import { scratchFolder } from '../../scratch-folder.ts';
import { openSmallLab, smallSweep } from '../small-lab.ts';

afterEach(() => vi.unstubAllEnvs());

/** A GPU that says how fast it is when `speed` does. */
function gpuOf(speed: Promise<number>): GpuHost {
  const none = (): Promise<never> => Promise.reject(new Error('Nothing is computed here.'));
  return {
    facts: () => Promise.resolve({ adapter: 'Some Card', isSoftware: false }),
    trainingSpeed: () => speed,
    renderFrame: none,
    replay: none,
    runCell: () => ({ done: none(), abort: () => undefined, acknowledge: () => undefined }),
    close: () => Promise.resolve(),
  };
}

it('a sweep is checked before the speed of the GPU is known; its times come later', async () => {
  vi.stubEnv('XDG_CACHE_HOME', scratchFolder());
  let tell: (speed: number) => void = () => undefined;
  const gpu = gpuOf(new Promise((resolve) => (tell = resolve)));
  const { lab, client } = await openSmallLab({ engine: 'webgpu', gpu });
  try {
    const check = await client.call('sweep.check', { yaml: smallSweep });
    expect(check.cells.map(({ engine, seconds }) => [engine, seconds])).toEqual(
      Array(2).fill(['webgpu', null]),
    );
    expect([check.problems, check.estimate]).toEqual([[], null]);
    tell(1e9);
    const estimate = async () => (await client.call('sweep.check', { yaml: smallSweep })).estimate;
    await expect.poll(estimate).toMatchObject({ trainers: 'the GPU (Some Card)' });
  } finally {
    await lab.close();
  }
});

it('the threads that a sweep is said to take beside the GPU are those that train', async () => {
  const cache = scratchFolder();
  vi.stubEnv('XDG_CACHE_HOME', cache);
  vi.stubEnv('VK_DRIVER_FILES', 'any');
  mkdirSync(join(cache, 'creasebook'));
  const speeds = { [`Some Card; ${cpuText()}; Creasebook ${programVersion()}`]: { gpu: 4e9, thread: 1e9 } };
  writeFileSync(join(cache, 'creasebook', 'speeds.json'), JSON.stringify(speeds));
  const { lab, client } = await openSmallLab({ engine: 'auto', gpu: gpuOf(Promise.resolve(4e9)) });
  try {
    const { engine } = await client.call('app.info', {});
    const threads = /on (\d+) of \d+ threads/.exec(engine.description)?.[1];
    const yaml = smallSweep.replace('[300, 100]', '[300, 290, 280, 270, 260, 250, 240]');
    const { estimate } = await client.call('sweep.check', { yaml });
    // A machine of one core has none to spare.
    const beside = threads === undefined ? '' : ` and ${threads} thread${threads === '1' ? '' : 's'}`;
    expect(estimate?.trainers).toBe(`the GPU (Some Card)${beside}`);
  } finally {
    await lab.close();
  }
});
