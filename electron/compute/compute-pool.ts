/** A pool of compute workers: cells side by side, frames split into bands over all of them. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Frame, FrameRequest, View, EngineChoice } from '../../experiments/engines/engine.ts';
import type { Network } from '../../experiments/network/shape.ts';
import type { ComplexPart } from '../../experiments/polytopes/complex-part.ts';
import { complexFromParts } from '../../experiments/polytopes/part-joining.ts';
import type { Complex } from '../../experiments/polytopes/complex.ts';
import { tileCount } from '../../experiments/polytopes/extract-complex.ts';
import type { ExtractionBudget } from '../../experiments/polytopes/extraction-options.ts';
import { joinBands } from '../../experiments/engines/frame-bands.ts';
import {
  namedError,
  type FromWorker,
  type ReplayTask,
  type ToWorker,
  type WorkerTask,
} from '../../experiments/tasks/task-protocol.ts';
import { engineOfCell } from '../../experiments/sweeps/cell-engine.ts';
import type { CellExecutor } from './cell-executor.ts';
import { computeWorkerPath } from '../program/assets.ts';
import type { GpuHost } from './gpu-host.ts';

interface Job {
  readonly id: number;
  readonly task: WorkerTask;
  readonly onMessage: (message: FromWorker) => void;
  readonly onEnd: (error: Error | null) => void;
}

interface Member {
  readonly worker: Worker;
  job: Job | null;
}

export interface ComputePool extends CellExecutor {
  /**
   * The frame of a request, anchored unless it says otherwise, its bands rendered by all threads; identical whatever their
   * number. After an abort no
   * further band is begun, and it rejects with the signal's reason; so does a replay.
   */
  renderFrame(request: FrameRequest, engine: EngineChoice, signal?: AbortSignal): Promise<Frame>;
  replay(task: ReplayTask, signal?: AbortSignal): Promise<Float32Array>;
  /** What the GPU computes on, in one line. Rejects where there is none. */
  gpuAdapter(): Promise<string>;
  /** Floating-point operations of training a second that an engine reaches on one thread. */
  trainingSpeed(engine: EngineChoice): Promise<number>;
  /**
   * The exact complex of a view, its tiles shared out among all threads; the same regions whatever their number. The
   * budget holds for the whole. Rejects with an ExtractionError, after an abort with the signal's reason.
   */
  extractComplex(
    network: Network,
    view: View,
    budget: ExtractionBudget,
    signal?: AbortSignal,
  ): Promise<Complex>;
  close(): Promise<void>;
}

/** Threads to use where nobody asked for a number: every core, since the main thread only waits. */
export function defaultThreads(): number {
  return Math.max(1, availableParallelism());
}

export interface PoolOptions {
  /** The workers' script. */
  readonly workerPath?: string;
  /** How long a cell that is to stop may take to the end of its epoch before its worker is ended. */
  readonly patienceMs?: number;
  /** Most megabytes of JavaScript objects in a worker; arrays and kernels do not count. */
  readonly heapMb?: number;
  /** What computes for the engine 'webgpu'; closed with the pool. */
  readonly gpu?: GpuHost;
}

/** Cells that a GPU trains side by side: those of a shape share their dispatches. */
const gpuCells = 128;

/** Longer than any epoch that somebody would want to train on a processor. */
const defaultPatienceMs = 180_000;

