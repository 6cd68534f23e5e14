/** The records and previews of one cell on disk. */
import { join } from 'node:path';
import { bytesOfFrame, type ByteRange } from '../../../experiments/entries/chain-verification.ts';
import { cellState } from '../../../experiments/records/cell-state.ts';
import type { CellRow } from '../../../experiments/entries/cells-index.ts';
import type { TimedEvent } from '../../../experiments/records/record-codec.ts';
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
import { isoTime } from '../disk/iso-time.ts';
import type { SnapshotFacts } from './cell-index.ts';
import { CellLogs, type CellLogsOptions } from './cell-logs.ts';
import { cellRow } from './cell-row.ts';
import type { LogPlace } from '../disk/file-part.ts';
import { makeFolders, readWhole, writeWhole } from '../disk/files.ts';
import { LabError, readingOnly } from '../disk/lab-error.ts';
import type { PackedPlace } from './packs.ts';
import type { PreviewPlaces } from './preview-positions.ts';
import { withoutPaths } from '../disk/without-paths.ts';
import { readStoredPreview, readStoredSnapshot } from './stored-records.ts';
import {
  notWhole,
  replaceLogs,
  snapshotBytes,
  thinnedParts,
  type SnapshotBytes,
  type ThinnedParts,
  type ThinningWatch,
} from './thinned-logs.ts';
import { TaskQueue } from '../disk/task-queue.ts';

/** Where a cell lies and what its entry says of it. */
export interface CellStoreOptions extends CellLogsOptions {
  readonly label: string;
  /** Goal: completed epochs. */
  readonly epochs: number;
  /** Whether another living process trains the cell, which was last started at this time (ISO 8601). */
  readonly runsElsewhere: (lastStart: string | null) => boolean;
  /** Told before this process begins to train the cell, and after it has ended. */
  readonly tellWork: (atWork: boolean) => Promise<void>;
  /** Gives packed logs files of their own again. */
  readonly unpack?: () => Promise<void>;
  readonly now: () => Date;
}

const regionsFile = 'regions.csv';
const maxTableBytes = 1 << 26;

/** Characters of an error message that are kept. */
const maxMessageLength = 10_000;

/** Opens the records of a cell: scans them, and for writing sets a damaged end aside. */
export async function openCellStore(options: CellStoreOptions): Promise<CellStore> {
  const store = new CellStore(options);
  await store.refresh();
  return store;
}

/** A cell on disk: its snapshots, states, events and previews, appended and read back. */
export class CellStore {
  readonly id: string;
  readonly #options: CellStoreOptions;
  #logs: CellLogs;
  #goal: number;
  #atWork = false;
  #queue = new TaskQueue();
  /** Settled but for the moment in which other logs take the place of these. */
  #moving: Promise<void> = Promise.resolve();

  constructor(options: CellStoreOptions) {
    this.id = options.id;
    this.#options = options;
    this.#goal = options.epochs;
    this.#logs = new CellLogs(options);
  }

