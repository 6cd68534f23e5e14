/** The lab: a notebook, its queue and everything that can be asked of them, without anybody who shows it. */
import '../program/node-byte-work.ts';
import { join } from 'node:path';
import { unitView, type EngineName } from '../../experiments/engines/engine.ts';
import { parameterCount } from '../../experiments/network/shape.ts';
import { examplesFolder } from '../program/assets.ts';
import { RegularCollection } from './cluster/regular-collection.ts';
import { createBackground, type Background } from './background/background.ts';
import { diskSpeedCache } from './disk/speed-cache.ts';
import { startEngineHost } from '../compute/engine-host.ts';
import { createComputePool, defaultThreads, type ComputePool } from '../compute/compute-pool.ts';
import type { GpuHost } from '../compute/gpu-host.ts';
import { threadBudget } from '../compute/thread-budget.ts';
import { environmentRecord } from '../compute/environment.ts';
import type { AppInfo, OpenRequest } from '../contract/app.ts';
import { contractErrorFrom } from './calls/contract-errors.ts';
import { createEventHub, type EventHub } from '../contract/event-hub.ts';
import { isNewNotebook, placeExample } from './notebook/example-entry.ts';
import { diskFileSystem, type FileSystem } from './disk/files.ts';
import { LabError } from './disk/lab-error.ts';
import { openNotebook, type Notebook } from './notebook/notebook.ts';
import { openQueue, type Queue } from './queue/queue.ts';
import { WishTaker } from './queue/queue-wishes.ts';
import { resting } from './queue/rest.ts';
import { createRouter, type Router } from './calls/router.ts';
import { appCalls } from './calls/app-calls.ts';
import { clusterCalls } from './calls/cluster-calls.ts';
import { comparisonCalls } from './calls/comparison-calls.ts';
import { entryCalls } from './calls/entry-calls.ts';
import { exportCalls } from './calls/export-calls.ts';
import { claimCalls } from './calls/claim-calls.ts';
import { findingCalls } from './calls/finding-calls.ts';
import { frameCalls, networkFinder } from './calls/frame-calls.ts';
import type { LabContext } from './calls/lab-context.ts';
import { networkCalls } from './calls/network-calls.ts';
import { notebookCalls } from './calls/notebook-calls.ts';
import { notesCalls } from './calls/notes-calls.ts';
import { OpenedNetworks } from './calls/opened-networks.ts';
import { pageCalls } from './calls/page-calls.ts';
import { PictureCache } from './background/picture-cache.ts';
import { regionCalls } from './calls/region-calls.ts';
import { queueCalls } from './calls/queue-calls.ts';
import { remoteCalls } from './calls/remote-calls.ts';
import { RemoteJobs } from './cluster/remote-jobs.ts';
import { followProgram, runLongProgram } from '../job-systems/program-run.ts';
import { entryFactsReader, cellMover, cellOpener } from './queue/notebook-cells.ts';
import { sweepCalls } from './calls/sweep-calls.ts';
import { thinCalls } from './calls/thin-calls.ts';
import { uploadCalls } from './calls/upload-calls.ts';
import { Uploads, uploadsFolder } from './imports/uploads.ts';

/** How often a queue that another process works on is read again. */
const lookMs = 2000;
/** How often it is looked whether another process wishes something of the queue. */
const wishMs = 500;

/** How a lab is opened; what is left out has a default. */
export interface LabOptions {
  /** The notebook's folder; made where it is missing. */
  readonly notebook: string;
  readonly shell: AppInfo['shell'];
  /** Opens the notebook for reading even where it could be written: nothing is trained. */
  readonly isReader?: boolean;
  /** Cells side by side and threads that draw; every core where left out. */
  readonly threads?: number;
  /** Engine of new cells and of frames; the CPU's where left out. */
  readonly engine?: EngineName | 'auto';
  /** The GPU that `engine` may mean; a process with Dawn where left out. Closed with the lab. */
  readonly gpu?: GpuHost;
  /** Folder of the entry with which a new notebook begins; the one that ships where left out. */
  readonly examples?: string;
  readonly fileSystem?: FileSystem;
  readonly now?: () => Date;
  /** Told when the first cell starts and when the last one has ended: the machine should not sleep in between. */
  readonly onBusy?: (busy: boolean) => void;
}

