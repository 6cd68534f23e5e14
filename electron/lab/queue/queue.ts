/** The queue: which cells run, in what order, how many side by side; durable, and true about every cell's state. */
import type { EngineName } from '../../../experiments/engines/engine.ts';
import type { QueueState } from '../../contract/queue.ts';
import { QueueBoard, type EntryFacts, type QueueNow, type RunningFacts } from './queue-board.ts';
import * as changes from './queue-changes.ts';
import {
  itemId,
  itemsToRun,
  loadQueue,
  namesOf,
  saveQueue,
  type QueueData,
  type StoredItem,
} from './queue-file.ts';
import { namedBy, withKnown } from './named-items.ts';
import { nextCells } from './next-cells.ts';
import { runItem, type CellHost, type ItemEnd, type RunningItem, type StopReason } from './queue-run.ts';
import type { FileSystem } from '../disk/files.ts';
import { LabError } from '../disk/lab-error.ts';

/** What a queue needs of its lab. */
export interface QueueHost extends CellHost {
  readonly fs: FileSystem;
  /** The stored queue. */
  readonly path: string;
  readonly writable: boolean;
  /** Whether another living process writes to the notebook, and so works on the queue. */
  writesElsewhere(): Promise<boolean>;
  readonly entryFacts: EntryFacts;
  /** Resolves when cells may start; at once where left out. */
  readonly mayTrain?: Promise<void>;
  /** Told when the first cell starts and when the last one has ended. */
  onBusy(busy: boolean): void;
}

/** Reads the stored queue and, unless it is paused, goes on with it. */
export async function openQueue(host: QueueHost): Promise<Queue> {
  const { data, problem } = await loadQueue(host.fs, host.path, host.writable);
  if (problem !== null) host.events.emit('app.notice', { level: 'warning', message: problem });
  const queue = new Queue(host, data);
  await queue.begin();
  void host.mayTrain?.then(() => queue.start());
  return queue;
}

/** Cells without records that could say that they are cancelled: they leave the list. */
const unusableCodes: readonly string[] = ['not-found', 'damaged', 'newer-version'];

/** Cells that wait for training, over restarts: starts them, keeps what they send, pauses after trouble. */
export class Queue {
  readonly #host: QueueHost;
  readonly #board: QueueBoard;
  readonly #running = new Map<string, RunningItem>();
  #data: QueueData;
  #writes: Promise<unknown> = Promise.resolve();
  /** Items that another process is working on. */
  #elsewhere: ReadonlySet<string> = new Set();
  #isClosing = false;
  /** Whether it is known what trains. */
  #mayTrain: boolean;
  #isBusy = false;

  constructor(host: QueueHost, data: QueueData) {
    this.#host = host;
    this.#data = data;
    this.#mayTrain = host.mayTrain === undefined;
    this.#board = new QueueBoard(host.events, host.entryFacts, () => this.#now());
  }

