/** The queue as people read it: what runs, what waits, what is over. */
import type { CellState } from '../../experiments/records/snapshot.ts';
import type { QueueItem, QueueState } from '../../electron/contract/queue.ts';
import { secondsUntilDone } from '../../experiments/sweeps/time-left.ts';

/** The queue's items by what becomes of them. */
export interface QueueGroups {
  readonly running: readonly QueueItem[];
  /** Queued, paused and interrupted items, in the order in which they will run. */
  readonly waiting: readonly QueueItem[];
  /** Failed and cancelled ones, and those held because they went wrong: they run only when they are queued again. */
  readonly stopped: readonly QueueItem[];
  readonly finished: readonly QueueItem[];
}

const waitingStates: ReadonlySet<CellState> = new Set(['queued', 'paused', 'interrupted']);

/** What a crash interrupted goes on with the queue; what crashed again and again says so and waits for a person. */
function isWaiting({ state, problem }: QueueItem): boolean {
  return waitingStates.has(state) && problem === null;
}

/** Groups of a queue's items, each in the queue's order. */
export function queueGroups(items: readonly QueueItem[]): QueueGroups {
  return {
    running: items.filter(({ state }) => state === 'running'),
    waiting: items.filter(isWaiting),
    stopped: items.filter(
      (item) =>
        item.state === 'failed' ||
        item.state === 'cancelled' ||
        (waitingStates.has(item.state) && !isWaiting(item)),
    ),
    finished: items.filter(({ state }) => state === 'finished'),
  };
}

/** The item before which another one is put to go one place up or down among those that wait; undefined at the end. */
export function placeAfterMove(
  waiting: readonly QueueItem[],
  id: string,
  by: 1 | -1,
): string | null | undefined {
  const at = waiting.findIndex((item) => item.id === id);
  if (at < 0 || at + by < 0 || at + by >= waiting.length) return undefined;
  return by < 0 ? waiting[at - 1].id : (waiting[at + 2]?.id ?? null);
}

/** Seconds until everything that runs or waits is done; null while no speed is known. */
export function secondsUntilEmpty({ items, threads, parallel }: QueueState): number | null {
  const { running, waiting, finished } = queueGroups(items);
  return secondsUntilDone(running, waiting, finished, Math.min(threads, parallel ?? threads));
}
