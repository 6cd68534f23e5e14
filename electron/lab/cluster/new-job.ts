/** Making a job: the folder with everything that its workers need, which appears with all of it or not at all. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { earlierAttempt } from '../../../experiments/cluster/attempts.ts';
import { jobText, type Job } from '../../../experiments/cluster/job-json.ts';
import { shapeOf, sharedByShape, sharedOut } from '../../../experiments/cluster/shards.ts';
import { cellsText } from '../../../experiments/entries/cells-json.ts';
import { sweepCellFrom } from '../../../experiments/entries/entry-json.ts';
import type { SweepCell } from '../../../experiments/sweeps/cell.ts';
import { isoTime } from '../disk/iso-time.ts';
import { slurmProbeTask, slurmTask } from '../../job-systems/task-script.ts';
import { makeFolders, writeDurably, writeWhole, type FileSystem } from '../disk/files.ts';
import { fileError } from '../disk/lab-error.ts';
import type { EntryStore } from '../notebook/entry-store.ts';
import { writeTargets } from '../notebook/target-files.ts';
import { copyEarlier, listed, shardsUnderWay } from './copied-records.ts';
import { programFolder, shardFolder } from './job-files.ts';
import { writeProgram } from './program-files.ts';

/** A job to be made. */
export interface NewJob extends Pick<
  Job,
  'system' | 'hosts' | 'shards' | 'atOnce' | 'threads' | 'memoryMb' | 'minutes' | 'gpus' | 'seconds'
> {
  /** Cells to be trained, and what each takes, in any unit. */
  readonly cells: readonly SweepCell[];
  readonly work: readonly number[];
  /** Whether the group of its folder may read the job, and not the person alone: scratch is often open to everybody. */
  readonly isForGroup: boolean;
}

/** Modes of a job's folder, which bar or open everything in it. */
const folderModes = { person: 0o700, group: 0o750 } as const;

/** Folder of an entry's jobs. */
export function jobsFolder(entry: string): string {
  return join(entry, 'jobs');
}

const unfinishedPrefix = '.new-';

/** Where what jobs on other machines have packed is copied to. */
export function mirrorFolder(entry: string): string {
  return join(jobsFolder(entry), '.from');
}

/** Folders of an entry's jobs. */
export function jobFolders(fs: FileSystem, entry: string): Promise<string[]> {
  return jobsIn(fs, jobsFolder(entry));
}

/** Folders of what was copied of jobs on other machines. */
export function mirroredJobs(fs: FileSystem, entry: string): Promise<string[]> {
  return jobsIn(fs, mirrorFolder(entry));
}

async function jobsIn(fs: FileSystem, folder: string): Promise<string[]> {
  const names = await listed(fs, folder);
  return names.filter((name) => /^[0-9a-f]{8}$/.test(name)).map((name) => join(folder, name));
}

/** Makes the folder that copies of packs go to, for this person alone; its path. Throws LabError. */
export async function makeMirror(fs: FileSystem, entry: string): Promise<string> {
  const folder = mirrorFolder(entry);
  try {
    await makeFolders(fs, jobsFolder(entry));
    if ((await fs.facts(folder)) === null) await fs.makeFolder(folder, folderModes.person);
    return folder;
  } catch (error) {
    throw fileError(error, 'make the folder for what is copied');
  }
}

/** Writes a job of an entry that nobody was asked to run yet; its folder. Throws LabError. */
export async function writeJob(
  entry: EntryStore,
  order: NewJob,
): Promise<{ readonly folder: string; readonly job: Job }> {
  const { fileSystem: fs } = entry;
  const id = randomBytes(4).toString('hex');
  const folder = join(jobsFolder(entry.path), id);
  const unfinished = join(jobsFolder(entry.path), `${unfinishedPrefix}${id}`);
  try {
    for (const name of await listed(fs, jobsFolder(entry.path)))
      if (name.startsWith(unfinishedPrefix)) await fs.removeFolder(join(jobsFolder(entry.path), name));
    const job = await fillJob(entry, order, id, unfinished);
    await fs.rename(unfinished, folder);
    await fs.syncFolder(jobsFolder(entry.path));
    return { folder, job };
  } catch (error) {
    await fs.removeFolder(unfinished).catch(() => undefined);
    throw fileError(error, 'write the job', 'Nothing was handed in');
  }
}

