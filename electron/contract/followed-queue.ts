/** The queue as somebody knows it who is told its changes: where one was missed, the whole is read again. */
import { changedQueue } from './queue-change.ts';
import type { QueueChange, QueueItem, QueueState } from './queue.ts';

/** A queue that is followed from change to change. */
export class FollowedQueue {
  readonly #read: () => Promise<QueueState>;
  readonly #changed: (state: QueueState) => void;
  #state: QueueState;
  /** The last revision that was told while the whole was being read. */
  #newest = 0;
  #isReading = false;

  /** Begins with `state`; `read` reads the whole from the lab, `changed` is called with every other state from then on. */
  constructor(state: QueueState, read: () => Promise<QueueState>, changed: (state: QueueState) => void) {
    this.#state = state;
    this.#read = read;
    this.#changed = changed;
  }

  /** Takes in what was told. */
  take(change: QueueChange): void {
    this.#newest = change.revision;
    // What was told before the whole was read is in it.
    if (this.#isReading || change.revision <= this.#state.revision) return;
    if (change.since === this.#state.revision) this.#become(changedQueue(this.#state, change));
    // A lab that does not answer is read again at the next change, or when it is reached again.
    else void this.readAgain().catch(() => undefined);
  }

  /** Reads the whole, as after a connection was lost. Rejects where the lab does not answer. */
  async readAgain(): Promise<void> {
    this.#isReading = true;
    this.#newest = 0;
    try {
      let state = await this.#read();
      while (state.revision < this.#newest) state = await this.#read();
      this.#become(state);
    } finally {
      this.#isReading = false;
    }
  }

  /** The item of that id, as it is known. */
  item(id: string): QueueItem | undefined {
    return this.#state.items.find((item) => item.id === id);
  }

  /** Puts what `next` makes of an item in its place; nothing where the item is not on the list. */
  replace(id: string, next: (item: QueueItem) => QueueItem): void {
    const items = [...this.#state.items];
    const at = items.findIndex((item) => item.id === id);
    if (at < 0) return;
    items[at] = next(items[at]);
    this.#become({ ...this.#state, items });
  }

  #become(state: QueueState): void {
    this.#state = state;
    this.#changed(state);
  }
}
