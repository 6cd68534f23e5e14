/** Reading single records back, with their digests checked. */
import { EntryError } from '../../../experiments/records/entry-error.ts';
import { decodeRecord, decodeRecordHead } from '../../../experiments/records/record-codec.ts';
import type { LogPosition } from '../../../experiments/records/record-log.ts';
import { stateDigest, weightsDigest } from '../../../experiments/records/digests.ts';
import type { Preview, ResumeState, Snapshot } from '../../../experiments/records/snapshot.ts';
import type { SnapshotFacts } from './cell-index.ts';
import { LabError } from '../disk/lab-error.ts';
import type { LogFile } from '../disk/log-file.ts';

/** The state stored at a position (a key frame's or a stop's), or null where it or its digests do not hold. */
export function readStoredState(records: LogFile, position: LogPosition): Promise<ResumeState | null> {
  return nullWhereUnusable(async () => storedStateFrom(await records.read(position)));
}

/** The state of a record, a key frame's or a stop's; null where its digests do not hold or it has none. Throws EntryError. */
export function storedStateFrom(payload: Uint8Array): ResumeState | null {
  const head = decodeRecordHead(payload);
  const record = decodeRecord(payload);
  if (head.type !== 'snapshot' && head.type !== 'state') return null;
  const resume =
    record.type === 'snapshot' ? record.snapshot.keyFrame : record.type === 'state' ? record.state : null;
  if (resume === null || weightsDigest(resume.state.parameters) !== head.weightsDigest) return null;
  const expected = head.type === 'snapshot' ? head.metrics.stateDigest : head.stateDigest;
  return stateDigest(resume.state) === expected ? resume : null;
}

/** The preview stored at a position, or null where it is damaged. */
export function readStoredPreview(previews: LogFile, position: LogPosition): Promise<Preview | null> {
  return nullWhereUnusable(async () => {
    const record = decodeRecord(await previews.read(position));
    return record.type === 'preview' ? record.preview : null;
  });
}

/** The snapshot that the index knows as `facts`. Throws LabError 'damaged'. */
export async function readStoredSnapshot(
  records: LogFile,
  cellId: string,
  facts: SnapshotFacts,
): Promise<Snapshot> {
  try {
    const record = decodeRecord(await records.read(facts.position));
    if (record.type !== 'snapshot') throw new EntryError('malformed', 'another record lies where it was');
    if (weightsDigest(record.snapshot.weights) === facts.weightsDigest) return record.snapshot;
    throw new EntryError('damaged', 'its weights do not match their digest');
  } catch (error) {
    if (!(error instanceof EntryError)) throw error;
    const what = `The snapshot of epoch ${facts.epoch} of cell ${cellId} cannot be used: ${error.message}.`;
    throw new LabError('damaged', `${what} It was left as it is; run verify on the entry.`, { cause: error });
  }
}

async function nullWhereUnusable<T>(read: () => Promise<T | null>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof EntryError) return null;
    throw error;
  }
}
