import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openNotebook } from '../../../../electron/lab/notebook/notebook.ts';
import {
  sampleCell,
  samplePreview,
  sampleSnapshots,
  sampleState,
} from '../../../experiments/records/sample-records.ts';
import { sampleEntry, temporaryFolder } from './sample-notebook.ts';

test('what was put into a cell comes back bit for bit from a second opening', async () => {
  const dir = temporaryFolder();
  const snapshots = sampleSnapshots(7);
  const writing = await openNotebook(dir, { mode: 'write' });
  const entry = await writing.create(sampleEntry());
  const cell = await entry.cell('0123456789abcdef');
  expect(cell.state).toBe('queued');
  await cell.appendEvent({ kind: 'started', engine: 'wasm', environment: {} });
  expect(cell.state).toBe('running');
  for (const snapshot of snapshots)
    await cell.appendSnapshot(snapshot, samplePreview(snapshot.metrics.epoch));
  await cell.appendState(sampleState(65));
  await cell.appendEvent({ kind: 'paused', epoch: 65 });
  await entry.setCellSummary(cell.id);
  await writing.close();

  const reading = await openNotebook(dir, { mode: 'read' });
  const again = await (await reading.find(entry.id)).cell('01234567');
  expect(again.state).toBe('paused');
  expect(again.problems).toEqual({ messages: [], setAside: [] });
  for (const snapshot of snapshots) {
    const { epoch } = snapshot.metrics;
    expect(await again.snapshot(epoch)).toEqual(snapshot);
    expect(await again.preview(epoch)).toEqual(samplePreview(epoch));
  }
  expect(await again.resumePoint()).toEqual({
    ...sampleState(65),
    recordedEpoch: 60,
    recordedLink: snapshots[6].link,
    recordedWeightsDigest: snapshots[6].weightsDigest,
    recordedSnapshots: 7,
  });
  await reading.close();
});

test('a notebook that is not there is empty for reading and made for writing', async () => {
  const dir = join(temporaryFolder(), 'deep', 'notebook');
  const reading = await openNotebook(dir, { mode: 'read' });
  expect(await reading.list()).toEqual([]);
  await expect(reading.find('x')).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringContaining('no entries') as string,
  });
  await reading.close();
  const writing = await openNotebook(dir, { mode: 'write' });
  expect(await writing.list()).toEqual([]);
  await writing.close();
});

test('entries are listed newest first, with the states of their cells', async () => {
  const dir = temporaryFolder();
  const notebook = await openNotebook(dir, { mode: 'write' });
  const old = await notebook.create(sampleEntry({ title: 'old', created: new Date('2025-01-01T00:00:00Z') }));
  await notebook.create(sampleEntry({ title: 'new' }));
  const cell = await old.cell('fe');
  await cell.appendEvent({ kind: 'started', engine: 'wasm', environment: {} });
  const listed = await notebook.list();
  expect(listed.map(({ title, folder }) => [title, folder.slice(0, 35)])).toEqual([
    ['new', '2026-11-20-ring-5000-to-312-points-'],
    ['old', '2025-01-01-ring-5000-to-312-points-'],
  ]);
  expect(listed[1].cells.map(({ state }) => state)).toEqual(['unfinished', 'unfinished', 'running']);
  // What stands in the queue is queued, and nothing else is.
  const queued = new Set([`${old.id}/${old.json.cells[1].id}`, `${old.id}/${old.json.cells[2].id}`]);
  const [, withQueue] = await notebook.list(queued);
  expect(withQueue.cells.map(({ state }) => state)).toEqual(['unfinished', 'queued', 'running']);
  await notebook.close();
  const later = await openNotebook(dir, { mode: 'write' });
  expect((await later.list())[1].cells.map(({ state }) => state)).toEqual([
    'unfinished',
    'unfinished',
    'interrupted',
  ]);
  await later.close();
});

