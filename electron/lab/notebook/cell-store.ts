/** The records and previews of one cell on disk. */
import { join } from 'node:path';
import { bytesOfFrame, type ByteRange } from '../../../experiments/entries/chain-verification.ts';
import { cellState } from '../../../experiments/records/cell-state.ts';
import type { EntryCell } from '../../../experiments/entries/entry-schema.ts';
import {
  decodeRecordHead,
  encodeRecord,
  type CellRecord,
  type TimedEvent,
} from '../../../experiments/records/record-codec.ts';
import type {
  CellEvent,
  CellState,
  Preview,
  ResumeState,
  Snapshot,
} from '../../../experiments/records/snapshot.ts';
import {
  maybeRegionCounts,
  regionCountsCsv,
  type RegionCount,
} from '../../../experiments/polytopes/region-counts.ts';
import type { ResumePoint } from '../../../experiments/sweeps/cell-run-contract.ts';
import { CellIndex, type SnapshotFacts } from './cell-index.ts';
import { makeFolders, readWhole, removeTemporaries, writeWhole, type FileSystem } from '../disk/files.ts';
import { fileError, LabError, readingOnly } from '../disk/lab-error.ts';
import { isWorthKeeping, keepIndexCache, useIndexCache, type IndexedCell } from './index-cache.ts';
import { LogFile } from '../disk/log-file.ts';
import { PreviewPositions, type PreviewPlaces } from './preview-positions.ts';
import { withoutPaths } from '../disk/without-paths.ts';
import { readStoredPreview, readStoredSnapshot, readStoredState } from './stored-records.ts';
import { TaskQueue } from '../disk/task-queue.ts';

export interface CellStoreOptions {
  readonly fs: FileSystem;
  /** Folder of the cell; made with the first record. */
  readonly path: string;
  readonly id: string;
  readonly label: string;
  /** Goal: completed epochs. */
  readonly epochs: number;
  readonly writable: boolean;
  /** Since when (ISO 8601) another living process writes to the notebook; null where none does. */
  readonly writerSince: string | null;
  readonly now: () => Date;
}

const regionsFile = 'regions.csv';
const longestTable = 1 << 26;

/** Characters of an error message that are kept. */
const longestMessage = 10_000;

/** What entry.json keeps of a cell. */
export type CellSummary = Pick<EntryCell, 'state' | 'started' | 'lastEpoch' | 'lastLink' | 'seconds'>;

/** Opens the records of a cell: scans them, and for writing sets a damaged end aside. */
export async function openCellStore(options: CellStoreOptions): Promise<CellStore> {
  const store = new CellStore(options);
  await store.refresh();
  return store;
}

export class CellStore {
  readonly id: string;
  readonly #options: CellStoreOptions;
  readonly #records: LogFile;
  readonly #previews: LogFile;
  readonly #index: CellIndex;
  readonly #positions = new PreviewPositions();
  readonly #setAside: string[] = [];
  #goal: number;
  #atWork = false;
  /** Bytes of the logs that the kept index covers. */
  #indexedBytes = 0;
  #queue = new TaskQueue();

  constructor(options: CellStoreOptions) {
    this.id = options.id;
    this.#options = options;
    this.#goal = options.epochs;
    this.#records = new LogFile(options.fs, join(options.path, 'records'), options.writable);
    this.#previews = new LogFile(options.fs, join(options.path, 'previews'), options.writable);
    this.#index = new CellIndex(options.id);
  }

  /** Takes in what another process appended since; for writing, sets what is damaged aside. */
  refresh(): Promise<void> {
    return this.#queue.run(() => this.#scan());
  }

