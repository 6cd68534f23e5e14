/** What the calls about jobs share: a job as pages see it, and errors of engines. */
import { waitingReason } from '../../../experiments/cluster/waiting-reason.ts';
import type { ClusterJob } from '../../contract/cluster.ts';
import { JobSystemError } from '../../job-systems/job-system.ts';
import type { JobProgress } from '../cluster/job-progress.ts';
import { LabError } from '../disk/lab-error.ts';

/** What is known of a job, wherever it was told. */
interface KnownJob {
  readonly job: Pick<
    JobProgress['job'],
    'id' | 'system' | 'hosts' | 'threads' | 'minutes' | 'created' | 'cancelled' | 'cells'
  >;
  readonly shards: readonly Omit<JobProgress['shards'][number], 'running'>[];
  readonly trouble: string | null;
}

/** A job of an entry as pages see it. */
export function shownJob(
  { job, shards, trouble }: KnownJob,
  entryId: string,
  entryTitle: string,
): ClusterJob {
  const { id, system, hosts, threads, minutes, created, cancelled, cells } = job;
  const sum = (key: 'finished' | 'failed' | 'cells'): number =>
    shards.reduce((total, shard) => total + shard[key], 0);
  const collected = Math.max(0, cells - sum('cells'));
  return {
    ...{ id, entryId, entryTitle, system, hosts, threads, minutes, created, cancelled, cells, trouble },
    ...{ finished: sum('finished') + sum('failed') + collected, failed: sum('failed'), collected },
    reasons: [...new Set(shards.flatMap(({ reason }) => (reason === '' ? [] : [waitingReason(reason)])))],
    shards: shards.map(({ shard, state, finished, failed, cells: count, host, asOf, attempts }) => {
      return { shard, state, finished, failed, cells: count, host, asOf, attempts };
    }),
  };
}

/** What an engine refuses is refused. */
export async function asked<Result>(task: () => Promise<Result>): Promise<Result> {
  try {
    return await task();
  } catch (error) {
    if (!(error instanceof JobSystemError)) throw error;
    throw new LabError('refused', error.message, { cause: error });
  }
}
