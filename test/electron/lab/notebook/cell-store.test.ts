import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  openCellStore,
  type CellStore,
  type CellStoreOptions,
} from '../../../../electron/lab/notebook/cell-store.ts';
import { diskFileSystem } from '../../../../electron/lab/disk/files.ts';
import { encodeRecord } from '../../../../experiments/records/record-codec.ts';
import { encodeLogFrame, scanLogFrames } from '../../../../experiments/records/record-log.ts';
import { recordPayload } from '../../../../experiments/records/record-payload.ts';
import {
  sampleCellId,
  samplePreview,
  sampleSnapshot,
  sampleSnapshots,
  sampleState,
} from '../../../experiments/records/sample-records.ts';
import { ModelFileSystem } from '../../../crash/model-file-system.ts';
import { temporaryFolder } from './sample-notebook.ts';

const snapshots = sampleSnapshots(7);
const now = (): Date => new Date('2026-11-20T12:00:00Z');

const alone = { runsElsewhere: () => false, tellWork: () => Promise.resolve() };

function options(path: string, changes: Partial<CellStoreOptions> = {}): CellStoreOptions {
  const cell = { id: sampleCellId, label: 'cell', epochs: 60 };
  return { fs: diskFileSystem, path, ...cell, writable: true, ...alone, now, ...changes };
}

/** A folder with the records of 7 snapshots, key frames at 0 and 40, and a stop at 65. */
async function recordedFolder(): Promise<string> {
  const path = join(temporaryFolder(), 'cell');
  const store = await openCellStore(options(path));
  await store.appendEvent({ kind: 'started', engine: 'wasm', environment: {} });
  for (const snapshot of snapshots)
    await store.appendSnapshot(snapshot, samplePreview(snapshot.metrics.epoch));
  await store.appendState(sampleState(65));
  await store.close();
  return path;
}

function positions(path: string, name = 'records'): readonly { offset: number; length: number }[] {
  return scanLogFrames(readFileSync(join(path, name))).frames;
}

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at] ^= 1;
  writeFileSync(path, bytes);
}

function epochsOf(store: CellStore): number[] {
  return store.index().map(({ epoch }) => epoch);
}

test('the index tells of every snapshot without its weights', async () => {
  const store = await openCellStore(options(await recordedFolder()));
  expect(store.index()).toEqual(
    snapshots.map(({ metrics, seconds, keyFrame, weightsDigest, link }) => ({
      epoch: metrics.epoch,
      step: metrics.step,
      samples: metrics.samples,
      seconds,
      keyFrame: keyFrame !== null,
      isThinned: false,
      metrics,
      weightsDigest,
      link,
      position: expect.anything() as unknown,
    })),
  );
  expect(store.lastEpoch).toBe(65);
  expect(store.state).toBe('interrupted');
  await store.close();
});

test('snapshots and states are found at or before an epoch', async () => {
  const store = await openCellStore(options(await recordedFolder(), { writable: false }));
  expect((await store.snapshotAtOrBefore(39))?.metrics.epoch).toBe(30);
  expect((await store.snapshotAtOrBefore(40))?.metrics.epoch).toBe(40);
  expect((await store.snapshotAtOrBefore(1e9))?.metrics.epoch).toBe(60);
  expect(await store.snapshotAtOrBefore(-1)).toBeNull();
  expect(await store.snapshot(39)).toBeNull();
  expect(await store.preview(39)).toBeNull();
  expect((await store.keyFrameAtOrBefore(39))?.state.epoch).toBe(0);
  expect((await store.keyFrameAtOrBefore(64))?.state.epoch).toBe(40);
  expect(await store.keyFrameAtOrBefore(65)).toEqual(sampleState(65));
  await store.close();
});

test('a cut or changed end is set aside for writing, and the cell goes on from what is good', async () => {
  const path = await recordedFolder();
  const damagedAt = positions(path)[5];
  const whole = readFileSync(join(path, 'records'));
  flip(join(path, 'records'), damagedAt.offset + 100);
  const damaged = readFileSync(join(path, 'records'));
  const store = await openCellStore(options(path));
  expect(epochsOf(store)).toEqual([0, 10, 20, 30]);
  expect(store.problems.setAside).toEqual(['records.damaged-1']);
  expect(readFileSync(join(path, 'records.damaged-1'))).toEqual(damaged.subarray(damagedAt.offset));
  expect(await store.resumePoint()).toMatchObject({
    state: { epoch: 0 },
    recordedEpoch: 30,
    recordedSnapshots: 4,
  });
  for (const snapshot of snapshots.slice(4))
    await store.appendSnapshot(snapshot, samplePreview(snapshot.metrics.epoch));
  await store.appendState(sampleState(65));
  await store.close();
  expect(readFileSync(join(path, 'records'))).toEqual(whole);
});

test('every further damage gets its own name', async () => {
  const path = await recordedFolder();
  for (let round = 1; round <= 3; round++) {
    writeFileSync(join(path, 'records'), Uint8Array.of(round), { flag: 'a' });
    await (await openCellStore(options(path))).close();
    expect(readFileSync(join(path, `records.damaged-${round}`))).toEqual(Buffer.of(round));
  }
});

