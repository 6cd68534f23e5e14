/** The two logs of a cell, records and previews, with what is known of them: scanned, appended to, cut back. */
import { join } from 'node:path';
import {
  decodeRecordHead,
  encodeRecord,
  type CellRecord,
} from '../../../experiments/records/record-codec.ts';
import type { Preview, ResumeState } from '../../../experiments/records/snapshot.ts';
import { removeTemporaries, type FileSystem } from '../disk/files.ts';
import { fileError } from '../disk/lab-error.ts';
import { LogFile } from '../disk/log-file.ts';
import type { FileRange, LogPlace } from '../disk/file-part.ts';
import type { ResumePoint } from '../../../experiments/sweeps/cell-run-contract.ts';
import { CellIndex } from './cell-index.ts';
import { keepCheckpoint, readCheckpoint, removeCheckpoint } from './checkpoint-file.ts';
import { isWorthKeeping, keepIndexCache, useIndexCache, type IndexedCell } from './index-cache.ts';
import type { PackedPlace } from './packs.ts';
import { PreviewPositions } from './preview-positions.ts';
import { readStoredState } from './stored-records.ts';

/** Where a cell's logs lie, and whether they may be written. */
export interface CellLogsOptions {
  readonly fs: FileSystem;
  /** Folder of the cell; made with the first record. */
  readonly path: string;
  readonly id: string;
  readonly writable: boolean;
  /** Where its logs lie in a pack; files of their own where left out. */
  readonly packed?: PackedPlace | null;
}

/** Where records and previews lie of a cell with this folder. */
export function logPlaces(
  folder: string,
  packed: PackedPlace | null,
  writable: boolean,
): readonly [LogPlace, LogPlace] {
  const own = (name: string): LogPlace => ({ path: join(folder, name), range: null, writable });
  const part = (range: FileRange): LogPlace => ({ path: packed?.path ?? '', range, writable: false });
  return packed === null ? [own('records'), own('previews')] : [part(packed.records), part(packed.previews)];
}

/** Not safe to use twice at a time: whoever holds it lets one task wait for another. */
export class CellLogs implements IndexedCell {
  readonly records: LogFile;
  readonly previews: LogFile;
  readonly index: CellIndex;
  readonly positions = new PreviewPositions();
  readonly #options: CellLogsOptions;
  /** Where the logs lie in a pack, or null. */
  packed: PackedPlace | null;
  readonly #setAside: string[] = [];
  /** Bytes of the logs that the kept index covers. */
  #indexedBytes = 0;

  constructor(options: CellLogsOptions) {
    const { fs, id } = options;
    this.#options = options;
    this.packed = options.packed ?? null;
    const [records, previews] = this.places;
    this.records = new LogFile(fs, records.path, records.writable, records.range);
    this.previews = new LogFile(fs, previews.path, previews.writable, previews.range);
    this.index = new CellIndex(id);
  }

