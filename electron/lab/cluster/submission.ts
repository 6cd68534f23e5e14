/** Handing the missing cells of an entry to an engine: what that would be, and doing it. */
import { sep } from 'node:path';
import { shapeOf, shardCount } from '../../../experiments/cluster/shards.ts';
import { jobEngine, type Job } from '../../../experiments/cluster/job-json.ts';
import type { SweepCell } from '../../../experiments/sweeps/cell.ts';
import { cellCost, cellSeconds, type CellCost } from '../../../experiments/sweeps/cost-model.ts';
import { pictureFromFile } from '../../../experiments/targets/picture-file.ts';
import { SilentSystemError, type JobOrder } from '../../job-systems/job-system.ts';
import type { ProgramRun } from '../../job-systems/program-run.ts';
import { engineOfCell } from '../../../experiments/sweeps/cell-engine.ts';
import { LabError } from '../disk/lab-error.ts';
import type { EntryStore } from '../notebook/entry-store.ts';
import { engineIdOf, jobName, jobProgress, systemOf, type JobProgress } from './job-progress.ts';
import { jobFolders, replaceJob, writeJob } from './new-job.ts';

/** What a person asks for. */
export interface Wanted extends Pick<
  Job,
  'system' | 'hosts' | 'atOnce' | 'threads' | 'memoryMb' | 'minutes' | 'gpus'
> {
  /** Null where the work decides. */
  readonly shards: number | null;
  readonly extra: readonly string[];
  /** Path of the node program on the machines that compute. */
  readonly node: string;
  /** Whether others of the group may read the job. */
  readonly isForGroup: boolean;
}

/** What a submission would be. */
export interface Submission {
  readonly cells: readonly SweepCell[];
  /** Seconds of one thread for each cell, by estimate. */
  readonly seconds: readonly number[];
  readonly shards: number;
  /** Bytes of records, by estimate, and files of the job when all is done. */
  readonly bytes: number;
  readonly files: number;
}

/** Files of a job beside those of its shards: job.json, task.sh, a picture, the program. */
const filesOfJob = 10;
/** Of each shard: its cells, a status, a pack, what the engine caught. */
const filesOfShard = 4;

/** The jobs of an entry; those that cannot be read are left out and told to `onTrouble`. */
export async function jobsOf(
  entry: Pick<EntryStore, 'fileSystem' | 'path'>,
  run: ProgramRun,
  nowMs: number,
  onTrouble: (message: string) => void,
): Promise<JobProgress[]> {
  const jobs: JobProgress[] = [];
  for (const folder of await jobFolders(entry.fileSystem, entry.path)) {
    try {
      jobs.push(await jobProgress(entry.fileSystem, folder, run, nowMs));
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      onTrouble(error.message);
    }
  }
  return jobs;
}

/** What handing in these cells of an entry would be, where a thread reaches so many floating-point operations a second. */
export async function plannedSubmission(
  entry: EntryStore,
  cells: readonly SweepCell[],
  wanted: Pick<Wanted, 'threads' | 'minutes' | 'shards' | 'gpus'>,
  flopsPerSecond: number,
  longestArray: number | null,
): Promise<Submission> {
  if (sep !== '\\' && entry.path.includes('\\'))
    throw new LabError(
      'refused',
      `Node loads no program from a folder with a backslash in its path, and a job's lies below ${entry.path}. Rename that folder.`,
    );
  return plannedCells(cells, await costsOf(entry, cells, wanted.gpus), wanted, flopsPerSecond, longestArray);
}

/** What handing in cells of such costs would be. Throws LabError 'refused' where the engine takes no array of that length. */
export function plannedCells(
  cells: readonly SweepCell[],
  costs: readonly CellCost[],
  { threads, minutes, gpus, shards: asked }: Pick<Wanted, 'threads' | 'minutes' | 'shards' | 'gpus'>,
  flopsPerSecond: number,
  longestArray: number | null,
): Submission {
  const seconds = costs.map((cost) => cellSeconds(cost, flopsPerSecond));
  const total = seconds.reduce((sum, one) => sum + one, 0);
  // A GPU is shared by its cells, whatever threads are beside it.
  const lanes = gpus > 0 ? 1 : threads;
  const needs = { seconds: total, cells: cells.length, threads: lanes, minutes, longestArray };
  const shapes = gpus > 0 ? new Set(cells.map(({ config }) => shapeOf(config))).size : 1;
  const shards = Math.min(cells.length, asked ?? Math.max(shapes, shardCount(needs)));
  if (shards < shapes)
    throw new LabError(
      'refused',
      `A GPU trains networks of one shape side by side: ${shapes} shapes need as many shards, ${shards} were asked for.`,
    );
  if (longestArray !== null && shards >= longestArray)
    throw new LabError(
      'refused',
      `The longest array here has ${longestArray - 1} tasks, ${shards} shards were asked for.`,
    );
  const bytes = costs.reduce((sum, cost) => sum + cost.bytes, 0);
  return { cells, seconds, shards, bytes, files: filesOfJob + filesOfShard * shards };
}

