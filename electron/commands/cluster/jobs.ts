/** `jobs`: how the jobs of entries stand. */
import { setTimeout as later } from 'node:timers/promises';
import type { JobProgress, ShardState } from '../../lab/cluster/job-progress.ts';
import { openNotebook } from '../../lab/notebook/notebook.ts';
import type { Command } from '../command.ts';
import { alignColumns, printJson, printLine } from '../console-output.ts';
import { knownJobs, type KnownJob } from './known-jobs.ts';

/** Engines are asked no more often. */
const watchMs = 30_000;

export const jobsCommand: Command = {
  usage: '[ENTRY] [--watch]',
  summary:
    'how jobs on clusters stand: cells, shards, why they wait; --watch looks again every half minute, with --json a line a look',
  options: { watch: 'flag' },
  positionals: { min: 0, max: 1 },
  async run(args) {
    for (;;) {
      const notebook = await openNotebook(args.notebook(), { mode: 'read' });
      const jobs = await knownJobs(notebook, args.positionals[0]);
      await notebook.close();
      const isOneLine = args.flag('watch');
      if (args.flag('json')) printJson(jobs.map(jobJson), { isOneLine });
      else if (jobs.length === 0) printLine('No jobs.');
      else alignColumns(jobs.map(rowOf)).forEach(printLine);
      if (!args.flag('watch') || jobs.every(({ shards }) => shards.every(hasEnded))) return 0;
      await later(watchMs);
    }
  },
};

function hasEnded({ state }: { readonly state: ShardState }): boolean {
  return state === 'done' || state === 'collected' || state === 'stopped';
}

function countOf({ shards }: JobProgress, ...states: readonly ShardState[]): number {
  return shards.filter(({ state }) => states.includes(state)).length;
}

function rowOf(job: KnownJob): string[] {
  const finished = job.shards.reduce((sum, shard) => sum + shard.finished, 0);
  const failed = job.shards.reduce((sum, shard) => sum + shard.failed, 0);
  const reasons = [...new Set(job.shards.flatMap(({ reason }) => (reason === '' ? [] : [reason])))];
  const collected = countOf(job, 'collected');
  const states = [
    [countOf(job, 'running'), 'running'],
    [countOf(job, 'waiting'), 'waiting'],
    [countOf(job, 'silent'), 'silent'],
    [countOf(job, 'stopped'), 'stopped'],
    [countOf(job, 'done'), 'done'],
    [collected, 'collected'],
  ] as const;
  return [
    job.job.id,
    job.entry.id,
    job.job.system,
    `${finished} of ${job.job.cells} cells${failed > 0 ? `, ${failed} failed` : ''}${collected > 0 ? ', others collected' : ''}`,
    `shards: ${states.flatMap(([count, word]) => (count === 0 ? [] : `${count} ${word}`)).join(', ')}`,
    job.job.cancelled ? 'cancelled' : (job.trouble ?? reasons.join(', ')),
  ];
}

function jobJson({ entry, title, folder, job, shards, trouble }: KnownJob): object {
  const { id, system, engineId, cells, cancelled, created, hosts, threads, minutes, gpus } = job;
  const order = { system, engineId, hosts, threads, minutes, gpus };
  return { id, entry: entry.id, title, folder, ...order, cells, cancelled, created, trouble, shards };
}
