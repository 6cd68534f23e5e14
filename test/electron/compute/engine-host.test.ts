import { afterEach, describe, expect, it, vi } from 'vitest';
import { diskSpeedCache } from '../../../electron/lab/disk/speed-cache.ts';
import { openEngineHost } from '../../../electron/compute/engine-host.ts';
import type { GpuHost } from '../../../electron/compute/gpu-host.ts';
import { scratchFolder } from '../scratch-folder.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

it('a GPU that says nothing of itself keeps nobody waiting who did not ask for it', async () => {
  // What tells that a look for a GPU is worth it, whatever the machine has.
  vi.stubEnv('VK_DRIVER_FILES', '/nowhere.json');
  vi.useFakeTimers();
  const never = (): Promise<never> => new Promise(() => undefined);
  const gpu: GpuHost = {
    facts: never,
    renderFrame: never,
    replay: never,
    trainingSpeed: never,
    runCell: () => ({ done: never(), abort: () => undefined, acknowledge: () => undefined }),
    close: () => Promise.resolve(),
  };
  const opening = openEngineHost('auto', 1, diskSpeedCache(), gpu);
  await vi.advanceTimersByTimeAsync(10_000);
  const { decision, pool } = await opening;
  expect(decision.engine).toBe('wasm');
  await pool.close();
});

describe('speeds', () => {
  const card = { adapter: 'Some Card, driver 1', isSoftware: false };

  /** A GPU that was measured `measured` times. */
  function measuredGpu(trainingSpeed: () => Promise<number>): GpuHost & { measured: number } {
    const never = (): Promise<never> => new Promise(() => undefined);
    const gpu = {
      measured: 0,
      facts: () => Promise.resolve(card),
      renderFrame: never,
      replay: never,
      trainingSpeed: () => {
        gpu.measured++;
        return trainingSpeed();
      },
      runCell: () => ({ done: never(), abort: () => undefined, acknowledge: () => undefined }),
      close: () => Promise.resolve(),
    };
    return gpu;
  }

  it('of a GPU that was asked for are measured at the first question and kept for later starts', async () => {
    vi.stubEnv('XDG_CACHE_HOME', scratchFolder());
    for (const [start, before, after] of [
      ['first', 0, 1],
      ['second', 0, 0],
    ] as const) {
      const gpu = measuredGpu(() => Promise.resolve(64e9));
      const { pool, decision, speedOf } = await openEngineHost('webgpu', 1, diskSpeedCache(), gpu);
      expect(decision).toMatchObject({ engine: 'webgpu', adapter: card.adapter });
      expect(gpu.measured, start).toBe(before);
      expect([await speedOf('webgpu'), await speedOf('webgpu')]).toEqual([64e9, 64e9]);
      expect(gpu.measured, start).toBe(after);
      await pool.close();
    }
  });

  it('of a GPU that cannot be measured are asked for again', async () => {
    vi.stubEnv('XDG_CACHE_HOME', scratchFolder());
    const gpu = measuredGpu(() =>
      gpu.measured === 1 ? Promise.reject(new Error('lost')) : Promise.resolve(2),
    );
    const { pool, speedOf } = await openEngineHost('webgpu', 1, diskSpeedCache(), gpu);
    await expect(speedOf('webgpu')).rejects.toThrow('lost');
    expect(await speedOf('webgpu')).toBe(2);
    await pool.close();
  });
});
