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
});
