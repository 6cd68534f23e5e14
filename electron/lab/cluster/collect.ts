/**
 * Taking what jobs have trained into their entry. What lies in a job's folder is foreign: names go by pattern, links are
 * never followed, ids and checksums are looked at before anything is taken. Stopped anywhere it can be run again; run
 * twice it changes nothing.
 */
import { join } from 'node:path';
import { byWorth, isAttemptName, saysMore } from '../../../experiments/cluster/attempts.ts';
import { stateFrom, type CellRow } from '../../../experiments/entries/cells-index.ts';
import { packedRanges } from '../../../experiments/entries/pack.ts';
import { readRange, type FileSystem } from '../disk/files.ts';
import { LabError } from '../disk/lab-error.ts';
import type { EntryStore } from '../notebook/entry-store.ts';
import type { CellToPack } from '../notebook/packs.ts';
import { AttemptFile, type OfferedCell } from './attempt-file.ts';
import { listed } from './copied-records.ts';
import { readShard, shardFolder } from './job-files.ts';
import { isLiving, readStatus } from './attempt-status.ts';
import { jobFolders, jobsFolder } from './new-job.ts';

/** Something in a job's folder that was not taken. */
export interface CollectFinding {
  /** Path below the entry. */
  readonly place: string;
  /** One line for a person. */
  readonly message: string;
}

/** What a collection did. */
export interface Collected {
  /** Cells that were taken. */
  readonly cells: number;
  readonly findings: readonly CollectFinding[];
  /** Jobs that were removed because nothing is left of them to do. */
  readonly jobsDone: number;
}

/** Removed folders are renamed first: half of one must not be taken for it. */
const removedPrefix = '.done-';
/** Attempts of which something was not taken lie there, below the job. */
const asideFolder = 'aside';
/** Bytes of cells in one pack that is written anew. */
const packBytes = 1 << 30;

/** Takes what the jobs of an entry, which is open for writing, have trained. Throws LabError. */
export async function collectJobs(entry: EntryStore, nowMs: number): Promise<Collected> {
  const collection = new Collection(entry, nowMs);
  return collection.run();
}

class Collection {
  readonly #entry: EntryStore;
  readonly #fs: FileSystem;
  readonly #nowMs: number;
  readonly #findings: CollectFinding[] = [];
  #owner: number | undefined;
  #taken = 0;
  #jobsDone = 0;

  constructor(entry: EntryStore, nowMs: number) {
    this.#entry = entry;
    this.#fs = entry.fileSystem;
    this.#nowMs = nowMs;
  }