/** A running lab: its router, its events, and how it ends. */
export interface Lab {
  readonly router: Router;
  readonly events: EventHub;
  /** Why nothing can be written, or null. */
  readonly readOnlyBecause: string | null;
  /** The process on another computer whose notebook was taken over because it was silent, in words; else null. */
  readonly takenOver: string | null;
  /** Has a page open what the system handed over: one that is there, else the next one that comes. */
  open(request: OpenRequest): void;
  /** Told that the machine falls asleep, or is awake again: what trains pauses meanwhile. */
  rest(isAsleep: boolean): Promise<void>;
  /** Starts what draws before anybody asks, so that the first frame comes at once. */
  warmUp(): Promise<void>;
  /** Stops cells at the end of an epoch, keeps what they have, and gives the notebook back. */
  close(): Promise<void>;
}

/** Opens a notebook for writing, or for reading where somebody else writes to it or nothing may be written. */
export async function openLab(options: LabOptions): Promise<Lab> {
  const { fileSystem = diskFileSystem, now = () => new Date() } = options;
  const budget = threadBudget(options.threads ?? defaultThreads(), options.shell === 'electron');
  const isNew = await isNewNotebook(fileSystem, options.notebook);
  const { notebook, readOnlyBecause } =
    options.isReader === true
      ? await openForReading(options.notebook, fileSystem, now)
      : await openForWritingOrReading(options.notebook, fileSystem, now);
  // Through it, nothing is written once the notebook is another process's.
  const fs = notebook.fileSystem;
  const exampleEntryId =
    isNew && readOnlyBecause === null
      ? await placeExample(fs, notebook.dir, options.examples ?? examplesFolder())
      : null;
  const events = createEventHub();
  const engines = startEngineHost(options.engine ?? 'wasm', budget.training, diskSpeedCache(), {
    gpu: options.gpu,
    heapMb: budget.trainingHeapMb,
  });
  // Only what nobody asked for by name may be decided later.
  if (options.engine !== 'auto') await engines.decided;
  const pool = createComputePool(budget.drawing, { gpu: engines.gpu, heapMb: budget.drawingHeapMb });
  const background = createBackground();
  const pictures = new PictureCache(background);
  const uploads = new Uploads(fs, uploadsFolder(notebook.dir, readOnlyBecause === null));
  await uploads.clear();
  const queue = await openQueue({
    fs,
    path: join(notebook.dir, 'queue.json'),
    writable: readOnlyBecause === null,
    writesElsewhere: async () => (await notebook.writerElsewhere()) !== null,
    executor: engines.executor,
    get engine() {
      return engines.decision.engine;
    },
    get environment() {
      return environmentRecord(engines.decision);
    },
    events,
    entryFacts: entryFactsReader(notebook),
    openCell: cellOpener(notebook, pictures),
    get moveToCpu() {
      return engines.decision.split === null ? undefined : cellMover(notebook);
    },
    mayTrain: engines.decided,
    onBusy: options.onBusy ?? (() => undefined),
  });
  const looking =
    readOnlyBecause === null
      ? await takeWishes(new WishTaker(fs, notebook.dir, queue))
      : lookRegularly(queue, events);
  const context: LabContext = {
    fs,
    notebook,
    readOnlyBecause,
    exampleEntryId,
    events,
    queue,
    pool,
    background,
    pictures,
    uploads,
    openRequests: [],
    get engine() {
      return engines.decision.engine;
    },
    get decision() {
      return engines.decision;
    },
    decided: engines.decided,
    speedOf: engines.speedOf,
    get environment() {
      return environmentRecord(engines.decision);
    },
    now,
  };
  const collection = new RegularCollection(notebook, now, {
    onCells(entryId) {
      events.emit('entry.changed', { entryId });
      events.emit('notebook.changed', null);
    },
    onTrouble: (error) =>
      events.emit('app.notice', { level: 'warning', message: contractErrorFrom(error).message }),
  });
  if (readOnlyBecause === null) collection.start();
  const remote = new RemoteJobs(followProgram);
  const opened = new OpenedNetworks();
  const networkAt = networkFinder(context, opened);
  const handlers = {
    ...appCalls(context, options.shell),
    ...exportCalls(context, networkAt),
    ...findingCalls(context),
    ...claimCalls(context),
    ...notebookCalls(context),
    ...entryCalls(context),
    ...thinCalls(context),
    ...frameCalls(context, networkAt),
    ...regionCalls(context, networkAt),
    ...networkCalls(context, networkAt, opened),
    ...sweepCalls(context),
    ...queueCalls(context),
    ...clusterCalls(context, collection),
    ...remoteCalls(context, collection, remote, runLongProgram),
    ...notesCalls(context),
    ...uploadCalls(uploads),
    ...comparisonCalls(context),
  };
  void engines.decided.then(() => {
    const { engine: name, description } = engines.decision;
    events.emit('app.engine', { name, description });
  });
  const router = createRouter({ ...handlers, ...pageCalls(context, handlers) });
  return {
    router,
    events,
    readOnlyBecause,
    takenOver: notebook.takenOver,
    open(request) {
      context.openRequests.push(request);
      events.emit('app.open', null);
    },
    rest: resting(queue),
    warmUp: () => warmUp(pool, background),
    async close() {
      clearInterval(looking);
      remote.close();
      await collection.close();
      await queue.close();
      await Promise.all([engines.close(), pool.close(), background.close()]);
      await uploads.clear();
      await notebook.close();
    },
  };
}

