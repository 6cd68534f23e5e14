/** Workers beside the compute pool: planning, pictures, points, baselines, figures, verification. */
import { transferablesOf } from '../../../experiments/tasks/transferables.ts';
import { Worker } from 'node:worker_threads';
import { LabError, type LabErrorCode } from '../disk/lab-error.ts';
import { backgroundWorkerPath } from '../../program/assets.ts';
import type {
  BackgroundTasks,
  TaskKind,
  TaskMessage,
  TaskProgress,
  TaskReply,
} from './background-protocol.ts';

export interface TaskOptions {
  /** An abort ends the task at once; it rejects with an AbortError. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TaskProgress) => void;
}

export interface Background {
  /** The output of a task. Rejects with an error of the same name and message as the task's. */
  run<Kind extends TaskKind>(
    kind: Kind,
    input: BackgroundTasks[Kind]['input'],
    options?: TaskOptions,
  ): Promise<BackgroundTasks[Kind]['output']>;
  close(): Promise<void>;
}

/** Tasks of one lane run one after another in one worker: none waits for a slow one of another lane. */
const lanes: Readonly<Record<TaskKind, 'frames' | 'previews' | 'quick' | 'long' | 'film' | 'regions'>> = {
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
  unpack: 'long',
  page: 'long',
  'film-plan': 'film',
  'film-picture': 'film',
  frames: 'long',
  'read-network': 'quick',
  'write-network': 'quick',
};

/** Workers that start when they are first needed. */
export function createBackground(): Background {
  const open = new Map<string, Lane>();
  let nextId = 1;
  return {
    run(kind, input, options = {}) {
      const name = lanes[kind];
      const lane = open.get(name) ?? new Lane();
      open.set(name, lane);
      return lane.run({ id: nextId++, kind, input }, options) as Promise<never>;
    },
    async close() {
      await Promise.all([...open.values()].map((lane) => lane.close()));
      open.clear();
    },
  };
}

interface WaitingTask {
  readonly message: TaskMessage;
  readonly options: TaskOptions;
  readonly settle: (reply: Extract<TaskReply, { kind: 'output' | 'error' }>) => void;
}

class Lane {
  #worker: Worker | null = null;
  readonly #tasks: WaitingTask[] = [];
  /** Whether the first of the tasks is in the worker. */
  #isAtWork = false;

  run(message: TaskMessage, options: TaskOptions): Promise<unknown> {
    const { signal } = options;
    if (signal?.aborted === true) return Promise.reject(abortError());
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.#giveUp(message.id);
        reject(abortError());
      };
      signal?.addEventListener('abort', abort, { once: true });
      const settle: WaitingTask['settle'] = (reply) => {
        signal?.removeEventListener('abort', abort);
        if (reply.kind === 'output') resolve(reply.output);
        else reject(errorFrom(reply.error));
      };
      this.#tasks.push({ message, options, settle });
      this.#next();
    });
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
    for (const task of this.#tasks.splice(0)) task.settle(endedReply(task, 'The program is ending.'));
  }

  #next(): void {
    const task = this.#tasks[0];
    if (task === undefined || this.#isAtWork) return;
    this.#isAtWork = true;
    this.#worker ??= this.#start();
    this.#worker.postMessage(task.message, transferablesIn(task.message.input));
  }

  #start(): Worker {
    const worker = new Worker(backgroundWorkerPath());
    worker.on('message', (reply: TaskReply) => this.#receive(reply));
    worker.on('error', (error) => this.#lose(worker, error.message));
    worker.on('exit', (code) => this.#lose(worker, `The background worker ended (code ${code}).`));
    return worker;
  }

  #receive(reply: TaskReply): void {
    const task = this.#tasks[0];
    if (task?.message.id !== reply.id) return;
    if (reply.kind === 'progress') {
      task.options.onProgress?.(reply.progress);
      return;
    }
    this.#tasks.shift();
    this.#isAtWork = false;
    task.settle(reply);
    this.#next();
  }

  #lose(worker: Worker, message: string): void {
    if (worker !== this.#worker) return;
    this.#worker = null;
    const task = this.#isAtWork ? this.#tasks.shift() : undefined;
    this.#isAtWork = false;
    if (task !== undefined) task.settle(endedReply(task, message));
    this.#next();
  }

  /** Takes a task off the lane; one that is at work is ended with its worker, and the next one gets another. */
  #giveUp(id: number): void {
    const at = this.#tasks.findIndex((task) => task.message.id === id);
    if (at < 0) return;
    this.#tasks.splice(at, 1);
    if (at > 0 || !this.#isAtWork) return;
    const worker = this.#worker;
    this.#worker = null;
    this.#isAtWork = false;
    void worker?.terminate();
    this.#next();
  }
}

function endedReply(task: WaitingTask, message: string): Extract<TaskReply, { kind: 'error' }> {
  return { id: task.message.id, kind: 'error', error: { name: 'Error', message, code: null } };
}

function abortError(): Error {
  return new DOMException('The task was given up.', 'AbortError');
}

function errorFrom({ name, message, code }: { name: string; message: string; code: string | null }): Error {
  if (name === 'LabError' && code !== null) return new LabError(code as LabErrorCode, message);
  return Object.assign(new Error(message), { name });
}

/** Buffers of a frame travel without being copied; anything else may still be in use here. */
function transferablesIn(input: unknown): ArrayBuffer[] {
  if (typeof input !== 'object' || input === null || !('frame' in input)) return [];
  return transferablesOf(input.frame as object);
}
