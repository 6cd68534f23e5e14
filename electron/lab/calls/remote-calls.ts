/** Calls about the jobs of other machines: what they say comes over ssh, and what is wished of them goes the same way. */
import type { ProgramRun } from '../../job-systems/program-run.ts';
import { lastWords } from '../../job-systems/program-run.ts';
import type { RemotePlace } from '../../contract/cluster.ts';
import { entryFolderOf, remoteWords, type ToldJob } from '../../job-systems/remote-lab.ts';
import { copyPacks } from '../../job-systems/remote-packs.ts';
import { haveEnded } from '../cluster/collect.ts';
import { makeMirror } from '../cluster/new-job.ts';
import type { RegularCollection } from '../cluster/regular-collection.ts';
import type { RemoteJobs } from '../cluster/remote-jobs.ts';
import { LabError } from '../disk/lab-error.ts';
import { asked, shownJob } from './cluster-job.ts';
import { requireWritable, type LabContext } from './lab-context.ts';
import type { CallHandlers } from './router.ts';

type RemoteCall =
  'cluster.remoteJobs' | 'cluster.remoteCollect' | 'cluster.remoteCancel' | 'cluster.remoteRest';

/** Handlers of the calls about jobs of other machines; `run` starts programs that take their time. */
export function remoteCalls(
  context: LabContext,
  collection: RegularCollection,
  remote: RemoteJobs,
  run: ProgramRun,
): CallHandlers<RemoteCall> {
  const { notebook } = context;
  return {
    async 'cluster.remoteJobs'({ place }) {
      const { jobs, asOfMs, trouble, retryAtMs } = remote.look(place);
      const own = new Set((await notebook.list()).map(({ id }) => id));
      return {
        jobs: jobs.map((job) => ({
          ...shownJob({ job, shards: job.shards, trouble: job.trouble }, job.entry, job.title),
          isHere: own.has(job.entry),
        })),
        asOf: timeText(asOfMs),
        trouble,
        retryAt: timeText(retryAtMs),
      };
    },
    'cluster.remoteCollect': ({ place, jobId }) =>
      asked(async () => {
        requireWritable(context);
        const job = jobAt(place, jobId);
        const folder = entryFolderOf(job);
        if (folder === null) throw new LabError('refused', `Job ${jobId} lies in no entry of ${place.host}.`);
        const entry = await notebook.find(job.entry);
        if (!haveEnded(entry))
          await copyPacks(run, { host: place.host, folder }, await makeMirror(entry.fileSystem, entry.path));
        const { cells, jobsDone, findings } = await collection.collect(job.entry);
        return { cells, jobsDone, findings: findings.map((one) => `${one.place}: ${one.message}`) };
      }),
    async 'cluster.remoteCancel'({ place, jobId }) {
      await commandAt(place, ['cancel', jobAt(place, jobId).id]);
      return null;
    },
    async 'cluster.remoteRest'({ place, jobId }) {
      const job = jobAt(place, jobId);
      if (job.system === 'script')
        throw new LabError('refused', 'A person handed this job in: do so there with what it has left.');
      const on = job.system === 'slurm' ? 'slurm' : `ssh:${job.hosts.join(',')}`;
      const like = ['--on', on, '--threads', String(job.threads), '--time', `${job.minutes}m`];
      const gpu = job.gpus > 0 ? ['--gpus', '1', '--engine', 'webgpu'] : [];
      const printed = await commandAt(place, ['submit', job.entry, '--json', ...like, ...gpu]);
      return { jobId: /"id":\s*"([0-9a-f]{8})"/.exec(printed)?.[1] ?? null };
    },
  };

  function jobAt(place: RemotePlace, jobId: string): ToldJob {
    const job = remote.look(place).jobs.find(({ id }) => id === jobId);
    if (job === undefined) throw new LabError('not-found', `${place.host} does not tell of a job ${jobId}.`);
    return job;
  }

  /** What a command there prints. Throws LabError with its last words where it fails. */
  async function commandAt(place: RemotePlace, words: readonly string[]): Promise<string> {
    const end = await run('ssh', remoteWords(place, words));
    if (end.code === 0) return end.stdout;
    throw new LabError('refused', `${place.host}: ${lastWords(end)}`);
  }
}

function timeText(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
