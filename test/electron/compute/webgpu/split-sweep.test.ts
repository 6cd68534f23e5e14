import { expect, it } from 'vitest';
import { createComputePool } from '../../../../electron/compute/compute-pool.ts';
import { createNodeGpuHost } from '../../../../electron/compute/gpu-process.ts';
import { diskFileSystem } from '../../../../electron/lab/disk/files.ts';
import { openNotebook } from '../../../../electron/lab/notebook/notebook.ts';
import { verifyByRerun } from '../../../../electron/lab/verification/rerun-level.ts';
import { planSweep } from '../../../../electron/lab/sweeps/sweep-plan.ts';
import { runSweep } from '../../../../electron/lab/queue/sweep-run.ts';
import { engineOfCell } from '../../../../experiments/sweeps/cell-engine.ts';
import { pngFromPicture } from '../../../../experiments/targets/png.ts';
import { describeGpu } from '../../../experiments/engines/webgpu/gpu-device.ts';
import { temporaryFolder } from '../../lab/notebook/sample-notebook.ts';

const text = `name: shared
target: ring
epochs: 6
snapshots: { every: 3 }
parameters:
  shape: { values: ["[5]*2"] }
  points: { values: [120, 60, 30] }
  seed: { values: [1, 2] }
training: { batch_size: 32 }
`;

describeGpu('a sweep that GPU and CPU share', () => {
  it('trains with forced speeds on both at once, records what trained each cell, and trains again to the same bits', async () => {
    const split = { gpu: 3e9, cpu: 2e9, threads: 2 };
    const plan = await planSweep(diskFileSystem, text, '/', [], { engine: 'webgpu', split });
    const engines = plan.cells.map(({ config }) => engineOfCell(config));
    expect(engines.filter((engine) => engine === 'webgpu').length).toBeGreaterThan(1);
    expect(engines.filter((engine) => engine === 'wasm').length).toBeGreaterThan(1);
    const notebook = await openNotebook(temporaryFolder(), { mode: 'write' });
    const gpu = createNodeGpuHost();
    const pool = createComputePool(2, { gpu });
    const signal = new AbortController().signal;
    try {
      const { cells, snapshots, picture, target } = plan;
      const targets = [{ digest: target.digest, png: pngFromPicture(picture) }];
      const names = { name: 'shared', title: 'shared' };
      const files = { sweepText: text, cells, snapshots, targets };
      const entry = await notebook.create({ ...names, ...files, environment: {}, created: new Date(0) });
      const live = new Set<string>();
      let wereBoth = false;
      const outcomes = await runSweep({
        cells,
        picture,
        snapshots,
        engine: 'webgpu',
        environment: { engine: `WebGPU on ${(await gpu.facts()).adapter} (as asked)` },
        executor: pool,
        signal,
        failFast: false,
        openCell: (id) => entry.cell(id),
        cellChanged: (id) => entry.setCellSummary(id),
        onUpdate: ({ cellId, phase }) => {
          const cell = cells.find(({ id }) => id === cellId);
          if (cell === undefined) return;
          if (phase === 'started') live.add(engineOfCell(cell.config));
          wereBoth ||= live.size === 2;
        },
      });
      expect(outcomes.map(({ state }) => state)).toEqual(cells.map(() => 'finished'));
      expect(wereBoth).toBe(true);
      for (const [at, { id }] of cells.entries()) {
        const { events } = await entry.cell(id);
        expect(events[0]?.event).toMatchObject({ kind: 'started', engine: engines[at] });
      }
      for (const { id, config } of cells) {
        const store = await entry.cell(id);
        const from = await store.keyFrameAtOrBefore(0);
        if (from === null) throw new Error('The first snapshot is a key frame.');
        const weights = await pool.replay({ job: { config, picture }, from: from.state, epoch: 3 });
        expect(weights).toEqual((await store.snapshot(3))?.weights);
      }
      const verdicts = await verifyByRerun({
        entry,
        executor: pool,
        adapter: () => pool.gpuAdapter(),
        signal,
        onProgress: () => undefined,
      });
      expect(verdicts.map(({ holds, snapshots: count }) => [holds, count])).toEqual(
        cells.map(() => [true, 3]),
      );
    } finally {
      await pool.close();
      await notebook.close();
    }
  });
});