test('a cell under way is running for whoever looks on, and interrupted once nobody is at work', async () => {
  const dir = temporaryFolder();
  const writing = await openNotebook(dir, { mode: 'write' });
  const entry = await writing.create(sampleEntry());
  const cell = await entry.cell('fe');
  await cell.appendEvent({ kind: 'started', engine: 'wasm', environment: {} });
  await entry.setCellSummary(cell.id);
  const states = async (): Promise<string[]> => {
    const looking = await openNotebook(dir, { mode: 'read' });
    const [listed] = await looking.list();
    await looking.close();
    return listed.cells.map(({ state }) => state);
  };
  expect(await states()).toEqual(['unfinished', 'unfinished', 'running']);
  await writing.close();
  expect(await states()).toEqual(['unfinished', 'unfinished', 'interrupted']);
});

test('an entry that cannot be read is listed with its problem and hides no other', async () => {
  const dir = temporaryFolder();
  const notebook = await openNotebook(dir, { mode: 'write' });
  const entry = await notebook.create(sampleEntry());
  const broken: Record<string, string> = {
    empty: '',
    json: '{',
    other: '{"format":"other"}',
    newer: '{"format":"creasebook-entry","version":7}',
  };
  for (const [name, text] of Object.entries(broken)) {
    mkdirSync(join(dir, 'entries', name));
    writeFileSync(join(dir, 'entries', name, 'entry.json'), text);
  }
  mkdirSync(join(dir, 'entries', '2026-11-20-without-00c0ffee'));
  mkdirSync(join(dir, 'entries', 'with-cells', 'cells'), { recursive: true });
  const problems = new Map((await notebook.list()).map(({ folder, problem }) => [folder, problem]));
  expect(problems.get(entry.path.split('/').at(-1)!)).toBeNull();
  for (const name of ['empty', 'json', 'other', '2026-11-20-without-00c0ffee', 'with-cells'])
    expect(problems.get(name)).toEqual(expect.any(String));
  expect(problems.get('newer')).toContain('format version 7');
  await expect(notebook.find('newer')).rejects.toMatchObject({ code: 'newer-version' });
  await expect(notebook.find('json')).rejects.toMatchObject({ code: 'damaged' });
  await notebook.close();
  for (const [name, text] of Object.entries(broken))
    expect(readFileSync(join(dir, 'entries', name, 'entry.json'), 'utf8')).toBe(text);
});

test('an entry is found by path, folder name, id, and unique beginnings of them', async () => {
  const notebook = await openNotebook(temporaryFolder(), { mode: 'write' });
  const ring = await notebook.create(sampleEntry({ name: 'Ring: füllen' }));
  const disc = await notebook.create(sampleEntry({ name: 'Disc' }));
  const second = await notebook.create(sampleEntry({ name: 'Disc' }));
  const folder = ring.path.split('/').at(-1)!;
  expect(folder).toBe(`2026-11-20-ring-fullen-${ring.id}`);
  for (const words of [ring.path, folder, ring.id, '2026-11-20-ring', 'ring-f', ring.id.slice(0, 7)]) {
    expect((await notebook.find(words)).id).toBe(ring.id);
  }
  await expect(notebook.find('disc')).rejects.toMatchObject({
    code: 'ambiguous',
    message: expect.stringContaining(second.id) as string,
  });
  expect((await notebook.find(`disc-${disc.id}`)).id).toBe(disc.id);
  await expect(notebook.find('nothing')).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringContaining(folder) as string,
  });
  await expect(notebook.find('')).rejects.toMatchObject({ code: 'not-found' });
  await notebook.close();
});

