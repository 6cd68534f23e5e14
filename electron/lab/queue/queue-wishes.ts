/**
 * Wishes about the queue from other processes, such as `creasebook queue pause`: each is a small file in a folder of the
 * notebook, and whoever has the queue takes it up and lays an answer beside it. No port and no address is needed; who
 * may write to the notebook may wish.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { cellsMeant, itemId } from '../../contract/queue.ts';
import { createWhole, makeFolders, readWhole, type FileSystem } from '../disk/files.ts';
import { LabError } from '../disk/lab-error.ts';
import type { Queue } from './queue.ts';

const wish = z.discriminatedUnion('action', [
  z.strictObject({ action: z.enum(['pause', 'resume', 'cancel']), ...cellsMeant }),
  z.strictObject({ action: z.literal('move'), ...cellsMeant, before: itemId.nullable() }),
]);

/** What is to become of cells of the queue: of items, of an entry's cells, or of all where neither is named. */
export type QueueWish = z.infer<typeof wish>;

const answer = z.strictObject({ problem: z.string().max(10_000).nullable() });

const folderName = '.wishes';
const wishName = /^([0-9a-f]{16})\.json$/;
const maxBytes = 1 << 24;
const lookMs = 100;
/** A wish that was taken up may take this long: each cell that is cancelled is written down. */
const workMs = 600_000;

/** Does to a queue what was wished. Throws LabError where it cannot be. */
export async function fulfil(queue: Queue, wished: QueueWish): Promise<void> {
  const all = wished.items === undefined && wished.entryId === undefined;
  const items = wished.items ?? queue.open(wished.entryId);
  if (wished.action === 'move') await queue.move(items, wished.before);
  else if (wished.action === 'cancel') await queue.cancel(items);
  else await queue[wished.action](all ? undefined : items);
}

/** Takes up the wishes that lie in a notebook, one look after another. */
export class WishTaker {
  readonly #fs: FileSystem;
  readonly #folder: string;
  readonly #queue: Queue;
  #isLooking = false;

  /** `notebook` is the folder whose queue this is; this process must have its lock. */
  constructor(fs: FileSystem, notebook: string, queue: Queue) {
    this.#fs = fs;
    this.#folder = join(notebook, folderName);
    this.#queue = queue;
  }

  /** Removes what was wished of a process that is no more: nobody waits for it. Never throws: the app opens all the same. */
  async clear(): Promise<void> {
    await this.#fs.removeFolder(this.#folder).catch(() => undefined);
  }

  /** Fulfils what was wished since the last look. Never throws: whoever wished is told what went wrong. */
  async look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      for (const name of await this.#fs.list(this.#folder)) {
        const id = wishName.exec(name)?.[1];
        if (id !== undefined) await this.#take(id);
      }
    } catch {
      // No folder: nobody ever wished.
    } finally {
      this.#isLooking = false;
    }
  }

  async #take(id: string): Promise<void> {
    const path = join(this.#folder, `${id}.json`);
    let problem: string | null = null;
    try {
      const wished = parsed(wish, await readWhole(this.#fs, path, maxBytes));
      // What is half written is read at the next look.
      if (wished === null) return;
      // That it is gone says that it was taken up, and keeps it from being taken up twice.
      await this.#fs.remove(path);
      await fulfil(this.#queue, wished);
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
    const words = new TextEncoder().encode(JSON.stringify({ problem }));
    await createWhole(this.#fs, join(this.#folder, `${id}.answer`), words);
  }
}

/** Asks the process that has a notebook's queue. Throws LabError where it refuses, or does not answer within `patienceMs`. */
export async function wishFor(
  fs: FileSystem,
  notebook: string,
  wished: QueueWish,
  patienceMs: number,
): Promise<void> {
  const folder = join(notebook, folderName);
  const id = randomBytes(8).toString('hex');
  const [path, answerPath] = [join(folder, `${id}.json`), join(folder, `${id}.answer`)];
  await makeFolders(fs, folder);
  await createWhole(fs, path, new TextEncoder().encode(JSON.stringify(wished)));
  let end = Date.now() + patienceMs;
  let isTaken = false;
  for (; ; await sleep(lookMs)) {
    const told =
      (await fs.facts(answerPath)) === null
        ? null
        : parsed(answer, await readWhole(fs, answerPath, maxBytes));
    if (told !== null) {
      await fs.remove(answerPath);
      if (told.problem !== null) throw new LabError('refused', told.problem);
      return;
    }
    if (Date.now() < end) continue;
    if (isTaken)
      throw new LabError(
        'io',
        'The queue took the wish up and did not say what became of it; look at it with `creasebook queue`.',
      );
    // Only one of the two can remove it: it was not taken up, or it is under way.
    isTaken = await fs.remove(path).then(
      () => false,
      () => true,
    );
    if (!isTaken)
      throw new LabError(
        'locked',
        'The process that writes to this notebook has no queue that could be changed; nothing was.',
      );
    end += workMs;
  }
}

function parsed<Value>(schema: z.ZodType<Value>, bytes: Uint8Array): Value | null {
  try {
    return schema.safeParse(JSON.parse(new TextDecoder().decode(bytes))).data ?? null;
  } catch {
    return null;
  }
}
