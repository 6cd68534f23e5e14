import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { JobSystemError, type JobOrder } from '../../../electron/job-systems/job-system.ts';
import { endedShards, hostsFrom, parallelWords } from '../../../electron/job-systems/ssh.ts';
import { printedScript, quoted, scriptKinds } from '../../../electron/job-systems/task-script.ts';

const everyByte = String.fromCharCode(...Array.from({ length: 255 }, (_, byte) => byte + 1));
const order: JobOrder = {
  name: 'creasebook-1',
  folder: `/job ${everyByte}`,
  node: '/usr/bin/node',
  ...{ shards: 3, atOnce: null, threads: 4, memoryMb: 900, minutes: 90, hosts: ['box1'], extra: [] },
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
