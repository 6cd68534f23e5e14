/** The compute page: gives its host's port to a worker that has the GPU. Nobody looks at it. */
import { computePortMessage } from '../../electron/contract/compute-port.ts';
import type { FromGpu } from '../../experiments/tasks/gpu-protocol.ts';
import type { WorkerWord } from './gpu-worker.ts';

function receive(event: MessageEvent): void {
  const [port] = event.ports;
  if (event.source !== window || event.data !== computePortMessage || port === undefined) return;
  removeEventListener('message', receive);
  startWorker(port);
}

/** Starts the worker. The page closes when it ends: that is how the host hears of it, whatever ended it. */
function startWorker(port: MessagePort): void {
  const worker = new Worker(new URL('./gpu-worker.ts', import.meta.url), { type: 'module' });
  let isThere = false;
  worker.addEventListener('message', ({ data }: MessageEvent<WorkerWord>) => {
    if (data === 'over') return close();
    isThere = true;
    worker.postMessage(null, [port]);
  });
  worker.addEventListener('error', ({ message }) => {
    worker.terminate();
    if (isThere) return close();
    const words = `its worker did not start${message ? `: ${message}` : ''}`;
    port.postMessage({ kind: 'unavailable', message: words } satisfies FromGpu);
  });
}

addEventListener('message', receive);