/** A pool of `threads` workers, started as they are needed. Tasks beyond that number wait in order. */
export function createComputePool(threads: number, options: PoolOptions = {}): ComputePool {
  const { workerPath = computeWorkerPath(), patienceMs = defaultPatienceMs, heapMb = 1024, gpu } = options;
  const members: Member[] = [];
  const waiting: Job[] = [];
  let nextId = 1;

  function startMember(): Member {
    const worker = new Worker(workerPath, { resourceLimits: { maxOldGenerationSizeMb: heapMb } });
    const member: Member = { worker, job: null };
    worker.on('message', (message: FromWorker) => receive(member, message));
    worker.on('error', (error) => lose(member, error));
    worker.on('exit', (code) => lose(member, new Error(`The compute worker ended (code ${code}).`)));
    members.push(member);
    return member;
  }

  function receive(member: Member, message: FromWorker): void {
    const job = member.job;
    if (job === null || message.id !== job.id) return;
    if (message.kind === 'done' || message.kind === 'error') {
      member.job = null;
      assign();
      job.onEnd(message.kind === 'error' ? namedError(message) : null);
    } else job.onMessage(message);
  }

  function lose(member: Member, error: Error): void {
    const at = members.indexOf(member);
    if (at < 0) return;
    members.splice(at, 1);
    const job = member.job;
    member.job = null;
    assign();
    job?.onEnd(error);
  }

  /** Ends the worker of a task that does not listen. */
  function endWorker(id: number): void {
    const member = members.find((candidate) => candidate.job?.id === id);
    if (member === undefined) return;
    const seconds = Math.round(patienceMs / 1000);
    lose(member, new Error(`The cell did not stop within ${seconds} seconds; its worker was ended.`));
    void member.worker.terminate();
  }

  function assign(): void {
    while (waiting.length > 0) {
      const member =
        members.find((candidate) => candidate.job === null) ??
        (members.length < threads ? startMember() : null);
      const job = member === null ? undefined : waiting.shift();
      if (member === null || job === undefined) return;
      member.job = job;
      post(member, { kind: 'task', id: job.id, task: job.task });
    }
  }

  function post(member: Member, message: ToWorker): void {
    member.worker.postMessage(message);
  }

  function submit(
    task: WorkerTask,
    onMessage: (message: FromWorker) => void,
  ): { id: number; done: Promise<void> } {
    const id = nextId++;
    const done = new Promise<void>((resolve, reject) => {
      waiting.push({ id, task, onMessage, onEnd: (error) => (error === null ? resolve() : reject(error)) });
    });
    assign();
    return { id, done };
  }

  function tell(id: number, kind: 'abort' | 'acknowledged'): void {
    const at = waiting.findIndex((job) => job.id === id);
    if (at >= 0 && kind === 'abort') {
      waiting.splice(at, 1).forEach((job) => job.onEnd(null));
      return;
    }
    const member = members.find((candidate) => candidate.job?.id === id);
    if (member !== undefined) post(member, { kind, id });
  }

  /** Like submit; an abort takes the task back or tells its worker, and rejects. */
  async function perform(
    task: WorkerTask,
    onMessage: (message: FromWorker) => void,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    signal?.throwIfAborted();
    const { id, done } = submit(task, onMessage);
    const abort = (): void => tell(id, 'abort');
    signal?.addEventListener('abort', abort, { once: true });
    try {
      await done;
    } finally {
      signal?.removeEventListener('abort', abort);
      signal?.throwIfAborted();
    }
  }

  async function renderBand(
    request: FrameRequest,
    engine: EngineChoice,
    signal: AbortSignal | undefined,
  ): Promise<Frame> {
    let frame: Frame | null = null;
    const keep = (message: FromWorker): void => {
      if (message.kind === 'frame') frame = message.frame;
    };
    await perform({ kind: 'frame', request, engine }, keep, signal);
    if (frame === null) throw new Error('A compute worker returned no frame.');
    return frame;
  }

  function requiredGpu(): GpuHost {
    if (gpu === undefined) {
      const message = 'This needs a GPU, and there is no way to one here.';
      throw namedError({ name: 'NoGpuError', message });
    }
    return gpu;
  }

  return {
    threads,
    cellsAtOnce: (engine) => (engine === 'webgpu' ? gpuCells : threads),
    runCell(job, engine, onMessage) {
      if (engine === 'webgpu') return requiredGpu().runCell(job, onMessage);
      const { id, done } = submit({ kind: 'cell', job, engine }, (message) => {
        if (message.kind === 'cell') onMessage(message.message);
      });
      let impatience: NodeJS.Timeout | undefined;
      let isOver = false;
      const abort = (): void => {
        // A record that could not be kept may be found out after the cell's last message.
        if (isOver) return;
        tell(id, 'abort');
        impatience ??= setTimeout(() => endWorker(id), patienceMs);
      };
      const ended = done.finally(() => {
        isOver = true;
        clearTimeout(impatience);
      });
      return { done: ended, abort, acknowledge: () => tell(id, 'acknowledged') };
    },
    async renderFrame(request, engine, signal) {
      if (engine === 'webgpu') return requiredGpu().renderFrame(request, signal);
      const bands = bandsOf(request, threads).map((rows) =>
        renderBand({ precision: 'anchored', ...request, rows }, engine, signal),
      );
      return joinBands(await Promise.all(bands));
    },
    async replay(task, signal) {
      if (engineOfCell(task.job.config) === 'webgpu') return requiredGpu().replay(task, signal);
      let weights: Float32Array | null = null;
      const keep = (message: FromWorker): void => {
        if (message.kind === 'weights') weights = message.weights;
      };
      await perform({ kind: 'replay', replay: task }, keep, signal);
      if (weights === null) throw new Error('A compute worker returned no weights.');
      return weights;
    },
    gpuAdapter: async () => (await requiredGpu().facts()).adapter,
    async trainingSpeed(engine) {
      let speed: number | null = null;
      const keep = (message: FromWorker): void => {
        if (message.kind === 'speed') speed = message.flopsPerSecond;
      };
      await perform({ kind: 'speed', cells: 1, engine }, keep, undefined);
      if (speed === null) throw new Error('A compute worker returned no speed.');
      return speed;
    },
    async extractComplex(network, view, budget, signal) {
      const shared = new Int32Array(new SharedArrayBuffer(8 + 4 * threads));
      const share = { regions: budget.regions, bytes: Math.ceil(budget.bytes / threads) };
      const stop = (): void => void Atomics.store(shared, 1, 1);
      signal?.addEventListener('abort', stop, { once: true });
      const parts: ComplexPart[] = [];
      const keep = (message: FromWorker): void => {
        if (message.kind === 'part') parts.push(message.part);
      };
      const work = (tiles: number | null, most: ExtractionBudget, thread: number): Promise<void> =>
        perform(
          { kind: 'tiles', tiles: { network, view, tiles, budget: most, shared, thread } },
          keep,
          signal,
        );
      try {
        await work(null, budget, 0);
        if (parts.length === 0) {
          Atomics.store(shared, 2, 0);
          const shares = Array.from({ length: threads }, (_, thread) =>
            work(tileCount(threads), share, thread),
          );
          // One share that meets its budget ends the others.
          await Promise.all(
            shares.map((done) => done.catch((error: unknown) => (stop(), Promise.reject(error)))),
          );
        }
      } finally {
        signal?.removeEventListener('abort', stop);
      }
      return complexFromParts(parts, network, view);
    },
    async close() {
      await Promise.all([gpu?.close(), ...members.splice(0).map(({ worker }) => worker.terminate())]);
    },
  };
}

/** A few bands a thread, so that no thread waits long for the slowest; small frames stay whole. */
function bandsOf(request: FrameRequest, threads: number): { start: number; end: number }[] {
  const rows = request.rows ?? { start: 0, end: request.height };
  const count = rows.end - rows.start;
  const pixels = count * request.width;
  const bands = threads === 1 || pixels < 4096 ? 1 : Math.min(count, threads * 4);
  return Array.from({ length: bands }, (_, band) => ({
    start: rows.start + Math.floor((band * count) / bands),
    end: rows.start + Math.floor(((band + 1) * count) / bands),
  }));
}
