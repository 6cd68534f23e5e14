/**
 * Taking what jobs have trained into their entry. What lies in a job's folder is foreign: names go by pattern, links are
 * never followed, ids and checksums are looked at before anything is taken. Stopped anywhere it can be run again; run
 * twice it changes nothing.
 */
import { join } from 'node:path';
import { byWorth, isAttemptName, saysMore } from '../../../experiments/cluster/attempts.ts';
import { stateFrom } from '../../../experiments/entries/cells-index.ts';
import type { FileSystem } from '../disk/files.ts';
import { LabError } from '../disk/lab-error.ts';
import type { EntryStore } from '../notebook/entry-store.ts';
import { AttemptFile, type OfferedCell } from './attempt-file.ts';
import { listed } from './copied-records.ts';
import { readShardIds, shardFolder } from './job-files.ts';
import { isLiving, readStatus } from './attempt-status.ts';
import { jobFolders, jobsFolder, mirrorFolder, mirroredJobs } from './new-job.ts';
import { OfferedCells } from './offered-cells.ts';

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
/** Whole packs of so many bytes are not copied: they get a second name in the entry. */
const linkedBytes = 1 << 24;

/** Takes what the jobs of an entry, which is open for writing, have trained. Throws LabError. */
export async function collectJobs(
  entry: EntryStore,
  nowMs: number,
  linkedFromBytes = linkedBytes,
): Promise<Collected> {
  const collection = new Collection(entry, nowMs, linkedFromBytes);
  return collection.run();
}

/** Whether these cells, or all, have ended as far as an entry knows; those that it has no more are nobody's. */
export function haveEnded(entry: EntryStore, ids = entry.json.cells.map(({ id }) => id)): boolean {
  return ids.every((id) => {
    const row = entry.toldHead(id);
    const epochs = entry.maybeCell(id)?.epochs;
    if (epochs === undefined) return true;
    const state = row === undefined ? 'queued' : stateFrom(row, epochs);
    return state === 'finished' || state === 'failed';
  });
}

class Collection {
  readonly #entry: EntryStore;
  readonly #fs: FileSystem;
  readonly #nowMs: number;
  readonly #linkedBytes: number;
  readonly #findings: CollectFinding[] = [];
  readonly #offered = new OfferedCells();
  /** Cells with files of their own. */
  #loose: ReadonlySet<string> = new Set();
  #owner: number | undefined;
  #taken = 0;
  #jobsDone = 0;

  constructor(entry: EntryStore, nowMs: number, linkedFromBytes: number) {
    this.#entry = entry;
    this.#fs = entry.fileSystem;
    this.#nowMs = nowMs;
    this.#linkedBytes = linkedFromBytes;
  }

