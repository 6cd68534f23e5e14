/** Tasks for the threads of a compute pool, one by one. */
import type { EngineName } from '../../experiments/engines/engine.ts';
import type { CellJob, CellMessage } from '../../experiments/sweeps/cell-run-contract.ts';
import type { FromWorker, ToWorker, ComputeTask } from '../../experiments/tasks/task-protocol.ts';
import { replyOfKind } from '../../experiments/tasks/task-replies.ts';
import type { Picture } from '../../experiments/targets/picture.ts';
import { whileListening } from '../../experiments/tasks/while-listening.ts';
import type { TeamTask, WorkerTeam } from '../../experiments/tasks/worker-team.ts';
import type { CellRun } from './cell-executor.ts';

/** Compute threads. */
export type ComputeTeam = WorkerTeam<ToWorker, FromWorker, 'done'>;

function submit(team: ComputeTeam, task: ComputeTask, onNews: (reply: FromWorker) => void): HandedTask {
  return team.submit((id) => ({ kind: 'task', id, task }), { onNews });
}

/** A task that was handed to the threads. */
type HandedTask = TeamTask<ToWorker, 'done'>;

/** Takes a task back, or tells the thread that is at it. */
function abortTask(task: HandedTask): void {
  if (!task.withdraw()) task.tell((id) => ({ kind: 'abort', id }));
}

/** Performs a task; `onReply` is told of what it sends. After an abort it rejects with the signal's reason. */
export async function perform(
  team: ComputeTeam,
  task: ComputeTask,
  signal: AbortSignal | undefined,
  onReply: (reply: FromWorker) => void,
): Promise<void> {
  signal?.throwIfAborted();
  const performed = submit(team, task, onReply);
  try {
    await whileListening(
      signal,
      () => abortTask(performed),
      () => performed.done,
    );
  } finally {
    signal?.throwIfAborted();
  }
}

/** The one reply of a kind that a task sends. Rejects as `perform` does. */
export function resultOf<Kind extends FromWorker['kind']>(
  team: ComputeTeam,
  task: ComputeTask,
  kind: Kind,
  signal?: AbortSignal,
): Promise<Extract<FromWorker, { kind: Kind }>> {
  return replyOfKind(kind, (onReply) => perform(team, task, signal, onReply));
}

const sharedPictures = new WeakMap<Picture, Picture>();

/** The picture with its bytes in memory that threads share: a copy for every cell would cost more than small cells do. */
function sharedPicture(picture: Picture): Picture {
  const known = sharedPictures.get(picture);
  if (known !== undefined) return known;
  const bytes = new Uint8Array(new SharedArrayBuffer(picture.bytes.length));
  bytes.set(picture.bytes);
  const shared = { ...picture, bytes };
  sharedPictures.set(picture, shared);
  return shared;
}

/** Trains a cell. An aborted one that does not end within `timeoutMs` is ended with its thread. */
export function runCellIn(
  team: ComputeTeam,
  job: CellJob,
  engine: EngineName,
  timeoutMs: number,
  onMessage: (message: CellMessage) => void,
): CellRun {
  const sent = { ...job, picture: sharedPicture(job.picture) };
  const task = submit(team, { kind: 'cell', job: sent, engine }, (reply) => {
    if (reply.kind === 'cell') onMessage(reply.message);
  });
  let timeout: NodeJS.Timeout | undefined;
  let isOver = false;
  const endForcibly = (): void => {
    const seconds = Math.round(timeoutMs / 1000);
    task.end(new Error(`The cell did not stop within ${seconds} seconds; its worker was ended.`));
  };
  const done = task.done.finally(() => {
    isOver = true;
    clearTimeout(timeout);
  });
  return {
    done: done.then(() => undefined),
    abort() {
      // A record that could not be kept may be found out after the cell's last message.
      if (isOver) return;
      abortTask(task);
      timeout ??= setTimeout(endForcibly, timeoutMs);
    },
    acknowledge: () => task.tell((id) => ({ kind: 'acknowledged', id })),
  };
}
