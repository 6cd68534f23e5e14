import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { reportFromError } from '../../../../electron/commands/user-error.ts';
import { gpuChildPath } from '../../../../electron/program/assets.ts';
import { createGpuHost } from '../../../../electron/compute/gpu-host.ts';
import type { GpuStarter } from '../../../../electron/compute/gpu-link.ts';
import { processStarter } from '../../../../electron/compute/gpu-process.ts';
import { describeGpu } from '../../../experiments/engines/webgpu/gpu-device.ts';
import { testGpuHost } from './gpu-host-cases.ts';
import { hostOf, job, run } from './gpu-host-runs.ts';

describeGpu('a GPU process', () => {
  testGpuHost(processStarter(gpuChildPath()));

  it('goes when its host is killed', async () => {
    const forking = "require('child_process').fork(process.argv[1], [], { serialization: 'advanced' })";
    const host = spawn(
      process.execPath,
      ['-e', `const gpu = ${forking}; gpu.once('message', () => console.log(gpu.pid));`, gpuChildPath()],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const pid = await new Promise<number>((resolve) =>
      host.stdout.once('data', (text: Buffer) => resolve(Number(text.toString()))),
    );
    expect(isAlive(pid)).toBe(true);
    host.kill('SIGKILL');
    await expect.poll(() => isAlive(pid)).toBe(false);
  });
});

/** Whether a process runs; one that ended and that nobody asked about any more does not. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch (error) {
    // Other systems have no /proc.
    return (error as NodeJS.ErrnoException).code === 'ENOENT' && process.platform !== 'linux';
  }
}

describe('a GPU process that misbehaves', () => {
  const silent = processStarter(fileURLToPath(new URL('./silent-gpu.mjs', import.meta.url)));

  it('is ended when it gives no sign of life, and its cells with it the second time', async () => {
    let starts = 0;
    const host = hostOf(
      (onMessage, onEnd) => {
        starts++;
        return silent(onMessage, onEnd);
      },
      { silenceMs: 2500, lossWindowMs: 2000 },
    );
    await expect(run(host, job()).done).rejects.toThrow(
      /lost twice within a minute: it gave no sign of life/,
    );
    expect(starts).toBe(2);
  });

  it('is ended when a cell does not stop; other cells go on in another one', async () => {
    const host = hostOf(silent, { timeoutMs: 200, silenceMs: 60_000 });
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
    const error: unknown = await host.facts().catch((reason: unknown) => reason);
    expect(reportFromError(error)).toEqual({ exitCode: 1, line: 'No GPU can be used: no Vulkan adapter.' });
  });
});
