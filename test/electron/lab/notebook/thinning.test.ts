import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { EntryStore } from '../../../../electron/lab/notebook/entry-store.ts';
import { openNotebook, type Notebook } from '../../../../electron/lab/notebook/notebook.ts';
import { weightsFileBytes } from '../../../../electron/lab/notebook/weight-files.ts';
import { verifyChain } from '../../../../electron/lab/verification/chain-level.ts';
import { checkIndexes } from '../../../../electron/lab/verification/index-check.ts';
import { networkOfCell } from '../../../../experiments/sweeps/cell-network.ts';
import type { SweepCell } from '../../../../experiments/sweeps/cell.ts';
import { samplePreview } from '../../../experiments/records/sample-records.ts';
import { temporaryFolder } from './sample-notebook.ts';
import { recordedEntry, recordUpTo, snapshotsOf, thinned, thinnedCell } from './thinned-entry.ts';

/** Goals at which the last snapshot is a key frame, and at which it is none. */
const cells = [thinnedCell(1, 160), thinnedCell(2, 110), thinnedCell(3, 60)];
const [first, second, third] = cells;

async function opened<Result>(
  dir: string,
  mode: 'read' | 'write',
  task: (notebook: Notebook) => Promise<Result>,
): Promise<Result> {
  const notebook = await openNotebook(dir, { mode });
  try {
    return await task(notebook);
  } finally {
    await notebook.close();
  }
}

/** Everything that thinning must not change: links, digests, measures, events, where training goes on. */
async function factsOf(entry: EntryStore, { id }: SweepCell) {
  const store = await entry.cell(id);
  const snapshots = store.index().map(({ metrics, link, weightsDigest, seconds }) => {
    return { metrics, link, weightsDigest, seconds };
  });
  return { snapshots, events: store.events, state: store.state, resume: await store.resumePoint() };
}

/** Bytes with one of them changed. */
function changed(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, place) => (place === at ? byte ^ 1 : byte));
}

/** The snapshots and previews that are left are those of these epochs, bit for bit, and the chain holds. */
async function expectLeft(entry: EntryStore, cell: SweepCell, epochs: readonly number[]): Promise<void> {
  const store = await entry.cell(cell.id);
  expect(store.keptEpochs()).toEqual(epochs);
  for (const snapshot of snapshotsOf(cell, cell.epochs / 10 + 1)) {
    const { epoch } = snapshot.metrics;
    const isLeft = epochs.includes(epoch);
    expect(await store.snapshot(epoch)).toEqual(isLeft ? snapshot : null);
    expect(await store.preview(epoch)).toEqual(isLeft ? samplePreview(epoch) : null);
  }
}

async function expectHolds(entry: EntryStore, counts: readonly (number | undefined)[]): Promise<void> {
  const { findings, cells: verdicts } = await verifyChain(entry);
  expect([...findings, ...verdicts.flatMap((verdict) => verdict.findings)]).toEqual([]);
  expect(verdicts.map((verdict) => verdict.thinned)).toEqual(counts);
  expect(verdicts.map(({ snapshots }) => snapshots)).toEqual([17, 12, 7]);
}

/** What every entry of these cells is after `every 40`. */
async function expectThinned(entry: EntryStore): Promise<void> {
  await expectLeft(entry, first, [0, 40, 80, 120, 160]);
  // Training goes on from the key frame of 80.
  await expectLeft(entry, second, [0, 40, 80, 110]);
  await expectLeft(entry, third, [0, 10, 20, 30, 40, 50, 60]);
  await expectHolds(entry, [12, 8, undefined]);
}

test('weights and previews go, links, measures and the place where training goes on stay', async () => {
  const dir = temporaryFolder();
  const path = await opened(dir, 'write', async (notebook) => {
    const entry = await recordedEntry(notebook, cells);
    const before = [await factsOf(entry, first), await factsOf(entry, second)];
    const plan = await thinned(entry, 'every 40', entry.json.cells.slice(0, 2));
    expect([plan.removed, plan.left]).toEqual([20, 9]);
    expect([await factsOf(entry, first), await factsOf(entry, second)]).toEqual(before);
    const stores = await Promise.all([first, second].map(({ id }) => entry.cell(id)));
    expect(stores.reduce((sum, store) => sum + store.storedBytes, 0)).toBe(plan.after);
    // At least three of the four bytes of each of the 697 weights.
    expect(plan.before - plan.after).toBeGreaterThan(3 * 697 * plan.removed);
    for (const { id } of [first, second]) {
      const sizes = ['records', 'previews'].map((name) => statSync(join(entry.path, 'cells', id, name)).size);
      expect(sizes[0] + sizes[1]).toBe((await entry.cell(id)).storedBytes);
      expect(await entry.isAsTold(id)).toBe(true);
    }
    await expectThinned(entry);
    return entry.path;
  });
  await opened(dir, 'read', async (notebook) => expectThinned(await notebook.find(path)));
  await opened(dir, 'write', async (notebook) => {
    const entry = await notebook.find(path);
    expect(await thinned(entry, 'every 40', entry.json.cells.slice(0, 2))).toMatchObject({
      removed: 0,
      kept: new Map(),
    });
    expect((await checkIndexes(entry)).findings).toEqual([]);
  });
});

