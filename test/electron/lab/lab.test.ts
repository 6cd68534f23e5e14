import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encode } from 'fast-png';
import type { RenderedFrame } from '../../../electron/contract/frames.ts';
import { scratchFolder } from '../scratch-folder.ts';
import { uploadedFile } from '../../../renderer/model/upload.ts';
import { openSmallLab, queueDone, smallSweep, trained, type SmallLab } from './small-lab.ts';

let small: SmallLab;
let entryId: string;
let cellId: string;

beforeAll(async () => {
  small = await openSmallLab();
  entryId = await trained(small.client);
  cellId = (await small.client.call('entry.read', { entryId })).cells[0]?.id ?? '';
});

afterAll(() => small.lab.close());

function uploaded(client: SmallLab['client'], bytes: Uint8Array): Promise<string> {
  const { signal } = new AbortController();
  return uploadedFile(client, new Blob([Uint8Array.from(bytes)]), { signal, onProgress: () => undefined });
}

const unit = { x0: 0, y0: 0, x1: 1, y1: 1 };

function render(
  epoch: number,
  options: {
    size?: number;
    coarse?: boolean;
    signal?: AbortSignal;
    onPart?: (frame: RenderedFrame) => void;
  } = {},
): Promise<RenderedFrame> {
  const { size = 48, coarse = false, ...rest } = options;
  return small.client.call(
    'frame.render',
    {
      entryId,
      cellId,
      epoch,
      view: unit,
      width: size,
      height: size,
      values: 'levels',
      planes: {},
      priority: 'shown',
      coarse,
    },
    rest,
  );
}

