/** How far a job has come: what its attempts say of themselves, and what the engine says of its tasks. */
import { join } from 'node:path';
import { isAttemptName } from '../../../experiments/cluster/attempts.ts';
import type { Job } from '../../../experiments/cluster/job-json.ts';
import type { ShardStatus } from '../../../experiments/cluster/shard-status.ts';
import { JobSystemError, type JobSystem, type ShardOutlook } from '../../job-systems/job-system.ts';
import type { ProgramRun } from '../../job-systems/program-run.ts';
import { slurm } from '../../job-systems/slurm.ts';
import { ssh } from '../../job-systems/ssh.ts';
import type { FileSystem } from '../disk/files.ts';
import { isLiving, readStatus } from './attempt-status.ts';
import { listed } from './copied-records.ts';
import { readJob, readShard, shardFolder } from './job-files.ts';

/** How a shard stands: collected, nothing left, at work, in the engine's queue, at work but silent, or left by everybody. */
export type ShardState = 'collected' | 'done' | 'running' | 'waiting' | 'silent' | 'stopped';

/** A shard of a job. */
export interface ShardProgress {
  readonly shard: number;
  readonly state: ShardState;
  /** Cells that have ended, and those of them that failed. */
  readonly finished: number;
  readonly failed: number;
  readonly cells: number;
  readonly running: ShardStatus['running'];
  readonly host: string;
  /** Why it waits, in the engine's word. */
  readonly reason: string;
  /** When it last said something, ISO 8601; null where it never did. */
  readonly asOf: string | null;
  /** Attempts at it. */
  readonly attempts: number;
}

/** A job with its shards. */
export interface JobProgress {
  readonly folder: string;
  readonly job: Job;
  readonly shards: readonly ShardProgress[];
  /** Why the engine did not answer, in words; null where it did, or where there is none to be asked. */
  readonly trouble: string | null;
}

/** The system that a job was handed to; null where a person did so. */
export function systemOf(
  job: Pick<Job, 'system' | 'shards'>,
  folder: string,
  run: ProgramRun,
): JobSystem | null {
  if (job.system === 'script') return null;
  return job.system === 'slurm' ? slurm(run) : ssh(run, folder, job.shards);
}

/** What engines call a job. */
export function jobName({ id }: Pick<Job, 'id'>): string {
  return `creasebook-${id}`;
}

/** The engine's id of a job, looked for by name where the answer to its submission was lost; null where there is none. */
export function engineIdOf(job: Pick<Job, 'id' | 'engineId'>, system: JobSystem): Promise<string | null> {
  return job.engineId === null ? system.find(jobName(job)) : Promise.resolve(job.engineId);
}

/** How the job in a folder stands. Throws LabError where it cannot be read. */
export async function jobProgress(
  fs: FileSystem,
  folder: string,
  run: ProgramRun,
  nowMs: number,
): Promise<JobProgress> {
  const job = await readJob(fs, folder);
  const { outlooks, trouble } = await looked(job, folder, run);
  const there = new Set(await listed(fs, join(folder, 'shards')));
  const shards: ShardProgress[] = [];
  for (let shard = 1; shard <= job.shards; shard++) {
    if (there.has(String(shard)))
      shards.push(await shardProgress(fs, folder, shard, outlooks?.get(shard) ?? null, nowMs));
    else shards.push({ ...nothing, shard, state: 'collected' });
  }
  return { folder, job, shards, trouble };
}

const nothing = {
  finished: 0,
  failed: 0,
  cells: 0,
  running: [],
  host: '',
  reason: '',
  asOf: null,
  attempts: 0,
};

async function looked(
  job: Job,
  folder: string,
  run: ProgramRun,
): Promise<{ readonly outlooks: ReadonlyMap<number, ShardOutlook> | null; readonly trouble: string | null }> {
  const system = systemOf(job, folder, run);
  if (system === null) return { outlooks: null, trouble: null };
  try {
    const engineId = await engineIdOf(job, system);
    return { outlooks: engineId === null ? null : await system.look(engineId), trouble: null };
  } catch (error) {
    if (!(error instanceof JobSystemError)) throw error;
    return { outlooks: null, trouble: error.message };
  }
}

async function shardProgress(
  fs: FileSystem,
  folder: string,
  shard: number,
  outlook: ShardOutlook | null,
  nowMs: number,
): Promise<ShardProgress> {
  const path = shardFolder(folder, shard);
  const names = (await listed(fs, path)).filter((name) => isAttemptName(name));
  const statuses: ShardStatus[] = [];
  for (const name of names) statuses.push(...[(await readStatus(fs, join(path, name))) ?? []].flat());
  statuses.sort((a, b) => (a.time < b.time ? 1 : -1));
  const [newest] = statuses;
  const most = (key: 'finished' | 'failed' | 'cells'): number =>
    Math.max(0, ...statuses.map((status) => status[key]));
  const living = statuses.filter((status) => isLiving(status, nowMs));
  return {
    shard,
    state: stateOf(statuses, living.length > 0, outlook),
    finished: most('finished'),
    failed: most('failed'),
    cells: statuses.length > 0 ? most('cells') : (await readShard(fs, folder, shard)).length,
    running: living.flatMap(({ running }) => running),
    host: outlook?.host ?? newest?.host ?? '',
    reason: outlook?.reason ?? '',
    asOf: newest?.time ?? null,
    attempts: statuses.length,
  };
}

function stateOf(
  statuses: readonly ShardStatus[],
  isAtWork: boolean,
  outlook: ShardOutlook | null,
): ShardState {
  if (statuses.some(({ ended }) => ended === 0)) return 'done';
  if (isAtWork) return 'running';
  if (outlook === null) return 'stopped';
  // A task that has just begun has said nothing yet.
  return outlook.state === 'running' && statuses.some(({ ended }) => ended === null) ? 'silent' : 'waiting';
}

/** Whether somebody works on a shard or is going to. */
export function isUnderWay({ state }: ShardProgress): boolean {
  return state === 'running' || state === 'waiting' || state === 'silent';
}