  /** Where records and previews lie now. */
  get places(): readonly [LogPlace, LogPlace] {
    return logPlaces(this.#options.path, this.packed, this.#options.writable);
  }

  /** Goes on where the same logs lie by now: in a pack, or in files of their own. */
  async moveTo(packed: PackedPlace | null): Promise<void> {
    this.packed = packed;
    const [records, previews] = this.places;
    await this.records.moveTo(records);
    await this.previews.moveTo(previews);
  }

  /** What is wrong with the records as they were found, in words; names of damaged ends that were set aside. */
  get problems(): { readonly messages: readonly string[]; readonly setAside: readonly string[] } {
    const damage = [this.records.damage, this.previews.damage].flatMap((found) => found?.message ?? []);
    return { messages: [...this.index.problems, ...damage], setAside: this.#setAside };
  }

  /** Bytes of the good beginnings of both logs. */
  get storedBytes(): number {
    return this.records.end + this.previews.end;
  }

  /** Takes in what was appended since; for writing, sets what is damaged aside. Throws LabError. */
  async scan(): Promise<void> {
    const { fs, path, writable } = this.#options;
    if (this.records.end === 0 && this.packed === null)
      this.#indexedBytes = await useIndexCache(fs, path, this);
    await this.records.scan((payload, position, frame) => this.index.visit(payload, position, frame));
    await this.previews.scan((payload, position) => this.positions.visit(payload, position));
    if (!writable || this.packed !== null) return;
    await this.#removeLeftovers();
    for (const log of [this.records, this.previews]) {
      const name = await log.setDamageAside();
      if (name !== null) this.#setAside.push(name);
    }
    await this.keepIndex();
  }

  /**
   * Appends a record and makes it durable, its preview first, so that no snapshot lacks one; on any error both logs are
   * cut back. That training begins is made durable together with what it leads to. Throws LabError.
   */
  async append(record: CellRecord, preview: Preview | null): Promise<void> {
    const payload = encodeRecord(record);
    const head = decodeRecordHead(payload);
    const before = [this.records, this.previews].map((log) => ({ log, end: log.end, frames: log.frames }));
    try {
      if (preview !== null) {
        const at = await this.previews.append(encodeRecord({ type: 'preview', preview }));
        await this.previews.sync();
        this.positions.set(preview.epoch, at);
      }
      const position = await this.records.append(payload);
      if (!isBeginning(record)) await this.records.sync();
      this.index.add(head, position, this.records.frames - 1);
    } catch (error) {
      for (const { log, end, frames } of before) await log.cutBack(end, frames);
      if (preview !== null) this.positions.delete(preview.epoch);
      const kept = `All ${before[0].frames} records before it are kept`;
      throw fileError(error, `keep a record of cell ${this.#options.id}`, kept);
    }
  }

  /** The last intact state (key frame or stop) at or before an epoch; null where there is none. */
  async latestState(epoch: number): Promise<ResumeState | null> {
    for (const { position } of this.index.statesAtOrBefore(epoch)) {
      const state = await readStoredState(this.records, position);
      if (state !== null) return state;
    }
    return null;
  }

  /** Where training goes on: the latest intact state, and what is recorded already; null to start from the beginning. */
  async resumePoint(): Promise<ResumePoint | null> {
    const last = this.index.snapshots.at(-1);
    if (last === undefined) return null;
    const { fs, path } = this.#options;
    const recorded = await this.latestState(Infinity);
    const kept = await readCheckpoint(fs, path, last.epoch);
    const state = (kept?.state.epoch ?? -1) > (recorded?.state.epoch ?? -1) ? kept : recorded;
    if (state === null) return null;
    return {
      ...state,
      recordedEpoch: last.epoch,
      recordedLink: last.link,
      recordedWeightsDigest: last.weightsDigest,
      recordedSnapshots: this.index.snapshots.length,
    };
  }

  /** Keeps a state beside the records, in the place of the one before. */
  async keepCheckpoint(state: ResumeState): Promise<void> {
    await keepCheckpoint(this.#options.fs, this.#options.path, state);
  }

  /** Takes the state beside the records away. */
  async removeCheckpoint(): Promise<void> {
    await removeCheckpoint(this.#options.fs, this.#options.path);
  }

  /** Writes the index beside the logs where they grew enough for it. */
  async keepIndex(): Promise<void> {
    const { fs, path, writable } = this.#options;
    if (!writable || this.packed !== null || !isWorthKeeping(this, this.#indexedBytes)) return;
    await keepIndexCache(fs, path, this);
    this.#indexedBytes = this.storedBytes;
  }

  /** Whether other logs have taken the place of these: another process thinned the cell. */
  isReplaced(): Promise<boolean> {
    return this.records.isReplaced();
  }

  /** Closes those that nobody reads now; the others are closed when files are open for long. */
  async release(): Promise<void> {
    for (const log of [this.records, this.previews]) if (log.isIdle) await log.close();
  }

  /** Closes both files. */
  async close(): Promise<void> {
    await Promise.all([this.records.close(), this.previews.close()]);
  }

  async #removeLeftovers(): Promise<void> {
    const { fs, path, id } = this.#options;
    try {
      for (const folder of [path, join(path, 'weights')]) await removeTemporaries(fs, folder);
    } catch (error) {
      throw fileError(error, `open cell ${id} for writing`, 'Nothing was lost');
    }
  }
}

function isBeginning(record: CellRecord): boolean {
  return record.type === 'event' && (record.event.kind === 'started' || record.event.kind === 'resumed');
}
