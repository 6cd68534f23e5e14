/** The host's side of a GPU: starts what computes on it, hands it tasks, and starts it again where it fails. */
import type { Frame, FrameRequest } from '../../experiments/engines/engine.ts';
import type { CellJob, CellMessage } from '../../experiments/sweeps/cell-run-contract.ts';
import type { GpuFacts } from '../../experiments/tasks/gpu-protocol.ts';
import type { FromWorker, ReplayTask, ComputeTask } from '../../experiments/tasks/task-protocol.ts';
import { replyOfKind } from '../../experiments/tasks/task-replies.ts';
import { whileListening } from '../../experiments/tasks/while-listening.ts';
import type { CellRun } from './cell-executor.ts';
import { CellProgress } from './cell-progress.ts';
import type { GpuStarter } from './gpu-link.ts';
import { GpuTask, GpuTasks, type GpuLimits } from './gpu-tasks.ts';

/** Limits that are not the usual ones: 180 s of patience, 60 s of silence, losses a minute apart, 500 tasks a process. */
export type GpuHostOptions = Partial<GpuLimits>;

/** A GPU, whatever process or page it is in. */
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

/** A host that starts its process with the first task or question. */
export function createGpuHost(start: GpuStarter, options: GpuHostOptions = {}): GpuHost {
  // Drivers keep some memory for each task.
  const { timeoutMs = 180_000, silenceMs = 60_000, lossWindowMs = 60_000, tasksPerProcess = 500 } = options;
  const tasks = new GpuTasks(start, { timeoutMs, silenceMs, lossWindowMs, tasksPerProcess });
  return {
    facts: () => tasks.gpu().facts,
    runCell: (job, onMessage) => runCellOn(tasks, job, onMessage),
    async renderFrame(request, signal) {
      signal?.throwIfAborted();
      // A frame takes less time than it takes to stop it.
      const { frame } = await resultOf(tasks, { kind: 'frame', request, engine: 'webgpu' }, 'frame');
      signal?.throwIfAborted();
      return frame;
    },
    replay: async (replay, signal) =>
      (await resultOf(tasks, { kind: 'replay', replay }, 'weights', signal)).weights,
    trainingSpeed: async (cells) =>
      (await resultOf(tasks, { kind: 'speed', cells, engine: 'webgpu' }, 'speed')).flopsPerSecond,
    close: () => tasks.close(),
  };
}

function runCellOn(tasks: GpuTasks, job: CellJob, onMessage: (message: CellMessage) => void): CellRun {
  const progress = new CellProgress(job);
  const task = new GpuTask(
    () => ({ kind: 'cell', engine: 'webgpu', job: progress.job() }),
    (reply) => {
      if (reply.kind !== 'cell') return;
      progress.note(reply.message);
      onMessage(reply.message);
    },
  );
  const done = tasks.perform(task);
  return { done, abort: () => tasks.abort(task), acknowledge: () => task.acknowledge() };
}

/** The one reply of a kind that a task sends; after an abort it rejects with the signal's reason. */
async function resultOf<Kind extends FromWorker['kind']>(
  tasks: GpuTasks,
  work: ComputeTask,
  kind: Kind,
  signal?: AbortSignal,
): Promise<Extract<FromWorker, { kind: Kind }>> {
  signal?.throwIfAborted();
  try {
    return await replyOfKind(kind, (onReply) => {
      const task = new GpuTask(() => work, onReply);
      return whileListening(
        signal,
        () => tasks.abort(task),
        () => tasks.perform(task),
      );
    });
  } finally {
    signal?.throwIfAborted();
  }
}