test('a thinned cell is continued to the links of one that was not thinned', async () => {
  const dir = temporaryFolder();
  await opened(dir, 'write', async (notebook) => {
    const entry = await recordedEntry(notebook, [second]);
    await thinned(entry, 'log 3');
    await recordUpTo(entry, second, 200);
    const store = await entry.cell(second.id);
    expect(store.index().map(({ link }) => link)).toEqual(snapshotsOf(second, 21).map(({ link }) => link));
    expect((await verifyChain(entry)).cells).toMatchObject([{ holds: true, snapshots: 21 }]);
    // What came later is thinned with the rest.
    expect((await thinned(entry, 'log 2')).removed).toBeGreaterThan(5);
    expect((await verifyChain(entry)).cells).toMatchObject([{ holds: true, snapshots: 21 }]);
  });
});

test('a cell in a pack gets a new pack with the cells beside it, and the old one goes', async () => {
  const dir = temporaryFolder();
  const path = await opened(dir, 'write', async (notebook) => {
    const entry = await recordedEntry(notebook, cells);
    await entry.pack();
    const held = await entry.cell(first.id);
    const before = [await factsOf(entry, first), await factsOf(entry, second)];
    const [size] = [statSync(join(entry.path, 'packs', '1.pack')).size];
    const reader = await openNotebook(dir, { mode: 'read' });
    const seen = await reader.find(entry.path);
    await seen.cell(first.id);
    const plan = await thinned(entry, 'every 40', entry.json.cells.slice(0, 2));
    expect(readdirSync(join(entry.path, 'packs'))).toEqual(['2.pack']);
    expect(statSync(join(entry.path, 'packs', '2.pack')).size).toBe(size - plan.before + plan.after);
    expect([await factsOf(entry, first), await factsOf(entry, second)]).toEqual(before);
    expect(held.keptEpochs()).toEqual([0, 40, 80, 120, 160]);
    await expectThinned(entry);
    // Whoever had the entry open and had not looked at a cell finds it in the new pack.
    expect((await seen.cell(second.id)).keptEpochs()).toEqual([0, 40, 80, 110]);
    await reader.close();
    return entry.path;
  });
  await opened(dir, 'write', async (notebook) => {
    const entry = await notebook.find(path);
    await expectThinned(entry);
    await recordUpTo(entry, second, 200);
    expect((await entry.cell(second.id)).index().map(({ link }) => link)).toEqual(
      snapshotsOf(second, 21).map(({ link }) => link),
    );
  });
});

test('whoever has the cell open for reading sees what is left of it', async () => {
  const dir = temporaryFolder();
  await opened(dir, 'write', async (notebook) => {
    const entry = await recordedEntry(notebook, [first]);
    const reader = await openNotebook(dir, { mode: 'read' });
    const seen = await (await reader.find(entry.path)).cell(first.id);
    expect(seen.keptEpochs()).toHaveLength(17);
    await thinned(entry, 'every 40');
    await seen.refresh();
    expect(seen.keptEpochs()).toEqual([0, 40, 80, 120, 160]);
    expect((await seen.snapshot(120))?.metrics.epoch).toBe(120);
    await reader.close();
  });
});

test('a file with the weights of a snapshot that was thinned since is held to their digest', async () => {
  const dir = temporaryFolder();
  await opened(dir, 'write', async (notebook) => {
    const entry = await recordedEntry(notebook, [first]);
    const { weights } = snapshotsOf(first, 2)[1];
    const store = await entry.cell(first.id);
    const name = 'epoch-10.safetensors';
    const file = weightsFileBytes(first.id, 10, networkOfCell(first.config, weights));
    const found = async (bytes: Uint8Array) => {
      await store.writeWeights(name, bytes);
      return (await verifyChain(entry)).cells[0].findings.map(({ field, message }) => [field, message]);
    };
    await thinned(entry, 'every 40');
    expect(await found(file)).toEqual([]);
    expect(await found(changed(file, file.length - 1))).toEqual([
      [name, expect.stringMatching(/not the weights of the recorded digest/)],
    ]);
    expect(await found(changed(file, 20))).toEqual([
      [name, expect.stringMatching(/not the recorded weights/)],
    ]);
    expect(await found(Uint8Array.of(1, 2, 3))).toHaveLength(1);
  });
});

test('a cell that is not whole is left as it is', async () => {
  const dir = temporaryFolder();
  await opened(dir, 'write', async (notebook) => {
    const entry = await recordedEntry(notebook, [first]);
    const file = join(entry.path, 'cells', first.id, 'records');
    const bytes = readFileSync(file);
    const { position } = (await entry.cell(first.id)).index()[3];
    bytes[position.offset + position.length] ^= 1;
    writeFileSync(file, bytes);
    await expect(thinned(entry, 'every 40')).rejects.toThrow(/not whole.*not thinned; run verify/);
    expect(readFileSync(file)).toEqual(bytes);
    expect(readdirSync(join(entry.path, 'cells', first.id)).filter((name) => name.startsWith('.'))).toEqual(
      [],
    );
  });
});