/** Draws a frame of nothing with every thread, and starts the workers that finish it. */
async function warmUp(pool: ComputePool, background: Background): Promise<void> {
  const shape = { hidden: [2], outputs: 1 };
  const parameters = new Float32Array(parameterCount(shape));
  const network = { shape, slope: 0, parameters, output: 'affine' as const };
  const request = { network, view: unitView, width: 64, height: 64, planes: { hashes: true } };
  const [frame] = await Promise.all([
    pool.renderFrame(request, 'relaxed'),
    background.run('previews', { reads: [] }),
  ]);
  const finish = { frame, epoch: 0, view: unitView, values: 'levels' as const, keepHashes: false };
  await background.run('finish-frame', finish);
}

/** Whoever trains does what others wish of the queue, a little later. */
async function takeWishes(wishes: WishTaker): Promise<NodeJS.Timeout> {
  await wishes.clear();
  return setInterval(() => void wishes.look(), wishMs);
}

/** Whoever only reads sees what the writer does, a little later. */
function lookRegularly(queue: Queue, events: EventHub): NodeJS.Timeout {
  return setInterval(() => {
    queue.reload().catch((error: unknown) => {
      events.emit('app.notice', { level: 'warning', message: contractErrorFrom(error).message });
    });
  }, lookMs);
}

async function openForReading(
  folder: string,
  fileSystem: FileSystem,
  now: () => Date,
): Promise<{ notebook: Notebook; readOnlyBecause: string }> {
  const notebook = await openNotebook(folder, { mode: 'read', fileSystem, now });
  return { notebook, readOnlyBecause: 'It was opened for reading.' };
}

async function openForWritingOrReading(
  folder: string,
  fileSystem: FileSystem,
  now: () => Date,
): Promise<{ notebook: Notebook; readOnlyBecause: string | null }> {
  try {
    const notebook = await openNotebook(folder, { mode: 'write', fileSystem, now });
    return { notebook, readOnlyBecause: null };
  } catch (error) {
    // The app always starts: what keeps it from writing does not keep it from showing.
    const codes = ['locked', 'read-only', 'no-permission', 'refused', 'disk-full', 'io'];
    if (!(error instanceof LabError) || !codes.includes(error.code)) throw error;
    const notebook = await openNotebook(folder, { mode: 'read', fileSystem, now });
    return { notebook, readOnlyBecause: error.message };
  }
}
