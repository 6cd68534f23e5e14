/** What a worker is told by its words and by the engine that started it. */
import { resolve } from 'node:path';
import { availableParallelism } from 'node:os';
import { createComputePool } from '../../compute/compute-pool.ts';
import { environmentRecord } from '../../compute/environment.ts';
import { diskFileSystem } from '../disk/files.ts';
import { LabError } from '../disk/lab-error.ts';
import { workCodes, workOnShard } from './shard-work.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Variables in which engines number the tasks of an array, and what is to be added where they count from 0. */
const taskNumbers: readonly (readonly [string, number])[] = [
  ['SLURM_ARRAY_TASK_ID', 0],
  ['SGE_TASK_ID', 0],
  ['PBS_ARRAY_INDEX', 0],
  ['PBS_ARRAYID', 0],
  ['LSB_JOBINDEX', 0],
  ['HQ_TASK_ID', 0],
  ['JOB_COMPLETION_INDEX', 1],
];

/** The shard that an engine's environment numbers, from 1; null where it numbers none. */
export function shardFromEnvironment(environment: Environment): number | null {
  for (const [name, added] of taskNumbers) {
    const text = environment[name] ?? '';
    if (/^\d{1,9}$/.test(text)) return Number(text) + added;
  }
  return null;
}

/** Longest that a worker goes on with its epoch after it was asked to stop: engines kill what takes longer. */
const stopMs = 20_000;

/** A whole number from 1 behind `--name`; null where it is not there. Throws LabError. */
function wordAfter(words: readonly string[], name: string): number | null {
  const at = words.indexOf(`--${name}`);
  if (at < 0) return null;
  const text = words[at + 1] ?? '';
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new LabError('refused', `--${name} must be a whole number from 1, is '${text}'`);
}

/** Works on the shard that the words name; the exit code. `threadPath` is the script of a compute thread. Throws LabError. */
export async function workFromWords(words: readonly string[], threadPath: string): Promise<number> {
  const [job = ''] = words;
  const { env } = process;
  const shard = wordAfter(words, 'shard') ?? shardFromEnvironment(env);
  if (job === '' || job.startsWith('--'))
    throw new LabError('refused', 'work: the folder of the job is missing');
  if (shard === null)
    throw new LabError('refused', 'work: --shard is missing, and no engine numbers this task');
  const given = Number(env['SLURM_CPUS_PER_TASK'] ?? '');
  const threads =
    wordAfter(words, 'threads') ??
    (Number.isSafeInteger(given) && given > 0 ? given : availableParallelism());
  const stop = new AbortController();
  let hasProgress = false;
  const onSignal = (): void => {
    if (stop.signal.aborted) return;
    say('asked to stop: it ends with the epoch');
    stop.abort();
    setTimeout(() => {
      say('the epoch takes too long; stopped at once');
      process.exit(hasProgress ? workCodes.goesOn : workCodes.failed);
    }, stopMs).unref();
  };
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, onSignal);
  return workOnShard({
    fs: diskFileSystem,
    job: resolve(job),
    shard,
    task: {
      engineId: env['SLURM_JOB_ID'] ?? env['JOB_ID'] ?? env['PBS_JOBID'] ?? env['LSB_JOBID'] ?? 'hand',
      restart: env['SLURM_RESTART_COUNT'] ?? '0',
    },
    openExecutor: () => createComputePool(threads, { workerPath: threadPath }),
    environment: () => environmentRecord(),
    signal: stop.signal,
    onProgress: () => {
      hasProgress = true;
    },
    log: say,
  });
}

function say(line: string): void {
  process.stdout.write(`${new Date().toISOString()} ${line}\n`);
}
