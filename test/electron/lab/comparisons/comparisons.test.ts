import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LabClient } from '../../../../electron/contract/contract.ts';
import { gridFromAxes } from '../../../../experiments/figures/grid-axes.ts';
import { shownEntry } from '../../../../electron/lab/comparisons/shown-entry.ts';
import { openLab, type Lab } from '../../../../electron/lab/lab.ts';
import { openNotebook } from '../../../../electron/lab/notebook/notebook.ts';
import { directClient } from '../direct-client.ts';
import { scratchFolder } from '../../scratch-folder.ts';

const ring = '89ba23a9';
const colours = '1d3d50bf';
const [first, , third] = ['8eaba2a90a3f580d', '399ff430848fca3e', '8fb4a5b7a1aa5244'];
const other = '65b8f039ea917b9c';

let lab: Lab;
let client: LabClient;
const folder = scratchFolder();
cpSync('test/fixtures/entries/version-1', join(folder, 'entries'), { recursive: true });
const bytesOf = (path: string): number =>
  readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((file) => file.isFile())
    .reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0);

beforeAll(async () => {
  lab = await openLab({ notebook: folder, shell: 'browser', threads: 1, engine: 'wasm' });
  ({ client } = directClient(lab.router, lab.events));
});
afterAll(() => lab.close());

describe('a comparison of cells of two entries', () => {
  test('is a small file, is read like an entry, and shows what its cells recorded where they are', async () => {
    const before = bytesOf(join(folder, 'entries'));
    const made = await client.call('comparison.make', {
      title: 'Ring beside colours',
      parts: [
        { entryId: ring, cells: [first, third] },
        { entryId: colours, cells: 'all' },
      ],
    });
    expect(made.name).toBe('ring-beside-colours');
    expect(statSync(join(folder, 'comparisons', `${made.name}.json`)).size).toBeLessThan(1000);

    const { cells, axes, comparison } = await client.call('entry.read', { entryId: made.id });
    expect(cells.map(({ id }) => id)).toEqual([first, third, other]);
    expect(axes.map(({ name }) => name)).toContain('points');
    expect(comparison?.entries.map(({ id, cells: count }) => [id, count])).toEqual([
      [ring, 2],
      [colours, 1],
    ]);

    const wanted = [first, other].map((cellId) => ({ cellId, from: 0 }));
    const together = await client.call('entry.timelines', { entryId: made.id, cells: wanted });
    const [alone] = await client.call('entry.timelines', { entryId: colours, cells: [wanted[1]] });
    expect(together[1]).toEqual(alone);

    const [preview] = await client.call('previews.last', { entryId: made.id, cellIds: [other] });
    expect([preview.outputs, preview.epochs.length]).toEqual([3, 1]);
    const view = { x0: 0, y0: 0, x1: 1, y1: 1 };
    const truth = await client.call('cell.truth', {
      entryId: made.id,
      cellId: other,
      view,
      width: 4,
      height: 4,
    });
    expect(truth.channels).toBe(3);
    const csv = await client.call('export.data', { entryId: made.id, format: 'csv' });
    const text = new TextDecoder().decode(csv.bytes);
    expect([first, third, other].every((id) => text.includes(id))).toBe(true);

    expect(bytesOf(join(folder, 'entries'))).toBe(before);
    const listed = await client.call('notebook.list', {});
    expect(listed.filter(({ isComparison }) => isComparison).map(({ title }) => title)).toEqual([
      'Ring beside colours',
    ]);
    await expect(
      client.call('comparison.make', {
        title: 'x',
        name: made.name,
        parts: [{ entryId: ring, cells: 'all' }],
      }),
    ).rejects.toThrow(/already/);
    await client.call('comparison.remove', { id: made.id });
    expect((await client.call('notebook.list', {})).some(({ isComparison }) => isComparison)).toBe(false);
    await client.call('entry.read', { entryId: colours });
  });

  test('names what is not in the notebook, and shows the rest', async () => {
    const made = await client.call('comparison.make', {
      title: 'gaps',
      parts: [{ entryId: ring, cells: [first, 'f'.repeat(16)] }],
    });
    const file = join(folder, 'comparisons', 'gaps.json');
    const text = readFileSync(file, 'utf8').replace(
      '"parts": [',
      '"parts": [{ "entry": "00000000", "cells": "all" },',
    );
    rmSync(file);
    writeFileSync(file, text);
    const { cells, comparison } = await client.call('entry.read', { entryId: made.id });
    expect(cells.map(({ id }) => id)).toEqual([first]);
    expect(comparison?.missing).toEqual(['entry 00000000', `cell ${'f'.repeat(16)} of entry ${ring}`]);
    await expect(client.call('cell.points', { entryId: made.id, cellId: other })).rejects.toThrow(/no cell/);
  });

  test('is refused by what writes to an entry', async () => {
    const made = await client.call('comparison.make', {
      title: 'w',
      parts: [{ entryId: ring, cells: 'all' }],
    });
    await expect(client.call('entry.edit', { entryId: made.id, title: 'x' })).rejects.toThrow(/No entry/);
    await expect(client.call('notebook.trash', { entryId: made.id })).rejects.toThrow(/No entry/);
  });

  test('shows every cell in its grid, and is found by its name and its path', async () => {
    await client.call('comparison.make', {
      title: 'figure',
      parts: [
        { entryId: ring, cells: [first, third] },
        { entryId: colours, cells: 'all' },
      ],
    });
    const notebook = await openNotebook(folder, { mode: 'read' });
    const entry = await shownEntry(notebook, 'comparisons/figure');
    expect(await shownEntry(notebook, 'figure')).toMatchObject({ id: entry.id });
    expect(
      gridFromAxes(entry.json.cells)
        .cells.flat()
        .filter((cell) => cell !== null),
    ).toHaveLength(3);
    await notebook.close();
  });
});
