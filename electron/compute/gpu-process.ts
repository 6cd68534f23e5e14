/** Starts GPU processes of a Node host. */
import { fork } from 'node:child_process';
import type { FromGpu } from '../../experiments/tasks/gpu-protocol.ts';
import { gpuChildPath } from '../program/assets.ts';
import { createGpuHost, type GpuHost, type GpuHostOptions } from './gpu-host.ts';
import type { GpuStarter } from './gpu-link.ts';

/** A host on Dawn in a process of its own: a thread that ends with GPU work under way takes its process along. */
export function createNodeGpuHost(options: GpuHostOptions = {}): GpuHost {
  return createGpuHost(processStarter(gpuChildPath()), options);
}

/** Starts a script as a GPU process. */
export function processStarter(script: string): GpuStarter {
  return (onMessage, onEnd) => {
    const child = fork(script, [], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    let lastText = '';
    let isOver = false;
    const end = (reason: string): void => {
      if (isOver) return;
      isOver = true;
      onEnd(reason);
    };
    child.stderr?.on('data', (chunk: Buffer) => (lastText = (lastText + chunk.toString()).slice(-500)));
    child.on('message', (message) => onMessage(message as FromGpu));
    child.on('error', (error) => end(error.message));
    child.on('exit', (code, signal) => {
      const words = lastText.trim().split('\n').at(-1) ?? '';
      end(`the GPU process ended (${signal ?? `code ${code}`})${words === '' ? '' : `: ${words}`}`);
    });
    return {
      post: (message) => {
        // What is posted to a process that is gone is answered by its end.
        if (child.connected) child.send(message, () => undefined);
      },
      kill: () => void child.kill('SIGKILL'),
    };
  };
}
