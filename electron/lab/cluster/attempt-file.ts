/** The pack of an attempt that is to be collected: opened as something that anybody may have put there. */
import { join } from 'node:path';
import type { AttemptedCell } from '../../../experiments/cluster/attempts.ts';
import { fitsPack, packedRanges } from '../../../experiments/entries/pack.ts';
import { chainLink, firstLink, metricsDigest } from '../../../experiments/records/digests.ts';
import { EntryError } from '../../../experiments/records/entry-error.ts';
import { decodeRecordHead, type RecordHead } from '../../../experiments/records/record-codec.ts';
import { logFrameHeaderBytes } from '../../../experiments/records/record-log.ts';
import { readRange, type FileSystem, type OpenFile } from '../disk/files.ts';
import { fileError, LabError } from '../disk/lab-error.ts';
import { isFrameIntact, readPackHeads, type PackFrame } from './attempt-pack.ts';

/** A cell that an attempt offers. */
export interface OfferedCell extends AttemptedCell, PackFrame {
  /** Path of the pack. */
  readonly path: string;
  readonly file: OpenFile;
  /** What is wrong with it, in words; null where it is what it says it is. */
  fault(): Promise<string | null>;
}

/** Snapshots that are larger are left to a verification of the entry. */
const maxSnapshotBytes = 1 << 26;

/** An attempt's pack. */
export class AttemptFile {
  readonly cells: readonly OfferedCell[];
  /** Why it cannot be read to its end, in words, or null. */
  readonly damage: string | null;
  readonly #file: OpenFile;

  private constructor(file: OpenFile, cells: readonly OfferedCell[], damage: string | null) {
    this.#file = file;
    this.cells = cells;
    this.damage = damage;
  }

  /** Opens the pack in an attempt's folder, which must be this user's; null where it has none. Throws LabError. */
  static async open(fs: FileSystem, attempt: string, owner: number | undefined): Promise<AttemptFile | null> {
    const path = join(attempt, 'pack');
    const facts = await fs.facts(path);
    if (facts === null) return null;
    if (facts.kind !== 'file') throw new LabError('damaged', 'its pack is no file; it was not looked at');
    const folder = await fs.facts(attempt);
    if (facts.owner !== owner || folder?.owner !== owner)
      throw new LabError('refused', 'its pack belongs to another user; it was not looked at');
    const file = await fs.open(path, 'read').catch((error: unknown) => {
      throw fileError(error, 'open a pack');
    });
    try {
      // Another file of this name since it was looked at is a link that was put there.
      if ((await file.identity()) !== facts.identity)
        throw new LabError('refused', 'its pack was replaced while it was opened');
      const { frames, damage } = await readPackHeads(file);
      const cells = frames.map((frame) => ({
        ...frame,
        attempt,
        path,
        file,
        fault: () => faultOf(file, frame),
      }));
      return new AttemptFile(file, cells, damage);
    } catch (error) {
      await file.close();
      throw fileError(error, 'read a pack');
    }
  }

  /** Closes the pack. */
  close(): Promise<void> {
    return this.#file.close();
  }
}

async function faultOf(file: OpenFile, frame: PackFrame): Promise<string | null> {
  const { id, state } = frame.row;
  if (state !== 'finished' && state !== 'failed') return `cell ${id} has not ended`;
  if (!fitsPack(frame.row)) return `cell ${id} is larger than packs hold`;
  if (!(await isFrameIntact(file, frame))) return `cell ${id} was damaged`;
  return (await firstSnapshotFault(file, frame)) ?? (await lastLinkFault(file, frame));
}

/** The chain begins with the id: records of another cell do not fit. */
async function firstSnapshotFault(file: OpenFile, { row, offset }: PackFrame): Promise<string | null> {
  const { records } = packedRanges({ row, offset });
  for await (const { position, length } of recordFrames(file, records.offset, records.length)) {
    if (length > maxSnapshotBytes) return null;
    const head = await headAt(file, position, length);
    if (head === null) return `cell ${row.id} has a record that cannot be read`;
    if (head.type !== 'snapshot') continue;
    const { metrics, weightsDigest, link } = head;
    const content = { epoch: metrics.epoch, weightsDigest, metricsDigest: metricsDigest(metrics) };
    return chainLink(firstLink(row.id), content) === link
      ? null
      : `cell ${row.id} has the records of another cell`;
  }
  return row.lastLink === null ? null : `cell ${row.id} has no snapshot`;
}

/** The last snapshot is the one that the row names. */
async function lastLinkFault(file: OpenFile, { row, offset }: PackFrame): Promise<string | null> {
  const { records } = packedRanges({ row, offset });
  const frames: { readonly position: number; readonly length: number }[] = [];
  for await (const frame of recordFrames(file, records.offset, records.length)) frames.push(frame);
  for (const { position, length } of frames.reverse()) {
    if (length > maxSnapshotBytes) return null;
    const head = await headAt(file, position, length);
    if (head === null) return `cell ${row.id} has a record that cannot be read`;
    if (head.type !== 'snapshot') continue;
    const isSame = head.link === row.lastLink && head.metrics.epoch === row.lastEpoch;
    return isSame ? null : `cell ${row.id} ends with another snapshot than its pack says`;
  }
  return null;
}

/** Where the payloads of a log within a file lie. */
async function* recordFrames(
  file: OpenFile,
  from: number,
  size: number,
): AsyncGenerator<{ readonly position: number; readonly length: number }> {
  for (let at = 0; at + logFrameHeaderBytes <= size;) {
    const header = await readRange(file, from + at, logFrameHeaderBytes);
    const length = new DataView(header.buffer).getUint32(0, true);
    if (at + logFrameHeaderBytes + length > size) return;
    yield { position: from + at + logFrameHeaderBytes, length };
    at += logFrameHeaderBytes + length;
  }
}

async function headAt(file: OpenFile, position: number, length: number): Promise<RecordHead | null> {
  try {
    return decodeRecordHead(await readRange(file, position, length));
  } catch (error) {
    if (error instanceof EntryError) return null;
    throw error;
  }
}
