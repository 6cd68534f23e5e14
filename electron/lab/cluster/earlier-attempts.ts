/** What other attempts at a shard have done: cells that have ended, and records to go on from. Looked at, never written to. */
import { join } from 'node:path';
import { isAttemptName } from '../../../experiments/cluster/attempts.ts';
import type { ShardStatus } from '../../../experiments/cluster/shard-status.ts';
import type { CellRow } from '../../../experiments/entries/cells-index.ts';
import { makeFolders, type FileSystem } from '../disk/files.ts';
import { LabError } from '../disk/lab-error.ts';
import { openCellStore } from '../notebook/cell-store.ts';
import { readPackHeads } from './attempt-pack.ts';
import { copyLog } from './copied-log.ts';
import { readStatus } from './attempt-status.ts';

/** Files of a cell under way, in the order in which they are copied: so every snapshot has its preview. */
const cellFiles = ['records', 'previews', 'checkpoint'];

/** Other attempts at a shard. */
export class EarlierAttempts {
  readonly #fs: FileSystem;
  readonly #shard: string;
  readonly #own: string;
  /** How far each pack was read, bytes. */
  readonly #read = new Map<string, number>();
  /** Cells that have ended, by id. */
  readonly ended = new Map<string, CellRow>();

  constructor(fs: FileSystem, shard: string, own: string) {
    this.#fs = fs;
    this.#shard = shard;
    this.#own = own;
  }

  /** Takes in what other attempts have packed since. What cannot be read is passed over. */
  async look(): Promise<void> {
    for (const name of await this.#names()) {
      const path = join(this.#shard, name, 'pack');
      const from = this.#read.get(name) ?? 0;
      await ignoringTrouble(async () => {
        const facts = await this.#fs.facts(path);
        if (facts?.kind !== 'file' || facts.size <= from) return;
        const file = await this.#fs.open(path, 'read');
        try {
          const { frames, end } = await readPackHeads(file, from);
          for (const { row } of frames) this.ended.set(row.id, row);
          this.#read.set(name, end);
        } finally {
          await file.close();
        }
      });
    }
  }

  /** What other attempts say of themselves, those that say something. */
  async statuses(): Promise<ShardStatus[]> {
    const statuses: ShardStatus[] = [];
    for (const name of await this.#names()) {
      const status = await readStatus(this.#fs, join(this.#shard, name));
      if (status !== null) statuses.push(status);
    }
    return statuses;
  }

  /**
   * Copies the longest records of a cell into a new folder, through one beside it; whether there were any. A source that
   * is not whole, or goes while it is read, is passed over for the next one.
   */
  async adopt(id: string, to: string): Promise<boolean> {
    const part = `${to}.part`;
    for (const from of await this.#sources(id)) {
      try {
        await this.#fs.removeFolder(part);
        await makeFolders(this.#fs, part);
        for (const name of cellFiles) await this.#copy(join(from, name), join(part, name));
        await this.#fs.rename(part, to);
        return true;
      } catch (error) {
        if (!isTrouble(error)) throw error;
        await this.#fs.removeFolder(part);
      }
    }
    return false;
  }

  /** The epoch that the longest records of a cell under way have reached; -1 where there are none. */
  async longest(id: string): Promise<number> {
    return Math.max(-1, ...(await this.#found(id)).map(({ epoch }) => epoch));
  }

  /** Folders with records of a cell, those of the longest chain first. */
  async #sources(id: string): Promise<string[]> {
    return (await this.#found(id)).sort((a, b) => b.epoch - a.epoch).map(({ path }) => path);
  }

  async #found(id: string): Promise<{ readonly path: string; readonly epoch: number }[]> {
    const found: { readonly path: string; readonly epoch: number }[] = [];
    for (const name of await this.#names()) {
      const path = join(this.#shard, name, 'cells', id);
      await ignoringTrouble(async () => {
        if ((await this.#fs.facts(join(path, 'records')))?.kind !== 'file') return;
        const nobody = { runsElsewhere: () => false, tellWork: () => Promise.resolve() };
        const alone = { label: id, epochs: 0, writable: false, now: () => new Date(), ...nobody };
        const store = await openCellStore({ fs: this.#fs, path, id, ...alone });
        found.push({ path, epoch: (await store.resumePoint())?.state.epoch ?? -1 });
        await store.close();
      });
    }
    return found;
  }

  async #copy(from: string, to: string): Promise<void> {
    if ((await this.#fs.facts(from))?.kind !== 'file') {
      if (from.endsWith('checkpoint')) return;
      throw new LabError('not-found', `${from} is gone`);
    }
    await copyLog(this.#fs, { path: from, range: null, writable: false }, to);
  }

  async #names(): Promise<string[]> {
    const names = (await this.#fs.list(this.#shard)).filter((name) => isAttemptName(name));
    return names.filter((name) => name !== this.#own).sort();
  }
}

/** Whether an error is one of files: they may go at any moment. */
function isTrouble(error: unknown): boolean {
  return error instanceof LabError || (error instanceof Error && 'code' in error);
}

async function ignoringTrouble(task: () => Promise<void>): Promise<void> {
  try {
    await task();
  } catch (error) {
    if (!isTrouble(error)) throw error;
  }
}
