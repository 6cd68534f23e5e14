/** Differences between two states of the queue: found by whoever tells them, applied by whoever follows. */
import type { QueueChange, QueueFacts, QueuePatch, QueueState } from './queue.ts';

/** The queue before anything was told of it. */
export const untoldQueue: QueueState = {
  revision: 0,
  state: 'running',
  pausedBecause: null,
  failFast: false,
  parallel: null,
  threads: 1,
  items: [],
};

const factNames = ['state', 'pausedBecause', 'failFast', 'parallel', 'threads'] as const;

/** What leads from one state of the queue to what it is now, as the next revision; null where nothing is different. */
export function queueChange(before: QueueState, now: Omit<QueueState, 'revision'>): QueueChange | null {
  const changed = factNames.filter((name) => before[name] !== now[name]);
  const patches = listPatches(before.items, now.items);
  if (changed.length + patches.length === 0) return null;
  const facts = Object.fromEntries(changed.map((name) => [name, now[name]])) as Partial<QueueFacts>;
  return { since: before.revision, revision: before.revision + 1, facts, patches };
}

/** The state that a change leads to from the one numbered `since`; items that it does not name stay the same objects. */
export function changedQueue(before: QueueState, { revision, facts, patches }: QueueChange): QueueState {
  return { ...before, ...facts, revision, items: patched(before.items, patches) };
}

/**
 * The places at which two lists differ, ascending. Items are told apart by identity: what was replaced or moved is to be
 * another object, since of two that changed places all that lies between is told anew.
 */
export function listPatches<Item extends object>(
  before: readonly Item[],
  after: readonly Item[],
): QueuePatch<Item>[] {
  const least = Math.min(before.length, after.length);
  let [at, tail] = [0, 0];
  while (at < least && before[at] === after[at]) at += 1;
  while (tail < least - at && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  const [end, nextEnd] = [before.length - tail, after.length - tail];
  const left = new Set(before.slice(at, end));
  const patches: QueuePatch<Item>[] = [];
  for (let next = at; at < end || next < nextEnd;) {
    const isSame = at < end && next < nextEnd && before[at] === after[next];
    if (isSame) {
      at += 1;
      next += 1;
      continue;
    }
    const [from, items]: [number, Item[]] = [at, []];
    while ((at < end || next < nextEnd) && !(at < end && next < nextEnd && before[at] === after[next])) {
      if (next < nextEnd && (at === end || !left.has(after[next]))) items.push(after[next++]);
      // What comes later in the new list all the same is put in there.
      else left.delete(before[at++]);
    }
    patches.push({ at: from, removed: at - from, items });
  }
  return patches;
}

/** The list that patches make of another one. */
export function patched<Item>(list: readonly Item[], patches: readonly QueuePatch<Item>[]): readonly Item[] {
  if (patches.length === 0) return list;
  const next: Item[] = [];
  let from = 0;
  for (const { at, removed, items } of patches) {
    for (; from < at; from++) next.push(list[from]);
    for (const item of items) next.push(item);
    from += removed;
  }
  for (; from < list.length; from++) next.push(list[from]);
  return next;
}
