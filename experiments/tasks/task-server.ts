/** The side of the pool's protocol that works: tasks come in, messages go out, aborts are heard of between the two. */
import type { Engine } from '../engines/engine.ts';
import type { CellMessage } from '../sweeps/cell-run-contract.ts';
import { runCell } from '../sweeps/cell-run.ts';
import { workerError, type FromWorker, type ToWorker, type ComputeTask } from './task-protocol.ts';

/** Snapshots that may be under way to the disk before the worker waits for an acknowledgement. */
const snapshotsAhead = 2;

interface RunningTask {
  readonly abort: AbortController;
  unacknowledged: number;
  resume: () => void;
}

/** Performs a kind of task; what it sends carries the task's id. */
export type Performer<Kind extends ComputeTask['kind']> = (
  id: number,
  task: Extract<ComputeTask, { kind: Kind }>,
  signal: AbortSignal,
) => Promise<void>;

/** A server of tasks on one end of a channel. */
export interface TaskServer {
  receive(message: ToWorker): void;
  /** Aborts all tasks and waits until they have said their last word. */
  stop(): Promise<void>;
  readonly running: number;
}

type Send = (message: FromWorker, transfer?: ArrayBuffer[]) => void;

/**
 * A server that knows how to perform some kinds of task; any other one ends as an error. `clock` in milliseconds since any
 * fixed moment.
 */
export function createTaskServer(
  send: Send,
  performers: { readonly [Kind in ComputeTask['kind']]?: Performer<Kind> },
  cellEngine: (task: Extract<ComputeTask, { kind: 'cell' }>) => Promise<Engine>,
  clock: () => number,
): TaskServer {
  const running = new Map<number, RunningTask>();
  const ends = new Set<Promise<void>>();

  async function performCell(
    id: number,
    task: Extract<ComputeTask, { kind: 'cell' }>,
    state: RunningTask,
  ): Promise<void> {
    const engine = await cellEngine(task);
    const seconds = (): number => clock() / 1000;
    const options = { signal: state.abort.signal, clock: seconds };
    for await (const message of runCell(engine, task.job, options)) {
      await sendCellMessage(id, message, state);
    }
  }

  async function sendCellMessage(id: number, message: CellMessage, state: RunningTask): Promise<void> {
    send({ kind: 'cell', id, message });
    if (message.kind !== 'snapshot') return;
    state.unacknowledged += 1;
    while (state.unacknowledged > snapshotsAhead && !state.abort.signal.aborted) {
      await new Promise<void>((resolve) => (state.resume = resolve));
    }
  }

  async function perform(id: number, task: ComputeTask): Promise<void> {
    const state: RunningTask = { abort: new AbortController(), unacknowledged: 0, resume: () => undefined };
    running.set(id, state);
    try {
      const performer = performers[task.kind] as Performer<typeof task.kind> | undefined;
      if (task.kind === 'cell') await performCell(id, task, state);
      else if (performer === undefined) throw new Error(`This worker has no task '${task.kind}'.`);
      else await performer(id, task as never, state.abort.signal);
      send({ kind: 'done', id });
    } catch (error) {
      send({ kind: 'error', id, ...workerError(error) });
    } finally {
      running.delete(id);
    }
  }

  return {
    get running() {
      return running.size;
    },
    receive(message) {
      if (message.kind === 'task') {
        const end = perform(message.id, message.task).finally(() => ends.delete(end));
        ends.add(end);
        return;
      }
      const task = running.get(message.id);
      if (task === undefined) return;
      if (message.kind === 'abort') task.abort.abort();
      else task.unacknowledged -= 1;
      task.resume();
    },
    async stop() {
      for (const task of running.values()) {
        task.abort.abort();
        task.resume();
      }
      await Promise.all(ends);
    },
  };
}
