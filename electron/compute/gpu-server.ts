/** What every GPU host does with its device, whatever gave it one: tasks, signs of life, an end in good order. */
import { deviceRequest } from '../../experiments/engines/webgpu/device-request.ts';
import {
  adapterText,
  createWebgpuEngine,
  isSoftwareAdapter,
} from '../../experiments/engines/webgpu/webgpu-engine.ts';
import type { FromGpu, GpuFacts, ToGpu } from './gpu-protocol.ts';
import { trainingSpeed } from './speed-probe.ts';
import { createTaskServer, transferablesOf, type Performer } from './task-server.ts';

const aliveMs = 1000;

export interface GpuServer {
  receive(message: ToGpu): void;
}

/** Name and kind of an adapter. */
export function factsOfAdapter(adapter: GPUAdapter): GpuFacts {
  return { adapter: adapterText(adapter.info), isSoftware: isSoftwareAdapter(adapter.info) };
}

/**
 * Serves tasks on a device of the adapter. `close` is called when everything is stopped and the device destroyed. A sign
 * of life goes out whenever the device has done what was submitted a second before: a hung device gives none.
 */
export async function serveGpu(
  adapter: GPUAdapter,
  send: (message: FromGpu, transfer?: ArrayBuffer[]) => void,
  close: () => void,
): Promise<GpuServer> {
  const facts = factsOfAdapter(adapter);
  const device = await adapter.requestDevice(deviceRequest(adapter));
  const engine = createWebgpuEngine(device, { clock: () => performance.now(), adapter: facts.adapter });
  const frame: Performer<'frame'> = async (id, { request }) => {
    const rendered = await engine.renderFrame(request);
    send({ kind: 'frame', id, frame: rendered }, transferablesOf(rendered));
  };
  const speed: Performer<'speed'> = async (id, { cells }) => {
    const flopsPerSecond = await trainingSpeed(engine, cells, () => performance.now() / 1000);
    send({ kind: 'speed', id, flopsPerSecond });
  };
  const server = createTaskServer(send, { frame, speed }, () => Promise.resolve(engine));
  let isWaiting = false;
  const signs = setInterval(() => {
    if (isWaiting) return;
    isWaiting = true;
    const done = server.running > 0 ? device.queue.onSubmittedWorkDone() : Promise.resolve();
    void done
      .catch(() => undefined)
      .then(() => {
        isWaiting = false;
        send({ kind: 'alive' });
      });
  }, aliveMs);
  send({ kind: 'ready', facts });
  return {
    receive(message) {
      if (message.kind !== 'close') return server.receive(message);
      clearInterval(signs);
      void server.stop().then(() => {
        engine.dispose();
        device.destroy();
        close();
      });
    },
  };
}