  /** Looks at what was under way when the program ended, then starts what may run. */
  async begin(): Promise<void> {
    await this.#board.learn(this.#data.items);
    if (await this.#host.writesElsewhere()) this.#elsewhere = new Set(this.#data.running);
    if (this.#host.writable && this.#data.running.length > 0) {
      const wasRunning = new Set(this.#data.running);
      const snapshots = new Map<string, number>();
      for (const item of this.#data.items.filter((candidate) => wasRunning.has(itemId(candidate)))) {
        await this.#lookAtInterrupted(item, snapshots);
      }
      await this.#change(changes.afterCrash(snapshots));
    }
    this.#pump();
  }

  /** Lets cells start, now that it is known what trains. */
  start(): void {
    this.#mayTrain = true;
    this.#board.announce();
    this.#pump();
  }

  /** The queue as it is right now, as everybody is told it. */
  read(): QueueState {
    return this.#board.read();
  }

  /** Cells that are to train side by side; null where nobody set a limit. */
  get parallel(): number | null {
    return this.#data.parallel;
  }

  /** Queues cells of an entry; they are on disk when this resolves with their items' ids. */
  async add(entryId: string, cellIds: readonly string[], first: boolean): Promise<string[]> {
    const cells = cellIds.map((cellId) => ({ entryId, cellId }));
    await this.#board.learn(cells);
    await this.#change(changes.added(cells, first));
    return cells.map(itemId);
  }

  /** Stops items, or everything for a reason in words, at the end of an epoch. */
  async pause(items?: readonly string[], because = 'You paused it.'): Promise<void> {
    if (items === undefined) {
      await this.#change(changes.paused(because));
      this.#stop([...this.#running.keys()], 'queue');
      return;
    }
    await this.#change(changes.held(items));
    this.#stop(items, 'hold');
  }

  /** Lets items, or the queue, go on. */
  async resume(items?: readonly string[]): Promise<void> {
    await this.#change(items === undefined ? changes.resumed : changes.released(items));
  }

  /** Items that have not ended, in their order: those of one entry, or all. */
  open(entryId?: string): string[] {
    return this.#data.items
      .filter((item) => item.intent !== 'done' && item.entryId === (entryId ?? item.entryId))
      .map(itemId);
  }

  /** Stops items for good, to be listed as cancelled; resolves when none of them runs any more. */
  async cancel(items: readonly string[]): Promise<void> {
    await this.#change(changes.held(items));
    const ended = items.flatMap((id) => this.#running.get(id)?.ended ?? []);
    this.#stop(items, 'cancel');
    await Promise.all(ended);
    const asked = new Set(items);
    const gone = new Set<string>();
    for (const item of this.#data.items) {
      if (!asked.has(itemId(item)) || item.intent !== 'held') continue;
      if (!(await this.#recordCancel(item))) gone.add(itemId(item));
    }
    await this.#change((data) =>
      changes.cancelled(items)(changes.removed((item) => gone.has(itemId(item)))(data)),
    );
  }

  /** Items that ended run again. */
  async retry(items: readonly string[]): Promise<void> {
    await this.#change(changes.retried(items.filter((id) => !this.#running.has(id))));
  }

  async move(items: readonly string[], before: string | null): Promise<void> {
    await this.#change(changes.moved(items, before));
  }

  /** Takes items that are done off the list: all, or those that are named. */
  async clear(items?: readonly string[]): Promise<void> {
    const isMeant = items === undefined ? () => true : namedBy(items);
    await this.#change(changes.removed((item) => item.intent === 'done' && isMeant(item)));
  }

  async configure(settings: {
    readonly failFast?: boolean;
    readonly parallel?: number | null;
  }): Promise<void> {
    await this.#change((data) => ({
      ...data,
      failFast: settings.failFast ?? data.failFast,
      parallel: settings.parallel === undefined ? data.parallel : settings.parallel,
    }));
  }

  /** Names of the items that are to run: entry id, slash, cell id. */
  itemsToRun(): ReadonlySet<string> {
    return itemsToRun(this.#data);
  }

  /** Whether a cell of the entry is running; those that have ended leave the queue first. */
  async isRunning(entryId: string): Promise<boolean> {
    const ofEntry = (): RunningItem[] =>
      [...this.#running].filter(([id]) => id.startsWith(`${entryId}/`)).map(([, running]) => running);
    await Promise.all(ofEntry().flatMap(({ isOver, ended }) => (isOver ? [ended] : [])));
    return ofEntry().length > 0;
  }

  /** Takes all items of an entry off the list. */
  async forget(entryId: string): Promise<void> {
    await this.#change(changes.removed((item) => item.entryId === entryId));
  }

  /** Learns titles and goals of an entry's items after it was changed. */
  async refresh(entryId: string): Promise<void> {
    await this.#board.learn(
      this.#data.items.filter((item) => item.entryId === entryId && !this.#running.has(itemId(item))),
    );
    this.#board.announce();
  }

  /** Resolves when no cell runs. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all([...this.#running.values()].map(({ ended }) => ended));
    await this.#writes;
    if (this.#running.size > 0) await this.idle();
  }

  /** Stops all cells at the end of an epoch; they go on when the notebook is opened again. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#stop([...this.#running.keys()], 'quit');
    await this.idle();
    this.#board.setTicking(false);
  }

  /** Reads again what another process has done to a queue that is only looked at. */
  async reload(): Promise<void> {
    if (this.#host.writable) return;
    const { data } = await loadQueue(this.#host.fs, this.#host.path, false);
    await this.#board.learn(data.items);
    this.#elsewhere = new Set((await this.#host.writesElsewhere()) ? data.running : []);
    this.#data = { ...data, items: withKnown(this.#data.items, data.items) };
    this.#board.announce();
  }

  #now(): QueueNow {
    const threads = this.#host.executor.cellsAtOnce(this.#host.engine);
    if (this.#elsewhere.size === 0) return { data: this.#data, threads, running: this.#running };
    const running = new Map<string, RunningFacts>(this.#running);
    for (const id of this.#elsewhere) running.set(id, { isLive: true, stop: null });
    return { data: this.#data, threads, running };
  }

  /** Starts what may start. */
  #pump(): void {
    if (this.#isClosing || !this.#mayTrain || !this.#host.writable) return;
    const places = {
      cellsAtOnce: (engine: EngineName) => this.#host.executor.cellsAtOnce(engine),
      limit: this.#data.parallel ?? Infinity,
    };
    const running = [...this.#running.keys()].map((id) => this.#engineOf(namesOf(id)));
    for (const { item } of nextCells(this.#waiting(), running, places)) this.#start(item);
    const isBusy = this.#running.size > 0;
    if (isBusy !== this.#isBusy) this.#host.onBusy(isBusy);
    this.#isBusy = isBusy;
    this.#board.setTicking(isBusy);
  }

  /** What may run when its turn comes, in the order of the list; nothing while the queue is paused. */
  *#waiting(): Generator<{ readonly item: StoredItem; readonly engine: EngineName }> {
    if (this.#data.paused) return;
    const isRunning = namedBy([...this.#running.keys()]);
    for (const item of this.#data.items) {
      if (item.intent === 'waiting' && !isRunning(item)) yield { item, engine: this.#engineOf(item) };
    }
  }

  #engineOf(item: Pick<StoredItem, 'entryId' | 'cellId'>): EngineName {
    return this.#board.engineOf(item) ?? this.#host.engine;
  }

  #start(item: StoredItem): void {
    const abort = new AbortController();
    const ended = Promise.resolve();
    const running: RunningItem = { abort, stop: null, isLive: false, isOver: false, ended };
    this.#running.set(itemId(item), running);
    running.ended = this.#perform(item, running);
  }

  /** Runs a cell to whatever end, and writes that down; never rejects. */
  async #perform(item: StoredItem, running: RunningItem): Promise<void> {
    const id = itemId(item);
    const noteStart = (snapshots: number): Promise<void> => this.#change(changes.started(id, snapshots));
    const end = await runItem(this.#host, this.#board, item, running, noteStart, () => this.#data.failFast);
    const change = endChange(id, end);
    const release = (): void => void this.#running.delete(id);
    try {
      await this.#change(change, release);
    } catch (error) {
      // The disk refuses: keep the truth in memory and start nothing more.
      const message = error instanceof Error ? error.message : String(error);
      this.#data = changes.paused(message)(change(this.#data));
      release();
      this.#host.events.emit('app.notice', { level: 'error', message });
      this.#board.announce();
      this.#pump();
    }
    if (end.pauses !== null) this.#stop([...this.#running.keys()], 'queue');
    if (end.moved !== null) await this.add(item.entryId, [end.moved], true).catch(() => undefined);
    this.#host.events.emit('entry.changed', { entryId: item.entryId });
  }

  #stop(items: readonly string[], reason: StopReason): void {
    for (const id of items) {
      const running = this.#running.get(id);
      if (running === undefined) continue;
      running.stop = reason;
      running.abort.abort();
    }
    this.#board.announce();
  }

  /** A cell that does not run is cancelled by an event in its records. False where its records cannot be had. */
  async #recordCancel(item: StoredItem): Promise<boolean> {
    const { entryId, cellId } = item;
    try {
      const { records, changed } = await this.#host.openCell(entryId, cellId);
      if (records.state !== 'finished' && records.state !== 'failed') {
        await records.appendEvent({ kind: 'cancelled', epoch: records.lastEpoch });
        await changed();
      }
      this.#board.settle(itemId(item), { state: records.state, epoch: records.lastEpoch });
      this.#host.events.emit('entry.changed', { entryId });
      return true;
    } catch (error) {
      if (error instanceof LabError && unusableCodes.includes(error.code)) return false;
      throw error;
    }
  }

  /** Reads what a cell that a crash interrupted has recorded. */
  async #lookAtInterrupted(item: StoredItem, snapshots: Map<string, number>): Promise<void> {
    try {
      const { records, snapshotCount, changed } = await this.#host.openCell(item.entryId, item.cellId);
      snapshots.set(itemId(item), snapshotCount());
      this.#board.settle(itemId(item), { state: records.state, epoch: records.lastEpoch });
      await changed();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#host.events.emit('app.notice', { level: 'warning', message });
    }
  }

  /** Writes the next state of the queue, takes it over, then starts what may start. Rejects where it cannot be written. */
  #change(next: changes.Change, adopted: () => void = () => undefined): Promise<void> {
    const written = this.#writes.then(async () => {
      const data = next(this.#data);
      await saveQueue(this.#host.fs, this.#host.path, data, this.#host.writable);
      this.#data = data;
      adopted();
      this.#board.announce();
      this.#pump();
    });
    this.#writes = written.catch(() => undefined);
    return written;
  }
}

function endChange(id: string, { intent, problem, pauses }: ItemEnd): changes.Change {
  return (data) => {
    const after = changes.ended(id, intent, problem)(data);
    return pauses === null ? after : changes.paused(pauses)(after);
  };
}
