/** A queue's surroundings in memory: cells whose records live in arrays, an executor that runs on command. */
import { join } from 'node:path';
import type { EngineName } from '../../../../experiments/engines/engine.ts';
import type { CellEvent, CellState } from '../../../../experiments/records/snapshot.ts';
import type { CellMessage } from '../../../../experiments/sweeps/cell-run-contract.ts';
import type { SweepCell } from '../../../../experiments/sweeps/cell.ts';
import { createEventHub, type EventHub } from '../../../../electron/contract/event-hub.ts';
import { diskFileSystem, type FileSystem } from '../../../../electron/lab/disk/files.ts';
import { LabError } from '../../../../electron/lab/disk/lab-error.ts';
import { openQueue, type Queue, type QueueHost } from '../../../../electron/lab/queue/queue.ts';
import type { QueuedCell } from '../../../../electron/lab/queue/queue-run.ts';
import type { CellRecords } from '../../../../electron/lab/queue/sweep-run.ts';
import type { CellExecutor } from '../../../../electron/compute/cell-executor.ts';
import { scratchFolder } from '../../scratch-folder.ts';

export const entryId = 'aaaaaaaa';

export function cellIdOf(number: number): string {
  return number.toString(16).padStart(16, '0');
}

export function itemOf(number: number): string {
  return `${entryId}/${cellIdOf(number)}`;
}

/** Records that outlive a queue, as those on disk outlive a process. */
export class FakeRecords implements CellRecords {
  readonly events: CellEvent[] = [];
  snapshots = 0;
  lastEpoch = 0;
  atWork = false;

  get state(): CellState {
    const last = this.events.at(-1);
    if (last === undefined) return 'queued';
    if (last.kind === 'started' || last.kind === 'resumed') return this.atWork ? 'running' : 'interrupted';
    return last.kind;
  }

  get finishedEarly(): boolean {
    return false;
  }

  appendSnapshot(): Promise<void> {
    this.snapshots += 1;
    this.lastEpoch += 1;
    return Promise.resolve();
  }

  appendState(): Promise<void> {
    return Promise.resolve();
  }

  keepCheckpoint(): Promise<void> {
    return Promise.resolve();
  }

  appendEvent(event: CellEvent): Promise<void> {
    this.events.push(event);
    this.atWork = event.kind === 'started' || event.kind === 'resumed';
    return Promise.resolve();
  }

  resumePoint(): Promise<null> {
    return Promise.resolve(null);
  }
}

interface RunningCell {
  readonly cellId: string;
  send(message: CellMessage): void;
  end(error?: Error): void;
  aborted: boolean;
}

/** An executor whose cells end when the test says so; aborted ones stop at once unless `stubborn`. */
export class FakeExecutor implements CellExecutor {
  readonly threads: number;
  readonly running: RunningCell[] = [];
  /** Ids of all cells that were ever started, in order. */
  readonly started: string[] = [];

  constructor(threads: number) {
    this.threads = threads;
  }

  cellsAtOnce(): number {
    return this.threads;
  }

  runCell(job: { cellId: string }, _engine: unknown, onMessage: (message: CellMessage) => void) {
    let settle: (error?: Error) => void = () => undefined;
    const done = new Promise<void>((resolve, reject) => {
      settle = (error) => (error === undefined ? resolve() : reject(error));
    });
    const cell: RunningCell = {
      cellId: job.cellId,
      aborted: false,
      send: onMessage,
      end: (error) => {
        const at = this.running.indexOf(cell);
        if (at >= 0) this.running.splice(at, 1);
        settle(error);
      },
    };
    this.running.push(cell);
    this.started.push(job.cellId);
    const abort = (): void => {
      cell.aborted = true;
      onMessage({ kind: 'stopped', state: { state: { epoch: 1 } } as never });
      cell.end();
    };
    return { done, abort, acknowledge: () => undefined };
  }

  cell(number: number): RunningCell {
    const found = this.running.find(({ cellId }) => cellId === cellIdOf(number));
    if (found === undefined) throw new Error(`cell ${number} does not run`);
    return found;
  }

