import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { JobSystemError, type JobOrder } from '../../../electron/job-systems/job-system.ts';
import { endedShards, hostsFrom, parallelWords } from '../../../electron/job-systems/ssh.ts';
import { cardFromEnvironment } from '../../../electron/lab/cluster/work-words.ts';
import { printedScript, quoted, scriptKinds, slurmTask } from '../../../electron/job-systems/task-script.ts';

const everyByte = String.fromCharCode(...Array.from({ length: 255 }, (_, byte) => byte + 1));
const order: JobOrder = {
  name: 'creasebook-1',
  folder: `/job ${everyByte}`,
  node: '/usr/bin/node',
  ...{ shards: 3, atOnce: null, threads: 4, memoryMb: 900, minutes: 90, gpus: 0, hosts: ['box1'], extra: [] },
};

it('every character of a path survives the shell', () => {
  const echoed = execFileSync('sh', ['-c', `printf %s ${quoted(everyByte)}`], { encoding: 'utf8' });
  expect(echoed).toBe(everyByte);
  expect(() => quoted('a\0b')).toThrow(RangeError);
});

it.each(scriptKinds.filter((kind) => kind !== 'kubernetes'))('a script for %s starts one program', (kind) => {
  const script = printedScript(kind, { ...order, node: 'printf', folder: everyByte.replace('/', '') });
  const words = execFileSync('bash', ['-c', script.replace("'printf'", "'printf' '%s|'")], {
    encoding: 'utf8',
  });
  const folder = everyByte.replace('/', '');
  expect(words).toBe(`${folder}/program/dist/node/work.js|${folder}|--threads|4|`);
});

it('a manifest for Kubernetes is JSON whatever the path is', () => {
  const manifest = JSON.parse(printedScript('kubernetes', order)) as { spec: { completions: number } };
  expect(manifest.spec.completions).toBe(3);
});

it.each([
  ['pbs', /^#PBS -l select=1:.*:ngpus=1$/m],
  ['lsf', /^#BSUB -gpu "num=1"$/m],
  ['sge', /^# .*-l gpu=1$/m],
  ['hyperqueue', / --resource gpus\/nvidia=1 /],
  ['kubernetes', /"limits": \{\s+"nvidia\.com\/gpu": "1"/],
] as const)('a script for %s asks for a GPU where one is wanted, and only there', (kind, words) => {
  expect(printedScript(kind, { ...order, gpus: 1 })).toMatch(words);
  expect(printedScript(kind, order)).not.toMatch(/gpu/i);
});

it('over ssh each card of a machine has one slot, and the worker is told which', () => {
  const words = parallelWords({ ...order, gpus: 1, hosts: ['box1', 'box2'], atOnce: 2 });
  const logins = words.filter((_, at) => words[at - 1] === '--sshlogin');
  expect(logins).toHaveLength(4);
  expect(words[words.indexOf('--jobs') + 1]).toBe('1');
  // What parallel hands on is the login without its number of processors.
  const cards = logins.map((login) => cardFromEnvironment({ PARALLEL_SSHLOGIN: login.replace(/^1\//, '') }));
  expect(cards).toEqual([1, 2, 1, 2]);
});

it.each([
  [{ SLURM_JOB_GPUS: '3', CUDA_VISIBLE_DEVICES: '0' }, 4],
  [{ CUDA_VISIBLE_DEVICES: '1' }, 2],
  [{ CUDA_VISIBLE_DEVICES: '0,1' }, null],
  [{ CUDA_VISIBLE_DEVICES: 'NoDevFiles' }, null],
  [{}, null],
])('the card of a task in %j is %s', (environment, card) => {
  expect(cardFromEnvironment(environment)).toBe(card);
});

it('over ssh the text with braces is fixed, and data are words of their own', () => {
  const words = parallelWords(order);
  expect(words).toContain('env {1} {2} {3} --shard {4} --threads 4');
  expect(words.filter((word) => word.includes(everyByte))).toEqual([
    `${order.folder}/program/dist/node/work.js`,
    order.folder,
  ]);
});

it('names of machines are names', () => {
  expect(hostsFrom('box1,me@box2.example.org,10.0.0.1')).toHaveLength(3);
  for (const name of ['-oProxyCommand=x', 'a b', 'a;b', '', '$(x)'])
    expect(() => hostsFrom(name)).toThrow(JobSystemError);
});

it('shards that a list of ended tasks names as done', () => {
  const list = [
    'Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand',
    '1\tbox1\t1\t1\t0\t0\t0\t0\tnode work.js /job --shard 2 --threads 1',
    '2\tbox1\t1\t1\t0\t0\t75\t0\tnode work.js /job --shard 3 --threads 1',
  ];
  expect([...endedShards(list.join('\n'))]).toEqual([2]);
});

describe.skipIf(process.platform === 'win32')('the task of an array', () => {
  const folder = mkdtempSync(join(tmpdir(), 'creasebook-task-'));
  const at = (name: string): string => join(folder, name);
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Runs the task with programs that are these lines of sh, `worker` in the place of node; its code and what was requeued. */
  function run(programs: Readonly<Record<string, string>>): { code: number | null; requeued: string } {
    writeFileSync(at('task.sh'), slurmTask);
    rmSync(at('requeued'), { force: true });
    const all = { sleep: 'exit 0', scontrol: `echo "$*" >> '${at('requeued')}'`, ...programs };
    for (const [name, lines] of Object.entries(all)) {
      writeFileSync(at(name), `#!/bin/sh\n${lines}\n`);
      chmodSync(at(name), 0o755);
    }
    // The path comes as a word: Slurm hands nothing of the environment on.
    const env = { PATH: '/usr/bin:/bin', SLURM_ARRAY_JOB_ID: '47', SLURM_ARRAY_TASK_ID: '3' };
    const words = [at('task.sh'), at('worker'), folder, `${folder}:/usr/bin:/bin`];
    const { status } = spawnSync('bash', words, { env });
    return { code: status, requeued: existsSync(at('requeued')) ? readFileSync(at('requeued'), 'utf8') : '' };
  }

  it('is started again where work is left, also where Slurm does not answer at once', () => {
    const late = `[ -e '${at('asked')}' ] || { touch '${at('asked')}'; exit 1; }; echo RUNNING`;
    expect(run({ worker: 'exit 75', squeue: late })).toEqual({ code: 75, requeued: 'requeue 47_3\n' });
  });

  it.each([
    ['nothing is left', 'exit 0', 'echo RUNNING', 0],
    ['it failed', 'exit 1', 'echo RUNNING', 1],
    ['it was cancelled', 'exit 75', 'echo CANCELLED', 75],
    ['it is started again already', 'exit 75', 'echo COMPLETING', 75],
  ])('is not started again where %s', (_name, worker, squeue, code) => {
    expect(run({ worker, squeue })).toEqual({ code, requeued: '' });
  });

  it('is started again where it was asked to stop before the worker could listen', () => {
    expect(
      run({ worker: 'kill -TERM "$PPID"; sleep 1; exec /bin/sleep 20', squeue: 'echo RUNNING' }),
    ).toEqual({
      code: 75,
      requeued: 'requeue 47_3\n',
    });
  });
});
