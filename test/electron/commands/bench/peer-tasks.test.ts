/** Programs that `bench --peers` measures: ours, and PyTorch's where Python has it. */
import { spawnSync } from 'node:child_process';
import { afterAll, describe, expect, it } from 'vitest';
import { Peer, type PeerTask } from '../../../../electron/commands/bench/peer-tasks.ts';
import { kernelModule } from '../../../../electron/compute/kernel-engines.ts';
import { hostEngine } from '../../../../electron/compute/thread-engines.ts';
import { privateFile } from '../../../../electron/lab/disk/outside-files.ts';
import { benchChildPath, torchPeerPath } from '../../../../electron/program/assets.ts';
import { trainedNetwork } from '../../../../experiments/diagnostics/speed.ts';
import { unitView } from '../../../../experiments/engines/engine.ts';
import { encodeSafetensors } from '../../../../experiments/formats/safetensors.ts';
import { extractComplex } from '../../../../experiments/polytopes/extract-complex.ts';

const shape = { hidden: [12, 11, 10, 9], outputs: 1 };
const network = await trainedNetwork(await hostEngine('strict'), shape, 20);
const { regionCount } = extractComplex(network, unitView, { kernel: await kernelModule('geometry') });
const file = privateFile('network.safetensors', encodeSafetensors(network));
const tasks: readonly PeerTask[] = [
  { kind: 'train', widths: [5, 4], points: 20, batch: 8, epochs: 2 },
  { kind: 'frame', widths: [5, 4], size: 16, style: 'chunked' },
  { kind: 'frame', widths: [5, 4], size: 16, style: 'layered' },
  { kind: 'frame', widths: [5, 4], size: 16, style: 'anchored' },
];

const python = ['python3', '/usr/bin/python3'].find(
  (name) => spawnSync(name, ['-c', 'import torch'], { stdio: 'ignore' }).status === 0,
);
const started: Peer[] = [];
afterAll(() => started.forEach((peer) => peer.end()));

async function startedPeer(command: string, words: readonly string[]): Promise<Peer> {
  const peer = await Peer.start('a peer', command, words);
  if (peer === null) throw new Error(`${command} did not start.`);
  started.push(peer);
  return peer;
}

describe.each([
  ['this program', process.execPath, benchChildPath],
  [python === undefined ? 'PyTorch: left out, no Python here has it' : 'PyTorch', python, torchPeerPath],
])('%s', (_name, command, path) => {
  it.skipIf(command === undefined)(
    'does every task, and finds the regions that the extraction finds',
    async () => {
      const peer = await startedPeer(command ?? '', [path()]);
      expect(peer.facts.name).toMatch(/^(?:Creasebook|PyTorch) \d/);
      for (const task of tasks) expect((await peer.run(task)).seconds, task.kind).toBeGreaterThanOrEqual(0);
      expect((await peer.run({ kind: 'geometry', file })).regions).toBe(regionCount);
    },
    120_000,
  );
});

it('a program that is not there or lacks what it needs is no peer', async () => {
  expect(await Peer.start('a peer', '/nowhere/python', [])).toBeNull();
  expect(await Peer.start('a peer', process.execPath, ['-e', 'process.exit(1)'])).toBeNull();
});

it('one that ends during a task is named', async () => {
  const script = `console.log('{"name":"short","kernels":""}'); process.stdin.once('data', () => process.exit(3));`;
  const peer = await startedPeer(process.execPath, ['-e', script]);
  await expect(peer.run(tasks[0]!)).rejects.toThrow("bench: a peer ended during 'train'");
});