  async run(): Promise<Collected> {
    this.#owner = (await this.#fs.facts(this.#entry.path))?.owner;
    // What an earlier collection took and was stopped before it told.
    await this.#entry.tellPacked();
    const jobs = jobsFolder(this.#entry.path);
    for (const name of await listed(this.#fs, jobs))
      if (name.startsWith(removedPrefix)) await this.#fs.removeFolder(join(jobs, name));
    for (const job of await jobFolders(this.#fs, this.#entry.path)) {
      await this.#takeFrom(job);
      await this.#tidy(job);
    }
    return { cells: this.#taken, findings: this.#findings, jobsDone: this.#jobsDone };
  }

  #find(path: string, message: string): void {
    const place = path.slice(this.#entry.path.length + 1);
    this.#findings.push({ place, message });
  }

  /** Takes the best of every cell that the attempts of a job offer and the entry has not. */
  async #takeFrom(job: string): Promise<void> {
    const files: AttemptFile[] = [];
    try {
      const offered = new Map<string, OfferedCell[]>();
      for (const attempt of await this.#attempts(job)) {
        const file = await this.#opened(attempt);
        if (file === null) continue;
        files.push(file);
        for (const cell of file.cells) this.#offer(offered, cell);
      }
      await this.#take([...offered.values()]);
    } finally {
      for (const file of files) await file.close();
    }
  }

  async #opened(attempt: string): Promise<AttemptFile | null> {
    try {
      const file = await AttemptFile.open(this.#fs, attempt, this.#owner);
      if (file !== null && file.damage !== null) this.#find(attempt, file.damage);
      return file;
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      this.#find(attempt, error.message);
      return null;
    }
  }

  #offer(offered: Map<string, OfferedCell[]>, cell: OfferedCell): void {
    const { id } = cell.row;
    if (this.#entry.maybeCell(id) === undefined) {
      this.#find(cell.path, `cell ${id} is none of this entry; it was not taken`);
      return;
    }
    offered.set(id, [...(offered.get(id) ?? []), cell]);
  }

  async #take(offers: readonly OfferedCell[][]): Promise<void> {
    const wanted: OfferedCell[] = [];
    let bytes = 0;
    const flush = async (): Promise<void> => {
      if (wanted.length === 0) return;
      const ids = wanted.map(({ row }) => row.id);
      await this.#entry.takeIn(cellsToPack(wanted.splice(0)), ids);
      this.#taken += ids.length;
      bytes = 0;
    };
    for (const offer of offers) {
      const best = await this.#best(offer);
      if (best === null) continue;
      wanted.push(best);
      bytes += best.row.recordBytes + best.row.previewBytes;
      if (bytes > packBytes) await flush();
    }
    await flush();
  }

  /** The best of what is offered of a cell that is whole, unless the entry has as much. */
  async #best(offer: OfferedCell[]): Promise<OfferedCell | null> {
    const id = offer[0]?.row.id ?? '';
    // What is trained here and now is not taken away.
    if (this.#entry.openCellState(id) === 'running') return null;
    if (!(await this.#entry.isAsTold(id))) await this.#entry.setCellSummary(id);
    const known = this.#entry.told(id);
    for (const cell of offer.sort(byWorth)) {
      if (!saysMore(cell.row, known)) {
        this.#compare(cell, known);
        return null;
      }
      const fault = await cell.fault();
      if (fault === null) return cell;
      this.#find(cell.path, `${fault}; it was not taken`);
    }
    return null;
  }

  /** Two chains of the same cell are the same bits, or somebody computed wrongly. */
  #compare({ row, path }: OfferedCell, known: CellRow | undefined): void {
    if (known === undefined || known.lastEpoch !== row.lastEpoch || known.lastLink === row.lastLink) return;
    this.#find(path, `cell ${row.id} was trained twice to different bits; what was collected first is kept`);
  }

  /** Folders of the attempts at a job's shards. */
  async #attempts(job: string): Promise<string[]> {
    const attempts: string[] = [];
    const shards = join(job, 'shards');
    for (const shard of (await listed(this.#fs, shards)).filter((name) => /^[1-9]\d{0,5}$/.test(name))) {
      const folder = join(shards, shard);
      if ((await this.#fs.facts(folder))?.kind !== 'folder')
        this.#find(folder, 'it is no folder; it was left');
      for (const name of (await listed(this.#fs, folder)).filter((one) => isAttemptName(one))) {
        const attempt = join(folder, name);
        if ((await this.#fs.facts(attempt))?.kind === 'folder') attempts.push(attempt);
        else this.#find(attempt, 'it is no folder of an attempt; it was left');
      }
    }
    return attempts;
  }

  /** Removes shards all of whose cells are in the entry, and the job with its last one. */
  async #tidy(job: string): Promise<void> {
    const shards = await listed(this.#fs, join(job, 'shards'));
    let left = 0;
    for (const name of shards) {
      if (name.startsWith(removedPrefix)) await this.#fs.removeFolder(join(job, 'shards', name));
      else if (/^[1-9]\d{0,5}$/.test(name)) left += (await this.#tidyShard(job, Number(name))) ? 0 : 1;
    }
    if (left > 0 || (await this.#fs.facts(join(job, asideFolder))) !== null) return;
    await this.#removeFolder(job);
    this.#jobsDone++;
  }

  async #tidyShard(job: string, shard: number): Promise<boolean> {
    const folder = shardFolder(job, shard);
    if ((await this.#fs.facts(folder))?.kind !== 'folder') return false;
    const attempts = (await listed(this.#fs, folder)).filter((name) => isAttemptName(name));
    if (!(await this.#isComplete(job, shard, folder))) return false;
    for (const name of attempts)
      if (isLiving(await readStatus(this.#fs, join(folder, name)), this.#nowMs)) return false;
    const troubled = attempts.filter((name) => this.#isTroubled(join(folder, name)));
    for (const name of troubled) await this.#setAside(job, shard, join(folder, name), name);
    await this.#removeFolder(folder);
    return true;
  }

  /** Whether all cells of a shard have ended as far as the entry knows. */
  async #isComplete(job: string, shard: number, folder: string): Promise<boolean> {
    try {
      const cells = await readShard(this.#fs, job, shard);
      return cells.every(({ id }) => {
        const row = this.#entry.told(id);
        const epochs = this.#entry.maybeCell(id)?.epochs;
        // Cells that the entry has no more are nobody's.
        if (epochs === undefined) return true;
        const state = row === undefined ? 'queued' : stateFrom(row, epochs);
        return state === 'finished' || state === 'failed';
      });
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      this.#find(folder, error.message);
      return false;
    }
  }

  #isTroubled(attempt: string): boolean {
    const place = attempt.slice(this.#entry.path.length + 1);
    return this.#findings.some((finding) => finding.place === place || finding.place.startsWith(`${place}/`));
  }

  async #setAside(job: string, shard: number, attempt: string, name: string): Promise<void> {
    const aside = join(job, asideFolder);
    if ((await this.#fs.facts(aside)) === null) await this.#fs.makeFolder(aside);
    await this.#fs.rename(attempt, join(aside, `${shard}-${name}`));
    await this.#fs.syncFolder(aside);
  }

  async #removeFolder(folder: string): Promise<void> {
    const name = folder.slice(folder.lastIndexOf('/') + 1);
    const removed = join(folder, '..', `${removedPrefix}${name}`);
    await this.#fs.rename(folder, removed);
    await this.#fs.removeFolder(removed);
  }
}

async function* cellsToPack(cells: readonly OfferedCell[]): AsyncGenerator<CellToPack> {
  for (const { row, file, offset } of cells) {
    const { records, previews } = packedRanges({ row, offset });
    yield {
      row,
      records: await readRange(file, records.offset, records.length),
      previews: await readRange(file, previews.offset, previews.length),
    };
  }
}
