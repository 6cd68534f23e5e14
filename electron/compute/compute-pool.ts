/** A pool of compute workers: cells side by side, frames split into bands over all of them. */
import { availableParallelism } from 'node:os';
import type { Frame, FrameRequest, View, EngineChoice } from '../../experiments/engines/engine.ts';
import { NoGpuError } from '../../experiments/engines/engine-error.ts';
import type { Network } from '../../experiments/network/shape.ts';
import type { Complex } from '../../experiments/polytopes/complex.ts';
import type { ExtractionBudget } from '../../experiments/polytopes/extraction-options.ts';
import { engineOfCell } from '../../experiments/sweeps/cell-engine.ts';
import type { ReplayTask } from '../../experiments/tasks/task-protocol.ts';
import { readReply } from '../../experiments/tasks/task-replies.ts';
import { WorkerTeam } from '../../experiments/tasks/worker-team.ts';
import { computeWorkerPath } from '../program/assets.ts';
import { bandedFrame } from './banded-frame.ts';
import type { CellExecutor, CellRun } from './cell-executor.ts';
import { CoreShare, type ShareData } from './core-share.ts';
import type { GpuHost } from './gpu-host.ts';
import { resultOf, runCellIn, type ComputeTeam } from './pool-tasks.ts';
import { sharedExtraction } from './shared-extraction.ts';
import { threadStarter } from './thread-link.ts';

/** Threads that compute, and the GPU beside them. */
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

/** How a pool is set up; what is left out has a default. */
export interface PoolOptions {
  /** The workers' script. */
  readonly workerPath?: string;
  /** How long a cell that is to stop may take to the end of its epoch before its worker is ended. */
  readonly timeoutMs?: number;
  /** Maximum number of megabytes of JavaScript objects in a worker; arrays and kernels do not count. */
  readonly heapMb?: number;
  /** What computes for the engine 'webgpu'; closed with the pool. */
  readonly gpu?: GpuHost;
}

/** Cells that a GPU trains side by side: those of a shape share their dispatches. */
const gpuCells = 128;

/** Longer than any epoch that somebody would want to train on a CPU. */
const defaultTimeoutMs = 180_000;

/** A pool of `threads` workers, started as they are needed. Tasks beyond that number wait in order. */
export function createComputePool(threads: number, options: PoolOptions = {}): ComputePool {
  const { workerPath = computeWorkerPath(), timeoutMs = defaultTimeoutMs, heapMb = 1024, gpu } = options;
  const limits = { maxOldGenerationSizeMb: heapMb };
  const share = new CoreShare(threads);
  const data: ShareData = { cores: share.cores };
  const team: ComputeTeam = new WorkerTeam(
    threads,
    threadStarter(workerPath, 'compute worker', limits, data),
    readReply,
  );
  const shared = (run: CellRun): CellRun => ({ ...run, done: share.whileTraining(run.done) });
  return {
    threads,
    cellsAtOnce: (engine) => (engine === 'webgpu' ? gpuCells : threads),
    runCell: (job, engine, onMessage) =>
      engine === 'webgpu'
        ? required(gpu).runCell(job, onMessage)
        : shared(runCellIn(team, job, engine, timeoutMs, onMessage)),
    renderFrame: async (request, engine, signal) =>
      engine === 'webgpu'
        ? required(gpu).renderFrame(request, signal)
        : bandedFrame(team, threads, request, engine, signal),
    async replay(task, signal) {
      if (engineOfCell(task.job.config) === 'webgpu') return required(gpu).replay(task, signal);
      return (await resultOf(team, { kind: 'replay', replay: task }, 'weights', signal)).weights;
    },
    gpuAdapter: async () => (await required(gpu).facts()).adapter,
    trainingSpeed: async (engine) =>
      (await resultOf(team, { kind: 'speed', cells: 1, engine }, 'speed')).flopsPerSecond,
    extractComplex: (network, view, budget, signal) =>
      sharedExtraction(team, threads, { network, view, budget }, signal),
    async close() {
      await Promise.all([gpu?.close(), team.close(null)]);
    },
  };
}

function required(gpu: GpuHost | undefined): GpuHost {
  if (gpu === undefined) throw new NoGpuError('This needs a GPU, and there is no way to one here.');
  return gpu;
}
