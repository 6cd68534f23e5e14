import { afterEach, expect, it, vi } from 'vitest';
import { openEngineHost } from '../../../electron/compute/engine-host.ts';
import type { GpuHost } from '../../../electron/compute/gpu-host.ts';

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
  const opening = openEngineHost('auto', 1, gpu);
  await vi.advanceTimersByTimeAsync(10_000);
  const { decision, pool } = await opening;
  expect(decision.engine).toBe('wasm');
  await pool.close();
});
