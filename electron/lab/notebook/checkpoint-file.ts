/**
 * The latest state of a cell in training, in a file of its own beside its records and replaced whole: what a kill costs is
 * what was trained since. Records, chain and identity do not know of it; a cell that has finished has none.
 */
import { join } from 'node:path';
import { EntryError } from '../../../experiments/records/entry-error.ts';
import { encodeRecord } from '../../../experiments/records/record-codec.ts';
import { decodeLogFrame, encodeLogFrame } from '../../../experiments/records/record-log.ts';
import type { ResumeState } from '../../../experiments/records/snapshot.ts';
import { readWhole, writeWhole, type FileSystem } from '../disk/files.ts';
import { LabError } from '../disk/lab-error.ts';
import { storedStateFrom } from './stored-records.ts';

const fileName = 'checkpoint';
const maxBytes = 1 << 30;

/** Keeps a state in the folder of a cell in the place of the one before. A disk that has no room for it does without. */
export async function keepCheckpoint(fs: FileSystem, folder: string, state: ResumeState): Promise<void> {
  const bytes = encodeLogFrame(encodeRecord({ type: 'state', state }));
  await doneWithout(() => writeWhole(fs, join(folder, fileName), bytes));
}

/**
 * The state in the folder of a cell whose last recorded snapshot is of `recordedEpoch`; null where there is none, it is not
 * whole, or it went on from snapshots that the records have lost.
 */
export async function readCheckpoint(
  fs: FileSystem,
  folder: string,
  recordedEpoch: number,
): Promise<ResumeState | null> {
  const path = join(folder, fileName);
  if ((await fs.facts(path)) === null) return null;
  try {
    const resume = storedStateFrom(decodeLogFrame(await readWhole(fs, path, maxBytes)));
    return resume !== null && continues(resume, recordedEpoch) ? resume : null;
  } catch (error) {
    if (error instanceof EntryError || error instanceof LabError) return null;
    throw error;
  }
}

/** Takes it away where there is one. */
export async function removeCheckpoint(fs: FileSystem, folder: string): Promise<void> {
  const path = join(folder, fileName);
  if ((await fs.facts(path)) !== null) await fs.remove(path).catch(() => undefined);
}

/** Whether no epoch is missing between the last snapshot and the first one that the state tells of. */
function continues({ state, pendingEpochs }: ResumeState, recordedEpoch: number): boolean {
  const first = pendingEpochs.at(0)?.epoch ?? Infinity;
  return state.epoch <= recordedEpoch || first <= recordedEpoch + 1;
}

async function doneWithout(write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
  }
}
