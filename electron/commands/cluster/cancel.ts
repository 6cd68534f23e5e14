/** `cancel`: takes a job, or shards of it, from its engine; what was trained stays. */
import { runProgram } from '../../job-systems/program-run.ts';
import { cancelJob } from '../../lab/cluster/submission.ts';
import { openNotebook } from '../../lab/notebook/notebook.ts';
import type { Command } from '../command.ts';
import { printLine } from '../console-output.ts';
import { UserError } from '../user-error.ts';
import { knownJobs } from './known-jobs.ts';

export const cancelCommand: Command = {
  usage: 'JOB [--shard K ...]',
  summary: 'takes a job, or shards of it, from its engine; what was trained stays and can be collected',
  options: { shard: 'texts' },
  positionals: { min: 1, max: 1 },
  async run(args) {
    const shards = args.texts('shard').map((text) => {
      if (!/^[1-9]\d{0,5}$/.test(text)) throw new UserError(`--shard must be a number from 1, is '${text}'`);
      return Number(text);
    });
    const notebook = await openNotebook(args.notebook(), { mode: 'read' });
    try {
      const begun = args.positional(0);
      const jobs = (await knownJobs(notebook)).filter(({ job }) => begun !== '' && job.id.startsWith(begun));
      if (jobs.length !== 1)
        throw new UserError(
          `${jobs.length === 0 ? 'no job' : 'several jobs'} '${begun}'; see creasebook jobs`,
        );
      const [{ entry, ...progress }] = jobs;
      await cancelJob(entry, progress, shards.length === 0 ? 'all' : shards, runProgram);
      printLine(`Job ${progress.job.id} was cancelled; collect ${entry.id} takes what it has finished.`);
      return 0;
    } finally {
      await notebook.close();
    }
  },
};