describe('a sweep that was queued', () => {
  it('is an entry with finished cells, axes and snapshots', async () => {
    const detail = await small.client.call('entry.read', { entryId });
    expect(detail.card.counts).toEqual({ finished: 2 });
    expect(detail.axes).toEqual([{ name: 'points', values: [300, 100] }]);
    expect(detail.cells.map(({ state, snapshots, lastEpoch }) => [state, snapshots, lastEpoch])).toEqual([
      ['finished', 11, 40],
      ['finished', 11, 40],
    ]);
    expect(detail.sweepYaml).toBe(smallSweep);
  });

  it('has timelines that continue where the last ones ended', async () => {
    const read = async (from: number) => {
      const [timeline] = await small.client.call('entry.timelines', { entryId, cells: [{ cellId, from }] });
      if (timeline === undefined) throw new Error('no timeline');
      return timeline;
    };
    const whole = await read(0);
    const rest = await read(6);
    expect([...whole.epochs]).toEqual([0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40]);
    expect([...rest.epochs]).toEqual([...whole.epochs.subarray(6)]);
    expect([...whole.trained.epochs]).toEqual(Array.from({ length: 40 }, (_, at) => at + 1));
    expect([...rest.trained.epochs]).toEqual([...whole.trained.epochs.subarray(20)]);
    expect(whole.gradientNorms).toHaveLength(11 * whole.layers);
    expect([...whole.keyFrames].filter((isKeyFrame) => isKeyFrame === 1).length).toBeGreaterThan(1);
  });

  it('has previews in blocks, however they are cut', async () => {
    const read = async (from: number, count: number) => {
      const cells = [{ cellId, from, count }];
      const [block] = await small.client.call('previews.read', { entryId, cells });
      if (block === undefined) throw new Error('no block');
      return block;
    };
    const whole = await read(0, 2000);
    expect([whole.epochs.length, whole.width, whole.height]).toEqual([11, 32, 32]);
    expect(whole.values).toHaveLength(11 * 1024);
    expect(whole.boundary).toHaveLength(11 * 128);
    const part = await read(3, 2);
    expect(part.values).toEqual(whole.values.slice(3 * 1024, 5 * 1024));
    expect(part.boundary).toEqual(whole.boundary.slice(3 * 128, 5 * 128));
    expect((await read(11, 5)).epochs).toHaveLength(0);
    const [last] = await small.client.call('previews.last', { entryId, cellIds: [cellId] });
    expect(last?.values).toEqual(whole.values.slice(10 * 1024));
  });

  it('shows at a snapshot what its preview shows', async () => {
    const frame = await render(24, { size: 32 });
    const [block] = await small.client.call('previews.read', {
      entryId,
      cells: [{ cellId, from: 6, count: 1 }],
    });
    expect(frame.epoch).toBe(24);
    expect(frame.boundary).toEqual(block?.boundary);
    const values = [...(frame.values as Uint8Array)];
    const differences = values.map((value, at) => Math.abs(value - (block?.values[at] ?? 0)));
    expect(Math.max(...differences)).toBeLessThanOrEqual(1);
  });

  it('can be seen between snapshots, and beyond its end at its end', async () => {
    const [between, before, after] = [await render(22), await render(20), await render(24)];
    expect(between.epoch).toBe(22);
    expect(between.values).not.toEqual(before.values);
    expect(between.values).not.toEqual(after.values);
    expect((await render(1_000_000)).epoch).toBe(40);
  });

  it('is probed: the affine function around a point gives its value there', async () => {
    const at = { x: 0.4, y: 0.6 };
    const probe = await small.client.call('frame.probe', { entryId, cellId, epoch: 40, at, from: at });
    const [gx = 0, gy = 0] = probe.gradient;
    const value = gx * at.x + gy * at.y + (probe.offsets[0] ?? NaN);
    expect(value).toBeCloseTo(probe.values[0] ?? NaN, 5);
    expect(probe.hash).toMatch(/^[0-9a-f]{16}$/);
    expect(probe.firstDifferentLayer).toBe(null);
    const other = await small.client.call('frame.probe', {
      entryId,
      cellId,
      epoch: 40,
      at,
      from: { x: 0, y: 0 },
    });
    expect(other.firstDifferentLayer).toBeGreaterThanOrEqual(1);
    const outside = await small.client.call('frame.probe', {
      entryId,
      cellId,
      epoch: 40,
      at: { x: 2, y: 2 },
    });
    expect(outside.truth).toBe(null);
  });

  it('has the points it was trained on, baselines, and receipts that hold', async () => {
    const points = await small.client.call('cell.points', { entryId, cellId });
    expect([points.training.labels.length, points.validation.labels.length]).toEqual([300, 1000]);
    const [baselines] = await small.client.call('entry.baselines', { entryId, cellIds: [cellId] });
    expect(baselines?.constant.mse).toBeGreaterThan(0.04);
    for (const level of ['chain', 'frames', 'rerun'] as const) {
      const verdict = await small.client.call('entry.verify', { entryId, level });
      expect(verdict).toMatchObject({ holds: true, findings: [] });
      expect(verdict.cells.map(({ snapshots }) => snapshots)).toEqual([11, 11]);
      expect(verdict.cells[0]?.frames).toHaveLength(level === 'frames' ? 11 : 0);
    }
    const { receipts } = await small.client.call('entry.read', { entryId });
    expect(receipts.map(({ level, holds, snapshots }) => [level, holds, snapshots])).toEqual([
      ['chain', true, 22],
      ['frames', true, 22],
      ['rerun', true, 22],
    ]);
  });

  it('is exported as tables and as an archive, which another lab imports', async () => {
    const eln = await small.client.call('export.data', { entryId, format: 'eln' });
    const csv = await small.client.call('export.data', { entryId, format: 'csv' });
    const parquet = await small.client.call('export.data', { entryId, format: 'parquet' });
    expect(new TextDecoder().decode(csv.bytes).split('\n')).toHaveLength(24);
    expect(new TextDecoder().decode(parquet.bytes.subarray(0, 4))).toBe('PAR1');
    await expect(
      small.client.call('notebook.import', { upload: await uploaded(small.client, eln.bytes) }),
    ).rejects.toMatchObject({
      code: 'refused',
    });
    const other = await openSmallLab();
    try {
      const upload = await uploaded(other.client, eln.bytes);
      expect(await other.client.call('notebook.import', { upload })).toMatchObject({ entryId });
      const [card] = await other.client.call('notebook.list', {});
      expect(card).toMatchObject({ id: entryId, problem: null });
      const again = await other.client.call('export.data', { entryId, format: 'eln' });
      expect(Buffer.compare(again.bytes, eln.bytes)).toBe(0);
      const damaged = Uint8Array.from(eln.bytes.slice(0, -30));
      const cut = await uploaded(other.client, damaged);
      await expect(other.client.call('notebook.import', { upload: cut })).rejects.toMatchObject({
        code: 'refused',
      });
    } finally {
      await other.lab.close();
    }
  });

  it('is exported as a grid', async () => {
    const parts: unknown[] = [];
    const wanted = {
      entryId,
      epoch: 'last',
      cellSize: 64,
      scale: 1,
      drawing: 'prediction',
      map: 'grey',
      points: true,
      format: 'svg',
    } as const;
    const grid = await small.client.call('export.grid', wanted, { onPart: (part) => parts.push(part) });
    expect(grid).toMatchObject({ name: 'small.svg', type: 'image/svg+xml' });
    expect(new TextDecoder().decode(grid.bytes)).toContain('<svg');
    expect(parts).toEqual([
      { done: 1, of: 2, what: 'cells drawn' },
      { done: 2, of: 2, what: 'cells drawn' },
    ]);
    const some = { ...wanted, where: `id = ${cellId}` };
    await small.client.call('export.grid', some, { onPart: (part) => parts.push(part) });
    expect(parts.slice(2)).toEqual([{ done: 1, of: 1, what: 'cells drawn' }]);
    await expect(small.client.call('export.grid', { ...wanted, where: 'pionts = 1' })).rejects.toThrow(
      "'pionts'",
    );
  });

  it('goes on with more epochs, and with what is missing of a larger sweep', async () => {
    const { lab, client } = await openSmallLab();
    try {
      const id = await trained(client);
      await client.call('queue.continue', { entryId: id, epochs: 60, first: true });
      await queueDone(client);
      const longer = await client.call('entry.read', { entryId: id });
      expect(longer.cells.map(({ state, lastEpoch }) => [state, lastEpoch])).toEqual([
        ['finished', 60],
        ['finished', 60],
      ]);
      expect(longer.sweepYaml).toContain('epochs: 60');
      const larger = smallSweep.replace('[300, 100]', '[300, 200, 100]');
      const again = await client.call('queue.add', { yaml: larger, first: false });
      expect(again.entryId).toBe(id);
      await queueDone(client);
      const wide = await client.call('entry.read', { entryId: id });
      expect(wide.cells.map(({ axes, lastEpoch }) => [axes['points'], lastEpoch])).toEqual([
        [300, 60],
        [200, 40],
        [100, 60],
      ]);
    } finally {
      await lab.close();
    }
  });
});

