/** The queue as people see it: what is known about each item, and telling it at a bearable pace. */
import type { EngineName } from '../../../experiments/engines/engine.ts';
import { toldState } from '../../../experiments/records/cell-state.ts';
import type { CellState, Preview } from '../../../experiments/records/snapshot.ts';
import type { QueueItem, QueueState } from '../../contract/queue.ts';
import type { EventHub } from '../../contract/event-hub.ts';
import { ItemProgress } from './item-progress.ts';
import { previewBlock } from '../notebook/preview-block.ts';
import { itemId, namesOf, type QueueData, type StoredItem } from './queue-file.ts';
import { ShownQueue } from './shown-queue.ts';
import type { CellUpdate } from './sweep-run.ts';

/** What entry.json says about a cell. */
export interface CellFacts {
  readonly id: string;
  readonly label: string;
  readonly epochs: number;
  /** What trains it. */
  readonly engine: EngineName;
  readonly state: CellState;
  readonly lastEpoch: number | null;
  readonly seconds: number;
  /** Floating-point operations of training it to its last epoch. */
  readonly operations: number;
}

/** Title and cells of an entry, from entry.json alone; null where the entry is gone. */
export type EntryFacts = (
  entryId: string,
) => Promise<{ readonly title: string; readonly cells: readonly CellFacts[] } | null>;

/** What the board must know of a cell that was started. */
export interface RunningFacts {
  /** Whether a worker is at work on it. */
  readonly isLive: boolean;
  readonly stop: string | null;
}

/** What the queue tells the board of itself. */
export interface QueueNow {
  readonly data: QueueData;
  /** Cells that may train side by side. */
  readonly threads: number;
  /** Items that were started, by id. */
  readonly running: ReadonlyMap<string, RunningFacts>;
}

interface ItemView {
  title: string;
  label: string;
  epochs: number;
  engine: EngineName;
  /** As the records say, as far as they were read. */
  state: CellState;
  epoch: number;
  seconds: number;
  operations: number;
  progress: ItemProgress | null;
}

/** What comes and goes is told at most this often. */
const tickMs = 250;
/** Ticks from one telling of progress and previews to the next: each costs a page its painting, on the CPU that trains. */
const newsEvery = 4;
/** While nothing runs, a list that changes again and again is told as often. */
const pauseMs = 1000;

/** The queue as others see it: reports it when it changes, at most about once a second. */
export class QueueBoard {
  readonly #events: EventHub;
  readonly #entryFacts: EntryFacts;
  readonly #now: () => QueueNow;
  readonly #shown: ShownQueue;
  /** By entry, then by cell: no id is made to look at one of many. */
  readonly #views = new Map<string, Map<string, ItemView>>();
  /** Items that ran when the list was told last. */
  #ran: readonly string[] = [];
  #wasPaused = false;
  readonly #progressed = new Set<string>();
  readonly #previews = new Map<string, Preview>();
  readonly #snapshots = new Map<string, number>();
  #isListNew = false;
  #ticks = 0;
  #timer: NodeJS.Timeout | null = null;
  /** Runs while a list that was told a moment ago is not told again. */
  #pause: NodeJS.Timeout | null = null;

