import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import type { EntryContent } from '../../../../experiments/entries/entry-schema.ts';
import { scratchFolder } from '../../scratch-folder.ts';
import { onlyEntry, writeEntry } from '../notebook/rewritten-entry.ts';
import { openSmallLab, trained } from '../small-lab.ts';

type Cell = EntryContent['cells'][number];
/** Deeper than any schema lets a program look: tests write what programs may not. */
type Changed = { -readonly [Key in keyof Cell]: Cell[Key] } & { config: Record<string, never> };

/** What no sweep may ask for. */
const absurd: Readonly<Record<string, (cell: Changed, content: EntryContent) => void>> = {
  'a goal of 9e15': (cell) => (cell.epochs = Number.MAX_SAFE_INTEGER - 1),
  'a goal of a hundred million': (cell) => (cell.epochs = 1e8),
  'a last epoch beyond its goal': (cell) => {
    Object.assign(cell, {
      state: 'finished',
      lastEpoch: 9e15,
      lastLink: '0'.repeat(64),
      started: cell.started,
    });
  },
  'a million million parameters': ({ config }) =>
    Object.assign(config.network, { hidden: Array<number>(20).fill(65536) }),
  'a thousand layers': ({ config }) =>
    Object.assign(config.network, { hidden: Array<number>(1000).fill(4096) }),
  'no layer': ({ config }) => Object.assign(config.network, { hidden: [] }),
  'a slope of 1e308': ({ config }) => Object.assign(config.network, { slope: 1e308 }),
  '9e15 points': ({ config }) => Object.assign(config.data, { points: 9e15 }),
  '9e15 validation points': ({ config }) => Object.assign(config.data, { validation: 9e15 }),
  'more noise than labels': ({ config }) => Object.assign(config.data, { labelNoise: -1e300 }),
  'batches of 9e15': ({ config }) => Object.assign(config.training, { batchSize: 9e15 }),
  'a schedule of 9e15 epochs': ({ config }) =>
    Object.assign(config.training, { schedule: { kind: 'cosine', epochs: 9e15, minimum: 1e308 } }),
  'a schedule of no epochs': ({ config }) =>
    Object.assign(config.training, { schedule: { kind: 'step', every: 0, factor: -1e308 } }),
  'a thousand phases': ({ config }) => {
    const { phases } = config.training as { phases: object[] };
    const many = Array.from({ length: 1000 }, (_, fromEpoch) => ({
      ...phases[0],
      fromEpoch: 1000 - fromEpoch,
    }));
    Object.assign(config.training, { phases: many });
  },
  'a rate of 1e308': ({ config }) =>
    Object.assign((config.training as { phases: { optimizer: object }[] }).phases[0].optimizer, {
      learningRate: 1e308,
    }),
  'a stop that looks every 9e15 epochs': (cell) =>
    Object.assign(cell.config, { earlyStop: { metric: 'validation', every: 9e15, patience: -1 } }),
  'a snapshot an epoch of previews of 9e15': (_, content) =>
    Object.assign(content, {
      snapshots: {
        policy: { kind: 'every', epochs: 1 },
        keyFrameEvery: 9e15,
        previewSize: 9e15,
        truthStride: 9e15,
      },
    }),
  '9e15 snapshots': (_, content) =>
    Object.assign(content.snapshots, { policy: { kind: 'log', count: 9e15 }, keyFrameEvery: 1 }),
  'no target': (cell) => Object.assign(cell.config, { target: 'nothing' }),
};

const oneCell = `name: absurd
target: ring
epochs: 2
snapshots: { every: 1, preview: 16, truth_stride: 64, key_frame_every: 1 }
parameters:
  shape: { values: ['[4]*2'] }
  points: { values: [20] }
`;
const whole = { x0: 0, y0: 0, x1: 1, y1: 1 };
const notebook = scratchFolder();
const ids = new Map<string, string>();

beforeAll(async () => {
  const { lab, client } = await openSmallLab({ notebook });
  await trained(client, oneCell);
  await lab.close();
  const { content, path } = await onlyEntry(notebook);
  let number = 0;
  for (const version of [1, 2] as const) {
    for (const [what, change] of Object.entries(absurd)) {
      const changed = structuredClone(content);
      const [cell] = changed.cells as Changed[];
      Object.assign(cell, { state: 'queued', started: null, lastEpoch: null, lastLink: null });
      cell.id = createHash('sha256').update(what).digest('hex').slice(0, 16);
      change(cell, changed);
      const id = (number += 1).toString(16).padStart(8, '0');
      rmSync(join(writeEntry(path, id, version, changed), 'cells'), { recursive: true });
      ids.set(`${what}, version ${version}`, id);
    }
  }
});

it('an entry from elsewhere that asks for what no sweep may ask for is shown, and refused in words', async () => {
  const { lab, client } = await openSmallLab({ notebook });
  try {
    const cards = new Map((await client.call('notebook.list', {})).map((card) => [card.id, card]));
    for (const [what, entryId] of ids) {
      expect(cards.get(entryId), what).toBeDefined();
      const answers = async (call: Promise<unknown>): Promise<string> => {
        const code = await call.then(
          () => 'answered',
          (error: { code: string; message: string }) => error.code,
        );
        expect(code, what).not.toBe('internal');
        expect(await client.call('app.info', {}), what).toBeDefined();
        return code;
      };
      const detail = await client.call('entry.read', { entryId }).catch((error: unknown) => error);
      if (detail instanceof Error) {
        expect(detail, what).toMatchObject({ code: 'damaged' });
        continue;
      }
      const { cells } = detail as { cells: { id: string }[] };
      const cell = { entryId, cellId: cells[0].id };
      await answers(client.call('entry.baselines', { entryId, cellIds: [cell.cellId] }));
      await answers(client.call('entry.timelines', { entryId, cells: [{ cellId: cell.cellId, from: 0 }] }));
      await answers(client.call('cell.points', cell));
      await answers(client.call('cell.network', { ...cell, epoch: 0 }));
      await answers(client.call('frame.probe', { ...cell, epoch: 0, at: { x: 0.5, y: 0.5 } }));
      await answers(client.call('cell.truth', { ...cell, view: whole, width: 8, height: 8 }));
      await answers(client.call('queue.continue', { entryId, first: false }));
    }
    await expect
      .poll(
        async () =>
          (await client.call('queue.read', {})).items.filter(({ state }) => /queued|running/.test(state)),
        { timeout: 60_000 },
      )
      .toEqual([]);
    for (const { entryId, state, problem } of (await client.call('queue.read', {})).items) {
      const what = [...ids].find(([, id]) => id === entryId)?.[0];
      if (state === 'failed') expect(problem, what).toMatch(/\w+ .*\w/);
      expect(problem ?? '', what).not.toMatch(/undefined|typed array|RangeError|\n|unexpected error/i);
    }
  } finally {
    await lab.close();
  }
});
