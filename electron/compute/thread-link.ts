/** Threads as workers that are asked. */
import { Worker, type ResourceLimits } from 'node:worker_threads';
import { EngineError } from '../../experiments/engines/engine-error.ts';
import type { WorkerStarter } from '../../experiments/tasks/asked-worker.ts';

/** Starts threads of a script; `what` names them in the error of one that ends by itself, and `workerData` is theirs. */
export function threadStarter<Message, Reply>(
  path: string,
  what: string,
  resourceLimits?: ResourceLimits,
  workerData?: unknown,
): WorkerStarter<Message, Reply> {
  return (onReply, onEnd) => {
    const worker = new Worker(path, { resourceLimits, workerData });
    worker.on('message', onReply);
    worker.on('error', (error) => onEnd(threadError(error)));
    worker.on('exit', (code) => onEnd(new Error(`The ${what} ended (code ${code}).`)));
    return {
      post: (message, transfer) => worker.postMessage(message, transfer),
      end: () => worker.terminate(),
    };
  };
}

/** The error of a thread; where its heap was too small, that is what it says. */
function threadError(error: Error): Error {
  const isFull = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return isFull ? new EngineError('out of memory', error.message, { cause: error }) : error;
}