describe('frames', () => {
  it('come coarse first, with the same view', async () => {
    const parts: RenderedFrame[] = [];
    const deep = smallSweep
      .replace('[8]*3', '[60]*12')
      .replace('epochs: 40', 'epochs: 1')
      .replace('small', 'deep');
    const { lab, client } = await openSmallLab();
    try {
      const id = await trained(client, deep);
      const [cell] = (await client.call('entry.read', { entryId: id })).cells;
      const parameters = {
        entryId: id,
        cellId: cell?.id ?? '',
        epoch: 1,
        view: unit,
        width: 256,
        height: 192,
        values: 'levels' as const,
        planes: { firstLayers: true },
        priority: 'shown' as const,
        coarse: true,
      };
      const frame = await client.call('frame.render', parameters, { onPart: (part) => parts.push(part) });
      expect([frame.width, frame.height, frame.firstLayers?.length]).toEqual([256, 192, 256 * 192]);
      expect(parts.map(({ width, height, view }) => [width, height, view])).toEqual([[128, 96, unit]]);
      expect(parts[0]?.values).toHaveLength(128 * 96);
    } finally {
      await lab.close();
    }
  });

  it('are given up when nobody wants them any more', async () => {
    const controller = new AbortController();
    const frame = render(40, { size: 1500, signal: controller.signal });
    controller.abort();
    await expect(frame).rejects.toMatchObject({ code: 'cancelled' });
    expect((await render(40)).epoch).toBe(40);
  });

  it('are not larger than a screen', async () => {
    await expect(render(40, { size: 4096 })).rejects.toMatchObject({ code: 'refused' });
  });

  it('of cells or entries that do not exist are not found', async () => {
    const { client } = small;
    const missing = { entryId, cellId: 'f'.repeat(16) };
    await expect(client.call('cell.points', missing)).rejects.toMatchObject({ code: 'not-found' });
    await expect(client.call('entry.read', { entryId: 'ffffffff' })).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});

describe('a sweep that is being written', () => {
  it('says where its mistakes are', async () => {
    const check = (yaml: string) => small.client.call('sweep.check', { yaml });
    const wrong = await check(smallSweep.replace('epochs: 40', 'epochs: forty'));
    expect(wrong.problems).toEqual([
      { line: 4, column: null, message: expect.stringContaining('epochs') as string },
    ]);
    expect(wrong.cells).toEqual([]);
    expect(wrong.estimate).toBe(null);
    expect(wrong.document).toMatchObject({ name: 'small', epochs: 'forty' });
    const noPicture = await check(smallSweep.replace('ring', 'nowhere.png'));
    expect(noPicture.problems[0]?.line).toBe(3);
    expect((await check('a: [')).document).toBe(null);
    expect((await check('')).problems).toHaveLength(1);
  });

  it('tells which cells are finished already, and what the others cost', async () => {
    const larger = smallSweep.replace('[300, 100]', '[300, 200, 100]');
    const { cells, estimate, problems } = await small.client.call('sweep.check', { yaml: larger });
    expect(problems).toEqual([]);
    expect(cells.map(({ finishedIn }) => finishedIn)).toEqual([entryId, null, entryId]);
    expect(cells.map(({ engine }) => engine)).toEqual(['wasm', 'wasm', 'wasm']);
    expect(estimate?.seconds).toBeGreaterThan(0);
    expect(estimate?.trainers).toMatch(/^\d+ threads?$/);
    expect(estimate?.bytes).toBeGreaterThan(1000);
  });

  it('keeps comments and order when the form changes it', async () => {
    const { yaml, problems } = await small.client.call('sweep.edit', {
      yaml: smallSweep,
      edits: [
        { path: ['epochs'], value: 80 },
        { path: ['parameters', 'points', 'values'], value: [500] },
        { path: ['training', 'learning_rate'], value: 0.01 },
        { path: ['snapshots'], value: null },
      ],
    });
    expect(problems).toEqual([]);
    expect(yaml.split('\n')).toEqual([
      '# Two cells of a small network.',
      'name: small',
      'target: ring',
      'epochs: 80',
      'parameters:',
      '  shape: { values: [ "[8]*3" ] }',
      '  points: { values: [ 500 ] }',
      'training:',
      '  learning_rate: 0.01',
      '',
    ]);
    const nowhere = { yaml: smallSweep, edits: [{ path: ['epochs', 'a'], value: 1 }] };
    await expect(small.client.call('sweep.edit', nowhere)).rejects.toMatchObject({ code: 'refused' });
  });

  it('shows the points that its cells will get', async () => {
    const points = await small.client.call('sweep.points', { yaml: smallSweep, cellId });
    expect(points).toEqual(await small.client.call('cell.points', { entryId, cellId }));
  });

  it('is not queued with a mistake in it', async () => {
    const yaml = smallSweep.replace('epochs: 40', 'epochs: -1');
    const call = small.client.call('queue.add', { yaml, first: false });
    await expect(call).rejects.toMatchObject({ code: 'refused' });
    await expect(call).rejects.toThrow(/line 4/);
  });

  it('can use a formula: its picture, its points, and the mistake in its line', async () => {
    const { client } = small;
    const ofFormula = (formula: string) =>
      smallSweep.replace('target: ring', `target: { formula: "${formula}" }`);
    const yaml = ofFormula('x < 0.25');
    const target = { formula: 'x < 0.25' };
    const { levels } = await client.call('targets.picture', { target, width: 8, height: 2 });
    expect([...levels]).toEqual([0, 0, 255, 255, 255, 255, 255, 255, 0, 0, 255, 255, 255, 255, 255, 255]);
    const { problems, cells } = await client.call('sweep.check', { yaml });
    expect(problems).toEqual([]);
    const { training } = await client.call('sweep.points', { yaml, cellId: cells[0]!.id });
    training.labels.forEach((label, at) => expect(label).toBe(training.coordinates[2 * at]! < 0.25 ? 0 : 1));
    const wrong = await client.call('sweep.check', { yaml: ofFormula('x < ') });
    expect(wrong.problems).toEqual([
      {
        line: 3,
        column: null,
        message: 'target.formula: character 4: expected a number, x, y or a bracket, found the end',
      },
    ]);
  });

  it('can use a picture that was brought along', async () => {
    const data = Uint8Array.from({ length: 64 * 48 }, (_, at) => (at % 64 < 32 ? 0 : 255));
    const bytes = new Uint8Array(encode({ width: 64, height: 48, data, channels: 1, depth: 8 }));
    const target = await small.client.call('targets.upload', { name: 'My Picture.png', bytes });
    expect(target).toMatchObject({ builtIn: false, width: 64, height: 48, channels: 1 });
    expect(target.name).toMatch(/^pictures\/my-picture-[0-9a-f]{8}\.png$/);
    expect(await small.client.call('targets.upload', { name: 'My Picture.png', bytes })).toEqual(target);
    const targets = await small.client.call('targets.list', {});
    expect(targets.filter(({ name }) => name === target.name)).toHaveLength(1);
    const yaml = smallSweep
      .replace('target: ring', `target: ${target.name}`)
      .replace('name: small', 'name: mine');
    expect((await small.client.call('sweep.check', { yaml })).problems).toEqual([]);
    const bad = { name: 'x.png', bytes: new Uint8Array([1, 2, 3]) };
    await expect(small.client.call('targets.upload', bad)).rejects.toMatchObject({ code: 'refused' });
  });
});

describe('an entry', () => {
  it('is renamed, tagged and found by title, tag and notes', async () => {
    const { client } = small;
    await client.call('entry.edit', { entryId, title: 'Crêpes and creases', tags: ['kept'] });
    const notes = await client.call('notes.read', { entryId });
    await client.call('notes.write', {
      entryId,
      text: 'A remarkable Observation.',
      revision: notes.revision,
    });
    const found = async (parameters: object) =>
      (await client.call('notebook.list', parameters)).map((card) => card.id);
    expect(await found({ search: 'crêpes' })).toEqual([entryId]);
    expect(await found({ search: 'remarkable observation' })).toEqual([entryId]);
    expect(await found({ search: 'creases remarkable' })).toEqual([entryId]);
    expect(await found({ tags: ['kept'] })).toEqual([entryId]);
    expect(await found({ tags: ['kept', 'other'] })).toEqual([]);
    expect(await found({ search: 'nothing of the kind' })).toEqual([]);
  });

  it('has notes that two windows do not overwrite for each other, and that can be undone', async () => {
    const { client } = small;
    const start = await client.call('notes.read', { entryId });
    const first = await client.call('notes.write', { entryId, text: 'first', revision: start.revision });
    const stale = client.call('notes.write', { entryId, text: 'stale', revision: start.revision });
    await expect(stale).rejects.toMatchObject({ code: 'conflict' });
    await client.call('notes.write', { entryId, text: 'second', revision: first.revision });
    expect((await client.call('notes.undo', { entryId })).text).toBe('first');
    expect((await client.call('notes.undo', { entryId })).text).toBe(start.text);
    expect((await client.call('notes.read', { entryId })).text).toBe(start.text);
  });

  it('goes to the trash and comes back whole', async () => {
    const { client } = small;
    const before = await client.call('entry.read', { entryId });
    await client.call('notebook.trash', { entryId });
    expect(await client.call('notebook.list', {})).toEqual([]);
    await expect(client.call('entry.read', { entryId })).rejects.toMatchObject({ code: 'not-found' });
    expect((await client.call('notebook.list', { trashed: true })).map(({ id }) => id)).toEqual([entryId]);
    expect((await client.call('queue.read', {})).items).toEqual([]);
    const disk = await client.call('notebook.disk', {});
    expect([disk.entryBytes, disk.trashBytes > 10_000, disk.freeBytes > 0]).toEqual([0, true, true]);
    await client.call('notebook.restore', { entryId });
    expect(await client.call('entry.read', { entryId })).toEqual(before);
    await expect(client.call('notebook.restore', { entryId })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('that is broken is listed with its problem, and does not stop anything', async () => {
    const folder = scratchFolder();
    mkdirSync(join(folder, 'entries', '2026-01-01-broken-0123abcd'), { recursive: true });
    writeFileSync(join(folder, 'entries', '2026-01-01-broken-0123abcd', 'entry.json'), '{"format": 7');
    const { lab, client } = await openSmallLab({ notebook: folder });
    try {
      const [card] = await client.call('notebook.list', {});
      expect(card).toMatchObject({
        id: '0123abcd',
        problem: expect.stringContaining('entry.json') as string,
      });
      const reading = client.call('entry.read', { entryId: '0123abcd' });
      await expect(reading).rejects.toMatchObject({ code: 'damaged' });
      await trained(client);
      expect(await client.call('notebook.list', {})).toHaveLength(2);
    } finally {
      await lab.close();
    }
  });
});

describe('a new notebook', () => {
  it('begins with the example, which can be scrubbed at once; one that was there before does not', async () => {
    const examples = join(small.folder, 'entries');
    const fresh = scratchFolder();
    const first = await openSmallLab({ notebook: fresh, examples });
    expect((await first.client.call('app.info', {})).exampleEntryId).toBe(entryId);
    const detail = await first.client.call('entry.read', { entryId });
    expect(detail.cells.map(({ state }) => state)).toEqual(['finished', 'finished']);
    await first.lab.warmUp();
    await first.client.call('notebook.trash', { entryId });
    await first.lab.close();
    const second = await openSmallLab({ notebook: fresh, examples });
    expect((await second.client.call('app.info', {})).exampleEntryId).toBe(null);
    expect(await second.client.call('notebook.list', {})).toEqual([]);
    await second.lab.close();
  });
});

describe('settings', () => {
  it('are kept in the notebook; what cannot be read falls back', async () => {
    const folder = scratchFolder();
    const first = await openSmallLab({ notebook: folder });
    await first.client.call('settings.write', { theme: 'dark', singleKeys: false });
    await first.lab.close();
    const stored = JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8')) as object;
    writeFileSync(join(folder, 'settings.json'), JSON.stringify({ ...stored, map: 'no such map' }));
    const second = await openSmallLab({ notebook: folder });
    const settings = await second.client.call('settings.read', {});
    const places: unknown[] = [];
    expect(settings).toEqual({ theme: 'dark', map: 'grey', singleKeys: false, timeAxis: 'epoch', places });
    await second.lab.close();
  });
});

describe('a notebook that somebody else writes to', () => {
  it('opens for reading, says why, follows the writer, and writes nothing', async () => {
    const reading = await openSmallLab({ notebook: small.folder });
    try {
      const info = await reading.client.call('app.info', {});
      expect(info.notebook.readOnlyBecause).toMatch(/writing to this notebook/);
      const before = await small.client.call('entry.read', { entryId });
      expect(await reading.client.call('entry.read', { entryId })).toEqual(before);
      for (const [name, parameters] of [
        ['queue.add', { yaml: smallSweep, first: false }],
        ['queue.pause', {}],
        ['entry.edit', { entryId, title: 'mine' }],
        ['notes.write', { entryId, text: 'mine', revision: '' }],
        ['notebook.trash', { entryId }],
        ['notebook.erase', {}],
        ['settings.write', { theme: 'dark' }],
      ] as const) {
        const call = reading.client.call(name, parameters as never);
        await expect(call, name).rejects.toMatchObject({ code: 'read-only' });
      }
      await small.client.call('queue.continue', { entryId, epochs: 48, first: false });
      await queueDone(small.client);
      const after = await reading.client.call('entry.read', { entryId });
      expect(after.cells.map(({ lastEpoch }) => lastEpoch)).toEqual([48, 48]);
    } finally {
      await reading.lab.close();
    }
  });

  it.skipIf(process.getuid?.() === 0)('opens for reading without rights too', async () => {
    const folder = scratchFolder();
    chmodSync(folder, 0o500);
    const { lab, client } = await openSmallLab({ notebook: folder });
    expect((await client.call('app.info', {})).notebook.readOnlyBecause).not.toBe(null);
    expect(await client.call('notebook.list', {})).toEqual([]);
    await lab.close();
  });
});

it('trains by a clock that stands beyond the year 9999', async () => {
  const now = (): Date => new Date('+012000-02-03T04:05:06.000Z');
  const { lab, client, folder } = await openSmallLab({ now });
  try {
    const id = await trained(client);
    const { card, cells } = await client.call('entry.read', { entryId: id });
    expect(cells.map(({ state }) => state)).toEqual(['finished', 'finished']);
    expect(card.created).toBe('9999-12-31T23:59:59.999Z');
  } finally {
    await lab.close();
  }
  const again = await openSmallLab({ notebook: folder });
  expect((await again.client.call('notebook.list', {})).map(({ problem }) => problem)).toEqual([null]);
  await again.lab.close();
});