  /** State as the events tell; 'running' only while this store, or another living process, is at work. */
  get state(): CellState {
    return cellState(this.#index.events, this.#goal, this.#atWork || this.#runsElsewhere);
  }

  /** Epochs trained so far as far as the records know; 0 where there are none. */
  get lastEpoch(): number {
    return this.#index.lastEpoch;
  }

  /** Whether the last event is an early stop. */
  get finishedEarly(): boolean {
    const last = this.#index.events.at(-1)?.event;
    return last?.kind === 'finished' && last.reason === 'early stop';
  }

  /** Events in order, each with its time. */
  get events(): readonly TimedEvent[] {
    return this.#index.events;
  }

  /** What is wrong with the records as they were found, in words; names of damaged ends that were set aside. */
  get problems(): { readonly messages: readonly string[]; readonly setAside: readonly string[] } {
    const damage = [this.#records.damage, this.#previews.damage].flatMap((found) => found?.message ?? []);
    return { messages: [...this.#index.problems, ...damage], setAside: this.#setAside };
  }

  /** Bytes of the good beginnings of both logs. */
  get logBytes(): { readonly records: number; readonly previews: number } {
    return { records: this.#records.end, previews: this.#previews.end };
  }

  /** Bytes of records and previews on disk. */
  get storedBytes(): number {
    return this.#records.end + this.#previews.end;
  }

  /** All snapshots, ascending. */
  index(): readonly SnapshotFacts[] {
    return this.#index.snapshots;
  }

  /** What entry.json is to say about this cell. */
  get summary(): CellSummary {
    const state = cellState(this.#index.events, this.#goal, false);
    const last = this.#index.snapshots.at(-1);
    return {
      state,
      started: this.#index.lastStart,
      lastEpoch: last?.epoch ?? null,
      lastLink: last?.link ?? null,
      seconds: last?.seconds ?? 0,
    };
  }

  /** Changes the goal, after the sweep was extended. */
  setGoal(epochs: number): void {
    this.#goal = epochs;
  }

  /**
   * Keeps a snapshot and its preview; both are on disk when this resolves. A snapshot that is there already is accepted
   * when it is the same. Throws LabError 'not-reproducible' when it is not, 'refused' when its link does not continue
   * the chain, 'disk-full' and the like when it could not be kept - everything before it is then still there.
   */
  appendSnapshot(snapshot: Snapshot, preview: Preview): Promise<void> {
    return this.#write(async () => {
      const { epoch } = snapshot.metrics;
      if (epoch <= (this.#index.snapshots.at(-1)?.epoch ?? -1)) return this.#acceptAgain(snapshot);
      if (!this.#index.continues(snapshot)) {
        throw new LabError(
          'refused',
          `The snapshot of epoch ${epoch} does not continue the chain of cell ${this.id}; it was not kept.`,
        );
      }
      await this.#keep({ type: 'snapshot', snapshot }, preview);
    });
  }

  /** Keeps the state in which training stopped. */
  appendState(state: ResumeState): Promise<void> {
    return this.#write(() => this.#keep({ type: 'state', state }, null));
  }

  /** Keeps an event with the time it is now. */
  appendEvent(event: CellEvent): Promise<void> {
    const clean =
      event.kind === 'failed'
        ? { ...event, message: withoutPaths(event.message).slice(0, longestMessage) }
        : event;
    const begins = event.kind === 'started' || event.kind === 'resumed';
    return this.#write(async () => {
      // Whoever has a last word is not at work any more, even where that word finds no room on the disk.
      if (!begins) this.#atWork = false;
      await this.#keep({ type: 'event', time: this.#options.now().toISOString(), event: clean }, null);
      this.#atWork = begins;
    });
  }

  /** Where training goes on: the latest intact state, and what is recorded already; null to start from the beginning. */
  async resumePoint(): Promise<ResumePoint | null> {
    const last = this.#index.snapshots.at(-1);
    if (last === undefined) return null;
    const state = await this.#latestState(Infinity);
    if (state === null) return null;
    return {
      ...state,
      recordedEpoch: last.epoch,
      recordedLink: last.link,
      recordedWeightsDigest: last.weightsDigest,
      recordedSnapshots: this.#index.snapshots.length,
    };
  }

  /** The snapshot of exactly this epoch, or null. Throws LabError 'damaged'. */
  async snapshot(epoch: number): Promise<Snapshot | null> {
    const facts = this.#index.at(epoch);
    return facts === undefined ? null : readStoredSnapshot(this.#records, this.id, facts);
  }

  /** The last snapshot at or before this epoch, or null. */
  async snapshotAtOrBefore(epoch: number): Promise<Snapshot | null> {
    const facts = this.#index.atOrBefore(epoch);
    return facts === undefined ? null : readStoredSnapshot(this.#records, this.id, facts);
  }

  /** The last intact state (key frame or stop) at or before this epoch, to replay from; null where there is none. */
  keyFrameAtOrBefore(epoch: number): Promise<ResumeState | null> {
    return this.#latestState(epoch);
  }

  /** The preview of exactly this epoch, or null where there is none or it is damaged. */
  async preview(epoch: number): Promise<Preview | null> {
    const position = this.#positions.at(epoch);
    return position === undefined ? null : readStoredPreview(this.#previews, position);
  }

  /** Bytes of the snapshot, or of the preview, of exactly this epoch; null where there is none. */
  bytesOf(log: 'records' | 'previews', epoch: number): ByteRange | null {
    const position = log === 'records' ? this.#index.at(epoch)?.position : this.#positions.at(epoch);
    return position === undefined ? null : bytesOfFrame(position);
  }

  /** Where the previews of these epochs lie, for readers elsewhere; null where there is none. */
  previewPlaces(epochs: readonly number[]): PreviewPlaces {
    const path = join(this.#options.path, 'previews');
    return { path, positions: epochs.map((epoch) => this.#positions.at(epoch) ?? null) };
  }

  /** Writes metrics.parquet. */
  async writeMetrics(bytes: Uint8Array): Promise<void> {
    await this.#writeFile(this.#options.path, 'metrics.parquet', bytes);
  }

  /** Exact regions of snapshots as far as they were counted, ascending epochs; a table that cannot be read counts as none. */
  async regionCounts(): Promise<RegionCount[]> {
    const { fs, path } = this.#options;
    const file = join(path, regionsFile);
    if ((await fs.facts(file)) === null) return [];
    return maybeRegionCounts(new TextDecoder().decode(await readWhole(fs, file, longestTable))) ?? [];
  }

  /** Writes regions.csv: one row per snapshot whose regions were counted. */
  async writeRegionCounts(counts: readonly RegionCount[]): Promise<void> {
    await this.#writeFile(this.#options.path, regionsFile, new TextEncoder().encode(regionCountsCsv(counts)));
  }

  /** Writes weights/<name>; names are plain file names. */
  async writeWeights(name: string, bytes: Uint8Array): Promise<void> {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name))
      throw new LabError('refused', `'${name}' is not a plain file name.`);
    await this.#writeFile(join(this.#options.path, 'weights'), name, bytes);
  }

  /** Waits for what is under way and closes the files. */
  async close(): Promise<void> {
    await this.#queue.run(() => this.#keepIndex());
    this.#atWork = false;
    await Promise.all([this.#records.close(), this.#previews.close()]);
  }

  get #runsElsewhere(): boolean {
    const { writerSince } = this.#options;
    const { lastStart } = this.#index;
    return writerSince !== null && lastStart !== null && lastStart >= writerSince;
  }

  #write<T>(task: () => Promise<T>): Promise<T> {
    if (this.#options.writable) return this.#queue.run(task);
    return Promise.reject(readingOnly());
  }

  /** Appends a record and makes it durable, its preview first, so that no snapshot lacks one; on any error both logs are cut back. */
  async #keep(record: CellRecord, preview: Preview | null): Promise<void> {
    const payload = encodeRecord(record);
    const head = decodeRecordHead(payload);
    const before = [this.#records, this.#previews].map((log) => ({ log, end: log.end, frames: log.frames }));
    try {
      if (preview !== null) {
        const at = await this.#previews.append(encodeRecord({ type: 'preview', preview }));
        await this.#previews.sync();
        this.#positions.set(preview.epoch, at);
      }
      const position = await this.#records.append(payload);
      await this.#records.sync();
      this.#index.add(head, position, this.#records.frames - 1);
    } catch (error) {
      for (const { log, end, frames } of before) await log.cutBack(end, frames);
      if (preview !== null) this.#positions.delete(preview.epoch);
      const kept = `All ${before[0].frames} records before it are kept`;
      throw fileError(error, `keep a record of cell ${this.id}`, kept);
    }
  }

  async #scan(): Promise<void> {
    const { fs, path, writable } = this.#options;
    if (this.#records.end === 0) this.#indexedBytes = await useIndexCache(fs, path, this.#parts);
    await this.#records.scan((payload, position, frame) => this.#index.visit(payload, position, frame));
    await this.#previews.scan((payload, position) => this.#positions.visit(payload, position));
    if (!writable) return;
    await this.#removeLeftovers();
    for (const log of [this.#records, this.#previews]) {
      const name = await log.setDamageAside();
      if (name !== null) this.#setAside.push(name);
    }
    await this.#keepIndex();
  }

  get #parts(): IndexedCell {
    const [records, previews] = [this.#records, this.#previews];
    return { records, previews, index: this.#index, positions: this.#positions };
  }

  async #keepIndex(): Promise<void> {
    const { fs, path, writable } = this.#options;
    if (!writable || !isWorthKeeping(this.#parts, this.#indexedBytes)) return;
    await keepIndexCache(fs, path, this.#parts);
    this.#indexedBytes = this.storedBytes;
  }

  async #removeLeftovers(): Promise<void> {
    const { fs, path } = this.#options;
    try {
      for (const folder of [path, join(path, 'weights')]) await removeTemporaries(fs, folder);
    } catch (error) {
      throw fileError(error, `open cell ${this.id} for writing`, 'Nothing was lost');
    }
  }

  #acceptAgain(snapshot: Snapshot): void {
    const { epoch } = snapshot.metrics;
    if (this.#index.at(epoch)?.link === snapshot.link) return;
    throw new LabError(
      'not-reproducible',
      `Cell ${this.id} trained again differs from its record at epoch ${epoch}. The record was kept; run verify to see which of the two is wrong.`,
    );
  }

  async #latestState(epoch: number): Promise<ResumeState | null> {
    for (const { position } of this.#index.statesAtOrBefore(epoch)) {
      const state = await readStoredState(this.#records, position);
      if (state !== null) return state;
    }
    return null;
  }

  #writeFile(folder: string, name: string, bytes: Uint8Array): Promise<void> {
    return this.#write(async () => {
      await makeFolders(this.#options.fs, folder);
      await writeWhole(this.#options.fs, join(folder, name), bytes);
    });
  }
}
