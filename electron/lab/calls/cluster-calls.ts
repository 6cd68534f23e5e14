/** Calls about jobs on clusters and on other machines. */
import { join } from 'node:path';
import type { ClusterJob, ClusterPlan, ClusterWishes } from '../../contract/cluster.ts';
import type { JobSystemFacts } from '../../job-systems/job-system.ts';
import { runProgram } from '../../job-systems/program-run.ts';
import { hostsFrom } from '../../job-systems/ssh.ts';
import { sortedCells } from '../cluster/cells-to-submit.ts';
import { systemOf, type JobProgress } from '../cluster/job-progress.ts';
import { jobFolders } from '../cluster/new-job.ts';
import { rarelyLooking } from '../cluster/rare-looks.ts';
import type { RegularCollection } from '../cluster/regular-collection.ts';
import { roomFor, roomProblems } from '../cluster/room.ts';
import {
  cancelJob,
  jobsOf,
  plannedCells,
  plannedSubmission,
  submitJob,
  type Wanted,
} from '../cluster/submission.ts';
import { LabError } from '../disk/lab-error.ts';
import type { EntryStore } from '../notebook/entry-store.ts';
import { requireWritable, type LabContext } from './lab-context.ts';
import { asked, shownJob } from './cluster-job.ts';
import { entryOf, plannedForQueue } from './planned-entry.ts';
import type { CallHandlers } from './router.ts';

type ClusterCall =
  | 'cluster.systems'
  | 'cluster.jobs'
  | 'cluster.plan'
  | 'cluster.submit'
  | 'cluster.collect'
  | 'cluster.cancel';

type Subject = { readonly yaml: string } | { readonly entryId: string };

/** Engines are asked no more often, however many pages look. */
const leastMs = 30_000;
/** Jobs train on processors: a cell's identity says so. */
const engines = { engine: 'wasm', split: null } as const;