  /** `now` returns the queue as it is when it is told. */
  constructor(events: EventHub, entryFacts: EntryFacts, now: () => QueueNow) {
    this.#events = events;
    this.#entryFacts = entryFacts;
    this.#now = now;
    this.#shown = new ShownQueue((stored) => {
      const { data, running } = this.#now();
      return this.item(stored, running.get(itemId(stored)), data);
    });
  }

  /** The queue as it is right now; what of it was not told yet is told first. */
  read(): QueueState {
    this.#tellList();
    return this.#shown.told;
  }

  /** Learns titles, goals and states of items from their entries. */
  async learn(items: readonly Pick<StoredItem, 'entryId' | 'cellId'>[]): Promise<void> {
    const byEntry = new Map<string, Set<string>>();
    for (const { entryId, cellId } of items) {
      byEntry.set(entryId, (byEntry.get(entryId) ?? new Set()).add(cellId));
    }
    for (const [entryId, cellIds] of byEntry) {
      const entry = await this.#entryFacts(entryId);
      const views = this.#views.get(entryId) ?? new Map<string, ItemView>();
      this.#views.set(entryId, views);
      for (const cell of entry?.cells ?? []) {
        if (!cellIds.has(cell.id)) continue;
        const progress = views.get(cell.id)?.progress ?? null;
        const { label, epochs, engine, state, seconds, operations } = cell;
        const facts = { label, epochs, engine, state, seconds, operations };
        const view = { ...facts, epoch: cell.lastEpoch ?? 0, progress };
        views.set(cell.id, { title: entry?.title ?? '', ...view });
        this.#shown.spoil(`${entryId}/${cell.id}`);
      }
    }
  }

  /** What trains an item; undefined where its entry is gone. */
  engineOf(item: Pick<StoredItem, 'entryId' | 'cellId'>): EngineName | undefined {
    return this.#view(item)?.engine;
  }

  /** Notes what the records of an item say now. */
  settle(
    id: string,
    facts: { readonly state: CellState; readonly epoch: number; readonly seconds?: number },
  ): void {
    const view = this.#view(namesOf(id));
    if (view !== undefined) Object.assign(view, facts);
    this.#shown.spoil(id);
  }

  /** Notes what a running cell reports. */
  note(id: string, update: CellUpdate): void {
    const view = this.#view(namesOf(id));
    if (view === undefined) return;
    if (update.phase === 'started') view.progress = new ItemProgress(view.epochs);
    view.epoch = update.epoch;
    view.seconds = update.seconds;
    if (update.phase !== 'ended') view.progress?.note(update.epoch, update.seconds, update.loss);
    this.#progressed.add(id);
  }

  /** Notes a preview that was recorded and how many snapshots the cell has now. */
  notePreview(id: string, preview: Preview, snapshots: number): void {
    this.#previews.set(id, preview);
    this.#snapshots.set(id, snapshots);
  }

  /** What is shown of an item. */
  item(stored: StoredItem, running: RunningFacts | undefined, data: QueueData): QueueItem {
    const id = itemId(stored);
    const view = this.#view(stored);
    const figures = view?.progress?.figures;
    return {
      id,
      entryId: stored.entryId,
      cellId: stored.cellId,
      entryTitle: view?.title ?? 'An entry that is not in the notebook',
      label: view?.label ?? stored.cellId,
      state: shownState(stored, view?.state ?? 'queued', running, data.paused),
      stopping: running !== undefined && running.stop !== null,
      epoch: view?.epoch ?? 0,
      epochs: view?.epochs ?? 0,
      seconds: view?.seconds ?? 0,
      operations: view?.operations ?? 0,
      epochsPerSecond: running === undefined ? null : (figures?.epochsPerSecond ?? null),
      secondsLeft: running === undefined ? null : (figures?.secondsLeft ?? null),
      losses: view?.progress?.losses ?? new Float32Array(0),
      lossEpochs: view?.progress?.lossEpochs ?? new Uint32Array(0),
      problem: stored.problem,
    };
  }

  #view({ entryId, cellId }: Pick<StoredItem, 'entryId' | 'cellId'>): ItemView | undefined {
    return this.#views.get(entryId)?.get(cellId);
  }

  /** The list changed: it is told at the next tick; where there is no tick now, and what follows a moment later together. */
  announce(): void {
    this.#isListNew = true;
    if (this.#timer !== null || this.#pause !== null) return;
    this.#tell();
    this.#pause = setTimeout(() => {
      this.#pause = null;
      if (this.#isListNew && this.#timer === null) this.announce();
    }, pauseMs);
  }

  /** Tells news regularly while cells run. */
  setTicking(isOn: boolean): void {
    if (isOn && this.#timer === null) this.#timer = setInterval(() => this.#beat(), tickMs);
    if (isOn || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
    this.#tell();
  }

  #beat(): void {
    this.#ticks += 1;
    if (this.#isListNew || this.#ticks % newsEvery === 0) this.#tell();
  }

  /** Tells how the list differs from the one that was told before. */
  #tellList(): void {
    this.#isListNew = false;
    const { data, threads, running } = this.#now();
    const { paused, pausedBecause, failFast, parallel, items } = data;
    // What is shown of these is not in the stored list.
    for (const id of this.#ran) this.#shown.spoil(id);
    this.#ran = [...running.keys()];
    for (const id of this.#ran) this.#shown.spoil(id);
    if (paused !== this.#wasPaused) this.#shown.spoil();
    this.#wasPaused = paused;
    const state = paused ? 'paused' : 'running';
    const change = this.#shown.next({ state, pausedBecause, failFast, parallel, threads }, items);
    if (change !== null) this.#events.emit('queue.changed', change);
  }

  #tell(): void {
    if (this.#isListNew) this.#tellList();
    for (const id of this.#progressed) {
      const figures = this.#view(namesOf(id))?.progress?.figures;
      if (figures !== undefined) this.#events.emit('queue.progress', { item: id, ...figures });
    }
    for (const [id, preview] of this.#previews) this.#tellPreview(id, preview);
    this.#progressed.clear();
    this.#previews.clear();
    this.#snapshots.clear();
  }

  #tellPreview(id: string, preview: Preview): void {
    const { entryId, cellId } = namesOf(id);
    const snapshots = this.#snapshots.get(id) ?? 1;
    this.#events.emit('queue.preview', {
      item: id,
      preview: previewBlock(cellId, snapshots - 1, [preview.epoch], [preview]),
    });
    this.#events.emit('cell.snapshots', { entryId, cellId, snapshots, lastEpoch: preview.epoch });
  }
}

/** The state to show: 'running' only with a live worker; what waits says why. */
function shownState(
  stored: StoredItem,
  recorded: CellState,
  running: RunningFacts | undefined,
  isPaused: boolean,
): CellState {
  if (running?.isLive === true) return 'running';
  const known = recorded === 'running' ? 'interrupted' : recorded;
  if (stored.intent === 'done') return toldState(known, false);
  const hasStopped = known === 'paused' || known === 'interrupted';
  if (stored.intent === 'held') return known === 'interrupted' ? known : 'paused';
  return isPaused && hasStopped ? known : 'queued';
}
