/** The host's side of a GPU: starts what computes on it, hands it tasks, and starts it again where it fails. */
import type { Frame, FrameRequest } from '../../experiments/engines/engine.ts';
import type { CellJob, CellMessage, ResumePoint } from '../../experiments/sweeps/cell-run-contract.ts';
import type { FromGpu, GpuFacts, ToGpu } from '../../experiments/tasks/gpu-protocol.ts';
import {
  namedError,
  type FromWorker,
  type ReplayTask,
  type WorkerTask,
} from '../../experiments/tasks/task-protocol.ts';
import { type CellRun, noGpuWords, lostTwiceWords } from './cell-executor.ts';

/** A process or page with a device: messages both ways, and an end that may come by itself. */
export interface GpuLink {
  post(message: ToGpu): void;
  /** Ends it at once, whatever it does. */
  kill(): void;
}

/** Starts a process or page; `onEnd` is called once, when it is gone, with the reason in words. */
export type GpuStarter = (onMessage: (message: FromGpu) => void, onEnd: (reason: string) => void) => GpuLink;

export interface GpuHostOptions {
  /** How long an aborted cell, or a closing process, may take before the process is ended. */
  readonly patienceMs?: number;
  /** How long there may be no sign of life. */
  readonly silenceMs?: number;
  /** Two losses within so long are no accident. */
  readonly lossWindowMs?: number;
  /** Tasks after which an idle process is replaced: drivers keep some memory for each. */
  readonly tasksPerProcess?: number;
}

export interface GpuHost {
  /** What it computes on. Rejects with the reason where there is no adapter. */
  facts(): Promise<GpuFacts>;
  runCell(job: CellJob, onMessage: (message: CellMessage) => void): CellRun;
  renderFrame(request: FrameRequest, signal?: AbortSignal): Promise<Frame>;
  /** Exact weights of a cell that a GPU trained; after an abort it rejects with the signal's reason. */
  replay(task: ReplayTask, signal?: AbortSignal): Promise<Float32Array>;
  /** Floating-point operations of training a second with so many cells side by side. */
  trainingSpeed(cells: number): Promise<number>;
  /** Stops what runs, then ends the process. */
  close(): Promise<void>;
}

const closingMs = 5_000;

interface Task {
  readonly id: number;
  /** The task as it is to be posted: from its beginning, or after a loss from its last key frame. */
  current(): WorkerTask;
  onMessage(message: FromWorker): void;
  onEnd(error: Error | null): void;
  isAborted: boolean;
  impatience?: NodeJS.Timeout;
}

interface Process {
  readonly link: GpuLink;
  readonly facts: Promise<GpuFacts>;
  readonly gone: Promise<undefined>;
  readonly tasks: Map<number, Task>;
  begun: number;
  /** When it last gave a sign of life. */
  heardAt: number;
}

