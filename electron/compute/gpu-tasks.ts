/** The tasks of a GPU host: begun in whatever process there is, and again in the next where one is lost. */
import { EngineError } from '../../experiments/engines/engine-error.ts';
import type { FromWorker, ComputeTask } from '../../experiments/tasks/task-protocol.ts';
import type { GpuStarter } from './gpu-link.ts';
import { WatchedGpu } from './watched-gpu.ts';

/** When a host loses its patience, in milliseconds, and when it replaces a process. */
export interface GpuLimits {
  /** How long an aborted task may take before the process is ended. */
  readonly timeoutMs: number;
  /** How long there may be no sign of life. */
  readonly silenceMs: number;
  /** Two losses within so long are no accident. */
  readonly lossWindowMs: number;
  /** Tasks after which an idle process is replaced. */
  readonly tasksPerProcess: number;
}

/** What tasks reject with that are to go on in another process. */
const movedOn = new Error('The task goes on elsewhere.');

/** A task on its way through one process or several. */
export class GpuTask {
  isAborted = false;
  isOver = false;
  /** Where it is, and its number there. */
  place: { readonly gpu: WatchedGpu; readonly id: number } | null = null;
  timeout: NodeJS.Timeout | undefined;

  /** `current` says what is to be posted: the task from its beginning, or after a loss from its last key frame. */
  constructor(
    readonly current: () => ComputeTask,
    readonly onReply: (reply: FromWorker) => void,
  ) {}

  /** Tells the process that one more snapshot is safely written. */
  acknowledge(): void {
    this.place?.gpu.tell('acknowledged', this.place.id);
  }
}

/** Performs tasks on a GPU that starts with the first of them, or with the first question. */
export class GpuTasks {
  readonly #start: GpuStarter;
  readonly #limits: GpuLimits;
  #current: WatchedGpu | null = null;
  #lastLossAt = -Infinity;

  constructor(start: GpuStarter, limits: GpuLimits) {
    this.#start = start;
    this.#limits = limits;
  }

  /** The GPU that there is, started where there is none. */
  gpu(): WatchedGpu {
    return (this.#current ??= new WatchedGpu(this.#start, {
      silenceMs: this.#limits.silenceMs,
      onLoss: (gpu, reason) => this.#lose(gpu, reason),
      onUnavailable: (gpu) => this.#forget(gpu),
    }));
  }

  /** Performs a task to its end. Rejects where it fails, and where the GPU was lost again. */
  async perform(task: GpuTask): Promise<void> {
    try {
      while (!(await this.#performOn(this.gpu(), task)));
    } finally {
      task.isOver = true;
      clearTimeout(task.timeout);
    }
  }

  /** Tells a task to stop; where it does not listen, its process is ended. */
  abort(task: GpuTask): void {
    if (task.isAborted || task.isOver) return;
    task.isAborted = true;
    task.place?.gpu.tell('abort', task.place.id);
    task.timeout = setTimeout(() => this.#endForcibly(task), this.#limits.timeoutMs);
  }

  /** Stops what runs, then ends the process. */
  async close(): Promise<void> {
    const gpu = this.#current;
    this.#current = null;
    await gpu?.close();
  }

  /** Whether the task was performed; false where it is to go on in another process. */
  async #performOn(gpu: WatchedGpu, task: GpuTask): Promise<boolean> {
    const { id, answer } = gpu.perform(task.current(), task.onReply);
    task.place = { gpu, id };
    if (task.isAborted) gpu.tell('abort', id);
    try {
      await answer;
      return true;
    } catch (error) {
      if (error !== movedOn) throw error;
      return false;
    } finally {
      task.place = null;
      this.#replace(gpu);
    }
  }

  #forget(gpu: WatchedGpu): void {
    if (this.#current === gpu) this.#current = null;
  }

  /** The process or its device is gone: its tasks go on in a new one, unless that has just happened before. */
  #lose(gpu: WatchedGpu, reason: string): void {
    if (gpu !== this.#current) return;
    this.#current = null;
    // What hangs was lost with its last sign of life.
    const isRepeated = gpu.heardAt - this.#lastLossAt < this.#limits.lossWindowMs;
    this.#lastLossAt = performance.now();
    const again = `The GPU was lost twice within a minute: ${reason}.`;
    gpu.end(isRepeated ? new EngineError('device lost', again) : movedOn);
  }

  /** Ends a task that does not listen, with the process; the others go on in a new one. */
  #endForcibly(task: GpuTask): void {
    if (task.place === null) return;
    const { gpu, id } = task.place;
    const seconds = Math.round(this.#limits.timeoutMs / 1000);
    gpu.giveUp(id, new Error(`The cell did not stop within ${seconds} seconds; its GPU process was ended.`));
    this.#forget(gpu);
    gpu.end(movedOn);
  }

  /** Ends an idle process that has done its share of tasks. */
  #replace(gpu: WatchedGpu): void {
    if (gpu !== this.#current || gpu.openCount > 0 || gpu.begun < this.#limits.tasksPerProcess) return;
    this.#current = null;
    void gpu.close();
  }
}
