/** What the services of the lab share. */
import type { EngineName } from '../../../experiments/engines/engine.ts';
import type { SweepCell } from '../../../experiments/sweeps/cell.ts';
import type { TrainingEngines } from '../../../experiments/sweeps/engine-split.ts';
import type { Background } from '../background/background.ts';
import type { PictureSource } from '../background/background-protocol.ts';
import type { ComputePool } from '../../compute/compute-pool.ts';
import type { EngineDecision } from '../../compute/engine-decision.ts';
import type { EngineHost } from '../../compute/engine-host.ts';
import type { CellStore } from '../notebook/cell-store.ts';
import type { EntryStore } from '../notebook/entry-store.ts';
import { shownEntry, type ShownEntry } from '../comparisons/shown-entry.ts';
import type { OpenRequest } from '../../contract/app.ts';
import type { EventHub } from '../../contract/event-hub.ts';
import type { FileSystem } from '../disk/files.ts';
import { LabError } from '../disk/lab-error.ts';
import type { Notebook } from '../notebook/notebook.ts';
import type { Queue } from '../queue/queue.ts';
import type { Uploads } from '../imports/uploads.ts';
import type { PictureCache } from '../background/picture-cache.ts';

/** What all calls share: notebook, queue, pool, background, and the caches over them. */
export interface LabContext {
  readonly fs: FileSystem;
  readonly notebook: Notebook;
  /** Why nothing can be written, or null. */
  readonly readOnlyBecause: string | null;
  /** The example entry where the notebook was made just now, or null. */
  readonly exampleEntryId: string | null;
  readonly events: EventHub;
  readonly queue: Queue;
  /** Draws frames; training has a pool of its own. */
  readonly pool: ComputePool;
  readonly background: Background;
  readonly pictures: PictureCache;
  readonly uploads: Uploads;
  /** What the system has handed over and no page has taken yet, the oldest first. */
  readonly openRequests: OpenRequest[];
  readonly engine: EngineName;
  /** Why this engine, and what renders frames; the CPU's until it is made. */
  readonly decision: EngineDecision;
  /** Resolves when the decision is made. */
  readonly decided: Promise<void>;
  /** How fast an engine trains. */
  readonly speedOf: EngineHost['speedOf'];
  readonly environment: Readonly<Record<string, string>>;
  readonly now: () => Date;
}

/** What trains the cells of new sweeps, once that is decided: a cell's identity depends on it. */
export async function trainingEngines(
  context: Pick<LabContext, 'decided' | 'decision'>,
): Promise<TrainingEngines> {
  await context.decided;
  const { engine, split } = context.decision;
  return { engine, split };
}

/** An entry as it is on disk now: where another process writes to it, what was read before is given up. */
export async function currentEntry(context: LabContext, entryId: string): Promise<EntryStore> {
  const { notebook, readOnlyBecause } = context;
  const entry = await notebook.find(entryId);
  if (readOnlyBecause === null) return entry;
  await notebook.closeEntry(entry);
  return notebook.find(entryId);
}

/** An entry or a comparison as it is on disk now. */
export async function currentShown(context: LabContext, entryId: string): Promise<ShownEntry> {
  const shown = await shownEntry(context.notebook, entryId);
  if (shown.comparison === undefined) return currentEntry(context, entryId);
  if (context.readOnlyBecause === null) return shown;
  for (const { id } of shown.comparison.entries) await currentEntry(context, id);
  return shownEntry(context.notebook, entryId);
}

/** A cell's records, up to date where another process writes them. */
export async function currentCell(
  { readOnlyBecause }: LabContext,
  entry: Pick<EntryStore, 'cell'>,
  cellId: string,
): Promise<CellStore> {
  const store = await entry.cell(cellId);
  if (readOnlyBecause !== null) await store.refresh();
  return store;
}

/** The picture of a cell, for the background. */
export async function pictureSource(entry: EntryStore, { config }: SweepCell): Promise<PictureSource> {
  return { kind: 'file', digest: config.target, bytes: await entry.targetPicture(config.target) };
}

/** Throws LabError 'read-only' where nothing may be written. */
export function requireWritable({ readOnlyBecause }: LabContext): void {
  if (readOnlyBecause !== null) throw new LabError('read-only', readOnlyBecause);
}
