/** What the system shows of training: progress in taskbar or dock, and a word when the queue is done while nobody looks. */
import type { BrowserWindow } from 'electron';
import type { EventHub } from '../contract/event-hub.ts';
import type { QueueItem, QueueState } from '../contract/queue.ts';
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

/** Follows the queue of a lab. */
export function showTraining(events: Pick<EventHub, 'listen'>, { windows, notify }: SignParts): void {
  /** Cells that were to go since there was nothing to do, each with its share done. */
  const shares = new Map<string, number>();
  let queue: QueueState | null = null;

  const show = (value: number): void => {
    for (const window of windows()) if (!window.isDestroyed()) window.setProgressBar(value);
  };
  const showShare = (): void => {
    const all = [...shares.values()];
    show(all.reduce((sum, share) => sum + share, 0) / all.length);
  };

  function follow(state: QueueState): void {
    const toGo = state.items.filter((item) => isToGo(item, state));
    for (const { id } of toGo) if (!shares.has(id)) shares.set(id, 0);
    if (shares.size === 0) return;
    // What is not on the list any more has nothing before it.
    const listed = new Map(state.items.map((item) => [item.id, item]));
    for (const id of shares.keys()) {
      const item = listed.get(id);
      const isDone = item === undefined || !toGo.includes(item);
      shares.set(id, isDone ? 1 : item.epoch / item.epochs);
    }
    if (toGo.length > 0) return showShare();
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

  events.listen((name, value) => {
    if (name === 'queue.changed') {
      queue = value as QueueState;
      follow(queue);
    }
    if (name !== 'queue.progress' || queue === null) return;
    const { item, epoch } = value as { readonly item: string; readonly epoch: number };
    const known = queue.items.find(({ id }) => id === item);
    if (known === undefined || !shares.has(item)) return;
    shares.set(item, epoch / known.epochs);
    showShare();
  });
}

function resultText(finished: number, failed: number): string {
  const cells = finished === 1 ? '1 cell finished' : `${finished} cells finished`;
  return failed === 0 ? `${cells}.` : `${cells}, ${failed} failed.`;
}
