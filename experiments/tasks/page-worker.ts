/** Workers of a page as workers that are asked. */
import type { WorkerStarter } from './asked-worker.ts';

/** Starts workers of a page; `make` constructs one, with its script's address beside it, so that bundlers find it. */
export function pageWorkerStarter<Message, Reply>(make: () => Worker): WorkerStarter<Message, Reply> {
  return (onReply, onEnd) => {
    const worker = make();
    worker.addEventListener('message', ({ data }: MessageEvent<Reply>) => onReply(data));
    worker.addEventListener('error', ({ message }) => onEnd(new Error(message)));
    return {
      post: (message, transfer) => worker.postMessage(message, transfer),
      end: () => Promise.resolve(worker.terminate()),
    };
  };
}