/** A host that starts its process with the first task or question. */
export function createGpuHost(start: GpuStarter, options: GpuHostOptions = {}): GpuHost {
  const { patienceMs = 180_000, silenceMs = 60_000, lossWindowMs = 60_000, tasksPerProcess = 500 } = options;
  let current: Process | null = null;
  let nextId = 1;
  let lastLossAt = -Infinity;

  function startProcess(): Process {
    const facts = deferred<GpuFacts>();
    const gone = deferred<undefined>();
    facts.promise.catch(() => undefined);
    const tasks = new Map<number, Task>();
    let silence: NodeJS.Timeout | undefined;
    const hear = (): void => {
      process.heardAt = performance.now();
      clearTimeout(silence);
      const seconds = Math.round(silenceMs / 1000);
      silence = setTimeout(() => lose(process, `it gave no sign of life for ${seconds} seconds`), silenceMs);
    };
    const link = start(
      (message) => {
        hear();
        if (message.kind === 'ready') facts.resolve(message.facts);
        else if (message.kind === 'unavailable') giveUp(process, noGpu(message.message));
        else if (message.kind !== 'alive') receive(process, message);
      },
      (reason) => {
        clearTimeout(silence);
        facts.reject(noGpu(reason));
        gone.resolve(undefined);
        lose(process, reason);
      },
    );
    const process: Process = { link, facts: facts.promise, gone: gone.promise, tasks, begun: 0, heardAt: 0 };
    hear();
    return process;

    function giveUp(failed: Process, error: Error): void {
      facts.reject(error);
      if (current === failed) current = null;
      failed.link.kill();
      for (const task of failed.tasks.values()) end(failed, task, error);
    }
  }

  function receive(process: Process, message: FromWorker): void {
    const task = process.tasks.get(message.id);
    if (task === undefined) return;
    const loss = lossIn(message);
    if (loss !== null) lose(process, loss);
    else if (message.kind === 'done') end(process, task, null);
    else if (message.kind === 'error') end(process, task, namedError(message));
    else task.onMessage(message);
  }

  function end(process: Process, task: Task, error: Error | null): void {
    clearTimeout(task.impatience);
    process.tasks.delete(task.id);
    task.onEnd(error);
    if (process !== current || process.tasks.size > 0 || process.begun < tasksPerProcess) return;
    current = null;
    void closeProcess(process);
  }

  /** The process or its device is gone: its tasks go on in a new one, unless that has just happened before. */
  function lose(process: Process, reason: string): void {
    if (process !== current) return;
    current = null;
    process.link.kill();
    // What hangs was lost with its last sign of life.
    const isRepeated = process.heardAt - lastLossAt < lossWindowMs;
    lastLossAt = performance.now();
    const tasks = [...process.tasks.values()];
    process.tasks.clear();
    if (isRepeated) {
      const error = new Error(`${lostTwiceWords}: ${reason}.`);
      for (const task of tasks) {
        clearTimeout(task.impatience);
        task.onEnd(error);
      }
    } else move(tasks);
  }

  function move(tasks: readonly Task[]): void {
    if (tasks.length === 0) return;
    const process = (current ??= startProcess());
    for (const task of tasks) begin(process, task);
  }

  function begin(process: Process, task: Task): void {
    process.tasks.set(task.id, task);
    process.begun += 1;
    process.link.post({ kind: 'task', id: task.id, task: task.current() });
    if (task.isAborted) process.link.post({ kind: 'abort', id: task.id });
  }

  /** Ends a task that does not listen, with the process; the others go on in a new one. */
  function endForcibly(task: Task): void {
    const process = current;
    if (process === null || !process.tasks.has(task.id)) return;
    const seconds = Math.round(patienceMs / 1000);
    end(
      process,
      task,
      new Error(`The cell did not stop within ${seconds} seconds; its GPU process was ended.`),
    );
    if (current === process) current = null;
    process.link.kill();
    const others = [...process.tasks.values()];
    process.tasks.clear();
    move(others);
  }

  function submit(work: Pick<Task, 'current' | 'onMessage'>): { task: Task; done: Promise<undefined> } {
    const { promise, resolve, reject } = deferred<undefined>();
    const onEnd = (error: Error | null): void => (error === null ? resolve(undefined) : reject(error));
    const task: Task = { ...work, id: nextId++, onEnd, isAborted: false };
    begin((current ??= startProcess()), task);
    return { task, done: promise };
  }

  function abort(task: Task): void {
    const process = current;
    if (task.isAborted || process === null || !process.tasks.has(task.id)) return;
    task.isAborted = true;
    process.link.post({ kind: 'abort', id: task.id });
    task.impatience = setTimeout(() => endForcibly(task), patienceMs);
  }

  async function closeProcess(process: Process): Promise<void> {
    process.link.post({ kind: 'close' });
    const impatience = setTimeout(() => process.link.kill(), closingMs);
    await process.gone;
    clearTimeout(impatience);
  }

  return {
    facts: () => (current ??= startProcess()).facts,
    runCell(job, onMessage) {
      const progress = new CellProgress(job);
      const { task, done } = submit({
        current: () => ({ kind: 'cell', engine: 'webgpu', job: progress.job() }),
        onMessage: (message) => {
          if (message.kind !== 'cell') return;
          progress.note(message.message);
          onMessage(message.message);
        },
      });
      return {
        done: done.then(() => undefined),
        abort: () => abort(task),
        acknowledge: () => current?.link.post({ kind: 'acknowledged', id: task.id }),
      };
    },
    async renderFrame(request, signal) {
      signal?.throwIfAborted();
      let frame: Frame | null = null;
      const { done } = submit({
        current: () => ({ kind: 'frame', request, engine: 'webgpu' }),
        onMessage: (message) => {
          if (message.kind === 'frame') frame = message.frame;
        },
      });
      // A frame takes less time than it takes to stop it.
      await done;
      signal?.throwIfAborted();
      if (frame === null) throw new Error('The GPU returned no frame.');
      return frame;
    },
    async replay(replay, signal) {
      signal?.throwIfAborted();
      let weights: Float32Array | null = null;
      const { task, done } = submit({
        current: () => ({ kind: 'replay', replay }),
        onMessage: (message) => {
          if (message.kind === 'weights') weights = message.weights;
        },
      });
      const stop = (): void => abort(task);
      signal?.addEventListener('abort', stop, { once: true });
      try {
        await done;
      } finally {
        signal?.removeEventListener('abort', stop);
        signal?.throwIfAborted();
      }
      if (weights === null) throw new Error('The GPU returned no weights.');
      return weights;
    },
    async trainingSpeed(cells) {
      let speed: number | null = null;
      const { done } = submit({
        current: () => ({ kind: 'speed', cells, engine: 'webgpu' }),
        onMessage: (message) => {
          if (message.kind === 'speed') speed = message.flopsPerSecond;
        },
      });
      await done;
      if (speed === null) throw new Error('The GPU returned no speed.');
      return speed;
    },
    async close() {
      const process = current;
      current = null;
      if (process !== null) await closeProcess(process);
    },
  };
}

