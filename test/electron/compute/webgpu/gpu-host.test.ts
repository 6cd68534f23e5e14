import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { gpuChildPath } from '../../../../electron/compute/assets.ts';
import { createGpuHost, type GpuStarter } from '../../../../electron/compute/gpu-host.ts';
import { processStarter } from '../../../../electron/compute/gpu-process.ts';
import { describeGpu } from '../../../experiments/engines/webgpu/gpu-device.ts';
import { testGpuHost } from './gpu-host-cases.ts';
import { hostOf, job, run } from './gpu-host-runs.ts';

describeGpu('a GPU process', () => testGpuHost(processStarter(gpuChildPath())));

describe('a GPU process that misbehaves', () => {
  const silent = processStarter(fileURLToPath(new URL('./silent-gpu.mjs', import.meta.url)));

  it('is ended when it gives no sign of life, and its cells with it the second time', async () => {
    let starts = 0;
    const host = hostOf(
      (onMessage, onEnd) => {
        starts++;
        return silent(onMessage, onEnd);
      },
      { silenceMs: 300, lossWindowMs: 200 },
    );
    await expect(run(host, job()).done).rejects.toThrow(
      /lost twice within a minute: it gave no sign of life/,
    );
    expect(starts).toBe(2);
  });

  it('is ended when a cell does not stop; other cells go on in another one', async () => {
    const host = hostOf(silent, { patienceMs: 200, silenceMs: 60_000 });
    const deaf = run(host, job());
    deaf.abort();
    await expect(deaf.done).rejects.toThrow('did not stop within');
  });

  it('says why there is no GPU', async () => {
    const missing = processStarter(fileURLToPath(new URL('./no-such-program.mjs', import.meta.url)));
    await expect(hostOf(missing).facts()).rejects.toThrow(
      /^No GPU can be used: the GPU process ended \(code 1\)/,
    );
    const none: GpuStarter = (onMessage) => {
      setTimeout(() => onMessage({ kind: 'unavailable', message: 'no Vulkan adapter' }), 1);
      return { post: () => undefined, kill: () => undefined };
    };
    const host = createGpuHost(none);
    await expect(run(host, job()).done).rejects.toThrow('No GPU can be used: no Vulkan adapter.');
  });
});