async function costsOf(
  entry: EntryStore,
  cells: readonly SweepCell[],
  gpus: Job['gpus'],
): Promise<CellCost[]> {
  const pictures = new Map<string, { width: number; height: number; channels: 1 | 3 }>();
  const costs: CellCost[] = [];
  for (const cell of cells) {
    const { target } = cell.config;
    const engine = engineOfCell(cell.config);
    if (engine !== jobEngine(gpus))
      throw new LabError(
        'refused',
        `Cell ${cell.id} belongs to the engine '${engine}', which this job has not: ${engine === 'webgpu' ? 'submit --gpus 1 --engine webgpu trains it.' : 'submit --engine wasm, without --gpus, trains what processors train.'}`,
      );
    const picture = pictures.get(target) ?? pictureFromFile(await entry.targetPicture(target));
    pictures.set(target, picture);
    costs.push(cellCost(cell, entry.json.snapshots, { digest: target, ...picture }));
  }
  return costs;
}

/** What an engine is told of a job in a folder. */
export function orderOf(job: Job, folder: string, { extra, node }: Pick<Wanted, 'extra' | 'node'>): JobOrder {
  const { shards, atOnce, threads, memoryMb, minutes, gpus, hosts } = job;
  return {
    ...{ name: jobName(job), folder, node, extra },
    ...{ shards, atOnce, threads, memoryMb, minutes, gpus, hosts },
  };
}

/** Writes the job and hands it in. Where the engine does not take it nothing is left of it. Throws LabError, JobSystemError. */
export async function submitJob(
  entry: EntryStore,
  { cells, seconds, shards }: Submission,
  wanted: Wanted,
  run: ProgramRun,
): Promise<{ readonly folder: string; readonly job: Job }> {
  const { fileSystem: fs } = entry;
  const { system, hosts, atOnce, threads, memoryMb, minutes, gpus } = wanted;
  const total = seconds.reduce((sum, one) => sum + one, 0);
  const resources = { system, hosts, atOnce, threads, memoryMb, minutes, gpus, shards, seconds: total };
  const { isForGroup } = wanted;
  const { folder, job } = await writeJob(entry, { cells, work: seconds, isForGroup, ...resources });
  const engine = systemOf(job, folder, run);
  if (engine === null) return { folder, job };
  try {
    const engineId = await engine.submit(orderOf(job, folder, wanted));
    const submitted = { ...job, engineId };
    await replaceJob(fs, folder, submitted);
    return { folder, job: submitted };
  } catch (error) {
    if (error instanceof SilentSystemError)
      throw new LabError(
        'refused',
        `${error.message}. Job ${job.id} may have been taken and is kept: jobs shows whether it was, cancel takes it back.`,
        { cause: error },
      );
    await fs.removeFolder(folder);
    throw error;
  }
}

/** Cancels shards of a job, or all of it, which is then noted. Throws LabError, JobSystemError. */
export async function cancelJob(
  entry: Pick<EntryStore, 'fileSystem' | 'path'>,
  { folder, job }: Pick<JobProgress, 'folder' | 'job'>,
  shards: readonly number[] | 'all',
  run: ProgramRun,
): Promise<void> {
  const engine = systemOf(job, folder, run);
  if (engine === null)
    throw new LabError('refused', 'This job was handed in by a person: cancel it where that was done.');
  const engineId = await engineIdOf(job, engine);
  if (engineId !== null) await engine.cancel(engineId, shards);
  if (shards === 'all') await replaceJob(entry.fileSystem, folder, { ...job, cancelled: true });
}