test('a run finds the newest entry of its name that shares a cell', async () => {
  const notebook = await openNotebook(temporaryFolder(), { mode: 'write' });
  const name = 'ring, 5000 to 312 points';
  const old = await notebook.create(sampleEntry({ created: new Date('2025-01-01T00:00:00Z') }));
  const recent = await notebook.create(sampleEntry());
  await notebook.create(
    sampleEntry({ cells: [sampleCell('1111111111111111')], created: new Date('2027-01-01T00:00:00Z') }),
  );
  await notebook.create(sampleEntry({ name: 'other', created: new Date('2027-01-01T00:00:00Z') }));
  expect((await notebook.findForSweep(name, ['fedcba9876543210']))?.id).toBe(recent.id);
  expect(recent.id).not.toBe(old.id);
  expect(await notebook.findForSweep(name, ['2222222222222222'])).toBeNull();
  expect(await notebook.findForSweep('nothing', ['fedcba9876543210'])).toBeNull();
  await notebook.close();
});

test('an entry elsewhere on the disk opens for reading only', async () => {
  const notebook = await openNotebook(temporaryFolder(), { mode: 'write' });
  const entry = await notebook.create(sampleEntry());
  const elsewhere = join(temporaryFolder(), 'copy');
  cpSync(entry.path, elsewhere, { recursive: true });
  const copy = await notebook.find(elsewhere);
  expect(copy.writable).toBe(false);
  expect(copy.id).toBe(entry.id);
  await notebook.close();
});

test('what is left of an interrupted creation is removed, and never listed', async () => {
  const dir = temporaryFolder();
  mkdirSync(join(dir, 'entries', '.new-0badc0de', 'targets'), { recursive: true });
  const reading = await openNotebook(dir, { mode: 'read' });
  expect(await reading.list()).toEqual([]);
  const writing = await openNotebook(dir, { mode: 'write' });
  expect(await writing.list()).toEqual([]);
  expect(readdirSync(join(dir, 'entries'))).toEqual([]);
  await writing.close();
});

test('names of any kind make folder names that every system takes', async () => {
  const notebook = await openNotebook(temporaryFolder(), { mode: 'write' });
  for (const name of ['', '../../etc', '日本', 'a'.repeat(300), 'CON', 'x/y\\z:*?"<>|', ' - ']) {
    const entry = await notebook.create(sampleEntry({ name }));
    expect(entry.path.slice(notebook.dir.length)).toMatch(
      /^\/entries\/2026-11-20-[a-z0-9-]{1,48}-[0-9a-f]{8}$/,
    );
  }
  await notebook.close();
});

test('a thousand entries are listed', async () => {
  const dir = temporaryFolder();
  const notebook = await openNotebook(dir, { mode: 'write' });
  const cells = Array.from({ length: 25 }, (_, index) =>
    sampleCell((0xabcdef + index).toString(16).padStart(16, '0')),
  );
  const entry = await notebook.create(sampleEntry({ cells }));
  const [text, cellsText] = ['entry.json', 'cells.json'].map((name) => readFileSync(join(entry.path, name)));
  for (let copy = 0; copy < 999; copy++) {
    const path = join(dir, 'entries', `2026-11-19-copy-${copy.toString(16).padStart(8, '0')}`);
    mkdirSync(path);
    writeFileSync(join(path, 'entry.json'), text);
    writeFileSync(join(path, 'cells.json'), cellsText);
  }
  const started = performance.now();
  const listed = await notebook.list();
  if (process.env.CREASEBOOK_TIMES !== undefined) console.log(`listed in ${performance.now() - started} ms`);
  expect(listed).toHaveLength(1000);
  expect(
    listed.every(({ problem, cells: listedCells }) => problem === null && listedCells.length === 25),
  ).toBe(true);
  await notebook.close();
});

/** A notebook with one entry, closed. */
async function notebookWithEntry(): Promise<{ dir: string; id: string; path: string }> {
  const dir = temporaryFolder();
  const writing = await openNotebook(dir, { mode: 'write' });
  const { id, path } = await writing.create(sampleEntry());
  await writing.close();
  return { dir, id, path };
}

