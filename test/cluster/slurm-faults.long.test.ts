/** Everything that a real Slurm can do to a job: the cells end with the links of an uninterrupted run on one machine. */
import { appendFileSync, chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lab, startLab, temporaryLab } from '../electron/cli/lab-process.ts';
import { fault, isListed, untilEnded } from './fault-walk.ts';
import { handIn, JobFolder } from './job-folder.ts';
import { absenceOf, daemonPath, slurmPackages } from './requirements.ts';
import { startCluster, until, type TestCluster } from './slurm.ts';
import { expectCollected, uninterrupted, walkedSweep, type Links } from './walked-lab.ts';

const absence = absenceOf(slurmPackages);
const secret = 'SECRET_OF_THE_CALLER';
/** Long enough that a cell still trains when a fault that Slurm takes its time for comes, on a fast machine, too. */
const epochs = 20_000;

describe.skipIf(absence !== null)(
  `a job on a real Slurm${absence === null ? '' : `: left out, ${absence}`}`,
  () => {
    let cluster: TestCluster;
    let links: Promise<Links>;
    const labs: { remove(): void }[] = [];

    beforeAll(async () => {
      process.env['PATH'] = daemonPath;
      process.env[secret] = 'must not travel';
      cluster = await startCluster(8);
      links = uninterrupted(walkedSweep(4, epochs));
    });
    afterAll(async () => {
      await cluster?.stop();
      labs.forEach(({ remove }) => remove());
    });

    function place(cells = 2): ReturnType<typeof temporaryLab> {
      const made = temporaryLab(walkedSweep(cells, epochs));
      labs.push(made);
      return made;
    }

    /** A job of one shard that has recorded something. */
    async function underWay(
      cells: number,
      ...words: string[]
    ): Promise<{ job: JobFolder; notebook: string }> {
      const { sweep: path, notebook } = place(cells);
      const job = await handIn(path, notebook, '--shards', '1', '--threads', '1', '--time', '30m', ...words);
      await until('the first record', () => job.starts(1) > 0 && job.hasRecords(1, 0));
      return { job, notebook };
    }

    it.concurrent('fault: requeue, clean stop: goes on at the epoch at which it stopped', async () => {
      const { job, notebook } = await underWay(2);
      await fault(cluster, job, 1, 'requeue');
      await untilEnded(cluster, job);
      const [first] = job.attempts(1);
      expect(first?.ended).toBe(75);
      expect(job.starts(1)).toBe(2);
      const stopped = job.wentOnAt(1);
      expect(Math.max(...stopped)).toBeGreaterThan(0);
      await expectCollected(notebook, 2, links);
    });

    it.concurrent('fault: preemption: gives its node up within the time of grace and goes on', async () => {
      const { job, notebook } = await underWay(2);
      await fault(cluster, job, 1, 'preemption');
      await untilEnded(cluster, job);
      expect(job.starts(1)).toBe(2);
      expect(job.attempts(1)[0]?.ended).toBe(75);
      await expectCollected(notebook, 2, links);
    });

    it.concurrent('fault: a node dies: noticed by itself, the task starts elsewhere', async () => {
      const { job, notebook } = await underWay(2);
      await fault(cluster, job, 1, 'death', { isDeclared: false });
      await untilEnded(cluster, job);
      const hosts = job.attempts(1).map(({ host }) => host);
      expect(new Set(hosts).size).toBe(2);
      await expectCollected(notebook, 2, links);
    });

    it.concurrent(
      'fault: network lost, the process lives: two attempts at once, each cell once in the entry',
      async () => {
        const { job, notebook } = await underWay(2);
        await fault(cluster, job, 1, 'partition');
        await untilEnded(cluster, job);
        const [began] = [...job.log(1).matchAll(/^(\S+) shard 1, attempt /gm)]
          .slice(1)
          .map(([, time]) => time!);
        // The first one said something after the second one had begun.
        expect(Math.min(...job.attempts(1).map(({ time }) => Date.parse(time)))).toBeGreaterThan(
          Date.parse(began!),
        );
        await expectCollected(notebook, 2, links);
      },
    );

    it.concurrent('fault: time limit: requeued with 75, ends after several slices', async () => {
      const { job, notebook } = await underWay(2, '--time', '1m', '--', '--signal=B:TERM@52');
      await untilEnded(cluster, job);
      expect(job.starts(1)).toBeGreaterThan(1);
      expect(job.attempts(1).filter(({ ended }) => ended === 75).length).toBe(job.starts(1) - 1);
      await expectCollected(notebook, 2, links);
    });

    it.concurrent(
      'fault: the cluster cancels instead of requeueing: submit of the entry trains the rest only',
      async () => {
        const { job, notebook } = await underWay(4, '--', '-p', 'cancelling');
        cluster.ask('scancel', '--full', job.engineId);
        await until('the task to be gone', () => !isListed(cluster, job, 1));
        await until(
          'the worker to have ended',
          () => job.attempts(1).every(({ ended }) => ended !== null),
          30,
        );
        const jobs = JSON.parse((await lab('jobs', '--json', '--notebook', notebook)).stdout) as {
          shards: { state: string }[];
        }[];
        expect(jobs[0]?.shards[0]?.state).toBe('stopped');
        const rest = await handIn('walk', notebook, '--threads', '1', '--time', '30m');
        await untilEnded(cluster, rest);
        expect(Math.max(-1, ...rest.wentOnAt(1))).toBeGreaterThan(0);
        await expectCollected(notebook, 4, links);
      },
    );

    it.concurrent('fault: sbatch answers too late: found by its name, one job', async () => {
      const { sweep: path, notebook, folder } = place();
      const programs = join(folder, 'programs');
      mkdirSync(programs);
      writeFileSync(
        join(programs, 'sbatch'),
        '#!/bin/sh\n[ "$1" = --version ] && exec /usr/bin/sbatch "$@"\n/usr/bin/sbatch "$@" > /dev/null\necho "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation" >&2\nexit 1\n',
      );
      chmodSync(join(programs, 'sbatch'), 0o755);
      const words = ['submit', path, '--shards', '1', '--threads', '1', '--json', '--notebook', notebook];
      const submitted = await startLab([...words, '--', '--begin=now+1hour'], {
        prefix: ['env', `PATH=${programs}:${daemonPath}`],
      }).result;
      const { folder: jobPath } = JSON.parse(submitted.stdout) as { folder: string };
      const job = new JobFolder(jobPath);
      const named = cluster
        .ask('squeue', '-h', '-r', `--name=creasebook-${jobPath.slice(-8)}`, '-o', '%F')
        .trim();
      expect(named).toBe(job.engineId);
      expect((await lab('cancel', jobPath.slice(-8), '--notebook', notebook)).code).toBe(0);
      expect(isListed(cluster, job, 1)).toBe(false);
    });

    it.concurrent(
      'fault: the program of a job was changed: the task fails and is not started again',
      async () => {
        const { sweep: path, notebook } = place();
        const job = await handIn(path, notebook, '--shards', '1', '--threads', '1', '--', '--begin=now+6');
        appendFileSync(join(job.path, 'program/dist/node/cell-thread.js'), ' ');
        await untilEnded(cluster, job);
        expect(cluster.tasks(job.engineId).get(1)).toMatchObject({ state: 'FAILED', restarts: 0 });
        expect(job.log(1)).toMatch(
          /program of this job was changed \(dist\/node\/cell-thread\.js\)\. Nothing was trained/,
        );
      },
    );

    it.concurrent(
      'a folder whose names have every character but slash and backslash: the job trains in it',
      async () => {
        const sweep = walkedSweep(2, 200);
        const made = temporaryLab(sweep);
        labs.push(made);
        const codes = Array.from({ length: 255 }, (_, at) => at + 1).filter(
          (code) => code !== 47 && code !== 92,
        );
        const names = [0, 64, 128, 192].map((from) => String.fromCharCode(...codes.slice(from, from + 64)));
        const notebook = join(made.folder, ...names, 'notebook');
        mkdirSync(notebook, { recursive: true });
        const job = await handIn(made.sweep, notebook, '--shards', '1', '--threads', '1', '--time', '30m');
        await untilEnded(cluster, job);
        await expectCollected(notebook, 2, uninterrupted(sweep));
      },
    );

    it.concurrent('nothing of the environment of who submits reaches a task but the path', async () => {
      const { job } = await underWay(2);
      const worker = readdirSync('/proc')
        .filter(
          (pid) => /^\d+$/.test(pid) && readText(`/proc/${pid}/cmdline`).includes(`work.js\0${job.path}`),
        )
        .map((pid) => readText(`/proc/${pid}/environ`));
      expect(worker.length).toBeGreaterThan(0);
      for (const environment of worker) {
        expect(environment).toMatch(/SLURM_JOB_ID=/);
        expect(environment).not.toContain(secret);
      }
      cluster.ask('scancel', '--full', job.engineId);
    });

    it('fault: the controller restarts: jobs says that it does not answer, the workers go on', async () => {
      const { job, notebook } = await underWay(4);
      await cluster.stopController();
      try {
        const table = (await lab('jobs', '--notebook', notebook)).stdout;
        expect(table).toMatch(/1 running.*Slurm does not answer/);
        await sleep(5000);
      } finally {
        cluster.startController();
      }
      await untilEnded(cluster, job);
      expect(job.starts(1)).toBe(1);
      expect((await lab('jobs', '--notebook', notebook)).stdout).toMatch(/4 of 4 cells.*1 done/);
      await expectCollected(notebook, 4, links);
    });
  },
);

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
