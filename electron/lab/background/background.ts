/** Workers beside the compute pool: planning, pictures, points, baselines, figures, verification. */
import type { Reading } from '../../../experiments/tasks/asked-worker.ts';
import { deferred } from '../../../experiments/tasks/deferred.ts';
import { errorFromWorker } from '../../../experiments/tasks/task-protocol.ts';
import { transferablesOf } from '../../../experiments/tasks/transferables.ts';
import { whileListening } from '../../../experiments/tasks/while-listening.ts';
import { WorkerTeam } from '../../../experiments/tasks/worker-team.ts';
import { threadStarter } from '../../compute/thread-link.ts';
import { LabError, type LabErrorCode } from '../disk/lab-error.ts';
import { backgroundWorkerPath } from '../../program/assets.ts';
import type {
  BackgroundTasks,
  TaskError,
  BackgroundTaskKind,
  BackgroundMessage,
  BackgroundProgress,
  BackgroundReply,
} from './background-protocol.ts';

/** How a background task is followed and aborted. */
export interface TaskOptions {
  /** An abort ends the task at once; it rejects with an AbortError. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: BackgroundProgress) => void;
}

/** A worker for what would hold up the lab: plans, previews, figures, films, pages, verification. */
export interface Background {
  /** The output of a task. Rejects with an error of the same name and message as the task's. */
  run<Kind extends BackgroundTaskKind>(
    kind: Kind,
    input: BackgroundTasks[Kind]['input'],
    options?: TaskOptions,
  ): Promise<BackgroundTasks[Kind]['output']>;
  close(): Promise<void>;
}

/** Tasks of one lane run one after another in one worker: none waits for a slow one of another lane. */
const laneNames: Readonly<
  Record<BackgroundTaskKind, 'frames' | 'previews' | 'quick' | 'long' | 'film' | 'regions' | 'measures'>
> = {
  'finish-frame': 'frames',
  previews: 'previews',
  plan: 'quick',
  points: 'quick',
  picture: 'quick',
  decode: 'quick',
  'picture-size': 'quick',
  baselines: 'quick',
  'region-count': 'regions',
  grid: 'long',
  chain: 'long',
  'export-data': 'long',
  chart: 'long',
  finding: 'long',
  measure: 'measures',
  'check-findings': 'measures',
  'verify-measures': 'measures',
  unpack: 'long',
  page: 'long',
  'film-plan': 'film',
  'film-picture': 'film',
  frames: 'long',
  'read-network': 'quick',
  'write-network': 'quick',
};

/** How long a task that was given up may still keep its lane. */
const abandonedMs = 1000;

/** Workers that start when they are first needed. */
export function createBackground(): Background {
  const lanes = new Map<string, Lane>();
  const laneOf = (kind: BackgroundTaskKind): Lane => {
    const name = laneNames[kind];
    const lane = lanes.get(name) ?? openLane();
    lanes.set(name, lane);
    return lane;
  };
  return {
    run: (kind, input, options = {}) => runIn(laneOf(kind), kind, input, options) as Promise<never>,
    async close() {
      const ending = new Error('The program is ending.');
      await Promise.all([...lanes.values()].map((lane) => lane.close(ending)));
      lanes.clear();
    },
  };
}

/** One worker that takes one task after another. */
type Lane = WorkerTeam<BackgroundMessage, BackgroundReply, { readonly output: unknown }>;

function openLane(): Lane {
  return new WorkerTeam(1, threadStarter(backgroundWorkerPath(), 'background worker'), readTaskReply);
}

function readTaskReply(reply: BackgroundReply): Reading<{ readonly output: unknown }> {
  if (reply.kind === 'progress') return null;
  return reply.kind === 'output' ? { answer: { output: reply.output } } : { error: errorFrom(reply.error) };
}

async function runIn(
  lane: Lane,
  kind: BackgroundTaskKind,
  input: BackgroundMessage['input'],
  { signal, onProgress }: TaskOptions,
): Promise<unknown> {
  if (signal?.aborted === true) throw abortError();
  const task = lane.submit((id) => ({ id, kind, input }), {
    transfer: transferablesIn(input),
    onNews: (reply) => {
      if (reply.kind === 'progress') onProgress?.(reply.progress);
    },
  });
  const givenUp = deferred<null>();
  let isOver = false;
  const done = task.done.finally(() => (isOver = true));
  // Of a task that was given up nobody hears how it ends.
  done.catch(() => undefined);
  // One that is at work may come to its end: ending threads again and again has ended whole programs (electron/electron
  // issue 47986). What takes longer is ended with its worker; the next one gets another.
  const giveUp = (): void => {
    if (task.withdraw()) return;
    givenUp.resolve(null);
    setTimeout(() => {
      if (!isOver) task.end(abortError());
    }, abandonedMs).unref();
  };
  const answer = await whileListening(signal, giveUp, () => Promise.race([done, givenUp.promise]));
  if (answer === null) throw abortError();
  return answer.output;
}

function abortError(): Error {
  return new DOMException('The task was given up.', 'AbortError');
}

function errorFrom({ code, ...error }: TaskError): Error {
  if (error.name === 'LabError' && code !== null) return new LabError(code as LabErrorCode, error.message);
  return errorFromWorker(error);
}

/** Buffers of a frame travel without being copied; anything else may still be in use here. */
function transferablesIn(input: unknown): ArrayBuffer[] {
  if (typeof input !== 'object' || input === null || !('frame' in input)) return [];
  return transferablesOf(input.frame as object);
}
