/** The folder of a job: where its files lie, and reading them. */
import { join } from 'node:path';
import { maxJobBytes, parseJob, type Job } from '../../../experiments/cluster/job-json.ts';
import { maxCellsBytes, parseCells, parseListedCells } from '../../../experiments/entries/cells-json.ts';
import { bytesDigest } from '../../../experiments/records/digests.ts';
import { EntryError } from '../../../experiments/records/entry-error.ts';
import type { SweepCell } from '../../../experiments/sweeps/cell.ts';
import { readWhole, type FileSystem } from '../disk/files.ts';
import { LabError } from '../disk/lab-error.ts';

/** Folder of the program that a job brings along, below the job's. */
export const programFolder = 'program';

/** Largest file of a program. */
const maxProgramFileBytes = 1 << 28;

/** Folder of a shard. */
export function shardFolder(job: string, shard: number): string {
  return join(job, 'shards', String(shard));
}

/** The job in a folder. Throws LabError 'not-found', 'damaged', 'newer-version'. */
export async function readJob(fs: FileSystem, folder: string): Promise<Job> {
  const bytes = await readWhole(fs, join(folder, 'job.json'), maxJobBytes);
  return parsed(folder, () => parseJob(bytes));
}

/** The cells of a shard. Throws LabError 'not-found', 'damaged'. */
export async function readShard(fs: FileSystem, job: string, shard: number): Promise<SweepCell[]> {
  const folder = shardFolder(job, shard);
  const bytes = await readWhole(fs, join(folder, 'cells.json'), maxCellsBytes);
  return parsed(folder, () => parseCells(bytes));
}

/** Ids of the cells of a shard, whose file has `most` bytes at most. Throws LabError 'not-found', 'damaged'. */
export async function readShardIds(
  fs: FileSystem,
  job: string,
  shard: number,
  most: number,
): Promise<string[]> {
  const folder = shardFolder(job, shard);
  const bytes = await readWhole(fs, join(folder, 'cells.json'), Math.min(most, maxCellsBytes));
  return parsed(folder, () => parseListedCells(bytes).map(({ id }) => id));
}

/** Throws LabError 'damaged' where a file of the job's program is not the one that was handed in. */
export async function checkProgram(fs: FileSystem, folder: string, { program }: Job): Promise<void> {
  for (const [name, digest] of Object.entries(program.files)) {
    const bytes = await readWhole(fs, join(folder, programFolder, ...name.split('/')), maxProgramFileBytes);
    if (bytesDigest(bytes) === digest) continue;
    throw new LabError(
      'damaged',
      `The program of this job was changed (${name}). Nothing was trained; submit the rest as a new job.`,
    );
  }
}

function parsed<Result>(folder: string, parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof EntryError)) throw error;
    const code = error.code === 'newer-version' ? 'newer-version' : 'damaged';
    throw new LabError(code, `The job in ${folder} cannot be read: ${error.message}.`, { cause: error });
  }
}
