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

const groupsOf = new WeakMap<readonly QueueItem[], QueueGroups>();

/** Groups of a queue's items, each in the queue's order; made once for a list, which several parts of a window ask for. */
export function queueGroups(items: readonly QueueItem[]): QueueGroups {
  const known = groupsOf.get(items);
  if (known !== undefined) return known;
  const groups = { running: [], waiting: [], stopped: [], finished: [] } as Record<
    keyof QueueGroups,
    QueueItem[]
  >;
  for (const item of items) {
    const { state } = item;
    if (state === 'running' || state === 'finished') groups[state].push(item);
    else if (isWaiting(item)) groups.waiting.push(item);
    else if (state === 'failed' || state === 'cancelled' || waitingStates.has(state))
      groups.stopped.push(item);
  }
  groupsOf.set(items, groups);
  return groups;
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
