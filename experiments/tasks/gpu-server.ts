/** What every GPU host does with its device, whatever gave it one: tasks, signs of life, an end in good order. */
import { deviceRequest } from '../engines/webgpu/device-request.ts';
import { adapterText, createWebgpuEngine, isSoftwareAdapter } from '../engines/webgpu/webgpu-engine.ts';
import { replayTo } from '../sweeps/replay.ts';
import type { FromGpu, GpuFacts, ToGpu } from './gpu-protocol.ts';
import { trainingSpeed } from './speed-probe.ts';
import { createTaskServer, type Performer } from './task-server.ts';
import { transferablesOf } from './transferables.ts';

/** What a process or page with an adapter does for the server. */
export interface GpuServerHost {
  send(message: FromGpu, transfer?: ArrayBuffer[]): void;
  /** Program and version whose WebGPU it is, where that is not part of this program. */
  readonly browser?: string;
  /** Called when everything is stopped and the device destroyed. */
  close(): void;
  /** Milliseconds since any fixed moment. */
  clock(): number;
  /** Calls `action` about every second until what is returned is called. */
  everySecond(action: () => void): () => void;
}

/** The GPU's side of the messages. */
export interface GpuServer {
  receive(message: ToGpu): void;
}

/** Name and kind of an adapter, with the browser that gives it, which compiles the kernels. */
export function factsOfAdapter({ info }: Pick<GPUAdapter, 'info'>, browser?: string): GpuFacts {
  const adapter = [adapterText(info), ...(browser === undefined ? [] : [browser])].join(', ');
  return { adapter, isSoftware: isSoftwareAdapter(info) };
}

/**
 * Serves tasks on a device of the adapter. A sign of life goes out whenever the device has done what was submitted a second
 * before: a hung device gives none.
 */
export async function serveGpu(
  adapter: GPUAdapter,
  { send, close, clock, everySecond, browser }: GpuServerHost,
): Promise<GpuServer> {
  const facts = factsOfAdapter(adapter, browser);
  const device = await adapter.requestDevice(deviceRequest(adapter));
  const engine = createWebgpuEngine(device, { clock, adapter: facts.adapter });
  const frame: Performer<'frame'> = async (id, { request }) => {
    const rendered = await engine.renderFrame(request);
    send({ kind: 'frame', id, frame: rendered }, transferablesOf(rendered));
  };
  const speed: Performer<'speed'> = async (id, { cells }) => {
    const flopsPerSecond = await trainingSpeed(engine, cells, () => clock() / 1000);
    send({ kind: 'speed', id, flopsPerSecond });
  };
  const replay: Performer<'replay'> = async (id, { replay: { job, from, epoch } }, signal) => {
    send({ kind: 'weights', id, weights: await replayTo(engine, job, from, epoch, signal) });
  };
  const server = createTaskServer(send, { frame, replay, speed }, () => Promise.resolve(engine), clock);
  let isWaiting = false;
  const stopSigns = everySecond(() => {
    if (isWaiting) return;
    isWaiting = true;
    const done = server.running > 0 ? device.queue.onSubmittedWorkDone() : Promise.resolve();
    void done
      .catch(() => undefined)
      .then(() => {
        isWaiting = false;
        send({ kind: 'alive' });
      });
  });
  send({ kind: 'ready', facts });
  return {
    receive(message) {
      if (message.kind !== 'close') return server.receive(message);
      stopSigns();
      void server.stop().then(() => {
        engine.dispose();
        device.destroy();
        close();
      });
    },
  };
}
