import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { gpuChildPath } from '../../../../electron/compute/assets.ts';
import { createGpuHost, type GpuStarter } from '../../../../electron/compute/gpu-host.ts';
import { processStarter } from '../../../../electron/compute/gpu-process.ts';
import { initialParameters } from '../../../../experiments/network/initialization.ts';
import { resumePoint } from '../../../experiments/sweeps/cell-jobs.ts';
import { wasmEngine } from '../../../experiments/engines/test-engines.ts';
import { describeGpu } from '../../../experiments/engines/webgpu/gpu-device.ts';
import { chainOf, hostOf, job, run, snapshotsOf, type Recorded } from './gpu-host-runs.ts';

describeGpu('a GPU process', () => {
  const start = processStarter(gpuChildPath());

  it('tells what it computes on, trains cells side by side and draws', async () => {
    const host = hostOf(start);
    expect(await host.facts()).toEqual({
      adapter: expect.stringMatching(/\w/),
      isSoftware: expect.any(Boolean),
    });
    const cells = [run(host, job()), run(host, job({ epochs: 12 })), run(host, job())];
    await Promise.all(cells.map(({ done }) => done));
    expect(cells.map(({ messages }) => messages.at(-1))).toEqual([
      { kind: 'finished', epoch: 20, reason: 'goal' },
      { kind: 'finished', epoch: 12, reason: 'goal' },
      { kind: 'finished', epoch: 20, reason: 'goal' },
    ]);
    const [first, , third] = cells.map(({ messages }) => chainOf(messages));
    expect(first).toHaveLength(6);
    expect(third).toEqual(first);
    const shape = { hidden: [5, 3], outputs: 1 };
    const network = {
      shape,
      slope: 0.01,
      parameters: initialParameters(shape, 'he-normal', 1),
      output: 'affine',
    } as const;
    const request = {
      network,
      view: { x0: 0, y0: 0, x1: 1, y1: 1 },
      width: 9,
      height: 7,
      planes: { hashes: true },
    };
    const frame = await host.renderFrame(request);
    const strict = await wasmEngine('strict');
    expect(frame.hashes).toEqual((await strict.renderFrame(request)).hashes);
  });

  it('stops where it is told to, twenty times, and what it then goes on with is what it would have been', async () => {
    const host = hostOf(start);
    const undisturbed = run(host, job());
    await undisturbed.done;
    for (let round = 0; round < 20; round++) {
      const cell = job({
        epochs: 100_000,
        snapshots: { ...job().snapshots, policy: { kind: 'every', epochs: 50_000 } },
      });
      const endless = run(host, cell);
      setTimeout(() => endless.abort(), 2 * round);
      await endless.done;
      // Aborted before its trainer existed, a cell says nothing.
      expect(['stopped', undefined]).toContain(endless.messages.at(-1)?.kind);
    }
    let stopping: Recorded | undefined;
    const stopped = (stopping = run(host, job(), (message) => {
      if (message.kind === 'snapshot' && message.snapshot.metrics.epoch === 12) stopping?.abort();
    }));
    await stopped.done;
    const last = stopped.messages.at(-1);
    if (last?.kind === 'finished') return;
    expect(last?.kind).toBe('stopped');
    const resume = resumePoint(snapshotsOf(stopped.messages), last?.kind === 'stopped' ? last.state : null);
    const resumed = run(host, job({ resume }));
    await resumed.done;
    expect([...chainOf(stopped.messages), ...chainOf(resumed.messages)]).toEqual(
      chainOf(undisturbed.messages),
    );
  });
});

describe('a GPU process that misbehaves', () => {
  const silent = processStarter(fileURLToPath(new URL('./silent-gpu.mjs', import.meta.url)));

  it('is ended when it gives no sign of life, and its cells with it the second time', async () => {
    let starts = 0;
    const host = hostOf(
      (onMessage, onEnd) => {
        starts++;
        return silent(onMessage, onEnd);
      },
      { silenceMs: 300 },
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
