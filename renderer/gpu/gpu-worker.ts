/** The compute page's worker: serves tasks on the browser's own GPU, over the port that the page gives it. */
import type { FromGpu, ToGpu } from '../../experiments/tasks/gpu-protocol.ts';
import { serveGpu } from '../../experiments/tasks/gpu-server.ts';
import { browserText } from './browser-text.ts';

/** What the worker says to its page: that it takes the port, and that everything is stopped. */
export type WorkerWord = 'ready' | 'over';

function tellPage(word: WorkerWord): void {
  postMessage(word);
}

async function requestAdapter(): Promise<GPUAdapter> {
  const gpu = navigator.gpu as GPU | undefined;
  const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new Error('Chromium has no WebGPU adapter');
  return adapter;
}

async function serve(port: MessagePort): Promise<void> {
  // Copied, never transferred: Electron loses messages whose buffers are transferred to another process.
  const send = (message: FromGpu): void => port.postMessage(message);
  try {
    const server = await serveGpu(await requestAdapter(), {
      send,
      browser: browserText(navigator.userAgent),
      close: () => tellPage('over'),
      clock: () => performance.now(),
      everySecond(action) {
        const timer = setInterval(action, 1000);
        return () => clearInterval(timer);
      },
    });
    port.onmessage = ({ data }: MessageEvent<ToGpu>) => server.receive(data);
  } catch (error) {
    send({ kind: 'unavailable', message: error instanceof Error ? error.message : String(error) });
  }
}

addEventListener('message', ({ ports: [port] }) => {
  if (port !== undefined) void serve(port);
});
tellPage('ready');
