import { expect, test } from 'vitest';
import type { EntryStore } from '../../electron/lab/notebook/entry-store.ts';
import { openNotebook, type Notebook } from '../../electron/lab/notebook/notebook.ts';
import { verifyChain } from '../../electron/lab/verification/chain-level.ts';
import { cellId } from '../../experiments/sweeps/cell-identity.ts';
import type { SweepCell } from '../../experiments/sweeps/cell.ts';
import { sampleCell, samplePreview, sampleSnapshots } from '../experiments/records/sample-records.ts';
import { sampleEntry } from '../electron/lab/notebook/sample-notebook.ts';
import { ModelFileSystem, survivals } from './model-file-system.ts';
import { campaignPlaces } from '../fuzz-runs.ts';

function ownCell(seed: number): SweepCell {
  const cell = sampleCell();
  const config = { ...cell.config, seed };
  return { ...cell, config, id: cellId(config), epochs: 10 };
}

const cells = [1, 2].map(ownCell);
const snapshotsOf = (cell: SweepCell) => sampleSnapshots(3, { cellId: cell.id, weights: 6 });

function open(fileSystem: ModelFileSystem, mode: 'read' | 'write'): Promise<Notebook> {
  return openNotebook('/notebook', { mode, fileSystem, now: () => new Date('2026-11-20T12:00:00Z') });
}

async function record(entry: EntryStore, cell: SweepCell, from: number, to: number): Promise<void> {
  const store = await entry.cell(cell.id);
  for (const snapshot of snapshotsOf(cell).slice(from, to))
    if (snapshot.metrics.epoch > (store.index().at(-1)?.epoch ?? -1))
      await store.appendSnapshot(snapshot, samplePreview(snapshot.metrics.epoch));
  await store.appendEvent({ kind: 'finished', epoch: store.lastEpoch, reason: 'goal' });
  await entry.setCellSummary(cell.id);
}

/** A machine with an entry of two finished cells in files of their own. */
async function machine(): Promise<ModelFileSystem> {
  const fs = new ModelFileSystem();
  const notebook = await open(fs, 'write');
  const entry = await notebook.create(sampleEntry({ cells, targets: [] }));
  for (const cell of cells) await record(entry, cell, 0, 2);
  await notebook.close();
  return fs.afterStop({ names: 'new', data: 'new' });
}

async function onlyEntry(notebook: Notebook): Promise<EntryStore> {
  const [{ id }] = await notebook.list();
  return notebook.find(id);
}

/** Packs both cells, continues the first one, and packs again. */
async function live(fs: ModelFileSystem): Promise<void> {
  const notebook = await open(fs, 'write');
  const entry = await onlyEntry(notebook);
  await entry.pack();
  await entry.updateSweep('longer', [{ ...cells[0], epochs: 20 }, cells[1]]);
  if ((await entry.cell(cells[0].id)).lastEpoch < 20) await record(entry, cells[0], 2, 3);
  await entry.pack();
  await notebook.close();
}

/**
 * Every snapshot that was recorded is there with its preview, and the chain holds; whoever only looks may see the torn end
 * of a record that was being appended.
 */
async function expectWhole(fs: ModelFileSystem, mode: 'read' | 'write'): Promise<void> {
  const notebook = await open(fs, mode);
  const entry = await onlyEntry(notebook);
  for (const [at, cell] of cells.entries()) {
    const store = await entry.cell(cell.id);
    const epochs = store.index().map(({ epoch }) => epoch);
    expect(epochs.length).toBeGreaterThanOrEqual(2);
    expect(epochs).toEqual(at === 1 ? [0, 10] : [0, 10, 20].slice(0, epochs.length));
    for (const [number, epoch] of epochs.entries()) {
      expect(await store.snapshot(epoch)).toEqual(snapshotsOf(cell)[number]);
      expect(await store.preview(epoch)).toEqual(samplePreview(epoch));
    }
    if (mode === 'write') expect(store.problems.messages).toEqual([]);
  }
  if (mode === 'write') {
    const { cells: verdicts, findings } = await verifyChain(entry);
    expect([...findings, ...verdicts.flatMap((verdict) => verdict.findings)]).toEqual([]);
  }
  await notebook.close();
}

test('a stop before any operation of packing, unpacking and packing again loses no record and no preview', async () => {
  const whole = await machine();
  await live(whole);
  const { operations } = whole;
  expect(operations).toBeGreaterThan(40);
  await expectWhole(whole, 'read');
  for (const stopAt of campaignPlaces(operations)) {
    // Two of the ways in which a disk may be left, others at the next operation.
    for (const survival of [0, 1].map((more) => survivals[(2 * stopAt + more) % survivals.length])) {
      const fs = await machine();
      fs.faults = { stopAt };
      await expect(live(fs)).rejects.toThrow();
      const where = `${fs.log.at(-1)}, ${JSON.stringify(survival)}`;
      for (const mode of ['read', 'write'] as const)
        await expectWhole(fs.afterStop(survival), mode).catch((error: unknown) => {
          throw new Error(`${mode} after ${where}: ${String(error)}`, { cause: error });
        });
      const next = fs.afterStop(survival);
      await live(next);
      await expectWhole(next.afterStop({ names: 'old', data: 'old' }), 'read');
    }
  }
});

test('where the disk is full, cells stay where they were, and are packed later', async () => {
  const whole = await machine();
  await live(whole);
  for (const failAt of campaignPlaces(whole.operations)) {
    const fs = await machine();
    fs.faults = { failAt, errno: 'ENOSPC' };
    await live(fs).catch(() => undefined);
    fs.faults = {};
    const after = fs.afterKill();
    await expectWhole(after, 'read');
    await expectWhole(fs.afterKill(), 'write').catch((error: unknown) => {
      throw new Error(`${fs.log[failAt]}: ${String(error)}`, { cause: error });
    });
    await live(after);
    await expectWhole(after, 'read');
  }
});