/** Handlers of the calls about jobs. */
export function clusterCalls(context: LabContext, collection: RegularCollection): CallHandlers<ClusterCall> {
  const { notebook, events, now } = context;
  const run = rarelyLooking(runProgram, leastMs, () => performance.now());
  const jobs = (entry: Pick<EntryStore, 'fileSystem' | 'path'>): Promise<JobProgress[]> =>
    jobsOf(entry, run, now().getTime(), (message) =>
      events.emit('app.notice', { level: 'warning', message }),
    );
  const facts = (system: 'slurm' | 'ssh'): Promise<JobSystemFacts | null> =>
    systemOf({ system, shards: 1 }, notebook.dir, run)?.facts() ?? Promise.resolve(null);
  return {
    async 'cluster.systems'() {
      const [slurm, ssh] = await Promise.all([facts('slurm'), facts('ssh')]);
      return { slurm: slurm?.version ?? null, ssh: ssh?.version ?? null };
    },
    async 'cluster.jobs'() {
      const found: ClusterJob[] = [];
      for (const { id, title, folder } of await notebook.list()) {
        const entry = { fileSystem: notebook.fileSystem, path: join(notebook.dir, 'entries', folder) };
        if ((await jobFolders(entry.fileSystem, entry.path)).length === 0) continue;
        for (const job of await jobs(entry)) found.push(shownJob(job, id, title));
      }
      return found;
    },
    'cluster.plan': ({ subject, wishes }) => asked(() => planOf(subject, wishes)),
    'cluster.submit': ({ subject, wishes }) =>
      asked(async () => {
        requireWritable(context);
        const wanted = wantedFrom(wishes);
        await requireSystem(wanted.system);
        const entry =
          'entryId' in subject ? await notebook.find(subject.entryId) : await madeEntry(subject.yaml);
        const { missing } = await sortedCells(entry, await jobs(entry));
        if (missing.length === 0) throw new LabError('refused', 'Nothing is missing: no job was handed in.');
        const longest = await longestArray(wanted.system);
        const planned = await plannedSubmission(entry, missing, wanted, await threadSpeed(), longest);
        const { job } = await submitJob(entry, planned, wanted, run);
        events.emit('notebook.changed', null);
        return { entryId: entry.id, jobId: job.id };
      }),
    async 'cluster.collect'({ entryId }) {
      requireWritable(context);
      const { cells, jobsDone, findings } = await collection.collect(entryId);
      return { cells, jobsDone, findings: findings.map(({ place, message }) => `${place}: ${message}`) };
    },
    'cluster.cancel': ({ entryId, jobId }) =>
      asked(async () => {
        requireWritable(context);
        const entry = await notebook.find(entryId);
        const job = (await jobs(entry)).find((one) => one.job.id === jobId);
        if (job === undefined) throw new LabError('not-found', `There is no job ${jobId}.`);
        await cancelJob(entry, job, 'all', run);
        return null;
      }),
  };

  async function planOf(subject: Subject, wishes: ClusterWishes): Promise<ClusterPlan> {
    const wanted = wantedFrom(wishes);
    const longest = await longestArray(wanted.system);
    const speed = await threadSpeed();
    if ('entryId' in subject) {
      const entry = await notebook.find(subject.entryId);
      const { missing, ...counts } = await sortedCells(entry, await jobs(entry));
      return planText(await plannedSubmission(entry, missing, wanted, speed, longest), counts);
    }
    const { cells, costs, name } = await plannedForQueue(context, subject.yaml, engines, false);
    const ids = cells.map(({ id }) => id);
    const known = await notebook.findForSweep(name, ids);
    if (known === null) return planText(plannedCells(cells, costs, wanted, speed, longest), nobody);
    const { missing, ...counts } = await sortedCells(known, await jobs(known));
    const isMissing = new Set(missing.map(({ id }) => id));
    const has = new Set(known.json.cells.map(({ id }) => id));
    const left = cells.flatMap((cell, at) => (isMissing.has(cell.id) || !has.has(cell.id) ? [at] : []));
    const [some, theirs] = [left.map((at) => cells[at]), left.map((at) => costs[at])];
    return planText(plannedCells(some, theirs, wanted, speed, longest), counts);
  }

  async function planText(
    { cells, seconds, shards, bytes, files }: Awaited<ReturnType<typeof plannedSubmission>>,
    counts: Pick<ClusterPlan, 'finished' | 'failed' | 'underWay'>,
  ): Promise<ClusterPlan> {
    const total = seconds.reduce((sum, one) => sum + one, 0);
    const room = await roomFor(notebook.dir, run);
    const problems = roomProblems({ bytes, files }, room, (size) => `${(size / 1e9).toPrecision(3)} GB`);
    return { ...counts, cells: cells.length, shards, seconds: total, bytes, files, problems };
  }

  async function madeEntry(yaml: string): Promise<EntryStore> {
    const plan = await plannedForQueue(context, yaml, engines, true);
    const { entry } = await entryOf(
      { ...context, decision: { ...context.decision, split: null } },
      yaml,
      plan,
    );
    return entry;
  }

  async function longestArray(system: Wanted['system']): Promise<number | null> {
    return system === 'script' ? null : ((await facts(system))?.longestArray ?? null);
  }

  /** Throws LabError where what is to run jobs is not on this machine. */
  async function requireSystem(system: Wanted['system']): Promise<void> {
    if (system === 'script' || (await facts(system)) !== null) return;
    throw new LabError(
      'refused',
      system === 'slurm'
        ? 'There is no Slurm on the machine where this lab runs. Start it on a login node of the cluster.'
        : 'GNU parallel is missing on the machine where this lab runs; install the package parallel.',
    );
  }

  /** The best that is known of machines elsewhere: half of what a thread reaches here. */
  async function threadSpeed(): Promise<number> {
    return (await context.speedOf('strict')) / 2;
  }
}

const nobody = { finished: 0, failed: 0, underWay: 0 };

function wantedFrom({ system, hosts, threads, minutes, shards, partition, account }: ClusterWishes): Wanted {
  const options =
    system === 'slurm' ? [['--partition', partition] as const, ['--account', account] as const] : [];
  return {
    ...{ system, threads, minutes, shards, gpus: 0, atOnce: null, isForGroup: false },
    hosts: system === 'ssh' ? hostsFrom(hosts) : [],
    memoryMb: 300 + 150 * threads,
    // Electron is no node program.
    node: process.versions['electron'] === undefined ? process.execPath : 'node',
    extra: options.flatMap(([name, value]) => (value === null ? [] : [`${name}=${value}`])),
  };
}
