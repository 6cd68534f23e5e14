import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { CallResult, LabEvents } from '../../../electron/contract/contract.ts';
import { createGpuHost } from '../../../electron/compute/gpu-host.ts';
import type { GpuLink } from '../../../electron/compute/gpu-link.ts';
import { openLab, type Lab } from '../../../electron/lab/lab.ts';
import { unitView } from '../../../experiments/engines/engine.ts';
import { ask, smallSweep } from '../../e2e/small-sweep.ts';
import { scratchFolder } from '../../electron/scratch-folder.ts';
import { wasmEngine } from '../../experiments/engines/test-engines.ts';
import { describePage, useTestPages } from './page-host.ts';

const epochs = 40;
const none = { snapshots: 0 };

/** Trains a sweep to its end; `atSnapshot` is told of the first one that came after the cells' beginning. */
async function trained(lab: Lab, name: string, atSnapshot: () => void): Promise<CallResult<'entry.read'>> {
  let hasBegun = false;
  const stopListening = lab.events.listen((event, value) => {
    const { snapshots } = event === 'cell.snapshots' ? (value as LabEvents['cell.snapshots']) : none;
    if (hasBegun || snapshots < 3) return;
    hasBegun = true;
    atSnapshot();
  });
  const { entryId } = await ask({ lab }, 'queue.add', { yaml: smallSweep(name, epochs), first: false });
  const read = (): Promise<CallResult<'entry.read'>> => ask({ lab }, 'entry.read', { entryId });
  const isOver = ({ cells }: CallResult<'entry.read'>): boolean =>
    cells.every(({ state }) => state === 'finished' || state === 'failed');
  await expect.poll(async () => isOver(await read()), { timeout: 60_000 }).toBe(true);
  stopListening();
  expect(hasBegun).toBe(true);
  return read();
}

/** The last weights of every cell. */
function lastWeights(lab: Lab, { card, cells }: CallResult<'entry.read'>): Promise<Float32Array[]> {
  return Promise.all(
    cells.map(async ({ id }) => {
      const { network } = await ask({ lab }, 'cell.network', { entryId: card.id, cellId: id, epoch: epochs });
      return network.parameters;
    }),
  );
}

/** Expects that a frame of the first cell has the hashes of the CPU's kernels. */
async function expectSameFrame(lab: Lab, { card, cells }: CallResult<'entry.read'>): Promise<void> {
  const at = { entryId: card.id, cellId: cells[0]?.id ?? '', epoch: epochs };
  const look = { view: unitView, width: 45, height: 31 };
  const frame = await ask({ lab }, 'frame.render', {
    ...at,
    ...look,
    values: 'float32',
    planes: { hashes: true },
    priority: 'shown',
    coarse: false,
  });
  const { network } = await ask({ lab }, 'cell.network', at);
  const strict = await wasmEngine('strict');
  const expected = await strict.renderFrame({ ...look, network, planes: { hashes: true } });
  expect(frame.hashes).toEqual(expected.hashes);
  expect(frame.distinctHashes).toBeGreaterThan(10);
}

describePage('the lab on a compute page', () => {
  const pages = useTestPages();

  it('trains sweeps and draws, and a page that is closed under way changes nothing', async () => {
    const notebook = scratchFolder();
    let page: GpuLink | undefined;
    const lab = await openLab({
      notebook,
      shell: 'electron',
      threads: 1,
      engine: 'webgpu',
      gpu: createGpuHost((onMessage, onEnd) => (page = pages.start(onMessage, onEnd))),
      examples: join(notebook, 'no-example'),
    });
    try {
      const { engine } = await ask({ lab }, 'app.info', {});
      expect(engine.name).toBe('webgpu');
      expect(engine.description).toMatch(/^WebGPU on google swiftshader, Chromium [\d.]+ \(as asked\)$/);
      const whole = await trained(lab, 'undisturbed', () => undefined);
      const kept = ({ cells }: CallResult<'entry.read'>): unknown[] =>
        cells.map(({ state, lastEpoch, snapshots }) => ({ state, lastEpoch, snapshots }));
      expect(kept(whole)).toEqual(Array(4).fill({ state: 'finished', lastEpoch: epochs, snapshots: 11 }));
      expect(new Set(whole.cells.map(({ config }) => config.determinism))).toEqual(new Set(['device']));
      const before = pages.host().pages.length;
      const closed = await trained(lab, 'disturbed', () => page?.kill());
      expect(pages.host().pages.length).toBe(before + 1);
      expect(kept(closed)).toEqual(kept(whole));
      expect(await lastWeights(lab, closed)).toEqual(await lastWeights(lab, whole));
      await expectSameFrame(lab, whole);
      for (const { card } of [whole, closed]) {
        const verdict = await ask({ lab }, 'entry.verify', { entryId: card.id, level: 'chain' });
        expect(verdict.holds).toBe(true);
      }
    } finally {
      await lab.close();
    }
  });
});
