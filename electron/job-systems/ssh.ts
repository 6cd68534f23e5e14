/** Machines over ssh: GNU parallel hands the shards out, one after another, to whichever machine is free. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hostForm } from '../contract/cluster.ts';
import { JobSystemError, type JobOrder, type JobSystem, type ShardOutlook } from './job-system.ts';
import { lastWords, type ProgramRun } from './program-run.ts';

/** Where GNU parallel notes what has ended, below the job's folder. */
const endedList = join('log', 'ended');
/** What names the card of a machine in the words that reach it. */
export const cardVariable = 'CREASEBOOK_CARD';
/** A shard that failed is given to a machine so often. */
const tries = 100;
/** Runs its words in the folder $1 beside whatever ends, and prints its process id. Data are words, never part of this text. */
const detached = 'cd "$1" && shift && { setsid "$@" < /dev/null > log/engine.log 2>&1 & echo "$!"; }';

/** Whether a text may name a machine, so that no program takes it for an option. */
export function isHost(text: string): boolean {
  return hostForm.test(text);
}

/** The machines of "box1,box2". Throws JobSystemError where one of them is no name. */
export function hostsFrom(text: string): string[] {
  const hosts = text.split(',').filter((host) => host !== '');
  const wrong = hosts.find((host) => !isHost(host));
  if (wrong !== undefined) throw new JobSystemError(`'${wrong}' is no name of a machine.`);
  if (hosts.length === 0) throw new JobSystemError('Name the machines: --on ssh:HOST,HOST.');
  return hosts;
}

/** The GPUs over ssh that tasks run on: of each machine as many, from 1, as tasks may run on it at once. */
export function cardsOf({
  hosts,
  atOnce,
}: Pick<JobOrder, 'hosts' | 'atOnce'>): { host: string; card: number }[] {
  const cards = Array.from({ length: atOnce ?? 1 }, (_, at) => at + 1);
  return hosts.flatMap((host) => cards.map((card) => ({ host, card })));
}

/**
 * What parallel is to reach machines by: each as it is, or each card of it as a machine of its own that has one slot. The
 * worker reads its card from PARALLEL_SSHLOGIN, where parallel hands these words on; few machines take variables.
 */
function loginWords({ hosts, atOnce, gpus }: JobOrder): string[] {
  if (gpus === 0) return [...hosts.flatMap((host) => ['--sshlogin', host]), '--jobs', String(atOnce ?? 1)];
  const logins = cardsOf({ hosts, atOnce }).map(
    ({ host, card }) => `1/ssh -o BatchMode=yes -o SetEnv=${cardVariable}=${card} ${host}`,
  );
  return [...logins.flatMap((login) => ['--sshlogin', login]), '--jobs', '1'];
}

/** The words that GNU parallel is started with. It quotes what fills the braces itself, and the text with them is fixed. */
export function parallelWords(order: JobOrder): string[] {
  const { folder, node, shards, threads, extra } = order;
  const numbers = Array.from({ length: shards }, (_, at) => String(at + 1));
  return [
    'parallel',
    ...loginWords(order),
    ...['--ssh', 'ssh -o BatchMode=yes', '--retries', String(tries)],
    ...['--joblog', endedList, '--line-buffer', '--tagstring', '{4}', '--termseq', 'TERM,25000,KILL,100'],
    ...extra,
    // Words are quoted only where the text begins with a word of its own.
    `env {1} {2} {3} --shard {4} --threads ${threads}`,
    ...[':::', node, ':::', join(folder, 'program', 'dist', 'node', 'work.js'), ':::', folder],
    ...[':::', ...numbers],
  ];
}

/** Numbers of the shards that a list of ended tasks names as done. */
export function endedShards(list: string): Set<number> {
  const ended = new Set<number>();
  for (const line of list.split('\n').slice(1)) {
    const fields = line.split('\t');
    const shard = /--shard (\d+)/.exec(fields[8] ?? '')?.[1];
    if (fields[6] === '0' && fields[7] === '0' && shard !== undefined) ended.add(Number(shard));
  }
  return ended;
}

/** GNU parallel on this machine, for the job in `folder` of so many shards. */
export function ssh(run: ProgramRun, folder: string, shards: number): JobSystem {
  /** When a process began, as the system has it; '' where there is none. */
  const beginning = async (pid: string): Promise<string> =>
    (await run('ps', ['-o', 'lstart=', '-p', pid])).stdout.trim();
  const isAlive = async (engineId: string): Promise<boolean> => {
    const [pid = '', begun = ''] = engineId.split('|');
    return /^\d+$/.test(pid) && begun !== '' && (await beginning(pid)) === begun;
  };
  return {
    async facts() {
      const end = await run('parallel', ['--version']);
      const version = /^GNU parallel \d+/m.exec(end.stdout)?.[0];
      return version === undefined ? null : { version, longestArray: null };
    },
    async submit(order) {
      const end = await run('/bin/sh', ['-c', detached, 'sh', order.folder, ...parallelWords(order)]);
      const pid = /^(\d+)$/m.exec(end.stdout)?.[1];
      if (end.code !== 0 || pid === undefined)
        throw new JobSystemError(`GNU parallel does not start: ${lastWords(end)}`);
      return `${pid}|${await beginning(pid)}`;
    },
    find: () => Promise.resolve(null),
    async look(engineId) {
      const outlooks = new Map<number, ShardOutlook>();
      if (!(await isAlive(engineId))) return outlooks;
      const ended = endedShards(await readFile(join(folder, endedList), 'utf8').catch(() => ''));
      for (let shard = 1; shard <= shards; shard++)
        if (!ended.has(shard)) outlooks.set(shard, { state: 'waiting', reason: '', host: '' });
      return outlooks;
    },
    async cancel(engineId, which) {
      if (which !== 'all')
        throw new JobSystemError('Over ssh a job is cancelled as a whole: leave --shard out.');
      if (!(await isAlive(engineId))) return;
      const [pid = ''] = engineId.split('|');
      // The first ends the handing out, the second asks the workers to stop.
      for (let time = 0; time < 2; time++) await run('kill', ['-TERM', pid]);
    },
  };
}
