/** What a worker is told by its words and by the engine that started it. */
import { resolve } from 'node:path';
import { availableParallelism } from 'node:os';
import { probeText } from '../../../experiments/cluster/gpu-probe.ts';
import { probeGpu } from '../../compute/gpu-probe.ts';
import { cardVariable } from '../../job-systems/ssh.ts';
import { diskFileSystem } from '../disk/files.ts';
import { LabError } from '../disk/lab-error.ts';
import { openShardEngine } from './shard-engine.ts';
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

/**
 * The card of the GPU that an engine gave this task, from 1: by the words with which GNU parallel reached the machine, or by
 * the variables of engines, which count from 0; null where none is named, or several are.
 */
export function cardFromEnvironment(environment: Environment): number | null {
  const login = new RegExp(`${cardVariable}=(\\d{1,3}) `).exec(environment['PARALLEL_SSHLOGIN'] ?? '')?.[1];
  if (login !== undefined) return Number(login);
  // Slurm's count every card of the node, also where a task sees its own alone.
  const given = ['SLURM_STEP_GPUS', 'SLURM_JOB_GPUS', 'CUDA_VISIBLE_DEVICES'].map(
    (name) => environment[name],
  );
  const number = given.find((text) => text !== undefined && text !== '') ?? '';
  return /^\d{1,3}$/.test(number) ? Number(number) + 1 : null;
}

/** Says what the GPU of this machine is, in a line or as JSON; the exit code, 1 where a job cannot train on it. */
async function probeFromWords(words: readonly string[], card: number | null): Promise<number> {
  const probe = await probeGpu(card);
  process.stdout.write(`${words.includes('--json') ? JSON.stringify(probe) : probeText(probe)}\n`);
  return probe.adapter === null ? workCodes.failed : workCodes.done;
}

/**
 * Works on the shard that the words name, or with --probe looks at the GPU alone; the exit code. `threadPath` is the script of
 * a compute thread. Throws LabError.
 */
export async function workFromWords(words: readonly string[], threadPath: string): Promise<number> {
  const [job = ''] = words;
  const { env } = process;
  const card = wordAfter(words, 'card') ?? cardFromEnvironment(env);
  if (words.includes('--probe')) return probeFromWords(words, card);
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
    openEngine: (gpus) => openShardEngine(gpus, threads, threadPath, card),
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