  /** Takes in what another process appended or thinned since; for writing, sets what is damaged aside. */
  refresh(): Promise<void> {
    return this.#queue.run(async () => {
      if (!this.#options.writable && (await this.#logs.isReplaced())) await this.#readAnew(this.#logs.packed);
      else await this.#logs.scan();
    });
  }

  /** State as the events tell; 'running' only while this store, or another living process, is at work. */
  get state(): CellState {
    return cellState(this.#logs.index.events, this.#goal, this.#atWork || this.#runsElsewhere);
  }

  /** Epochs trained so far as far as the records know; 0 where there are none. */
  get lastEpoch(): number {
    return this.#logs.index.lastEpoch;
  }

  /** Whether the last event is an early stop. */
  get finishedEarly(): boolean {
    const last = this.#logs.index.events.at(-1)?.event;
    return last?.kind === 'finished' && last.reason === 'early stop';
  }

  /** Events in order, each with its time. */
  get events(): readonly TimedEvent[] {
    return this.#logs.index.events;
  }

  /** What is wrong with the records as they were found, in words; names of damaged ends that were set aside. */
  get problems(): { readonly messages: readonly string[]; readonly setAside: readonly string[] } {
    return this.#logs.problems;
  }

  /** Bytes of the good beginnings of both logs. */
  get logBytes(): { readonly records: number; readonly previews: number } {
    return { records: this.#logs.records.end, previews: this.#logs.previews.end };
  }

  /** Bytes of records and previews on disk. */
  get storedBytes(): number {
    return this.#logs.storedBytes;
  }

  /** All snapshots, ascending, those that were thinned among them. */
  index(): readonly SnapshotFacts[] {
    return this.#logs.index.snapshots;
  }

  /** Epochs of the snapshots whose weights and previews are kept, ascending: all but those that were thinned. */
  keptEpochs(): readonly number[] {
    return this.#logs.index.keptEpochs;
  }

  /** What the index of the entry is to say about this cell. */
  get row(): CellRow {
    return cellRow(this.id, this.#logs);
  }

  /** Whether this process trains the cell. */
  get isAtWork(): boolean {
    return this.#atWork;
  }

  /** Keeps what was learnt of the records, before nobody may ask for this store again. */
  rest(): void {
    void this.#queue.run(() => this.#logs.keepIndex()).catch(() => undefined);
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
      if (epoch <= (this.#logs.index.snapshots.at(-1)?.epoch ?? -1)) return this.#acceptAgain(snapshot);
      if (!this.#logs.index.continues(snapshot)) {
        throw new LabError(
          'refused',
          `The snapshot of epoch ${epoch} does not continue the chain of cell ${this.id}; it was not kept.`,
        );
      }
      await this.#logs.append({ type: 'snapshot', snapshot }, preview);
    });
  }

  /** Keeps the state in which training stopped. */
  appendState(state: ResumeState): Promise<void> {
    return this.#write(() => this.#logs.append({ type: 'state', state }, null));
  }

  /** Keeps a state to go on from until there is a later one, as far as the disk has room for it. */
  keepCheckpoint(state: ResumeState): Promise<void> {
    return this.#write(() => this.#logs.keepCheckpoint(state));
  }

  /** Keeps an event with the time it is now. */
  appendEvent(event: CellEvent): Promise<void> {
    const clean =
      event.kind === 'failed'
        ? { ...event, message: withoutPaths(event.message).slice(0, maxMessageLength) }
        : event;
    const begins = event.kind === 'started' || event.kind === 'resumed';
    return this.#write(async () => {
      // Whoever has a last word is not at work any more, even where that word finds no room on the disk.
      if (!begins) this.#atWork = false;
      if (begins) await this.#options.tellWork(true);
      try {
        await this.#logs.append({ type: 'event', time: isoTime(this.#options.now()), event: clean }, null);
        this.#atWork = begins;
        if (clean.kind === 'finished') await this.#logs.removeCheckpoint();
      } finally {
        if (!this.#atWork) await this.#options.tellWork(false);
      }
    });
  }

  /** Where training goes on: the latest intact state, and what is recorded already; null to start from the beginning. */
  resumePoint(): Promise<ResumePoint | null> {
    return this.#logs.resumePoint();
  }

  /** What is known of the snapshot of exactly this epoch, thinned or not. */
  factsOf(epoch: number): SnapshotFacts | undefined {
    return this.#logs.index.at(epoch);
  }

  /** The snapshot of exactly this epoch, or null; null too where it was thinned. Throws LabError 'damaged'. */
  async snapshot(epoch: number): Promise<Snapshot | null> {
    await this.#moving;
    const facts = this.#logs.index.at(epoch);
    if (facts === undefined || facts.isThinned) return null;
    return readStoredSnapshot(this.#logs.records, this.id, facts);
  }

  /** The last snapshot at or before this epoch that was not thinned, or null. */
  async snapshotAtOrBefore(epoch: number): Promise<Snapshot | null> {
    await this.#moving;
    const facts = this.#logs.index.atOrBefore(epoch);
    return facts === undefined ? null : readStoredSnapshot(this.#logs.records, this.id, facts);
  }

  /** The last intact state (key frame or stop) at or before this epoch, to replay from; null where there is none. */
  async keyFrameAtOrBefore(epoch: number): Promise<ResumeState | null> {
    await this.#moving;
    return this.#logs.latestState(epoch);
  }

  /** The preview of exactly this epoch, or null where there is none or it is damaged. */
  async preview(epoch: number): Promise<Preview | null> {
    await this.#moving;
    const position = this.#logs.positions.at(epoch);
    return position === undefined ? null : readStoredPreview(this.#logs.previews, position);
  }

  /** Bytes of the snapshot, or of the preview, of exactly this epoch; null where there is none. */
  bytesOf(log: 'records' | 'previews', epoch: number): ByteRange | null {
    const position =
      log === 'records' ? this.#logs.index.at(epoch)?.position : this.#logs.positions.at(epoch);
    return position === undefined ? null : bytesOfFrame(position);
  }

  /** Where the previews of these epochs lie, for readers elsewhere; null where there is none. */
  previewPlaces(epochs: readonly number[]): PreviewPlaces {
    const [, { path, range }] = this.#logs.places;
    return { path, range, positions: epochs.map((epoch) => this.#logs.positions.at(epoch) ?? null) };
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
    return maybeRegionCounts(new TextDecoder().decode(await readWhole(fs, file, maxTableBytes))) ?? [];
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
    await this.#queue.run(() => this.#logs.keepIndex());
    if (this.#atWork) await this.#options.tellWork(false);
    this.#atWork = false;
    await this.#logs.close();
  }

  get #runsElsewhere(): boolean {
    return this.#options.runsElsewhere(this.#logs.index.lastStart);
  }

  /** Where records and previews lie. */
  get places(): readonly [LogPlace, LogPlace] {
    return this.#logs.places;
  }

  /** Whether the records lie in a pack. */
  get isPacked(): boolean {
    return this.#logs.packed !== null;
  }

  /** Goes on where the same records lie by now, in a pack, once nothing is under way; `then` ends the move. */
  moveIntoPack(packed: PackedPlace, then: () => Promise<void>): Promise<void> {
    return this.#queue.run(async () => {
      const isSame = this.#logs.records.end === packed.row.recordBytes && !this.#atWork;
      if (!isSame || this.isPacked) return;
      await this.#logs.moveTo(packed);
      await then();
    });
  }

  /** What each snapshot takes, and would take without weights and preview. Throws LabError 'damaged'. */
  async snapshotBytes(onSnapshot?: () => void): Promise<SnapshotBytes[]> {
    await this.#moving;
    return snapshotBytes(this.#logs, this.id, onSnapshot);
  }

  /**
   * Gives up weights and previews of all snapshots but those of these epochs, in files of its own. Throws LabError 'refused'
   * while it is trained or when aborted, 'damaged' where its records are not whole.
   */
  thin(kept: ReadonlySet<number>, watch: ThinningWatch): Promise<void> {
    if (!this.#options.writable) return Promise.reject(readingOnly());
    return this.#queue.run(async () => {
      this.#requireThinnable();
      let moved = (): void => undefined;
      const { fs, path } = this.#options;
      try {
        await replaceLogs(fs, path, this.#logs, { ...watch, row: this.row, kept }, () => {
          this.#moving = new Promise((resolve) => (moved = resolve));
        });
      } finally {
        await this.#readAnew(null).finally(moved);
      }
    });
  }

  /** The same for a cell in a pack: the bytes that a new pack is to have of it, and what they say. */
  thinnedParts(kept: ReadonlySet<number>, watch: ThinningWatch): Promise<ThinnedParts> {
    return this.#queue.run(async () => {
      this.#requireThinnable();
      return thinnedParts(this.#options.fs, this.#logs, { ...watch, row: this.row, kept });
    });
  }

  /** Reads its logs where they lie now, in another pack. */
  readFrom(packed: PackedPlace): Promise<void> {
    return this.#queue.run(async () => {
      if (this.isPacked) await this.#readAnew(packed);
    });
  }

  #requireThinnable(): void {
    if (this.state === 'running')
      throw new LabError('refused', `Cell ${this.id} is being trained; it can be thinned when that is over.`);
    const [problem] = this.problems.messages;
    if (problem !== undefined) throw notWhole(this.id, problem);
  }

  /** Other logs take the place of these once they are read; whoever reads the old ones now may do so to the end. */
  async #readAnew(packed: PackedPlace | null): Promise<void> {
    const [old, logs] = [this.#logs, new CellLogs({ ...this.#options, packed })];
    await logs.scan();
    this.#logs = logs;
    await old.release();
  }

  #write<T>(task: () => Promise<T>): Promise<T> {
    if (!this.#options.writable) return Promise.reject(readingOnly());
    return this.#queue.run(async () => {
      if (this.isPacked) {
        // Records in a pack are not written to: they get files of their own again first.
        await this.#options.unpack?.();
        await this.#logs.moveTo(null);
      }
      return task();
    });
  }

  #acceptAgain(snapshot: Snapshot): void {
    const { epoch } = snapshot.metrics;
    if (this.#logs.index.at(epoch)?.link === snapshot.link) return;
    throw new LabError(
      'not-reproducible',
      `Cell ${this.id} trained again differs from its record at epoch ${epoch}. The record was kept; run verify to see which of the two is wrong.`,
    );
  }

  #writeFile(folder: string, name: string, bytes: Uint8Array): Promise<void> {
    if (!this.#options.writable) return Promise.reject(readingOnly());
    return this.#queue.run(async () => {
      await makeFolders(this.#options.fs, folder);
      await writeWhole(this.#options.fs, join(folder, name), bytes);
    });
  }
}