test('damaged previews do not touch the records', async () => {
  const path = await recordedFolder();
  flip(join(path, 'previews'), positions(path, 'previews')[2].offset + 20);
  const store = await openCellStore(options(path));
  expect(epochsOf(store)).toHaveLength(7);
  expect(await store.preview(10)).toEqual(samplePreview(10));
  expect(await store.preview(20)).toBeNull();
  expect(store.problems.setAside).toEqual(['previews.damaged-1']);
  await store.close();
});

test('a reader shows the good prefix and changes nothing', async () => {
  const path = await recordedFolder();
  flip(join(path, 'records'), positions(path)[3].offset + 100);
  const before = readFileSync(join(path, 'records'));
  const store = await openCellStore(options(path, { writable: false }));
  expect(epochsOf(store)).toEqual([0, 10]);
  expect(store.problems.messages).toEqual([expect.stringContaining('record 3')]);
  await expect(store.appendState(sampleState(65))).rejects.toMatchObject({ code: 'refused' });
  await expect(store.writeMetrics(Uint8Array.of(1))).rejects.toMatchObject({ code: 'refused' });
  await store.close();
  expect(readFileSync(join(path, 'records'))).toEqual(before);
  expect(readdirSync(path).sort()).toEqual(['previews', 'records']);
});

test('a reader follows a writer', async () => {
  const path = join(temporaryFolder(), 'cell');
  const reader = await openCellStore(options(path, { writable: false, runsElsewhere: () => true }));
  expect(reader.state).toBe('queued');
  const writer = await openCellStore(options(path));
  await writer.appendEvent({ kind: 'started', engine: 'wasm', environment: {} });
  await writer.appendSnapshot(snapshots[0], samplePreview(0));
  await reader.refresh();
  expect(reader.state).toBe('running');
  expect(epochsOf(reader)).toEqual([0]);
  await writer.appendSnapshot(snapshots[1], samplePreview(10));
  await reader.refresh();
  expect(epochsOf(reader)).toEqual([0, 10]);
  await Promise.all([reader.close(), writer.close()]);
});

test('whoever trains a cell says so before its first event, and that it has ended after its last', async () => {
  const told: [boolean, number][] = [];
  const path = join(temporaryFolder(), 'cell');
  const tellWork = (atWork: boolean): Promise<void> => {
    told.push([atWork, store.events.length]);
    return Promise.resolve();
  };
  const store = await openCellStore(options(path, { tellWork }));
  await store.appendEvent({ kind: 'started', engine: 'wasm', environment: {} });
  await store.appendEvent({ kind: 'paused', epoch: 0 });
  await store.appendEvent({ kind: 'resumed', epoch: 0, engine: 'wasm', environment: {} });
  await store.close();
  expect(told).toEqual([
    [true, 0],
    [false, 2],
    [true, 2],
    [false, 3],
  ]);
});

test('a start of which no writer tells is not running', async () => {
  const path = await recordedFolder();
  const reader = await openCellStore(options(path, { writable: false, runsElsewhere: () => false }));
  expect(reader.state).toBe('interrupted');
  await reader.close();
});

test('a snapshot that is there already is accepted when it is the same, refused when not', async () => {
  const path = await recordedFolder();
  const size = readFileSync(join(path, 'records')).length;
  const store = await openCellStore(options(path));
  await store.appendSnapshot(snapshots[3], samplePreview(30));
  const other = sampleSnapshot(30, snapshots[1].link, false);
  await expect(store.appendSnapshot(other, samplePreview(30))).rejects.toMatchObject({
    code: 'not-reproducible',
  });
  await store.close();
  expect(readFileSync(join(path, 'records')).length).toBe(size);
});

test('a snapshot that does not continue the chain is refused', async () => {
  const store = await openCellStore(options(await recordedFolder()));
  const next = sampleSnapshot(70, snapshots[6].link, false);
  const forged = { ...next, metrics: { ...next.metrics, trainMse: 0 } };
  await expect(store.appendSnapshot(forged, samplePreview(70))).rejects.toMatchObject({ code: 'refused' });
  await store.appendSnapshot(next, samplePreview(70));
  expect(epochsOf(store).at(-1)).toBe(70);
  await store.close();
});

test('appends without waiting for each other are kept in order', async () => {
  const path = join(temporaryFolder(), 'cell');
  const store = await openCellStore(options(path));
  await Promise.all(
    snapshots.map((snapshot) => store.appendSnapshot(snapshot, samplePreview(snapshot.metrics.epoch))),
  );
  expect(epochsOf(store)).toEqual([0, 10, 20, 30, 40, 50, 60]);
  await store.close();
});

