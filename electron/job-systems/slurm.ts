/** Slurm: a job is one array of tasks, asked for by squeue alone, no accounting needed. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  JobSystemError,
  SilentSystemError,
  type JobOrder,
  type JobSystem,
  type ShardOutlook,
} from './job-system.ts';
import { lastWords, type ProgramEnd, type ProgramRun } from './program-run.ts';

/** The states of Slurm in which a task waits; in all others that squeue lists it runs, or is about to end. */
const waitingStates: ReadonlySet<string> = new Set(['PENDING', 'REQUEUED', 'REQUEUE_HOLD', 'SUSPENDED']);
/**
 * Variables of the caller that a task sees: none, or Slurm would hand on all of them, secrets included. Where some are named,
 * it also starts a login shell for every task, which can take seconds. The task is told the path in a word.
 */
const handedOn = 'NIL';
/** Seconds before its time limit at which a task is asked to stop. */
const stopSeconds = 120;

/** Numbers in an array's spelling: "3", "1-4", "1-9:2", "3-6,8%2". Throws JobSystemError. */
export function arrayNumbers(text: string): number[] {
  return text
    .replace(/^\[|\]$/g, '')
    .replace(/%\d+$/, '')
    .split(',')
    .flatMap((part) => {
      const [, first, last = first, step = '1'] = /^(\d+)(?:-(\d+)(?::(\d+))?)?$/.exec(part) ?? [];
      if (first === undefined) throw new JobSystemError(`squeue speaks of tasks '${text.slice(0, 80)}'`);
      const numbers: number[] = [];
      for (let number = Number(first); number <= Number(last); number += Number(step)) numbers.push(number);
      return numbers;
    });
}

/** What the lines `%K|%T|%r|%N` of squeue say, by the number of the task. Throws JobSystemError. */
export function outlooksFrom(text: string): Map<number, ShardOutlook> {
  const outlooks = new Map<number, ShardOutlook>();
  for (const line of text.split('\n').filter((candidate) => candidate.includes('|'))) {
    const [numbers = '', state = '', reason = '', host = ''] = line.split('|').map((field) => field.trim());
    const isWaiting = waitingStates.has(state);
    for (const number of arrayNumbers(numbers))
      outlooks.set(number, {
        state: isWaiting ? 'waiting' : 'running',
        reason: isWaiting && reason !== 'None' ? reason : '',
        host,
      });
  }
  return outlooks;
}

/**
 * The words that sbatch is started with. Paths among them are taken as they are: no shell reads them; `path` is where tasks
 * find Slurm's programs.
 */
export function sbatchWords(
  order: JobOrder,
  path = process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
): string[] {
  const { name, folder, node, shards, atOnce, threads, memoryMb, minutes, gpus, extra } = order;
  // Where a task has little time, it keeps half of it.
  const stop = Math.min(stopSeconds, minutes * 30);
  return [
    '--parsable',
    `--job-name=${name}`,
    `--array=1-${shards}${atOnce === null ? '' : `%${atOnce}`}`,
    `--cpus-per-task=${threads}`,
    // GPUs a task are taken only where tasks are counted.
    ...(gpus === 0 ? [] : ['--ntasks=1', `--gpus-per-task=${gpus}`]),
    `--mem=${memoryMb}M`,
    `--time=${minutes}`,
    `--signal=B:TERM@${stop}`,
    `--export=${handedOn}`,
    '--requeue',
    '--open-mode=append',
    // Signs of replacement in the path of the folder would be replaced in a name of a file, not in a name of a folder.
    `--chdir=${folder}`,
    '--output=log/%a.log',
    ...extra,
    join(folder, 'task.sh'),
    node,
    folder,
    path,
  ];
}

/** What Slurm's programs say where the controller did not answer them in time: it may have done what it was asked for. */
const silence = /timed out|unable to contact|connection refused|communication failure/i;
/** A job that was taken is listed within so many looks. */
const looks = 5;

/** Slurm as its programs on this machine show it; `pauseMs` between two looks for a job whose answer was lost. */
export function slurm(run: ProgramRun, pauseMs = 2000): JobSystem {
  const asked = async (program: string, ...words: string[]): Promise<string> => {
    const end = await run(program, words);
    if (end.code === 0) return end.stdout;
    throw troubleOf(program, end);
  };
  return {
    async facts() {
      const version = await run('sbatch', ['--version']);
      if (version.isMissing || version.code !== 0) return null;
      const config = await run('scontrol', ['show', 'config']);
      const longest = /^MaxArraySize\s*=\s*(\d+)/m.exec(config.stdout)?.[1];
      return {
        version: version.stdout.trim(),
        longestArray: longest === undefined ? null : Number(longest),
      };
    },
    async submit(order) {
      const end = await run('sbatch', sbatchWords(order));
      // "4711" or "4711;cluster".
      const id = /^(\d+)(?:;[\w.-]+)?$/m.exec(end.stdout.trim())?.[1];
      if (end.code === 0 && id !== undefined) return id;
      if (!isSilence(end)) throw troubleOf('sbatch', end);
      // It may have been taken although the answer did not come.
      try {
        for (let look = 0; look < looks; look++) {
          if (look > 0) await sleep(pauseMs);
          const found = await this.find(order.name);
          if (found !== null) return found;
        }
      } catch (error) {
        if (!(error instanceof JobSystemError)) throw error;
        throw new SilentSystemError(error.message, { cause: error });
      }
      throw troubleOf('sbatch', end);
    },
    async find(name) {
      const text = await asked('squeue', '-h', '-r', '--me', `--name=${name}`, '-o', '%F');
      return /^\s*(\d+)\s*$/m.exec(text)?.[1] ?? null;
    },
    async look(engineId) {
      const end = await run('squeue', ['-h', '-r', '-j', engineId, '-o', '%K|%T|%r|%N']);
      if (end.code === 0) return outlooksFrom(end.stdout);
      // It forgets jobs some minutes after their end.
      if (/invalid job id/i.test(end.stderr)) return new Map();
      throw troubleOf('squeue', end);
    },
    async cancel(engineId, shards) {
      const tasks = shards === 'all' ? [engineId] : shards.map((shard) => `${engineId}_${shard}`);
      const end = await run('scancel', tasks);
      if (end.code !== 0 && !/invalid job id/i.test(end.stderr)) throw troubleOf('scancel', end);
    },
  };
}

function isSilence({ code, stderr, isMissing }: ProgramEnd): boolean {
  return !isMissing && (code === null || silence.test(stderr));
}

function troubleOf(program: string, end: ProgramEnd): JobSystemError {
  if (end.isMissing)
    return new JobSystemError(
      `There is no Slurm on this machine (${program} is missing). Run this on a login node of the cluster.`,
    );
  const trouble = isSilence(end) ? 'Slurm does not answer' : 'Slurm does not do it';
  return new JobSystemError(`${trouble}: ${program}: ${lastWords(end)}`);
}