/**
 * Writes what a look at GPUs needs, a program and a task, into a folder that goes when `look` has settled. Throws LabError.
 */
export async function withProbeFolder<Result>(
  { fileSystem: fs, path }: Pick<EntryStore, 'fileSystem' | 'path'>,
  look: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = join(jobsFolder(path), `${unfinishedPrefix}probe-${randomBytes(4).toString('hex')}`);
  try {
    try {
      await makeFolders(fs, jobsFolder(path));
      await fs.makeFolder(folder, folderModes.person);
      await makeFolders(fs, join(folder, 'log'));
      await writeProgram(fs, join(folder, programFolder), 1);
      await writeDurably(fs, join(folder, 'task.sh'), new TextEncoder().encode(slurmProbeTask));
    } catch (error) {
      throw fileError(error, 'write the probe', 'Nothing was handed in');
    }
    return await look(folder);
  } finally {
    await fs.removeFolder(folder).catch(() => undefined);
  }
}

async function fillJob(entry: EntryStore, order: NewJob, id: string, folder: string): Promise<Job> {
  const { fileSystem: fs } = entry;
  const { cells, work, isForGroup, ...resources } = order;
  await makeFolders(fs, jobsFolder(entry.path));
  await fs.makeFolder(folder, isForGroup ? folderModes.group : folderModes.person);
  await makeFolders(fs, join(folder, 'log'));
  const program = await writeProgram(fs, join(folder, programFolder), resources.gpus);
  const digests = [...new Set(cells.map(({ config }) => config.target))];
  const pictures: { digest: string; png: Uint8Array }[] = [];
  for (const digest of digests) pictures.push({ digest, png: await entry.targetPicture(digest) });
  const targets = await writeTargets(fs, folder, pictures);
  const underWay = await shardsUnderWay(fs, await jobFolders(fs, entry.path));
  const shapes = cells.map(({ config }) => shapeOf(config));
  const shards =
    resources.gpus > 0 ? sharedByShape(work, shapes, resources.shards) : sharedOut(work, resources.shards);
  for (const [at, numbers] of shards.entries()) {
    const path = shardFolder(folder, at + 1);
    await makeFolders(fs, path);
    const own = numbers.map((number) => cells[number]);
    await writeDurably(fs, join(path, 'cells.json'), new TextEncoder().encode(cellsText(own)));
    for (const { id: cell } of own) {
      if (entry.told(cell) === undefined && !underWay.has(cell)) continue;
      await copyEarlier(entry, cell, underWay.get(cell) ?? [], join(path, earlierAttempt, 'cells', cell));
    }
  }
  const job: Job = {
    ...{ format: 'creasebook-job', version: 1, id, entry: entry.json.id },
    created: isoTime(new Date()),
    ...resources,
    ...{ hosts: [...resources.hosts], engineId: null, cells: cells.length, cancelled: false },
    ...{ snapshots: entry.json.snapshots, targets, program },
  };
  await writeDurably(fs, join(folder, 'task.sh'), new TextEncoder().encode(slurmTask));
  await writeDurably(fs, join(folder, 'job.json'), new TextEncoder().encode(jobText(job)));
  return job;
}

/** Replaces a job's job.json. Throws LabError. */
export async function replaceJob(fs: FileSystem, folder: string, job: Job): Promise<void> {
  await writeWhole(fs, join(folder, 'job.json'), new TextEncoder().encode(jobText(job)));
}

/** The cells of an entry as they are resolved. */
export function cellsOf(entry: EntryStore): SweepCell[] {
  return entry.json.cells.map(sweepCellFrom);
}
