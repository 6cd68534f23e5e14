import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { diskFileSystem } from '../../../../electron/lab/disk/files.ts';
import { openNotebook } from '../../../../electron/lab/notebook/notebook.ts';
import { sampleCell, samplePreview, sampleSnapshots } from '../../../experiments/records/sample-records.ts';
import { sampleEntry, temporaryFolder } from './sample-notebook.ts';

const now = (): Date => new Date('2026-11-20T12:00:00Z');

/** A notebook with one entry, opened for writing. */
async function writing(dir = temporaryFolder()) {
  const notebook = await openNotebook(dir, { mode: 'write', now });
  const [known] = await notebook.list();
  const entry = known === undefined ? await notebook.create(sampleEntry()) : await notebook.find(known.id);
  return { dir, notebook, entry };
}

test('an entry holds what it was made from', async () => {
  const { entry, notebook } = await writing();
  const { cells, environment, snapshots, sweepText, targets } = sampleEntry();
  expect(entry.sweepText).toBe(sweepText);
  expect(entry.json).toMatchObject({
    name: 'ring, 5000 to 312 points',
    environment,
    snapshots,
    alteredOutside: [],
  });
  expect(
    entry.json.cells.map(({ id, config, axes, label, epochs }) => ({ id, config, axes, label, epochs })),
  ).toEqual(cells);
  expect(new Uint8Array(await entry.targetPicture())).toEqual(targets[0].png);
  expect(new Uint8Array(await entry.targetPicture(targets[0].digest))).toEqual(targets[0].png);
  expect(readdirSync(entry.path).sort()).toEqual([
    'cells',
    'cells.json',
    'entry.json',
    'notes.md',
    'sweep.yaml',
    'targets',
  ]);
  await notebook.close();
});

test('a cell is found by a unique beginning; the others are named', async () => {
  const { entry, notebook } = await writing();
  expect((await entry.cell('fe')).id).toBe('fedcba9876543210');
  expect(await entry.cell('fedc')).toBe(await entry.cell('fedcba9876543210'));
  await expect(entry.cell('0123')).rejects.toMatchObject({
    code: 'ambiguous',
    message: expect.stringMatching(/0123456789abcdef.*0123ffffffffffff/) as string,
  });
  for (const beginning of ['abc', ''])
    await expect(entry.cell(beginning)).rejects.toMatchObject({ code: 'not-found' });
  await notebook.close();
});

test('extending keeps the cells there were, and everything is there when the entry is opened again', async () => {
  const { dir, entry, notebook } = await writing();
  const cell = await entry.cell('fe');
  const [first] = sampleSnapshots(1, { cellId: cell.id });
  await cell.appendSnapshot(first, samplePreview(0));
  await cell.appendEvent({ kind: 'finished', epoch: 1000, reason: 'goal' });
  await entry.setCellSummary(cell.id);
  expect(cell.state).toBe('finished');
  const longer = { ...sampleCell('fedcba9876543210'), epochs: 2000 };
  const picture = { digest: 'cd'.repeat(32), png: Uint8Array.of(9, 8, 7) };
  const sweep = 'name: ring, 5000 to 312 points\nepochs: 2000\n';
  await entry.updateSweep(
    sweep,
    [longer, sampleCell('1111111111111111')],
    [picture, ...sampleEntry().targets],
  );
  expect(cell.state).toBe('queued');
  await notebook.close();

  const again = await writing(dir);
  expect(again.entry.sweepText).toBe(sweep);
  expect(again.entry.json.targets.map(({ digest }) => digest)).toEqual(['ab'.repeat(32), 'cd'.repeat(32)]);
  expect(again.entry.json.cells.map(({ id, state, lastEpoch }) => [id, state, lastEpoch])).toEqual([
    ['fedcba9876543210', 'queued', 0],
    ['1111111111111111', 'queued', null],
    ['0123456789abcdef', 'queued', null],
    ['0123ffffffffffff', 'queued', null],
  ]);
  expect(readdirSync(again.entry.path).sort()).toEqual([
    'cells',
    'cells.index',
    'cells.json',
    'entry.json',
    'notes.md',
    'sweep.yaml',
    'targets',
  ]);
  await again.notebook.close();
});

