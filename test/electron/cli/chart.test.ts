import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { median } from '../../../experiments/findings/statistics.ts';
import { recipeFromPng } from '../../../experiments/formats/png.ts';
import { lab, labJson } from './lab-process.ts';

describe('chart', () => {
  let folder = '';
  let at: string[] = [];
  let entry = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'creasebook-chart-'));
    at = ['--notebook', join(folder, 'notebook')];
    const sweep = join(folder, 'sweep.yaml');
    await writeFile(
      sweep,
      `name: small
target: ring
epochs: 4
parameters:
  shape: { values: ['[3]', '[5]*2'] }
  points: { values: [20, 40] }
  seed: { values: [1, 2, 3] }
training: { batch_size: 16 }
`,
    );
    const some = ['--where', 'seed = 2 and points < 30'];
    const { cells } = await labJson<{ cells: { label: string; state: string }[] }>(
      'run',
      sweep,
      ...some,
      ...at,
    );
    expect(cells.map(({ label, state }) => [label, state])).toEqual([
      ['[3], 20 points, seed 2', 'finished'],
      ['[5]*2, 20 points, seed 2', 'finished'],
    ]);
    entry = (await labJson<{ entry: string }>('run', sweep, ...at)).entry;
  }, 120_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('draws medians of what show prints, as CSV, SVG and PNG with a recipe', async () => {
    const out = join(folder, 'chart.csv');
    const ask = ['--x', 'parameters', '--lines', 'points', '--y', 'true error'];
    expect((await lab('chart', entry, ...ask, '--out', out, ...at)).code).toBe(0);
    interface Shown {
      readonly cells: readonly { readonly id: string; readonly truth: { readonly mse: number } }[];
    }
    const shown = await labJson<Shown>('show', entry, ...at);
    const errors = new Map(shown.cells.map(({ id, truth }) => [id, truth.mse]));
    const rows = (await readFile(out, 'utf8'))
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','));
    expect(rows.map(([points, parameters]) => `${points} ${parameters}`)).toEqual([
      '20 13',
      '20 51',
      '40 13',
      '40 51',
    ]);
    for (const [, , middle, , , count, ids] of rows) {
      expect(count).toBe('3');
      expect(Number(middle)).toBe(median(ids!.split(' ').map((id) => errors.get(id)!)));
    }
    const png = join(folder, 'chart.png');
    expect((await lab('chart', entry, ...ask, '--at', 'late', '--out', png, ...at)).code).toBe(0);
    const recipe = recipeFromPng(new Uint8Array(await readFile(png)));
    expect(recipe).toMatchObject({
      drawing: { kind: 'chart', options: { x: 'parameters', y: 'true error', at: 'late' } },
    });
    expect(recipe?.cells).toHaveLength(12);
    const svg = join(folder, 'chart.svg');
    expect(
      (await lab('chart', entry, '--where', 'points = 20 and seed != 3', '--out', svg, ...at)).code,
    ).toBe(0);
    expect(await readFile(svg, 'utf8')).toContain('2 cells each');
  }, 120_000);

  it.each([
    [['--y', 'true eror'], "there is no setting or measure 'true eror', did you mean 'true error'?"],
    [['--at', 'end'], "not at 'end'"],
    [['--where', 'points <'], 'filter, character 9'],
    [['--y', 'regions', '--at', 'best'], 'there is no best'],
  ])('answers %j with one line', async (words, message) => {
    const { code, stderr } = await lab('chart', entry, ...words, '--out', join(folder, 'no.svg'), ...at);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  interface ShownCell {
    readonly id: string;
    readonly label: string;
    readonly truth: { readonly mse: number };
  }
  const shownCells = async (...words: string[]): Promise<ShownCell[]> =>
    (await labJson<{ cells: ShownCell[] }>('show', entry, ...words, ...at)).cells;

  it('--where chooses the cells that are shown, exported, filmed and verified', async () => {
    const all = await shownCells();
    expect(all).toHaveLength(12);
    const middle = median(all.map(({ truth }) => truth.mse));
    const low = all.filter(({ truth, label }) => truth.mse < middle && label.includes('seed 1'));
    const where = ['--where', `true_error < ${middle} and seed = 1`];
    expect(await shownCells(...where)).toEqual(low);
    const out = join(folder, 'some.csv');
    expect(
      (await lab('export', entry, '--where', 'points = 20 and seed = 1', '--out', out, ...at)).code,
    ).toBe(0);
    const ids = (await readFile(out, 'utf8'))
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',')[0]);
    const wanted = all.filter(({ label }) => label.includes('20 points, seed 1')).map(({ id }) => id);
    expect([...new Set(ids)].sort()).toEqual([...wanted].sort());
    for (const level of ['chain', 'rerun']) {
      const one = ['--where', `id = ${wanted[0]}`];
      const verdict = await labJson<{ holds: boolean; cells: { id: string }[] }>(
        'verify',
        entry,
        '--level',
        level,
        ...one,
        ...at,
      );
      expect(verdict).toMatchObject({ holds: true, cells: [{ id: wanted[0] }] });
    }
    expect(await labJson('show', entry, ...at)).toMatchObject({ receipts: [] });
    const film = ['--where', 'seed = 3 and points = 40', '--size', '320x240', '--out', join(folder, 'f.gif')];
    const { panels } = await labJson<{ panels: { cellId: string }[] }>('film', entry, ...film, ...at);
    const filmed = all.filter(({ label }) => label.includes('40 points, seed 3')).map(({ id }) => id);
    expect(panels.map(({ cellId }) => cellId).sort()).toEqual([...filmed].sort());
  }, 120_000);

  it('--over seed takes the cells of all seeds together: the worst one of each in a grid, means in a table', async () => {
    const groups = new Map<string, ShownCell[]>();
    for (const cell of await shownCells()) {
      const place = cell.label.replace(/, seed \d/, '');
      groups.set(place, [...(groups.get(place) ?? []), cell]);
    }
    const out = join(folder, 'over.png');
    const words = ['--over', 'seed', '--take', 'worst', '--cell-size', '48', '--scale', '0.5'];
    expect((await lab('grid', entry, ...words, '--out', out, ...at)).code).toBe(0);
    const recipe = recipeFromPng(new Uint8Array(await readFile(out)));
    const worst = [...groups.values()].map((cells) =>
      cells.reduce((a, b) => (b.truth.mse > a.truth.mse ? b : a)),
    );
    expect(recipe?.cells.map(({ id }) => id).sort()).toEqual(worst.map(({ id }) => id).sort());
    const table = join(folder, 'over.csv');
    expect((await lab('export', entry, '--over', 'seed', '--out', table, ...at)).code).toBe(0);
    const [head, ...rows] = (await readFile(table, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => line.split(','));
    const column = (name: string): number[] => rows.map((row) => Number(row[head!.indexOf(name)]));
    const errors = [...groups.values()].map((cells) => cells.map(({ truth }) => truth.mse));
    expect(column('cells')).toEqual([3, 3, 3, 3]);
    expect(column('truth_mse_median')).toEqual(errors.map(median));
    expect(column('truth_mse_greatest')).toEqual(errors.map((of) => Math.max(...of)));
    const means = errors.map((of) => of.reduce((sum, error) => sum + error, 0) / 3);
    column('truth_mse_mean').forEach((mean, at) => expect(mean).toBeCloseTo(means[at]!, 12));
  }, 120_000);

  it.each([
    [['show', '--where', 'seed = 9'], "no cell passes the filter 'seed = 9'"],
    [
      ['grid', '--over', 'depth', '--out', 'no.png'],
      "no axis 'depth'; the sweep's axes are shape, points, seed",
    ],
    [['export', '--where', 'seed = 1', '--out', 'no.eln'], 'pages and archives hold whole entries'],
    [['export', '--over', 'seed', '--out', 'no.parquet'], '--out must end in .csv'],
  ])('answers %j with one line', async ([command, ...words], message) => {
    const { code, stderr } = await lab(command!, entry, ...words, ...at);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it('cells to be trained are chosen by settings alone, before anything is written', async () => {
    const sweep = join(folder, 'sweep.yaml');
    const { code, stderr } = await lab(
      'run',
      sweep,
      '--where',
      'IoU > 0',
      '--notebook',
      join(folder, 'other'),
    );
    expect(code).toBe(2);
    expect(stderr).toContain('chosen by settings');
    expect((await lab('ls', '--notebook', join(folder, 'other'))).stdout).toBe('');
  });
});