  async run(): Promise<Collected> {
    this.#owner = (await this.#fs.facts(this.#entry.path))?.owner;
    // What an earlier collection took and was stopped before it told.
    await this.#entry.tellPacked();
    this.#loose = await this.#entry.looseNames();
    const jobs = jobsFolder(this.#entry.path);
    for (const name of await listed(this.#fs, jobs))
      if (name.startsWith(removedPrefix)) await this.#fs.removeFolder(join(jobs, name));
    for (const job of await jobFolders(this.#fs, this.#entry.path)) {
      await this.#takeFrom(job);
      await this.#tidy(job);
    }
    await this.#takeMirrored();
    return { cells: this.#taken, findings: this.#findings, jobsDone: this.#jobsDone };
  }

  #find(path: string, message: string): void {
    const place = path.slice(this.#entry.path.length + 1);
    this.#findings.push({ place, message });
  }

  /** Takes what was copied here of jobs elsewhere; copies are kept, to be gone on with, until all cells have ended. */
  async #takeMirrored(): Promise<void> {
    for (const job of await mirroredJobs(this.#fs, this.#entry.path)) await this.#takeFrom(job);
    const mirror = mirrorFolder(this.#entry.path);
    if ((await this.#fs.facts(mirror)) !== null && haveEnded(this.#entry)) await this.#removeFolder(mirror);
  }

  /** Takes the best of every cell that the attempts of a job offer and the entry has not. */
  async #takeFrom(job: string): Promise<void> {
    const offered = new Map<string, OfferedCell[]>();
    for (const attempt of await this.#attempts(job))
      for (const cell of (await this.#looked(attempt))?.cells ?? []) this.#offer(offered, cell);
    try {
      await this.#take([...offered.values()]);
    } finally {
      await this.#offered.close();
    }
  }

  async #looked(attempt: string): Promise<AttemptFile | null> {
    try {
      // An attempt has every cell once.
      const most = this.#entry.json.cells.length;
      const file = await AttemptFile.look(this.#fs, attempt, this.#owner, most);
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
      this.#find(cell.file.path, `cell ${id} is none of this entry; it was not taken`);
      return;
    }
    offered.set(id, [...(offered.get(id) ?? []), cell]);
  }

  async #take(offers: readonly OfferedCell[][]): Promise<void> {
    const wanted = new Map<AttemptFile, OfferedCell[]>();
    for (const offer of offers) {
      const best = await this.#best(offer);
      if (best === null) continue;
      const others = wanted.get(best.file);
      if (others === undefined) wanted.set(best.file, [best]);
      else others.push(best);
    }
    const copied: OfferedCell[] = [];
    for (const [file, cells] of wanted) {
      const isAll =
        cells.length === file.cells.length && file.size >= this.#linkedBytes && (await file.isWhole());
      if (isAll && (await this.#entry.takeInWhole(file.path, file.cells))) this.#taken += cells.length;
      else copied.push(...cells.sort((a, b) => a.offset - b.offset));
    }
    await this.#copy(copied);
  }

  async #copy(cells: readonly OfferedCell[]): Promise<void> {
    for (let first = 0; first < cells.length;) {
      let next = first;
      for (let bytes = 0; next < cells.length && bytes < packBytes; next++) bytes += cells[next].length;
      const some = cells.slice(first, next);
      await this.#entry.takeIn(
        this.#offered.parts(some),
        some.map(({ row }) => row),
      );
      this.#taken += some.length;
      first = next;
    }
  }

  /** The best of what is offered of a cell that is whole, unless the entry has as much. */
  async #best(offer: OfferedCell[]): Promise<OfferedCell | null> {
    const id = offer[0]?.row.id ?? '';
    // What is trained here and now is not taken away.
    if (this.#entry.openCellState(id) === 'running') return null;
    const isAsTold = this.#loose.has(id) ? await this.#entry.isAsTold(id) : this.#entry.isPackedAsTold(id);
    if (!isAsTold) await this.#entry.setCellSummary(id);
    const known = this.#entry.toldHead(id);
    for (const cell of offer.sort(byWorth)) {
      if (!saysMore(cell.row, known)) {
        this.#compare(cell);
        return null;
      }
      const fault = await this.#offered.faultOf(cell);
      if (fault === null) return cell;
      this.#find(cell.file.path, `${fault}; it was not taken`);
    }
    return null;
  }

  /** Two chains of the same cell are the same bits, or somebody computed wrongly. */
  #compare({ row, file }: OfferedCell): void {
    const known = this.#entry.told(row.id);
    if (known === undefined || known.lastEpoch !== row.lastEpoch || known.lastLink === row.lastLink) return;
    this.#find(
      file.path,
      `cell ${row.id} was trained twice to different bits; what was collected first is kept`,
    );
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
      const ids = await readShardIds(this.#fs, job, shard, maxShardBytes(this.#entry.json.cells.length));
      return haveEnded(this.#entry, ids);
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

/** A shard's list of cells is no longer than that of all cells of its entry would be, written at length. */
function maxShardBytes(cells: number): number {
  return (1 << 20) + 2000 * cells;
}
