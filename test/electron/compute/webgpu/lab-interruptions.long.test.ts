import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import type { LabClient } from '../../../../electron/contract/contract.ts';
import { gpuChildPath } from '../../../../electron/program/assets.ts';
import { createGpuHost } from '../../../../electron/compute/gpu-host.ts';
import { processStarter } from '../../../../electron/compute/gpu-process.ts';
import { describeGpu } from '../../../experiments/engines/webgpu/gpu-device.ts';
import { openSmallLab, queueDone, trained } from '../../lab/small-lab.ts';

const sweep = (epochs: number, every: number): string => `name: interrupted
target: ring
epochs: ${epochs}
snapshots: { every: ${every}, preview: 32, key_frame_every: 2 }
parameters:
  shape: { values: ["[5]*2"] }
  points: { values: [120, 60] }
training: { batch_size: 32 }
`;
const aborting = fileURLToPath(new URL('./aborting-gpu.mjs', import.meta.url));

const labs: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(labs.splice(0).map((lab) => lab.close()));
});

/** A lab whose first GPU processes are those of `scripts`, the later ones as they should be. */
async function openGpuLab(...scripts: string[]): Promise<LabClient> {
  return (await openCountedLab(...scripts)).client;
}

/** Such a lab, and how many processes it has started. */
async function openCountedLab(...scripts: string[]): Promise<{ client: LabClient; starts(): number }> {
  let count = 0;
  const gpu = createGpuHost((onMessage, onEnd) =>
    processStarter(scripts[count++] ?? gpuChildPath())(onMessage, onEnd),
  );
  const { lab, client } = await openSmallLab({ engine: 'webgpu', gpu });
  labs.push(lab);
  return { client, starts: () => count };
}

/** Weights of the cells at an epoch of which they have snapshots. */
async function weights(client: LabClient, entryId: string, epoch: number): Promise<Float32Array[]> {
  const { cells } = await client.call('entry.read', { entryId });
  return Promise.all(
    cells.map(async ({ id }) => {
      const { network, epoch: found } = await client.call('cell.network', { entryId, cellId: id, epoch });
      expect(found).toBe(epoch);
      return network.parameters;
    }),
  );
}

async function cellsOf(client: LabClient, entryId: string) {
  const { cells } = await client.call('entry.read', { entryId });
  return cells.map(({ state, lastEpoch, snapshots }) => ({ state, lastEpoch, snapshots }));
}

/** Expects that nothing was altered, and that the lab answers at all. */
async function expectWhole(client: LabClient, entryId: string): Promise<void> {
  const { holds } = await client.call('entry.verify', { entryId, level: 'chain' });
  expect(holds).toBe(true);
  expect((await client.call('app.info', {})).engine.name).toBe('webgpu');
}

describeGpu('a lab whose GPU is interrupted', () => {
  it('lives on when the GPU process aborts, and its cells are what they would have been', async () => {
    const whole = await openGpuLab();
    const wholeId = await trained(whole, sweep(40, 4));
    const expected = await cellsOf(whole, wholeId);
    expect(expected).toEqual(Array(2).fill({ state: 'finished', lastEpoch: 40, snapshots: 11 }));
    const { client, starts } = await openCountedLab(aborting);
    const entryId = await trained(client, sweep(40, 4));
    expect(starts()).toBe(2);
    expect(await cellsOf(client, entryId)).toEqual(expected);
    expect(await weights(client, entryId, 40)).toEqual(await weights(whole, wholeId, 40));
    await expectWhole(client, entryId);
  });

  it('lives on when it aborts again at once; its cells say so, and go on when they are told to', async () => {
    const client = await openGpuLab(aborting, aborting);
    const entryId = await trained(client, sweep(40, 4));
    const { cells } = await client.call('entry.read', { entryId });
    for (const { state, lastEpoch, problem } of cells) {
      expect(state).toBe('failed');
      expect(lastEpoch).toBeLessThan(40);
      expect(problem).toMatch(/^The GPU was lost twice within a minute: the GPU process ended \(SIGABRT\)/);
    }
    await expectWhole(client, entryId);
    const { items } = await client.call('queue.read', {});
    await client.call('queue.retry', { items: items.map(({ id }) => id) });
    await queueDone(client);
    expect(await cellsOf(client, entryId)).toEqual(
      Array(2).fill({ state: 'finished', lastEpoch: 40, snapshots: 11 }),
    );
    const whole = await openGpuLab();
    const wholeId = await trained(whole, sweep(40, 4));
    expect(await weights(client, entryId, 40)).toEqual(await weights(whole, wholeId, 40));
    await expectWhole(client, entryId);
  });

  it('has the true state of cells that are cancelled twenty times in mid-dispatch, and goes on with them', async () => {
    const client = await openGpuLab();
    const every = 2;
    const { entryId } = await client.call('queue.add', { yaml: sweep(10_000_000, every), first: false });
    const items = (await client.call('queue.read', {})).items.map(({ id }) => id);
    let before = [-1, -1];
    for (let round = 0; round < 20; round++) {
      await expect
        .poll(async () => (await client.call('queue.read', {})).items.map(({ state }) => state))
        .toEqual(['running', 'running']);
      // Now and then it gets as far as its next snapshot, however slow the machine is.
      const goal = round % 5 === 0 ? Math.max(...before) + 1 : -1;
      const reached = async (): Promise<number> =>
        Math.min(...(await cellsOf(client, entryId)).map(({ lastEpoch }) => lastEpoch ?? -1));
      await expect.poll(reached).toBeGreaterThanOrEqual(goal);
      await new Promise((resolve) => setTimeout(resolve, 10 * round));
      await client.call('queue.cancel', { items });
      await queueDone(client);
      const cells = await cellsOf(client, entryId);
      expect(cells.map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
      for (const [at, { lastEpoch, snapshots }] of cells.entries()) {
        // One at the beginning, then one every so many epochs.
        expect(lastEpoch ?? -1).toBeGreaterThanOrEqual(before[at] ?? -1);
        expect(lastEpoch).toBe(snapshots === 0 ? null : every * (snapshots - 1));
      }
      before = cells.map(({ lastEpoch }) => lastEpoch ?? -1);
      if (round < 19) await client.call('queue.retry', { items });
    }
    await expectWhole(client, entryId);
    const last = Math.min(...before);
    expect(last).toBeGreaterThan(0);
    const whole = await openGpuLab();
    const wholeId = await trained(whole, sweep(last, every));
    for (let epoch = 0; epoch <= last; epoch += every) {
      expect(await weights(client, entryId, epoch)).toEqual(await weights(whole, wholeId, epoch));
    }
  });
});
