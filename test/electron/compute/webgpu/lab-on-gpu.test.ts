import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { LabClient } from '../../../../electron/contract/contract.ts';
import { createNodeGpuHost } from '../../../../electron/compute/gpu-process.ts';
import type { GpuHost } from '../../../../electron/compute/gpu-host.ts';
import { cellCost } from '../../../../experiments/sweeps/cost-model.ts';
import { diskFileSystem } from '../../../../electron/lab/disk/files.ts';
import { planSweep } from '../../../../electron/lab/sweeps/sweep-plan.ts';
import { openSmallLab, trained, type SmallLab } from '../../lab/small-lab.ts';
import { scratchFolder } from '../../scratch-folder.ts';
import { describeGpu } from '../../../experiments/engines/webgpu/gpu-device.ts';

const sweep = `name: on the GPU
target: ring
epochs: 8
snapshots: { every: 4, preview: 32 }
parameters:
  shape: { values: ["[5]*2"] }
  points: { values: [120, 60] }
`;
const everyEpoch = sweep.replace('every: 4', 'every: 1');

/** What a GPU host says where there is no GPU. */
function noGpu(): GpuHost {
  const none = (): Promise<never> => Promise.reject(new Error('No GPU can be used: none is there.'));
  return {
    facts: none,
    renderFrame: none,
    replay: none,
    trainingSpeed: none,
    runCell: () => ({ done: none(), abort: () => undefined, acknowledge: () => undefined }),
    close: () => Promise.resolve(),
  };
}

describeGpu('a lab whose GPU trains', () => {
  let small: SmallLab;
  let entryId: string;
  let cellIds: string[];
  let known: Uint8Array[];
  const speed = 64e9;

  beforeAll(async () => {
    vi.stubEnv('XDG_CACHE_HOME', scratchFolder());
    small = await openSmallLab({
      engine: 'webgpu',
      gpu: { ...createNodeGpuHost(), trainingSpeed: () => Promise.resolve(speed) },
    });
    entryId = await trained(small.client, sweep);
    cellIds = (await small.client.call('entry.read', { entryId })).cells.map(({ id }) => id);
    // The same cells in an entry of their own, whose snapshots hold what the other one has to train again.
    const whole = await openSmallLab({ engine: 'webgpu', gpu: createNodeGpuHost() });
    const wholeId = await trained(whole.client, everyEpoch);
    known = await Promise.all(cellIds.map((id) => weights(whole.client, wholeId, id, 6)));
    await whole.lab.close();
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await small.lab.close();
  });

  async function weights(
    client: LabClient,
    entry: string,
    cellId: string,
    epoch: number,
  ): Promise<Uint8Array> {
    const { network, epoch: found } = await client.call('cell.network', { entryId: entry, cellId, epoch });
    expect(found).toBe(epoch);
    return new Uint8Array(network.parameters.slice().buffer);
  }

  const frame = (client: LabClient, epoch: number) =>
    client.call('frame.render', {
      entryId,
      cellId: cellIds[0],
      epoch,
      view: { x0: 0, y0: 0, x1: 1, y1: 1 },
      width: 24,
      height: 24,
      values: 'levels',
      planes: {},
      priority: 'shown',
      coarse: false,
    });

  const grid = async (client: LabClient, epoch: number): Promise<string> => {
    const { bytes } = await client.call('export.grid', {
      entryId,
      epoch,
      cellSize: 160,
      scale: 1,
      drawing: 'prediction',
      map: 'grey',
      points: false,
      format: 'svg',
    });
    return new TextDecoder().decode(bytes);
  };

  it('has every epoch between snapshots, bit for bit, in frames and grids', async () => {
    expect(await Promise.all(cellIds.map((id) => weights(small.client, entryId, id, 6)))).toEqual(known);
    const { epoch, obstacle } = await frame(small.client, 6);
    expect({ epoch, obstacle }).toEqual({ epoch: 6, obstacle: undefined });
    const drawn = await grid(small.client, 6);
    expect(drawn.match(/epoch 6/g)).toHaveLength(2);
    expect(drawn).not.toContain('needs its GPU');
  });

  it('prices cells at the speed of the GPU, which shares its time among them', async () => {
    const fresh = everyEpoch.replace('epochs: 8', 'epochs: 9');
    // The speed of the CPU is measured too, which may take longer than a check waits.
    const isTimed = async () => (await small.client.call('sweep.check', { yaml: fresh })).estimate !== null;
    await expect.poll(isTimed).toBe(true);
    const { cells, estimate } = await small.client.call('sweep.check', { yaml: everyEpoch });
    const check = await small.client.call('sweep.check', { yaml: fresh });
    const plan = await planSweep(diskFileSystem, fresh, '/', [], { engine: 'webgpu', split: null });
    const seconds = plan.cells.map((cell) => {
      const { trainingFlops, snapshotFlops } = cellCost(cell, plan.snapshots, plan.target);
      return (trainingFlops + snapshotFlops) / speed;
    });
    expect(check.cells.map((cell) => [cell.engine, cell.seconds])).toEqual(
      seconds.map((own) => ['webgpu', own]),
    );
    expect(check.estimate?.seconds).toBeCloseTo(seconds[0] + seconds[1], 12);
    const { engine } = await small.client.call('app.info', {});
    const adapter = /^WebGPU on (.*) \(as asked\)$/.exec(engine.description)?.[1] ?? 'none';
    expect(check.estimate?.trainers).toBe(`the GPU (${adapter})`);
    // All of these are finished.
    expect([cells.length, estimate?.seconds]).toEqual([2, 0]);
  });

  it('without its GPU shows the last snapshot before, and says so', async () => {
    const notebook = small.folder;
    const reader = await openSmallLab({ notebook, isReader: true, engine: 'wasm', gpu: noGpu() });
    try {
      const { epoch, obstacle } = await frame(reader.client, 6);
      expect({ epoch, obstacle }).toEqual({ epoch: 4, obstacle: 'No GPU can be used: none is there.' });
      expect((await frame(reader.client, 8)).obstacle).toBeUndefined();
      const drawn = await grid(reader.client, 6);
      expect(drawn.match(/epoch 6 needs its GPU/g)).toHaveLength(2);
      expect(drawn.match(/epoch 4/g)).toHaveLength(2);
      expect(await grid(reader.client, 8)).not.toContain('needs its GPU');
    } finally {
      await reader.lab.close();
    }
  });
});
