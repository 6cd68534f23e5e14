/** How jobs on clusters stand, as people read it. */
import type { ClusterJob, ClusterShardState } from '../../electron/contract/cluster.ts';
import { counted } from './number-text.ts';

/** Cells of a job by what becomes of them; together all of them. */
export interface JobShares {
  readonly finished: number;
  readonly failed: number;
  /** Cells of shards that somebody works on, and of those that wait; the others are left by everybody. */
  readonly running: number;
  readonly waiting: number;
  readonly left: number;
}

const atWork: ReadonlySet<ClusterShardState> = new Set(['running', 'silent']);

/** Shares of a job's cells. */
export function jobShares(job: ClusterJob): JobShares {
  const open = (isMeant: (state: ClusterShardState) => boolean): number =>
    job.shards
      .filter(({ state }) => isMeant(state))
      .reduce((sum, { cells, finished, failed }) => sum + Math.max(0, cells - finished - failed), 0);
  const running = open((state) => atWork.has(state));
  const waiting = open((state) => state === 'waiting');
  const finished = job.finished - job.failed;
  return {
    finished,
    failed: job.failed,
    running,
    waiting,
    left: job.cells - job.finished - running - waiting,
  };
}

/** How many shards are in such states. */
export function shardsIn(job: ClusterJob, ...states: readonly ClusterShardState[]): number {
  return job.shards.filter(({ state }) => states.includes(state)).length;
}

/** Cells that ended by a moment. */
interface Mark {
  readonly finished: number;
  readonly atMs: number;
}

/** Cells a minute, and seconds to the end, since a mark; null while nothing has ended since then. */
export function jobPace(
  job: ClusterJob,
  since: Mark,
  nowMs: number,
): { readonly perMinute: number; readonly secondsLeft: number } | null {
  const minutes = (nowMs - since.atMs) / 60_000;
  const cells = job.finished - since.finished;
  if (cells <= 0 || minutes <= 0) return null;
  const perMinute = cells / minutes;
  return { perMinute, secondsLeft: (60 * (job.cells - job.finished)) / perMinute };
}

/** What there is to say of a job beside its bar: shards, why they wait, what is wrong. */
export function jobWords(job: ClusterJob, nowMs: number): string[] {
  const waiting = shardsIn(job, 'waiting');
  const restarts = job.shards.reduce((sum, { attempts }) => sum + Math.max(0, attempts - 1), 0);
  const stopped = shardsIn(job, 'stopped');
  return [
    `${shardsIn(job, 'running', 'silent')} of ${counted(job.shards.length, 'shard')} running`,
    ...(waiting > 0
      ? [`${waiting} waiting${job.reasons.length > 0 ? `: ${job.reasons.join(', ')}` : ''}`]
      : []),
    ...(stopped > 0 && !job.cancelled ? [`${stopped} stopped with work left`] : []),
    ...(restarts > 0 ? [counted(restarts, 'restart')] : []),
    ...silentWords(job, nowMs),
    ...(job.failed > 0 ? [`${job.failed} failed`] : []),
    ...(job.cancelled ? ['cancelled'] : []),
    ...(job.trouble === null ? [] : [job.trouble]),
  ];
}

function silentWords({ shards }: ClusterJob, nowMs: number): string[] {
  return shards
    .filter(({ state }) => state === 'silent')
    .slice(0, 3)
    .map(({ shard, host, asOf }) => {
      const minutes = Math.round((nowMs - Date.parse(asOf ?? '')) / 60_000);
      return `no sign of life from shard ${shard} for ${minutes} min (${host})`;
    });
}

/** Whether nobody works on a job any more and something of it is left. */
export function isLeft(job: ClusterJob): boolean {
  return job.finished < job.cells && shardsIn(job, 'running', 'waiting', 'silent') === 0;
}
