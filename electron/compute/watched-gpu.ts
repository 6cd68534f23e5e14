/** One process or page with a device: what it is, the tasks that it is at, and whether it still lives. */
import { NoGpuError } from '../../experiments/engines/engine-error.ts';
import { AskedWorker, type Asked, type WorkerLink } from '../../experiments/tasks/asked-worker.ts';
import { deferred } from '../../experiments/tasks/deferred.ts';
import type { FromGpu, GpuFacts, ToGpu } from '../../experiments/tasks/gpu-protocol.ts';
import type { FromWorker, ComputeTask } from '../../experiments/tasks/task-protocol.ts';
import { readReply } from '../../experiments/tasks/task-replies.ts';
import type { GpuStarter } from './gpu-link.ts';

const closingMs = 5_000;

/** How a GPU is watched. */
export interface Watch {
  /** How long there may be no sign of life. */
  readonly silenceMs: number;
  /** Told when the process or its device is gone or hangs, perhaps more than once; it still has its tasks. */
  readonly onLoss: (gpu: WatchedGpu, reason: string) => void;
  /** Told when there turned out to be no GPU: its tasks reject. */
  readonly onUnavailable: (gpu: WatchedGpu) => void;
}

/** A GPU from its start to its end. */
export class WatchedGpu {
  /** What it computes on; rejects with a NoGpuError where it ends before it says so. */
  readonly facts: Promise<GpuFacts>;
  /** When it last gave a sign of life. */
  heardAt = 0;
  /** Tasks that it was ever given. */
  begun = 0;
  readonly #facts = deferred<GpuFacts>();
  readonly #gone = deferred<undefined>();
  readonly #watch: Watch;
  readonly #asked: AskedWorker<ToGpu, FromWorker, 'done'>;
  #silence: NodeJS.Timeout | undefined;

  constructor(start: GpuStarter, watch: Watch) {
    this.#watch = watch;
    this.facts = this.#facts.promise;
    this.facts.catch(() => undefined);
    this.#asked = new AskedWorker((onReply) => this.#start(start, onReply), readReply);
    this.#asked.start();
    this.#hear();
  }

  /** Tasks that are not done. */
  get openCount(): number {
    return this.#asked.openCount;
  }

  /** Begins a task. */
  perform(task: ComputeTask, onNews: (reply: FromWorker) => void): Asked<'done'> {
    this.begun += 1;
    return this.#asked.ask((id) => ({ kind: 'task', id, task }), { onNews });
  }

  /** Sends a message about a task that is not done. */
  tell(kind: 'abort' | 'acknowledged', id: number): void {
    this.#asked.tell(id, { kind, id });
  }

  /** Waits for a task no longer: it rejects with the error. */
  giveUp(id: number, error: Error): void {
    this.#asked.giveUp(id, error);
  }

  /** Ends it at once; all tasks reject with the error. */
  end(error: Error): void {
    void this.#asked.end(error);
  }

  /** Stops what runs, then ends it. */
  async close(): Promise<void> {
    this.#asked.post({ kind: 'close' });
    const timeout = setTimeout(() => void this.#asked.end(null), closingMs);
    await this.#gone.promise;
    clearTimeout(timeout);
  }

  #start(start: GpuStarter, onReply: (reply: FromWorker) => void): WorkerLink<ToGpu> {
    const link = start(
      (message) => this.#receive(message, onReply),
      (reason) => {
        clearTimeout(this.#silence);
        this.#facts.reject(noGpu(reason));
        this.#gone.resolve(undefined);
        this.#watch.onLoss(this, reason);
      },
    );
    return {
      post: (message) => link.post(message),
      end: () => {
        link.kill();
        return this.#gone.promise;
      },
    };
  }

  #receive(message: FromGpu, onReply: (reply: FromWorker) => void): void {
    this.#hear();
    if (message.kind === 'ready') this.#facts.resolve(message.facts);
    else if (message.kind === 'unavailable') this.#refuse(noGpu(message.message));
    else if (message.kind !== 'alive') {
      const loss = this.#asked.isOpen(message.id) ? lossIn(message) : null;
      if (loss === null) onReply(message);
      else this.#watch.onLoss(this, loss);
    }
  }

  #refuse(error: Error): void {
    this.#facts.reject(error);
    this.#watch.onUnavailable(this);
    this.end(error);
  }

  #hear(): void {
    const { silenceMs, onLoss } = this.#watch;
    this.heardAt = performance.now();
    clearTimeout(this.#silence);
    const seconds = Math.round(silenceMs / 1000);
    this.#silence = setTimeout(
      () => onLoss(this, `it gave no sign of life for ${seconds} seconds`),
      silenceMs,
    );
  }
}

function noGpu(reason: string): NoGpuError {
  return new NoGpuError(`No GPU can be used: ${reason}.`);
}

/** What a message says of the loss of the device, or null where it says nothing of it. */
function lossIn(message: FromWorker): string | null {
  if (message.kind === 'error') return message.failure === 'device lost' ? message.message : null;
  const isFailure = message.kind === 'cell' && message.message.kind === 'failed';
  return isFailure && message.message.failure === 'device lost' ? message.message.message : null;
}
