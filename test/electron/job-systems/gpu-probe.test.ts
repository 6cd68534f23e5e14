import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { probeIn, probeText } from '../../../experiments/cluster/gpu-probe.ts';
import { probeOnSlurm, probeOverSsh } from '../../../electron/job-systems/gpu-probe.ts';
import type { JobOrder } from '../../../electron/job-systems/job-system.ts';
import type { ProgramRun } from '../../../electron/job-systems/program-run.ts';
import { scratchFolder } from '../scratch-folder.ts';

const found = { host: 'n1', adapter: 'a card, its driver', flopsPerSecond: 2e12, obstacle: null };
const none = { host: 'n1', adapter: null, flopsPerSecond: 0, obstacle: 'No device.' };

function order(folder: string): JobOrder {
  return {
    ...{
      name: 'creasebook-probe-1',
      folder,
      node: "/a 'node'",
      shards: 7,
      atOnce: 2,
      threads: 4,
      memoryMb: 900,
    },
    ...{ minutes: 5, gpus: 1, hosts: ['box1', 'box2'], extra: ['-p', 'gpu'] },
  };
}

/** A Slurm whose task prints a text at once, or waits for what it is told to wait for. */
function fakeSlurm(folder: string, printed: string, listed: string): { run: ProgramRun; asked: string[] } {
  const asked: string[] = [];
  mkdirSync(join(folder, 'log'));
  const run: ProgramRun = (program, words) => {
    asked.push([program, ...words].join(' '));
    if (program === 'sbatch' && printed !== '') writeFileSync(join(folder, 'log/1.log'), printed);
    const stdout = program === 'sbatch' ? '4711\n' : program === 'squeue' ? listed : '';
    return Promise.resolve({ code: 0, stdout, stderr: '', isMissing: false });
  };
  return { run, asked };
}

it('one task on Slurm says what its GPU is, among whatever else is printed there', async () => {
  const folder = scratchFolder();
  const { run, asked } = fakeSlurm(folder, `module: loading\n${JSON.stringify(found)}\nbye\n`, '');
  const watch = { onWaiting: () => undefined, signal: new AbortController().signal };
  expect(await probeOnSlurm(run, order(folder), watch)).toEqual(found);
  expect(asked[0]).toMatch(/--array=1-1 .*--gpus-per-task=1 .*-p gpu /);
});

it('a look that nobody waits for any longer is taken back, and why it waited was said', async () => {
  const folder = scratchFolder();
  const { run, asked } = fakeSlurm(folder, '', '1|PENDING|Priority|\n');
  const stop = new AbortController();
  const reasons: string[] = [];
  const onWaiting = (reason: string): void => {
    reasons.push(reason);
    stop.abort();
  };
  await expect(probeOnSlurm(run, order(folder), { onWaiting, signal: stop.signal })).rejects.toThrow(
    /abort/i,
  );
  expect(reasons).toEqual(['Priority']);
  expect(asked.at(-1)).toBe('scancel 4711');
});

it('over ssh every card is asked, by words that no shell takes apart', async () => {
  const asked: string[][] = [];
  const run: ProgramRun = (program, words) => {
    asked.push([program, ...words]);
    return Promise.resolve({ code: 1, stdout: `${JSON.stringify(none)}\n`, stderr: '', isMissing: false });
  };
  const probes = await probeOverSsh(run, order('/job'));
  expect(probes.map(({ host }) => host)).toEqual([
    'box1, card 1',
    'box1, card 2',
    'box2, card 1',
    'box2, card 2',
  ]);
  expect(asked[1]).toEqual([
    ...['ssh', '-o', 'BatchMode=yes', 'box1'],
    "'/a '\\''node'\\''' '/job/program/dist/node/work.js' '/job' '--probe' '--json' '--card' '2'",
  ]);
  const silent: ProgramRun = () =>
    Promise.resolve({ code: 255, stdout: '', stderr: 'Permission denied (publickey).', isMissing: false });
  await expect(probeOverSsh(silent, order('/job'))).rejects.toThrow(/box1 does not say.*Permission denied/);
});

it('what another machine says of its GPU is checked', () => {
  expect(probeIn(`${JSON.stringify(none)}\n${JSON.stringify(found)}\n`)).toEqual(found);
  for (const text of [
    '',
    '{"flopsPerSecond": ',
    '{"flopsPerSecond":"many"}',
    JSON.stringify({ ...found, flopsPerSecond: -1 }),
  ])
    expect(probeIn(text)).toBeNull();
  expect(probeText(found)).toBe('n1: a card, its driver, 2 TFLOPS');
  expect(probeText(none)).toBe('n1: No device.');
});
