/** What a person does to items of the queue; what became of them is told before the lab answers. */
import type { QueueItem } from '../../../electron/contract/queue.ts';
import { counted } from '../../model/number-text.ts';
import { placeAfterMove, queueGroups } from '../../model/queue-groups.ts';
import type { LabState } from '../../state/lab-state.svelte.ts';

/** What a person can do with an item of the queue. */
export class QueueActions {
  readonly #lab: LabState;

  constructor(lab: LabState) {
    this.#lab = lab;
  }

  /** Pauses these items, or all; they go on where they were. */
  pause(items?: string[]): Promise<boolean> {
    return this.#act(() => this.#lab.client.call('queue.pause', items === undefined ? {} : { items }));
  }

  /** Lets these items, or all, go on. */
  resume(items?: string[]): Promise<boolean> {
    return this.#act(() => this.#lab.client.call('queue.resume', items === undefined ? {} : { items }));
  }

  /** Takes items that have ended off the list. */
  clear(items: readonly QueueItem[]): Promise<boolean> {
    return this.#act(() => this.#lab.client.call('queue.clear', { items: items.map(({ id }) => id) }));
  }

  /** Queues items that were stopped once more. */
  retry(items: string[]): Promise<boolean> {
    return this.#act(() => this.#lab.client.call('queue.retry', { items }));
  }

  /** How many cells train side by side (null: as many as suit), and whether a failure pauses the queue. */
  configure(settings: { parallel?: number | null; failFast?: boolean }): Promise<boolean> {
    return this.#act(() => this.#lab.client.call('queue.configure', settings));
  }

  /** Cancels an item, and offers to undo it. */
  async cancel({ id, label }: QueueItem): Promise<void> {
    const { client } = this.#lab;
    const items = [id];
    if (!(await this.#act(() => client.call('queue.cancel', { items })))) return;
    this.#lab.done(`Cancelled ${label}; what it recorded is kept.`, async () => {
      await client.call('queue.retry', { items });
    });
  }

  /** Cancels all that runs or waits, of one entry or of all, and offers to undo it. */
  async cancelAll(entryId?: string): Promise<void> {
    const { client, queue } = this.#lab;
    const { running, waiting } = queueGroups(queue.items);
    const items = [...running, ...waiting]
      .filter((item) => item.entryId === (entryId ?? item.entryId))
      .map(({ id }) => id);
    if (items.length === 0 || !(await this.#act(() => client.call('queue.cancel', { items })))) return;
    this.#lab.done(`Cancelled ${counted(items.length, 'cell')}; what was recorded is kept.`, async () => {
      await client.call('queue.retry', { items });
    });
  }

  /** Moves a waiting item up or down by one place; at the end of the list it stays. */
  async move(waiting: readonly QueueItem[], item: QueueItem, by: 1 | -1): Promise<void> {
    const before = placeAfterMove(waiting, item.id, by);
    if (before !== undefined) await this.#moveBefore(item, before);
  }

  /** Moves a waiting item before all others. */
  async toFront(waiting: readonly QueueItem[], item: QueueItem): Promise<void> {
    const first = waiting.at(0);
    if (first !== undefined && first.id !== item.id) await this.#moveBefore(item, first.id);
  }

  /** Moves some waiting items before all others. */
  async allToFront(waiting: readonly QueueItem[], items: readonly QueueItem[]): Promise<void> {
    const first = waiting.at(0);
    if (first === undefined || items[0].id === first.id) return;
    const moved = items.map(({ id }) => id);
    await this.#act(() => this.#lab.client.call('queue.move', { items: moved, before: first.id }));
  }

  async #moveBefore({ id }: QueueItem, before: string | null): Promise<void> {
    await this.#act(() => this.#lab.client.call('queue.move', { items: [id], before }));
  }

  #act(action: () => Promise<unknown>): Promise<boolean> {
    return this.#lab.attempt(async () => {
      await action();
    });
  }
}