test('where the last state is not what its digests say, training goes on from the one before', async () => {
  const path = await recordedFolder();
  const records = readFileSync(join(path, 'records'));
  const last = positions(path)[8];
  const text = records.toString('latin1', last.offset);
  const digestAt = last.offset + text.indexOf('"stateDigest":"') + 15;
  const payload = records.subarray(last.offset + 8, last.offset + 8 + last.length);
  payload[digestAt - last.offset - 8] ^= 1;
  writeFileSync(
    join(path, 'records'),
    Buffer.concat([records.subarray(0, last.offset), encodeLogFrame(payload)]),
  );
  const store = await openCellStore(options(path));
  expect(store.problems.setAside).toEqual([]);
  expect(await store.resumePoint()).toMatchObject({
    state: { epoch: 40 },
    recordedEpoch: 60,
    pendingEpochs: [],
  });
  await store.close();
});

test('what a failed append left behind is gone before anything else is appended', async () => {
  for (let failAt = 0; failAt < 12; failAt++) {
    const fs = new ModelFileSystem();
    const store = await openCellStore(options('/cell', { fs }));
    for (const snapshot of snapshots.slice(0, 2))
      await store.appendSnapshot(snapshot, samplePreview(snapshot.metrics.epoch));
    fs.operations = 0;
    fs.faults = { failAt, failures: 3 };
    await store.appendSnapshot(snapshots[2], samplePreview(20)).catch(() => undefined);
    fs.faults = {};
    await store.appendEvent({ kind: 'paused', epoch: 10 });
    const frames = 3 + (store.lastEpoch === 20 ? 1 : 0);
    expect(scanLogFrames(fs.bytes('/cell/records')!)).toMatchObject({
      frames: { length: frames },
      damage: null,
    });
    await store.close();
  }
});

test('a cell whose last word finds no room on the disk is interrupted, not running', async () => {
  const fs = new ModelFileSystem();
  const store = await openCellStore(options('/cell', { fs }));
  await store.appendEvent({ kind: 'started', engine: 'wasm', environment: {} });
  expect(store.state).toBe('running');
  fs.faults = { failAt: fs.operations, errno: 'ENOSPC' };
  const failed = { kind: 'failed', epoch: 0, failure: 'error', message: 'no room' } as const;
  await expect(store.appendEvent(failed)).rejects.toMatchObject({ code: 'disk-full' });
  expect(store.state).toBe('interrupted');
});

test('records of a newer version are left where they are and skipped', async () => {
  const path = await recordedFolder();
  const newer = encodeLogFrame(recordPayload({ type: 'landscape', epoch: 5 }, {}));
  writeFileSync(join(path, 'records'), newer, { flag: 'a' });
  const store = await openCellStore(options(path));
  expect(store.problems).toEqual({ messages: [], setAside: [] });
  await store.appendSnapshot(sampleSnapshot(70, snapshots[6].link, false), samplePreview(70));
  await store.close();
  expect(positions(path)).toHaveLength(11);
});

test('records that are whole but make no sense are reported and kept', async () => {
  const path = await recordedFolder();
  const odd = [
    encodeRecord({ type: 'snapshot', snapshot: snapshots[1] }),
    encodeRecord({ type: 'preview', preview: samplePreview(1) }),
    new TextEncoder().encode('not a record at all'),
  ];
  for (const payload of odd) writeFileSync(join(path, 'records'), encodeLogFrame(payload), { flag: 'a' });
  const store = await openCellStore(options(path));
  expect(store.problems.messages).toHaveLength(3);
  expect(store.problems.setAside).toEqual([]);
  expect(epochsOf(store)).toHaveLength(7);
  await store.close();
});

test('error messages are kept without paths', async () => {
  const path = join(temporaryFolder(), 'cell');
  const store = await openCellStore(options(path));
  const message = `Error at file:///home/ada/creasebook/dist/worker.js:12:3, reading ${path}/records and C:\\Users\\ada\\x.ts (1/2 and/or 3 // 4)`;
  await store.appendEvent({ kind: 'failed', epoch: 3, failure: 'error', message });
  expect(store.events[0].event).toMatchObject({
    message: 'Error at worker.js:12:3, reading records and x.ts (1/2 and/or 3 // 4)',
  });
  await store.close();
});

test('metrics and weights are written beside the records, under plain names only', async () => {
  const path = await recordedFolder();
  const store = await openCellStore(options(path));
  await store.writeMetrics(Uint8Array.of(4, 5));
  expect(readFileSync(join(path, 'metrics.parquet'))).toEqual(Buffer.of(4, 5));
  await store.writeWeights('epoch-60.safetensors', Uint8Array.of(1, 2, 3));
  expect(readFileSync(join(path, 'weights', 'epoch-60.safetensors'))).toEqual(Buffer.of(1, 2, 3));
  for (const name of ['../x', 'a/b', '.hidden', '', 'a\\b']) {
    await expect(store.writeWeights(name, Uint8Array.of(1))).rejects.toMatchObject({ code: 'refused' });
  }
  await store.close();
});

test('a cell that nobody recorded has no folder, no state and no snapshots', async () => {
  const path = join(temporaryFolder(), 'cell');
  const store = await openCellStore(options(path));
  expect(store.state).toBe('queued');
  expect(store.lastEpoch).toBe(0);
  expect(await store.resumePoint()).toBeNull();
  expect(await store.snapshotAtOrBefore(100)).toBeNull();
  await store.close();
  expect(existsSync(path)).toBe(false);
});
