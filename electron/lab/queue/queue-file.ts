/** The queue on disk: one file in the notebook, replaced as a whole with every change. */
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { readWhole, writeWhole, type FileSystem } from '../disk/files.ts';
import { LabError } from '../disk/lab-error.ts';

/** What is to become of an item: 'waiting' runs when its turn comes, 'held' when a person says so, 'done' never. */
export type Intent = 'waiting' | 'held' | 'done';

const storedItem = z.strictObject({
  entryId: z.string().regex(/^[0-9a-f]{8}$/),
  cellId: z.string().regex(/^[0-9a-f]{16}$/),
  intent: z.enum(['waiting', 'held', 'done']),
  /** Why it is held or done, where something went wrong. */
  problem: z.string().max(100_000).nullable(),
  /** Times in a row that the program ended while the cell ran without a new snapshot of it. */
  crashes: z.int().nonnegative(),
  /** Number of its snapshots when it was last started. */
  snapshotsAtStart: z.int().nonnegative(),
});

const storedQueue = z.strictObject({
  format: z.literal('creasebook-queue'),
  version: z.literal(1),
  paused: z.boolean(),
  /** In words; null where it is not paused. */
  pausedBecause: z.string().max(10_000).nullable(),
  failFast: z.boolean(),
  parallel: z.int().min(1).max(256).nullable(),
  items: z.array(storedItem).max(200_000),
  /** Items (entry id, slash, cell id) that were started and have not ended: those that a crash interrupted. */
  running: z.array(z.string().max(40)).max(1000),
});

/** What the queue's file holds. */
export type QueueData = Readonly<z.infer<typeof storedQueue>>;
/** A cell in the queue's file. */
export type StoredItem = Readonly<z.infer<typeof storedItem>>;

/** A queue that nothing was ever added to. */
export const emptyQueue: QueueData = {
  format: 'creasebook-queue',
  version: 1,
  paused: false,
  pausedBecause: null,
  failFast: false,
  parallel: null,
  items: [],
  running: [],
};

const maxBytes = 1 << 27;

/** Name of an item everywhere: entry id, slash, cell id. */
export function itemId({ entryId, cellId }: Pick<StoredItem, 'entryId' | 'cellId'>): string {
  return `${entryId}/${cellId}`;
}

/** Entry and cell of an item's name. */
export function namesOf(id: string): Pick<StoredItem, 'entryId' | 'cellId'> {
  const [entryId = '', cellId = ''] = id.split('/');
  return { entryId, cellId };
}

/** Names of the items that are to run. */
export function itemsToRun({ items }: QueueData): ReadonlySet<string> {
  return new Set(items.filter(({ intent }) => intent !== 'done').map(itemId));
}

/** Names of the items that are to run in the queue of a notebook's folder, which is only read. */
export async function queuedCells(fs: FileSystem, notebook: string): Promise<ReadonlySet<string>> {
  return itemsToRun((await loadQueue(fs, join(notebook, 'queue.json'), false)).data);
}

/** The stored queue, an empty one where there is no file. What is damaged is set aside where that is allowed, and told. */
export async function loadQueue(
  fs: FileSystem,
  path: string,
  writable: boolean,
): Promise<{ data: QueueData; problem: string | null }> {
  const facts = await fs.facts(path);
  if (facts === null) return { data: emptyQueue, problem: null };
  const data = facts.kind === 'folder' ? null : await readQueueFile(fs, path, facts.kind === 'other');
  if (data !== null) return { data, problem: null };
  if (!writable) return { data: emptyQueue, problem: 'The stored queue is damaged; it was left as it is.' };
  const name = await setAside(fs, path);
  return {
    data: emptyQueue,
    problem: `The stored queue was damaged and is kept as ${name}; the queue starts empty. Entries are not touched.`,
  };
}

/** Replaces the stored queue; durable when this resolves. Throws LabError, 'read-only' where writing is not allowed. */
export async function saveQueue(
  fs: FileSystem,
  path: string,
  data: QueueData,
  writable: boolean,
): Promise<void> {
  if (!writable) {
    throw new LabError('read-only', 'The notebook is open for reading only; the queue was not changed.');
  }
  await writeWhole(fs, path, new TextEncoder().encode(`${JSON.stringify(data, null, 1)}\n`));
}

/** Null where it is no queue: other text, a pipe, or more than any queue holds. */
/** What is stored; null where that is damaged, or where a link or something else in its place cannot be read. */
async function readQueueFile(fs: FileSystem, path: string, isOther: boolean): Promise<QueueData | null> {
  try {
    return parseQueue(await readWhole(fs, path, maxBytes));
  } catch (error) {
    if (error instanceof LabError && (isOther || error.code === 'damaged')) return null;
    throw error;
  }
}

function parseQueue(bytes: Uint8Array): QueueData | null {
  try {
    const parsed = storedQueue.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

async function setAside(fs: FileSystem, path: string): Promise<string> {
  for (let number = 1; number < 10_000; number++) {
    const name = `queue.damaged-${number}.json`;
    if ((await fs.facts(join(dirname(path), name))) !== null) continue;
    await fs.rename(path, join(dirname(path), name));
    await fs.syncFolder(dirname(path));
    return name;
  }
  throw new LabError('refused', 'Too many damaged queues lie in the notebook; move them away.');
}
