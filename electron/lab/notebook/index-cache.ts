/**
 * What a cell's logs say, kept beside them so that long ones need not be read again in full: a cache that can be
 * deleted. It ends with a digest over all of it, and is used only where that holds and the logs still begin as they did
 * when it was written; every record is checked again when it is read, and verification never looks at it.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { decodeRecordHead, type TimedEvent } from '../../../experiments/records/record-codec.ts';
import { EntryError } from '../../../experiments/records/entry-error.ts';
import { decodeMessage, encodeMessage } from '../../contract/wire.ts';
import { CellIndex, type SnapshotFacts, type StateFacts } from './cell-index.ts';
import { readWhole, writeWhole, type FileSystem } from '../disk/files.ts';
import { LabError } from '../disk/lab-error.ts';
import type { LogFile, LogPrefix } from '../disk/log-file.ts';
import type { PreviewPositions } from './preview-positions.ts';

/** The parts of a cell that an index covers. */
export interface IndexedCell {
  readonly records: LogFile;
  readonly previews: LogFile;
  readonly index: CellIndex;
  readonly positions: PreviewPositions;
}

/** Its name in a cell's folder. */
export const indexCacheName = 'index.cache';
const version = 3;
const digestBytes = 32;
const maxBytes = 1 << 28;
/** Logs that grew by less than this since the cache was written are read in a moment. */
const worthwhileBytes = 8 * 1024 * 1024;

const count = z.int().nonnegative();
const position = z.strictObject({ offset: count, length: count });
const prefix = z.strictObject({
  end: count,
  frames: count,
  last: position.nullable(),
  /** SHA-256 of the payload of the last frame, hex: a log that ends otherwise there is another one. */
  tail: z.string(),
});

const storedIndex = z.strictObject({
  version: z.literal(version),
  records: prefix,
  previews: prefix,
  // The digest says that this program wrote them, from records that passed their own schema: shapes are spot-checked.
  snapshots: z.array(
    z.custom<SnapshotFacts>((facts) => position.safeParse(fieldOf(facts, 'position')).success),
  ),
  states: z.array(z.custom<StateFacts>((facts) => position.safeParse(fieldOf(facts, 'position')).success)),
  events: z.array(z.custom<TimedEvent>((event) => typeof fieldOf(event, 'time') === 'string')),
  problems: z.array(z.string()),
  /** Epoch, offset, length of each preview. */
  positions: z.instanceof(Float64Array),
});

type StoredIndex = z.infer<typeof storedIndex>;

/** Whether a cell's logs grew enough, since they were known up to `knownBytes`, to keep their index. */
export function isWorthKeeping({ records, previews }: IndexedCell, knownBytes: number): boolean {
  return records.end + previews.end - knownBytes > worthwhileBytes;
}

/** Takes the index of a cell's folder over; bytes of the logs that it covers, 0 where there is none that fits. */
export async function useIndexCache(fs: FileSystem, folder: string, cell: IndexedCell): Promise<number> {
  const stored = await readIndex(fs, join(folder, indexCacheName));
  if (stored === null || !(await fits(stored, cell.records))) return 0;
  if (!(await adopted(cell.records, stored.records))) return 0;
  cell.index.restore(stored);
  if (!(await adopted(cell.previews, stored.previews))) return stored.records.end;
  cell.positions.restore(stored.positions);
  return stored.records.end + stored.previews.end;
}

/** Writes the index of a cell into its folder. A cache that cannot be written is done without. */
export async function keepIndexCache(fs: FileSystem, folder: string, cell: IndexedCell): Promise<void> {
  const { records, previews, index, positions } = cell;
  try {
    const stored: StoredIndex = {
      version,
      records: await prefixOf(records),
      previews: await prefixOf(previews),
      ...index.stored(),
      positions: positions.stored(),
    };
    const message = encodeMessage(stored);
    await writeWhole(fs, join(folder, indexCacheName), Buffer.concat([message, digestOf(message)]));
  } catch (error) {
    if (!(error instanceof LabError || error instanceof EntryError)) throw error;
  }
}

async function prefixOf(log: LogFile): Promise<StoredIndex['records']> {
  const { end, frames, last } = log;
  return { end, frames, last, tail: await tailOf(log, last) };
}

async function tailOf(log: LogFile, last: LogPrefix['last']): Promise<string> {
  return last === null ? '' : digestOf(await log.read(last)).toString('hex');
}

/** Whether a log could be taken over up to where it is known: it ends there as it did. */
async function adopted(log: LogFile, { tail, ...known }: StoredIndex['records']): Promise<boolean> {
  try {
    return (await tailOf(log, known.last)) === tail && (await log.adopt(known));
  } catch (error) {
    if (error instanceof EntryError || error instanceof LabError) return false;
    throw error;
  }
}

function digestOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

async function readIndex(fs: FileSystem, path: string): Promise<StoredIndex | null> {
  if ((await fs.facts(path)) === null) return null;
  try {
    const bytes = await readWhole(fs, path, maxBytes);
    const message = Uint8Array.from(bytes.subarray(0, -digestBytes));
    if (!digestOf(message).equals(bytes.subarray(-digestBytes))) return null;
    const parsed = storedIndex.safeParse(decodeMessage(message));
    return parsed.success ? parsed.data : null;
  } catch (error) {
    // Damaged or from another version: the logs are read instead.
    if (error instanceof TypeError || error instanceof LabError) return null;
    throw error;
  }
}

/** Whether the last snapshot of the index lies in the log as the index says. */
async function fits({ snapshots }: StoredIndex, records: LogFile): Promise<boolean> {
  const last = snapshots.at(-1);
  if (last === undefined) return false;
  try {
    const head = decodeRecordHead(await records.read(last.position));
    const isSnapshot = head.type === 'snapshot' || head.type === 'thinned';
    return isSnapshot && head.link === last.link && head.metrics.epoch === last.epoch;
  } catch (error) {
    if (error instanceof EntryError || error instanceof LabError) return false;
    throw error;
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
