/** The queue's list as it is shown and was told: items about which nothing changed stay the same objects. */
import { changedQueue, listPatches, patched, queueChange, untoldQueue } from '../../contract/queue-change.ts';
import type { QueueChange, QueueFacts, QueueItem, QueueState } from '../../contract/queue.ts';
import type { StoredItem } from './queue-file.ts';

/** Follows the stored list; what it costs grows with what changed, not with what is shown of each item. */
export class ShownQueue {
  readonly #show: (stored: StoredItem) => QueueItem;
  #stored: readonly StoredItem[] = [];
  #items: readonly QueueItem[] = [];
  readonly #stale = new Set<string>();
  #isStale = false;
  #told: QueueState = untoldQueue;

  /** `show` makes what is shown of a stored item now. */
  constructor(show: (stored: StoredItem) => QueueItem) {
    this.#show = show;
  }

  /** The state that was told last. */
  get told(): QueueState {
    return this.#told;
  }

  /** Notes that something else is to be shown of an item, or of all. */
  spoil(id?: string): void {
    if (id === undefined) this.#isStale = true;
    else this.#stale.add(id);
  }

  /** What is to be told so that everybody knows the queue as it is now; null where everybody does. */
  next(facts: QueueFacts, stored: readonly StoredItem[]): QueueChange | null {
    this.#follow(stored);
    const change = queueChange(this.#told, { ...facts, items: this.#items });
    if (change !== null)
      this.#told = { ...changedQueue(this.#told, { ...change, patches: [] }), items: this.#items };
    return change;
  }

  #follow(stored: readonly StoredItem[]): void {
    if (stored !== this.#stored) {
      const patches = listPatches(this.#stored, stored).map((patch) => ({
        ...patch,
        items: patch.items.map(this.#show),
      }));
      this.#items = patched(this.#items, patches);
      this.#stored = stored;
    }
    if (this.#isStale || this.#stale.size > 0) this.#showAgain();
    this.#isStale = false;
    this.#stale.clear();
  }

  #showAgain(): void {
    let items: QueueItem[] | null = null;
    for (const [at, item] of this.#items.entries()) {
      if (!this.#isStale && !this.#stale.has(item.id)) continue;
      const now = this.#show(this.#stored[at]);
      if (looksAlike(item, now)) continue;
      items ??= [...this.#items];
      items[at] = now;
    }
    this.#items = items ?? this.#items;
  }
}

/** Whether nobody could tell two states of one item apart. */
function looksAlike(a: QueueItem, b: QueueItem): boolean {
  const names = Object.keys(a) as (keyof QueueItem)[];
  return names.every((name) => {
    const [one, other] = [a[name], b[name]];
    // A history grows at its end, or is thinned.
    if (ArrayBuffer.isView(one) && ArrayBuffer.isView(other))
      return one.length === other.length && one.at(-1) === other.at(-1);
    return one === other;
  });
}
