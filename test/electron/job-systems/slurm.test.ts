import { expect, it } from 'vitest';
import { SilentSystemError, type JobOrder } from '../../../electron/job-systems/job-system.ts';
import type { ProgramEnd } from '../../../electron/job-systems/program-run.ts';
import { arrayNumbers, outlooksFrom, slurm } from '../../../electron/job-systems/slurm.ts';

const order: JobOrder = {
  name: 'creasebook-1',
  folder: "/home/a 'b' $(c)\n%a/job",
  node: '/usr/bin/node',
  ...{
    shards: 3,
    atOnce: 2,
    threads: 4,
    memoryMb: 900,
    minutes: 90,
    gpus: 0,
    hosts: [],
    extra: ['-p', 'gpu'],
  },
};

function end(change: Partial<ProgramEnd>): ProgramEnd {
  return { code: 0, stdout: '', stderr: '', isMissing: false, ...change };
}

/** A Slurm that answers by the program's name, and what it was asked. */
function fakeSlurm(answers: Readonly<Record<string, ProgramEnd>>) {
  const asked: string[][] = [];
  const system = slurm((program, words) => {
    asked.push([program, ...words]);
    return Promise.resolve(answers[program] ?? end({ code: null, isMissing: true }));
  }, 0);
  return { system, asked };
}

it.each([
  ['3', [3]],
  ['[3-6%2]', [3, 4, 5, 6]],
  ['1-9:4,20', [1, 5, 9, 20]],
])('an array spelt %s', (text, numbers) => {
  expect(arrayNumbers(text)).toEqual(numbers);
});

it('tasks wait with a reason or run somewhere', () => {
  const outlooks = outlooksFrom('1|RUNNING|None|n1\n[2-3]|PENDING|Priority|\n4|REQUEUED|BeginTime|n2\n');
  expect([...outlooks]).toEqual([
    [1, { state: 'running', reason: '', host: 'n1' }],
    [2, { state: 'waiting', reason: 'Priority', host: '' }],
    [3, { state: 'waiting', reason: 'Priority', host: '' }],
    [4, { state: 'waiting', reason: 'BeginTime', host: 'n2' }],
  ]);
});

it('a path is a word of its own whatever is in it, and nothing of the environment but the path travels', async () => {
  const { system, asked } = fakeSlurm({ sbatch: end({ stdout: '4711;cluster\n' }) });
  expect(await system.submit(order)).toBe('4711');
  const [words] = asked;
  expect(words.slice(-4)).toEqual([`${order.folder}/task.sh`, order.node, order.folder, process.env['PATH']]);
  expect(words).toContain(`--chdir=${order.folder}`);
  expect(words).toContain('--export=NIL');
  expect(words).toContain('--array=1-3%2');
  expect(words.filter((word) => word.startsWith('--output'))).toEqual(['--output=log/%a.log']);
});

it('a GPU for each task is asked for, and none where none is wanted', async () => {
  const { system, asked } = fakeSlurm({ sbatch: end({ stdout: '4711\n' }) });
  await system.submit(order);
  await system.submit({ ...order, gpus: 1 });
  const [without, words] = asked;
  expect(without.some((word) => word.startsWith('--gpus'))).toBe(false);
  expect(words).toEqual(expect.arrayContaining(['--ntasks=1', '--gpus-per-task=1']));
});

it('a submission whose answer was lost is found by its name instead of being made again', async () => {
  const { system, asked } = fakeSlurm({ sbatch: end({ code: null }), squeue: end({ stdout: '  4712\n' }) });
  expect(await system.submit(order)).toBe('4712');
  expect(asked.map(([program]) => program)).toEqual(['sbatch', 'squeue']);
});

it('a submission that timed out and is nowhere was not taken; where Slurm does not say so, that is another error', async () => {
  const late = end({
    code: 1,
    stderr: 'sbatch: error: Batch job submission failed: Socket timed out on send/recv',
  });
  const taken = fakeSlurm({ sbatch: late, squeue: end({ stdout: '4713\n' }) });
  expect(await taken.system.submit(order)).toBe('4713');
  const nowhere = fakeSlurm({ sbatch: late, squeue: end({}) });
  await expect(nowhere.system.submit(order)).rejects.not.toThrow(SilentSystemError);
  expect(nowhere.asked.length).toBeGreaterThan(2);
  const silent = fakeSlurm({
    sbatch: late,
    squeue: end({ code: 1, stderr: 'Unable to contact slurm controller' }),
  });
  await expect(silent.system.submit(order)).rejects.toThrow(SilentSystemError);
  const refused = fakeSlurm({
    sbatch: end({ code: 1, stderr: 'sbatch: error: invalid partition specified: x' }),
  });
  await expect(refused.system.submit(order)).rejects.toThrow(/does not do it.*invalid partition/);
  expect(refused.asked).toHaveLength(1);
});

it('a job that Slurm has forgotten is gone, one that it does not answer for is not', async () => {
  const gone = fakeSlurm({
    squeue: end({ code: 1, stderr: 'slurm_load_jobs error: Invalid job id specified' }),
  });
  expect((await gone.system.look('1')).size).toBe(0);
  const silent = fakeSlurm({ squeue: end({ code: 1, stderr: 'Unable to contact slurm controller' }) });
  await expect(silent.system.look('1')).rejects.toThrow(/Slurm does not answer.*controller/);
  await expect(fakeSlurm({}).system.submit(order)).rejects.toThrow(/no Slurm on this machine/);
  expect(await fakeSlurm({}).system.facts()).toBeNull();
});
