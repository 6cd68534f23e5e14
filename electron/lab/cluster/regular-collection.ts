/** Taking in what jobs finish while the app is open, one entry after another, so that cells fill in by themselves. */
import { join } from 'node:path';
import type { Notebook } from '../notebook/notebook.ts';
import { isAttemptName } from '../../../experiments/cluster/attempts.ts';
import { collectJobs, type Collected } from './collect.ts';
import { TaskQueue } from '../disk/task-queue.ts';
import { listed } from './copied-records.ts';
import { jobFolders } from './new-job.ts';

/** How often it is looked whether packs have grown. */
const lookMs = 60_000;

/** Looks every minute whether the packs of jobs have grown, and takes in what they have. */
export class RegularCollection {
  readonly #notebook: Notebook;
  readonly #now: () => Date;
  readonly #onCells: (entryId: string) => void;
  readonly #onTrouble: (error: unknown) => void;
  /** Sizes of an entry's packs when they were last looked into. */
  readonly #sizes = new Map<string, number>();
  readonly #queue = new TaskQueue();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    notebook: Notebook,
    now: () => Date,
    { onCells, onTrouble }: { onCells(entryId: string): void; onTrouble(error: unknown): void },
  ) {
    this.#notebook = notebook;
    this.#now = now;
    this.#onCells = onCells;
    this.#onTrouble = onTrouble;
  }

  /** Looks regularly from here on. */
  start(): void {
    this.#timer = setInterval(() => void this.look(), lookMs);
    this.#timer.unref();
  }

  /** Looks once; never rejects. */
  async look(): Promise<void> {
    await this.#queue.run(() => this.#lookOnce()).catch(this.#onTrouble);
  }

  /** Takes in what the jobs of an entry have. Throws LabError. */
  collect(entryId: string): Promise<Collected> {
    return this.#queue.run(() => this.#collect(entryId));
  }

  /** Looks no more; resolves when the last look is over. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#queue.idle();
  }

  async #lookOnce(): Promise<void> {
    for (const { id, folder } of await this.#notebook.list()) {
      const size = await this.#packBytes(join(this.#notebook.dir, 'entries', folder));
      if (size === (this.#sizes.get(id) ?? 0)) continue;
      await this.#collect(id);
      this.#sizes.set(id, size);
    }
  }

  async #collect(id: string): Promise<Collected> {
    const collected = await collectJobs(await this.#notebook.find(id), this.#now().getTime());
    if (collected.cells > 0) this.#onCells(id);
    return collected;
  }

  /** Bytes of all packs of an entry's jobs. */
  async #packBytes(entry: string): Promise<number> {
    const { fileSystem: fs } = this.#notebook;
    let bytes = 0;
    for (const job of await jobFolders(fs, entry))
      for (const shard of await listed(fs, join(job, 'shards')))
        for (const attempt of await listed(fs, join(job, 'shards', shard)))
          if (isAttemptName(attempt))
            bytes += (await fs.facts(join(job, 'shards', shard, attempt, 'pack')))?.size ?? 0;
    return bytes;
  }
}