test('asking again for what the entry has writes nothing, nor needs its picture as a file', async () => {
  const { dir, entry, notebook } = await writing();
  const { cells, sweepText, targets } = sampleEntry();
  const picture = {
    digest: targets[0].digest,
    get png(): Uint8Array {
      throw new Error('asked for');
    },
  };
  const files = ['entry.json', 'cells.json'].map((name) => join(entry.path, name));
  const identities = () =>
    Promise.all(files.map(async (file) => (await diskFileSystem.facts(file))?.identity));
  const before = await identities();
  await entry.updateSweep(sweepText, cells, [picture]);
  expect(await identities()).toEqual(before);
  for (const changed of [
    cells.map((cell) => ({ ...cell, epochs: cell.epochs + 1 })),
    cells.map((cell) => ({ ...cell, label: 'another' })),
    [...cells].reverse(),
  ]) {
    const old = await identities();
    await entry.updateSweep(sweepText, changed, [picture]);
    expect(await identities()).not.toEqual(old);
    expect(entry.json.cells).toMatchObject(changed.map(({ id, epochs, label }) => ({ id, epochs, label })));
  }
  await notebook.close();
  // What somebody changed by hand is noted although nothing else is asked for.
  const file = join(entry.path, 'entry.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace('Ring, 5000', 'Ring, 6000'));
  const again = await writing(dir);
  const { cells: present } = again.entry.json;
  await again.entry.updateSweep(sweepText, present, [picture]);
  expect(again.entry.json.alteredOutside).toHaveLength(1);
  await again.notebook.close();
});

test('a summary says what the records say, never that a cell is running', async () => {
  const { entry, notebook } = await writing();
  const cell = await entry.cell('fe');
  await cell.appendEvent({ kind: 'started', engine: 'wasm', environment: {} });
  const snapshots = sampleSnapshots(3, { cellId: cell.id });
  for (const snapshot of snapshots)
    await cell.appendSnapshot(snapshot, samplePreview(snapshot.metrics.epoch));
  expect(cell.state).toBe('running');
  await entry.setCellSummary(cell.id);
  expect(entry.json.cells[2]).toMatchObject({
    state: 'interrupted',
    started: '2026-11-20T12:00:00.000Z',
    lastEpoch: 20,
    lastLink: snapshots[2].link,
    seconds: 2.5,
  });
  await cell.appendEvent({ kind: 'paused', epoch: 20 });
  await entry.setCellSummary(cell.id);
  expect(entry.json.cells[2].state).toBe('paused');
  await notebook.close();
});

test('receipts and descriptions are added at the same time without losing any', async () => {
  const { dir, entry, notebook } = await writing();
  const receipt = { level: 'chain' as const, holds: true, environment: {}, cells: [] };
  await Promise.all([
    entry.addReceipt(receipt),
    entry.addReceipt({ ...receipt, holds: false }),
    entry.describe({ title: 'Rings' }),
    entry.describe({ tags: ['ring'] }),
  ]);
  await notebook.close();
  const again = await writing(dir);
  expect(again.entry.json.receipts.map(({ holds, time }) => [holds, time])).toEqual([
    [true, '2026-11-20T12:00:00.000Z'],
    [false, '2026-11-20T12:00:00.000Z'],
  ]);
  expect(again.entry.json).toMatchObject({ title: 'Rings', tags: ['ring'] });
  await again.notebook.close();
});

test('an entry.json that was changed by hand opens, and every later version of it says so', async () => {
  const { dir, entry, notebook } = await writing();
  const path = join(entry.path, 'entry.json');
  await notebook.close();
  writeFileSync(path, readFileSync(path, 'utf8').replace('"title": "Ring', '"title": "Rung'));
  const again = await writing(dir);
  expect(again.entry.alteration).toContain('digest');
  await again.entry.describe({ tags: ['x'] });
  expect(again.entry.alteration).toBeNull();
  await again.entry.describe({ tags: ['y'] });
  await again.notebook.close();
  const third = await writing(dir);
  expect(third.entry.alteration).toBeNull();
  expect(third.entry.json).toMatchObject({
    title: 'Rung, 5000 to 312 points',
    alteredOutside: ['2026-11-20T12:00:00.000Z'],
  });
  await third.notebook.close();
});

test('an entry of a newer version opens for reading and stays as it is', async () => {
  const { dir, entry, notebook } = await writing();
  const path = join(entry.path, 'entry.json');
  await notebook.close();
  const text = readFileSync(path, 'utf8')
    .replace('"version": 2', '"version": 3')
    .replace('"tags"', '"mood": "curious",\n  "tags"');
  writeFileSync(path, text);
  const again = await writing(dir);
  expect(again.entry.writable).toBe(false);
  await expect(again.entry.describe({ title: 'x' })).rejects.toMatchObject({ code: 'newer-version' });
  await expect(again.entry.updateSweep('x', [])).rejects.toMatchObject({ code: 'newer-version' });
  const cell = await again.entry.cell('fe');
  await expect(cell.appendEvent({ kind: 'paused', epoch: 0 })).rejects.toMatchObject({ code: 'refused' });
  await again.notebook.close();
  expect(readFileSync(path, 'utf8')).toBe(text);
});

test('a picture that was changed is refused', async () => {
  const { entry, notebook } = await writing();
  writeFileSync(join(entry.path, entry.json.targets[0].file), Uint8Array.of(1));
  await expect(entry.targetPicture()).rejects.toMatchObject({ code: 'damaged' });
  await expect(entry.targetPicture('ef'.repeat(32))).rejects.toMatchObject({ code: 'not-found' });
  await notebook.close();
});

test('a notebook opened for reading refuses to write and changes nothing', async () => {
  const { dir, notebook } = await writing();
  await notebook.close();
  const listing = readdirSync(dir, { recursive: true }).sort();
  const reading = await openNotebook(dir, { mode: 'read' });
  const entry = await reading.find((await reading.list())[0].id);
  const receipt = { level: 'chain' as const, holds: true, environment: {}, cells: [] };
  for (const attempt of [
    () => entry.describe({ title: 'x' }),
    () => entry.addReceipt(receipt),
    () => entry.updateSweep('x', []),
    () => entry.setCellSummary('fedcba9876543210'),
    () => reading.create(sampleEntry()),
  ]) {
    await expect(attempt()).rejects.toMatchObject({ code: 'refused' });
  }
  await reading.close();
  expect(readdirSync(dir, { recursive: true }).sort()).toEqual(listing);
});

test('nothing in an entry names a folder or a user of this machine', async () => {
  const dir = temporaryFolder();
  const notebook = await openNotebook(dir, { mode: 'write' });
  const environment = {
    node: '/home/lovelace/.nvm/versions/node/v20/bin/node',
    engine: 'WebAssembly SIMD, strict',
  };
  const entry = await notebook.create(sampleEntry({ environment }));
  await notebook.close();
  for (const name of ['entry.json', 'notes.md', 'sweep.yaml']) {
    const text = readFileSync(join(entry.path, name), 'utf8');
    expect(text).not.toContain(dir);
    expect(text).not.toContain('/home/');
    expect(text).not.toContain('lovelace');
  }
  expect(existsSync(join(dir, 'entries'))).toBe(true);
});
