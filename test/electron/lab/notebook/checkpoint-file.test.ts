import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { diskFileSystem } from '../../../../electron/lab/disk/files.ts';
import {
  openCellStore,
  type CellStore,
  type CellStoreOptions,
} from '../../../../electron/lab/notebook/cell-store.ts';
import { readCheckpoint } from '../../../../electron/lab/notebook/checkpoint-file.ts';
import {
  sampleCellId,
  samplePreview,
  sampleSnapshots,
  sampleState,
} from '../../../experiments/records/sample-records.ts';
import { ModelFileSystem } from '../../../crash/model-file-system.ts';
import { temporaryFolder } from './sample-notebook.ts';

const snapshots = sampleSnapshots(7);

function options(path: string): CellStoreOptions {
  const alone = { runsElsewhere: () => false, tellWork: () => Promise.resolve() };
  const cell = { id: sampleCellId, label: 'cell', epochs: 60 };
  return { fs: diskFileSystem, path, ...cell, writable: true, ...alone, now: () => new Date(0) };
}

/** A store with so many snapshots, key frames at 0 and 40. */
async function storeOf(count: number, path = join(temporaryFolder(), 'cell')): Promise<CellStore> {
  const store = await openCellStore(options(path));
  for (const snapshot of snapshots.slice(0, count))
    await store.appendSnapshot(snapshot, samplePreview(snapshot.metrics.epoch));
  return store;
}

test('training goes on from the checkpoint where it is later than the states in the records', async () => {
  const path = join(temporaryFolder(), 'cell');
  const store = await storeOf(4, path);
  const before = readFileSync(join(path, 'records'));
  await store.keepCheckpoint(sampleState(13));
  await store.keepCheckpoint(sampleState(33));
  expect(readFileSync(join(path, 'records'))).toEqual(before);
  await store.close();
  const again = await openCellStore(options(path));
  const [recordedEpoch, recordedSnapshots] = [30, 4];
  expect(await again.resumePoint()).toMatchObject({ ...sampleState(33), recordedEpoch, recordedSnapshots });
  await again.appendSnapshot(snapshots[4], samplePreview(40));
  expect(await again.resumePoint()).toMatchObject({ state: { epoch: 40 }, recordedEpoch: 40 });
  await again.close();
});

test('a checkpoint that is not whole, or of which snapshots are lost, is passed over', async () => {
  const path = join(temporaryFolder(), 'cell');
  const store = await storeOf(4, path);
  const file = join(path, 'checkpoint');
  await store.keepCheckpoint(sampleState(33));
  const whole = readFileSync(file);
  for (const [at, length] of [
    [40, whole.length],
    [whole.length - 3, whole.length],
    [0, 100],
    [0, 0],
  ]) {
    const bytes = Uint8Array.from(whole);
    bytes[at] ^= 1;
    writeFileSync(file, bytes);
    truncateSync(file, length);
    expect(await store.resumePoint(), `${at}, ${length}`).toMatchObject({ state: { epoch: 0 } });
  }
  writeFileSync(file, whole);
  expect(await readCheckpoint(diskFileSystem, path, 30)).toEqual(sampleState(33));
  expect(await readCheckpoint(diskFileSystem, path, 40)).toEqual(sampleState(33));
  expect(await readCheckpoint(diskFileSystem, path, 20)).toBeNull();
  await store.close();
});

test('a finished cell has none, a stopped one keeps what is later than its records', async () => {
  const path = join(temporaryFolder(), 'cell');
  const store = await storeOf(7, path);
  await store.keepCheckpoint(sampleState(55));
  await store.appendEvent({ kind: 'failed', epoch: 60, failure: 'device lost', message: 'gone' });
  expect(existsSync(join(path, 'checkpoint'))).toBe(true);
  await store.appendEvent({ kind: 'finished', epoch: 60, reason: 'goal' });
  expect(existsSync(join(path, 'checkpoint'))).toBe(false);
  await store.close();
});

test('a disk without room for it costs the cell nothing else', async () => {
  const fs = new ModelFileSystem();
  const store = await openCellStore({ ...options('/cell'), fs });
  await store.appendSnapshot(snapshots[0], samplePreview(0));
  fs.faults = { failAt: fs.operations, errno: 'ENOSPC' };
  await store.keepCheckpoint(sampleState(7));
  fs.faults = {};
  expect(await store.resumePoint()).toMatchObject({ state: { epoch: 0 } });
  await store.appendSnapshot(snapshots[1], samplePreview(10));
  await store.close();
});
