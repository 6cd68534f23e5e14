/** What the system shows of training: progress in taskbar or dock, and a word when the queue is done while nobody looks. */
import type { BrowserWindow } from 'electron';
import type { EventHub } from '../contract/event-hub.ts';
import { FollowedQueue } from '../contract/followed-queue.ts';
import { untoldQueue } from '../contract/queue-change.ts';
import type { QueueChange, QueueItem, QueueState } from '../contract/queue.ts';
import { asleepBecause } from '../lab/queue/rest.ts';

/** Where the signs are shown. */
export interface SignParts {
  /** The app's windows. */
  windows(): readonly BrowserWindow[];
  /** Shows a notification of the system; a click on it leads to the app. */
  notify(title: string, body: string): void;
}

/** Cells that still have something before them. */
function isToGo({ state }: QueueItem, queue: QueueState): boolean {
  return state === 'running' || (state === 'queued' && queue.state === 'running');
}

/** Follows the queue of a lab; `read` reads it from there. */
export function showTraining(
  events: Pick<EventHub, 'listen'>,
  read: () => Promise<QueueState>,
  { windows, notify }: SignParts,
): void {
  /** Cells that were to go since there was nothing to do, each with its share done. */
  let shares = new Map<string, number>();

  const show = (value: number): void => {
    for (const window of windows()) if (!window.isDestroyed()) window.setProgressBar(value);
  };
  const showShare = (): void => {
    let sum = 0;
    for (const share of shares.values()) sum += share;
    show(sum / shares.size);
  };

  function follow(state: QueueState): void {
    // What is not on the list any more has nothing before it.
    const next = new Map<string, number>();
    for (const id of shares.keys()) next.set(id, 1);
    let isAnyToGo = false;
    for (const item of state.items) {
      if (!isToGo(item, state)) continue;
      isAnyToGo = true;
      next.set(item.id, item.epoch / item.epochs);
    }
    shares = next;
    if (shares.size === 0) return;
    if (isAnyToGo) return showShare();
    const cells = state.items.filter(({ id }) => shares.has(id));
    shares.clear();
    show(-1);
    if (!windows().some((window) => !window.isDestroyed() && window.isFocused())) tell(cells, state);
  }

  function tell(cells: readonly QueueItem[], { pausedBecause }: QueueState): void {
    const count = (state: QueueItem['state']): number => cells.filter((cell) => cell.state === state).length;
    const [finished, failed] = [count('finished'), count('failed')];
    if (pausedBecause === asleepBecause) return;
    if (pausedBecause !== null) notify('The queue has stopped', pausedBecause);
    else if (finished + failed > 0) notify('The queue is done', resultText(finished, failed));
  }

  const queue = new FollowedQueue(untoldQueue, read, follow);
  events.listen((name, value) => {
    if (name === 'queue.changed') queue.take(value as QueueChange);
    if (name !== 'queue.progress') return;
    const { item, epoch } = value as { readonly item: string; readonly epoch: number };
    const epochs = shares.has(item) ? queue.item(item)?.epochs : undefined;
    if (epochs === undefined) return;
    shares.set(item, epoch / epochs);
    showShare();
  });
}

function resultText(finished: number, failed: number): string {
  const cells = finished === 1 ? '1 cell finished' : `${finished} cells finished`;
  return failed === 0 ? `${cells}.` : `${cells}, ${failed} failed.`;
}
