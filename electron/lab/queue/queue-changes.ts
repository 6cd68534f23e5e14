/** What can be done to a queue, as functions from one state of it to the next. */
import { namedBy } from './named-items.ts';
import { itemId, type Intent, type QueueData, type StoredItem } from './queue-file.ts';

/** What becomes of the queue; it returns new data and leaves the old alone. */
export type Change = (data: QueueData) => QueueData;

/** After so many crashes in a row without a new snapshot a cell waits for a person. */
export const maxCrashes = 3;

function changedItems(
  data: QueueData,
  ids: readonly string[],
  change: (item: StoredItem) => StoredItem,
): QueueData {
  const isNamed = namedBy(ids);
  return { ...data, items: data.items.map((item) => (isNamed(item) ? change(item) : item)) };
}

/** Appends cells, or puts them before all others; cells that are there already are to run again, where they stand or first. */
export function added(
  cells: readonly { readonly entryId: string; readonly cellId: string }[],
  first: boolean,
): Change {
  return (data) => {
    const ids = new Set(cells.map(itemId));
    const fresh = { intent: 'waiting' as const, problem: null, crashes: 0 };
    const known = new Map(data.items.map((item) => [itemId(item), item]));
    const asked = cells.map((cell) => ({
      entryId: cell.entryId,
      cellId: cell.cellId,
      snapshotsAtStart: known.get(itemId(cell))?.snapshotsAtStart ?? 0,
      ...fresh,
    }));
    const others = data.items.filter((item) => !ids.has(itemId(item)));
    if (first) return { ...data, items: [...asked, ...others] };
    const kept = data.items.map((item) => (ids.has(itemId(item)) ? { ...item, ...fresh } : item));
    return { ...data, items: [...kept, ...asked.filter((item) => !known.has(itemId(item)))] };
  };
}

/** Starts nothing more until the queue is resumed. */
export function paused(because: string): Change {
  return (data) => (data.paused ? data : { ...data, paused: true, pausedBecause: because });
}

/** The queue without its pause. */
export function resumed(data: QueueData): QueueData {
  return { ...data, paused: false, pausedBecause: null };
}

/** Waiting items wait for a person. */
export function held(ids: readonly string[]): Change {
  return (data) =>
    changedItems(data, ids, (item) => (item.intent === 'waiting' ? { ...item, intent: 'held' } : item));
}

/** Held items go on when their turn comes. */
export function released(ids: readonly string[]): Change {
  return (data) =>
    changedItems(data, ids, (item) =>
      item.intent === 'held' ? { ...item, intent: 'waiting', problem: null, crashes: 0 } : item,
    );
}

/** Items that ended in whatever way are to run again. */
export function retried(ids: readonly string[]): Change {
  return (data) =>
    changedItems(data, ids, (item) => ({ ...item, intent: 'waiting', problem: null, crashes: 0 }));
}

/** Items that were held to be cancelled never run again unless they are asked to. */
export function cancelled(ids: readonly string[]): Change {
  return (data) =>
    changedItems(data, ids, (item) =>
      item.intent === 'held' ? { ...item, intent: 'done', problem: null } : item,
    );
}

/**
 * Moves items, in their present order, before `before`; to the end where it is null or one of them. Those that are moved
 * are other objects then: what followed the list sees one that went and one that came.
 */
export function moved(ids: readonly string[], before: string | null): Change {
  return (data) => {
    const isNamed = namedBy(ids);
    const [moving, others]: [StoredItem[], StoredItem[]] = [[], []];
    for (const item of data.items) {
      if (isNamed(item)) moving.push({ ...item });
      else others.push(item);
    }
    const at = before === null ? -1 : others.findIndex(namedBy([before]));
    const place = at < 0 ? others.length : at;
    return { ...data, items: [...others.slice(0, place), ...moving, ...others.slice(place)] };
  };
}

/** Takes items off the list. */
export function removed(isGone: (item: StoredItem) => boolean): Change {
  return (data) => ({ ...data, items: data.items.filter((item) => !isGone(item)) });
}

/** Notes that a cell is being started, before it is. */
export function started(id: string, snapshots: number): Change {
  return (data) =>
    changedItems(
      { ...data, running: [...data.running.filter((running) => running !== id), id] },
      [id],
      (item) => ({ ...item, snapshotsAtStart: snapshots }),
    );
}

/** Notes that a cell has ended in an orderly way, and what is to become of it. */
export function ended(id: string, intent: Intent, problem: string | null): Change {
  return (data) =>
    changedItems({ ...data, running: data.running.filter((running) => running !== id) }, [id], (item) => ({
      // A hold that was asked for while it ended stays.
      ...item,
      intent: intent === 'waiting' && item.intent === 'held' ? 'held' : intent,
      problem,
      crashes: 0,
    }));
}

/**
 * What a program finds that was started after another one ended without a word: cells that were under way, with the
 * number of snapshots they have now. The queue is paused; a cell that crashed again and again is held.
 */
export function afterCrash(snapshots: ReadonlyMap<string, number>): Change {
  return (data) => {
    const count = data.running.length;
    const cells = count === 1 ? 'a cell was' : `${count} cells were`;
    const because = `Creasebook ended unexpectedly while ${cells} under way. What they recorded is kept; resume to go on.`;
    const items = data.items.map((item) => {
      const id = itemId(item);
      if (!data.running.includes(id)) return item;
      const progressed = (snapshots.get(id) ?? 0) > item.snapshotsAtStart;
      const crashes = progressed ? 0 : item.crashes + 1;
      if (crashes < maxCrashes) return { ...item, crashes };
      const problem = `Creasebook ended ${crashes} times in a row while this cell ran. It waits until you resume or retry it.`;
      return { ...item, crashes, intent: 'held' as const, problem };
    });
    return { ...data, paused: true, pausedBecause: because, running: [], items };
  };
}
