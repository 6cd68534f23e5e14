/**
 * The logs of a cell without the weights and previews of snapshots that are given up. What is left of such a snapshot stays
 * at its place in the records, so that the chain holds as before; that it does is checked before anything is replaced.
 */
import { join } from 'node:path';
import { ChainVerification, type Finding } from '../../../experiments/entries/chain-verification.ts';
import type { CellRow } from '../../../experiments/entries/cells-index.ts';
import { concatenated } from '../../../experiments/bytes/concatenated.ts';
import { decodeRecordHead, encodeRecord } from '../../../experiments/records/record-codec.ts';
import { EntryError } from '../../../experiments/records/entry-error.ts';
import {
  logFrameHeaderBytes,
  scanLogFrames,
  type LogPosition,
} from '../../../experiments/records/record-log.ts';
import { editedLog, type LogEdit } from '../disk/edited-log.ts';
import { replaceBy, writeParts, type FileSystem } from '../disk/files.ts';
import { LabError } from '../disk/lab-error.ts';
import { LogFile } from '../disk/log-file.ts';
import type { CellLogs } from './cell-logs.ts';
import { indexCacheName } from './index-cache.ts';

/** How a thinning is followed and aborted. */
export interface ThinningWatch {
  readonly signal: AbortSignal;
  /** Told of each snapshot that is written without its weights. */
  onSnapshot(): void;
}

/** A cell whose logs are thinned: what its records say now, and the epochs of the snapshots that keep their weights. */
interface Thinning extends ThinningWatch {
  readonly row: CellRow;
  readonly kept: ReadonlySet<number>;
}

/** Bytes of a snapshot with its preview, as they are and as they would be without weights and preview. */
export interface SnapshotBytes {
  readonly epoch: number;
  readonly bytes: number;
  readonly thinnedBytes: number;
}

/** What snapshots take and would take, ascending; each of those that still have weights is read. Throws LabError 'damaged'. */
export async function snapshotBytes(
  logs: CellLogs,
  cellId: string,
  onSnapshot: () => void = () => undefined,
): Promise<SnapshotBytes[]> {
  const sizes: SnapshotBytes[] = [];
  for (const { epoch, position, isThinned } of logs.index.snapshots) {
    const record = frameBytes(position.length);
    const preview = logs.positions.at(epoch);
    const bytes = record + (preview === undefined ? 0 : frameBytes(preview.length));
    const thinned = isThinned ? record : frameBytes((await thinnedPayload(logs, cellId, position)).length);
    sizes.push({ epoch, bytes, thinnedBytes: thinned });
    onSnapshot();
  }
  return sizes;
}

/**
 * Replaces both logs of a cell in files of its own, the records first: previews that are left without weights mean nothing.
 * `replacing` is told before the first of them changes. Throws LabError; each log is then the old or the new one.
 */
export async function replaceLogs(
  fs: FileSystem,
  folder: string,
  logs: CellLogs,
  thinning: Thinning,
  replacing: () => void,
): Promise<void> {
  await replaceBy(fs, join(folder, 'records'), async (temporary) => {
    await writeParts(fs, temporary, thinnedRecords(fs, logs, thinning));
    await requireChain(new LogFile(fs, temporary, false), thinning.row);
    replacing();
  });
  if (logs.previews.end > 0)
    await replaceBy(fs, join(folder, 'previews'), (temporary) =>
      writeParts(fs, temporary, thinnedPreviews(fs, logs, thinning)),
    );
  const cache = join(folder, indexCacheName);
  if ((await fs.facts(cache)) !== null) await fs.remove(cache);
}

/** A cell as a new pack is to have it. */
export interface ThinnedParts {
  readonly row: CellRow;
  readonly records: Uint8Array;
  readonly previews: Uint8Array;
}

/** Both logs of a cell that is small enough for a pack, in memory. Throws LabError 'damaged'. */
export async function thinnedParts(
  fs: FileSystem,
  logs: CellLogs,
  thinning: Thinning,
): Promise<ThinnedParts> {
  const records = await collected(thinnedRecords(fs, logs, thinning));
  const previews = await collected(thinnedPreviews(fs, logs, thinning));
  const chain = new ChainVerification(thinning.row);
  const { frames, damage } = scanLogFrames(records);
  frames.forEach((position, number) => {
    const start = position.offset + logFrameHeaderBytes;
    chain.visit(records.subarray(start, start + position.length), position, number);
  });
  requireNone(chain.finish(damage), thinning.row);
  const row = { ...thinning.row, recordBytes: records.length, previewBytes: previews.length };
  return { row, records, previews };
}

async function collected(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece);
  return concatenated(parts);
}

/** Records of a cell, piece by piece. Throws LabError 'damaged'. */
function thinnedRecords(
  fs: FileSystem,
  logs: CellLogs,
  { row, kept, signal, onSnapshot }: Thinning,
): AsyncGenerator<Uint8Array> {
  const going = logs.index.snapshots.filter(({ epoch, isThinned }) => !isThinned && !kept.has(epoch));
  async function* edits(): AsyncGenerator<LogEdit> {
    for (const { position } of going) {
      requireGoingOn(signal);
      yield { position, payload: await thinnedPayload(logs, row.id, position) };
      onSnapshot();
    }
  }
  return editedLog(fs, logs.places[0], logs.records.end, edits());
}

/** Its previews, piece by piece. */
function thinnedPreviews(fs: FileSystem, logs: CellLogs, { kept }: Thinning): AsyncGenerator<Uint8Array> {
  const going = logs.index.snapshots.filter(({ epoch, isThinned }) => isThinned || !kept.has(epoch));
  const edits = going
    .flatMap(({ epoch }) => logs.positions.at(epoch) ?? [])
    .sort((a, b) => a.offset - b.offset)
    .map((position) => ({ position, payload: null }));
  return editedLog(fs, logs.places[1], logs.previews.end, edits);
}

/** Throws LabError 'damaged' where records do not hold and end as the row says; the log is closed. */
async function requireChain(records: LogFile, row: CellRow): Promise<void> {
  const chain = new ChainVerification(row);
  try {
    await records.scan((payload, position, record) => chain.visit(payload, position, record));
  } finally {
    await records.close();
  }
  requireNone(chain.finish(records.damage), row);
}

function requireNone([finding]: readonly Finding[], { id }: CellRow): void {
  if (finding !== undefined) throw notWhole(id, finding.message);
}

async function thinnedPayload(logs: CellLogs, cellId: string, position: LogPosition): Promise<Uint8Array> {
  try {
    const head = decodeRecordHead(await logs.records.read(position));
    if (head.type !== 'snapshot') throw new EntryError('malformed', 'another record lies where it was');
    const { metrics, weightsDigest, link, seconds } = head;
    return encodeRecord({ type: 'thinned', snapshot: { metrics, weightsDigest, link, seconds } });
  } catch (error) {
    if (!(error instanceof EntryError)) throw error;
    throw notWhole(cellId, error.message);
  }
}

/** Throws LabError 'refused' where somebody aborted. */
export function requireGoingOn(signal: AbortSignal): void {
  if (signal.aborted) throw new LabError('refused', 'Stopped; each cell is thinned or as it was.');
}

/** Why a cell is not thinned whose records are not whole. */
export function notWhole(cellId: string, what: string): LabError {
  return new LabError(
    'damaged',
    `Cell ${cellId} is not whole: ${what}. It was not thinned; run verify on the entry.`,
  );
}

function frameBytes(length: number): number {
  return logFrameHeaderBytes + length;
}