  finish(number: number): void {
    const cell = this.cell(number);
    cell.send({ kind: 'finished', epoch: 10, reason: 'goal' });
    cell.end();
  }

  fail(number: number): void {
    const cell = this.cell(number);
    cell.send({ kind: 'failed', epoch: 3, failure: 'diverged', message: 'the loss is not finite' });
    cell.end();
  }

  snapshot(number: number): void {
    const metrics = { epoch: 1, epochs: [] };
    const preview = {
      epoch: 1,
      width: 1,
      height: 1,
      outputs: 1,
      values: new Uint8Array(1),
      boundary: new Uint8Array(1),
    };
    this.cell(number).send({ kind: 'snapshot', snapshot: { metrics, seconds: 1 }, preview } as never);
  }
}

/** What stays when a process ends: the records and the file of the queue. */
export interface World {
  readonly folder: string;
  readonly records: Map<string, FakeRecords>;
  /** What trains a cell, where it is not the CPU. */
  readonly engines?: Map<string, EngineName>;
  readonly fs: FileSystem;
}

export function newWorld(cells: number, fs: FileSystem = diskFileSystem): World {
  const records = new Map(Array.from({ length: cells }, (_, at) => [cellIdOf(at), new FakeRecords()]));
  return { folder: scratchFolder(), records, fs };
}

export interface OpenedQueue {
  readonly queue: Queue;
  readonly executor: FakeExecutor;
  readonly events: EventHub;
  readonly told: { name: string; value: unknown }[];
  readonly busy: boolean[];
}

/** A process: opens the queue of a world. Worlds whose last process was killed are opened the same way. */
export async function openWorld(
  world: World,
  threads = 2,
  writable = true,
  changes: Partial<QueueHost> = {},
): Promise<OpenedQueue> {
  for (const records of world.records.values()) records.atWork = false;
  const executor = new FakeExecutor(threads);
  const events = createEventHub();
  const told: OpenedQueue['told'] = [];
  events.listen((name, value) => told.push({ name, value }));
  const busy: boolean[] = [];
  const host: QueueHost = {
    fs: world.fs,
    path: join(world.folder, 'queue.json'),
    writable,
    writesElsewhere: () => Promise.resolve(!writable),
    executor,
    engine: 'wasm',
    environment: {},
    events,
    entryFacts: (id) =>
      Promise.resolve(
        id !== entryId
          ? null
          : {
              title: 'ring',
              cells: [...world.records].map(([cellId, { lastEpoch }]) => ({
                id: cellId,
                label: `cell ${Number.parseInt(cellId, 16)}`,
                epochs: 10,
                engine: world.engines?.get(cellId) ?? 'wasm',
                state: storedState(world, cellId),
                lastEpoch,
                seconds: 0,
                operations: 1000,
              })),
            },
      ),
    async openCell(entry, cellId) {
      if (entry !== entryId) throw new LabError('not-found', `No entry ${entry}.`);
      return openCell(world, cellId);
    },
    onBusy: (isBusy) => busy.push(isBusy),
    ...changes,
  };
  return { queue: await openQueue(host), executor, events, told, busy };
}

function storedState(world: World, cellId: string): CellState {
  const state = world.records.get(cellId)?.state ?? 'queued';
  return state === 'running' || state === 'interrupted' ? 'queued' : state;
}

function openCell(world: World, cellId: string): QueuedCell {
  const records = world.records.get(cellId);
  if (records === undefined) throw new Error(`There is no cell ${cellId}.`);
  const cell = {
    id: cellId,
    label: `cell ${cellId}`,
    axes: {},
    config: { numerics: world.engines?.get(cellId) === 'webgpu' ? 'webgpu-1' : 'portable-1' },
    epochs: 10,
  } as unknown as SweepCell;
  return {
    cell,
    picture: {} as never,
    snapshots: {} as never,
    records,
    snapshotCount: () => records.snapshots,
    changed: () => Promise.resolve(),
  };
}

/** Resolves once `holds`; fails loudly after two seconds. */
export async function until(holds: () => boolean, what = 'it'): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt++) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`Waited in vain until ${what} holds.`);
}