/** Where a cell stands, from what it has sent: a loss takes it back to its last key frame. */
class CellProgress {
  #resume: ResumePoint | null;

  constructor(private readonly original: CellJob) {
    this.#resume = original.resume;
  }

  job(): CellJob {
    return { ...this.original, resume: this.#resume };
  }

  note(message: CellMessage): void {
    if (message.kind !== 'snapshot') return;
    const { metrics, keyFrame, link, weightsDigest } = message.snapshot;
    const from = keyFrame ?? this.#resume;
    // The first snapshot of a cell is a key frame.
    if (from === null) return;
    this.#resume = {
      ...from,
      recordedEpoch: metrics.epoch,
      recordedLink: link,
      recordedWeightsDigest: weightsDigest,
      recordedSnapshots: (this.#resume?.recordedSnapshots ?? 0) + 1,
    };
  }
}

function noGpu(reason: string): Error {
  return namedError({ name: 'NoGpuError', message: `${noGpuWords}: ${reason}.` });
}

/** The words of a message that tells of the loss of the device, or null. */
function lossIn(message: FromWorker): string | null {
  if (message.kind === 'error' && /device\s*(was\s*|is\s*)?lost/i.test(message.message))
    return message.message;
  const isFailure = message.kind === 'cell' && message.message.kind === 'failed';
  return isFailure && message.message.failure === 'device lost' ? message.message.message : null;
}

interface Deferred<Value> {
  readonly promise: Promise<Value>;
  resolve(value: Value): void;
  reject(error: Error): void;
}

function deferred<Value>(): Deferred<Value> {
  let settle: Omit<Deferred<Value>, 'promise'> | undefined;
  const promise = new Promise<Value>((resolve, reject) => (settle = { resolve, reject }));
  return { promise, resolve: (value) => settle?.resolve(value), reject: (error) => settle?.reject(error) };
}
