/** What every GPU host must do, whatever its GPU runs in. */
import { expect, it } from 'vitest';
import type { GpuLink, GpuStarter } from '../../../../electron/compute/gpu-link.ts';
import { initialParameters } from '../../../../experiments/network/initialization.ts';
import { wasmEngine } from '../../../experiments/engines/test-engines.ts';
import { resumePoint } from '../../../experiments/sweeps/cell-jobs.ts';
import { chainOf, hostOf, job, run, snapshotsOf, type Recorded } from './gpu-host-runs.ts';

/** Tests of tasks and their stopping, inside of a describe block. */
export function testGpuHost(start: GpuStarter): void {
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
}

/** Tests of a process or page that ends before its tasks, inside of a describe block. */
export function testGpuLosses(start: GpuStarter): void {
  it('goes on from the last key frame after it was killed, as if nothing had been', async () => {
    const undisturbed = run(hostOf(start), job());
    await undisturbed.done;
    let link: GpuLink | undefined;
    let starts = 0;
    const host = hostOf((onMessage, onEnd) => {
      starts++;
      return (link = start(onMessage, onEnd));
    });
    let isKilled = false;
    const killed = run(host, job(), (message) => {
      if (message.kind !== 'snapshot' || message.snapshot.metrics.epoch !== 8 || isKilled) return;
      isKilled = true;
      link?.kill();
    });
    await killed.done;
    expect(starts).toBe(2);
    expect(killed.messages.at(-1)).toEqual({ kind: 'finished', epoch: 20, reason: 'goal' });
    expect(chainOf(killed.messages)).toEqual(chainOf(undisturbed.messages));
  });

  it('is replaced after so many tasks', async () => {
    let starts = 0;
    const host = hostOf(
      (onMessage, onEnd) => {
        starts++;
        return start(onMessage, onEnd);
      },
      { tasksPerProcess: 2 },
    );
    for (let round = 0; round < 4; round++) await run(host, job({ epochs: 1 })).done;
    expect(starts).toBe(2);
  });
}
