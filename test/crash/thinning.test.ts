import { expect, test } from 'vitest';
import { openNotebook, type Notebook } from '../../electron/lab/notebook/notebook.ts';
import { verifyChain } from '../../electron/lab/verification/chain-level.ts';
import { samplePreview } from '../experiments/records/sample-records.ts';
import { recordedEntry, snapshotsOf, thinned, thinnedCell } from '../electron/lab/notebook/thinned-entry.ts';
import { campaignPlaces } from '../fuzz-runs.ts';
import { ModelFileSystem, survivals } from './model-file-system.ts';
import { onlyEntry } from './packed-cells.ts';

/** The first two are packed, the last one has files of its own; the second is not thinned. */
const cells = [thinnedCell(1, 60), thinnedCell(2, 20), thinnedCell(3, 50)];
const going = [cells[0], cells[2]];
const recorded = cells.map((cell) => snapshotsOf(cell, cell.epochs / 10 + 1));
const all = cells.map(({ epochs }) => Array.from({ length: epochs / 10 + 1 }, (_, at) => 10 * at));
/** What `every 30` keeps; the last one's training goes on from its key frame of 40. */
const left = [
  [0, 30, 40, 60],
  [0, 10, 20],
  [0, 30, 40, 50],
];

function open(fileSystem: ModelFileSystem, mode: 'read' | 'write'): Promise<Notebook> {
  return openNotebook('/notebook', { mode, fileSystem, now: () => new Date('2026-11-20T12:00:00Z') });
}

const asWritten = { names: 'new', data: 'new' } as const;

async function machine(): Promise<ModelFileSystem> {
  const fs = new ModelFileSystem();
  const notebook = await open(fs, 'write');
  const entry = await recordedEntry(notebook, cells.slice(0, 2));
  await entry.pack();
  await notebook.close();
  const again = await open(fs, 'write');
  const longer = await onlyEntry(again);
  await longer.updateSweep('more', cells);
  const store = await longer.cell(cells[2].id);
  for (const snapshot of recorded[2])
    await store.appendSnapshot(snapshot, samplePreview(snapshot.metrics.epoch));
  await store.appendEvent({ kind: 'paused', epoch: 50 });
  await longer.setCellSummary(cells[2].id);
  await again.close();
  return fs.afterStop(asWritten);
}

async function live(fs: ModelFileSystem): Promise<void> {
  const notebook = await open(fs, 'write');
  const entry = await onlyEntry(notebook);
  const ids = going.map(({ id }) => id);
  await thinned(
    entry,
    'every 30',
    entry.json.cells.filter(({ id }) => ids.includes(id)),
  );
  await notebook.close();
}

/** Every cell is the old one or the new one, whole, and the chain holds; where `isDone`, the new one. */
async function expectWhole(fs: ModelFileSystem, mode: 'read' | 'write', isDone = false): Promise<void> {
  const notebook = await open(fs, mode);
  const entry = await onlyEntry(notebook);
  for (const [at, cell] of cells.entries()) {
    const store = await entry.cell(cell.id);
    const kept = store.keptEpochs();
    expect(isDone ? [left[at]] : [all[at], left[at]]).toContainEqual(kept);
    for (const snapshot of recorded[at]) {
      const { epoch } = snapshot.metrics;
      const isKept = kept.includes(epoch);
      expect(store.factsOf(epoch)?.link).toBe(snapshot.link);
      expect(await store.snapshot(epoch)).toEqual(isKept ? snapshot : null);
      // A preview that was left over shows what was there.
      const preview = await store.preview(epoch);
      if (isKept || preview !== null) expect(preview).toEqual(samplePreview(epoch));
      if (isDone && !isKept) expect(preview).toBeNull();
    }
    expect(store.problems.messages).toEqual([]);
  }
  const { cells: verdicts, findings } = await verifyChain(entry);
  expect([...findings, ...verdicts.flatMap((verdict) => verdict.findings)]).toEqual([]);
  await notebook.close();
}

async function packsOf(fs: ModelFileSystem): Promise<string[]> {
  const notebook = await open(fs, 'read');
  const { path } = await onlyEntry(notebook);
  await notebook.close();
  return (await fs.list(`${path}/packs`)).filter((name) => name.endsWith('.pack'));
}

test('a stop before any operation of thinning leaves every cell as it was or thinned, whole', async () => {
  const before = await machine();
  const whole = before.afterStop(asWritten);
  await live(whole);
  const { operations } = whole;
  expect(operations).toBeGreaterThan(20);
  await expectWhole(whole, 'read', true);
  for (const stopAt of campaignPlaces(operations)) {
    for (const survival of [0, 1].map((more) => survivals[(2 * stopAt + more) % survivals.length])) {
      const fs = before.afterStop(asWritten);
      fs.faults = { stopAt };
      await expect(live(fs)).rejects.toThrow();
      const where = `${fs.log.at(-1)}, ${JSON.stringify(survival)}`;
      try {
        for (const mode of ['read', 'write'] as const) await expectWhole(fs.afterStop(survival), mode);
        const next = fs.afterStop(survival);
        await live(next);
        const after = next.afterStop({ names: 'old', data: 'old' });
        await expectWhole(after, 'read', true);
        expect(await packsOf(after)).toHaveLength(1);
      } catch (error) {
        throw new Error(`after ${where}: ${String(error)}`, { cause: error });
      }
    }
  }
});

test('where the disk is full, cells stay as they were, and are thinned later', async () => {
  const before = await machine();
  const whole = before.afterStop(asWritten);
  await live(whole);
  for (const failAt of campaignPlaces(whole.operations)) {
    const fs = before.afterStop(asWritten);
    fs.faults = { failAt, errno: 'ENOSPC' };
    await live(fs).catch(() => undefined);
    fs.faults = {};
    const after = fs.afterKill();
    await expectWhole(after, 'write');
    await live(after);
    await expectWhole(after, 'read', true);
  }
});