test('a duplicated folder is listed beside its original, and either can be opened and written to', async () => {
  const { dir, id, path } = await notebookWithEntry();
  cpSync(path, `${path} (copy)`, { recursive: true });
  const notebook = await openNotebook(dir, { mode: 'write' });
  const list = await notebook.list();
  expect(new Set(list.map((entry) => entry.id)).size).toBe(2);
  expect(new Set(list.map(({ title }) => title)).size).toBe(2);
  for (const entry of list) {
    const store = await notebook.find(entry.id);
    expect([store.id, store.path]).toEqual([entry.id, entry.path]);
    await store.describe({ title: entry.folder });
  }
  expect((await notebook.find(id)).path).toBe(path);
  const ids = list.map((entry) => entry.id);
  await notebook.close();
  const again = await openNotebook(dir, { mode: 'read' });
  expect((await again.list()).map((entry) => entry.id)).toEqual(ids);
  await again.close();
});

test('an entry is found by its id, whatever its folder is called', async () => {
  const { dir, id, path } = await notebookWithEntry();
  for (const name of ['my favourite run', '2026-11-20-other-0badc0de', `x-${id}`]) {
    const moved = join(dir, 'entries', name);
    renameSync(path, moved);
    const notebook = await openNotebook(dir, { mode: 'read' });
    expect((await notebook.list()).map((entry) => entry.id)).toEqual([id]);
    expect((await notebook.find(id)).path).toBe(moved);
    expect((await notebook.find(id.slice(0, 6))).path).toBe(moved);
    await notebook.close();
    renameSync(moved, path);
  }
});

test('what file managers leave among the entries is passed over', async () => {
  const { dir, id } = await notebookWithEntry();
  for (const name of ['desktop.ini', 'Thumbs.db', 'Icon\r', '.DS_Store', 'notes.txt'])
    writeFileSync(join(dir, 'entries', name), '');
  mkdirSync(join(dir, 'entries', '@eaDir', 'inner'), { recursive: true });
  const notebook = await openNotebook(dir, { mode: 'read' });
  expect((await notebook.list()).map((entry) => entry.id)).toEqual([id]);
  await notebook.close();
});

test('a notebook whose folder is taken away is gone, not empty, and nothing is written in its place', async () => {
  for (const mode of ['read', 'write'] as const) {
    const { dir, id } = await notebookWithEntry();
    const notebook = await openNotebook(dir, { mode });
    expect(await notebook.list()).toHaveLength(1);
    const entry = await notebook.find(id);
    renameSync(dir, `${dir}-elsewhere`);
    await expect(notebook.list()).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('is gone') as string,
    });
    if (mode === 'write') {
      const cell = await entry.cell('0123456789abcdef');
      await expect(
        cell.appendEvent({ kind: 'started', engine: 'wasm', environment: {} }),
      ).rejects.toMatchObject({ code: 'not-found' });
      await expect(entry.describe({ title: 'x' })).rejects.toMatchObject({ code: 'not-found' });
      expect(readdirSync(`${dir}-elsewhere/..`).includes(dir)).toBe(false);
    }
    renameSync(`${dir}-elsewhere`, dir);
    await notebook.close();
  }
});

test('the list says what the records say where nobody was told', async () => {
  const { dir, id, path } = await notebookWithEntry();
  const writing = await openNotebook(dir, { mode: 'write' });
  const entry = await writing.find(id);
  const cell = await entry.cell('0123456789abcdef');
  await cell.appendEvent({ kind: 'started', engine: 'wasm', environment: {} });
  for (const snapshot of sampleSnapshots(7))
    await cell.appendSnapshot(snapshot, samplePreview(snapshot.metrics.epoch));
  await cell.appendEvent({ kind: 'finished', epoch: cell.lastEpoch, reason: 'early stop' });
  await entry.setCellSummary(cell.id);
  await writing.close();
  rmSync(join(path, 'cells.index'));
  const reading = await openNotebook(dir, { mode: 'read' });
  const [summary] = await reading.list();
  expect(summary.cells[0]).toMatchObject({ state: 'finished', lastEpoch: 60 });
  expect(summary.cells[1]).toMatchObject({ state: 'unfinished', lastEpoch: null });
  await reading.close();
});
