import { expect, it } from 'vitest';
import { gpuChildPath } from '../../../../electron/program/assets.ts';
import { requestDawnAdapter } from '../../../../electron/compute/dawn.ts';
import { createGpuHost } from '../../../../electron/compute/gpu-host.ts';
import type { GpuStarter } from '../../../../electron/compute/gpu-link.ts';
import { processStarter } from '../../../../electron/compute/gpu-process.ts';
import type { ToGpu } from '../../../../experiments/tasks/gpu-protocol.ts';
import { serveGpu, type GpuServer } from '../../../../experiments/tasks/gpu-server.ts';
import { describeGpu } from '../../../experiments/engines/webgpu/gpu-device.ts';
import { testGpuLosses } from './gpu-host-cases.ts';
import { chainOf, job, run } from './gpu-host-runs.ts';

describeGpu('a GPU process', () => testGpuLosses(processStarter(gpuChildPath())));

describeGpu('a GPU whose device is destroyed', () => {
  const devices: GPUDevice[] = [];

  /** The server in this process, so that its device can be taken from it. */
  const start: GpuStarter = (onMessage) => {
    const early: ToGpu[] = [];
    let server: GpuServer | undefined;
    void (async () => {
      const adapter = await requestDawnAdapter();
      if (typeof adapter === 'string') return onMessage({ kind: 'unavailable', message: adapter });
      const request = adapter.requestDevice.bind(adapter);
      adapter.requestDevice = async (descriptor) => {
        const device = await request(descriptor);
        devices.push(device);
        return device;
      };
      server = await serveGpu(adapter, {
        send: (message) => onMessage(structuredClone(message)),
        close: () => undefined,
        clock: () => performance.now(),
        everySecond: () => () => undefined,
      });
      for (const message of early) server.receive(message);
    })();
    return {
      post: (message) => (server === undefined ? early.push(message) : server.receive(message)),
      kill: () => server?.receive({ kind: 'close' }),
    };
  };

  const chain = async (destroyAt: readonly number[]) => {
    const host = createGpuHost(start);
    const left = [...destroyAt];
    const cell = run(host, job(), (message) => {
      if (message.kind !== 'snapshot' || message.snapshot.metrics.epoch !== left[0]) return;
      left.shift();
      devices.at(-1)?.destroy();
    });
    const error = await cell.done.then(
      () => null,
      (reason: unknown) => reason,
    );
    return { chain: chainOf(cell.messages), error };
  };

  it('goes on with another one once, and stops with a message when that goes too', async () => {
    const undisturbed = await chain([]);
    expect(undisturbed.error).toBeNull();
    expect(undisturbed.chain).toHaveLength(6);
    expect(await chain([8])).toEqual(undisturbed);
    const twice = await chain([4, 12]);
    expect(String(twice.error)).toMatch(/The GPU was lost twice within a minute: .*[Dd]evice lost/);
    expect(twice.chain).toEqual(undisturbed.chain.slice(0, twice.chain.length));
  });
});
