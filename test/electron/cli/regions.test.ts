import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { lab, labJson, temporaryLab } from './lab-process.ts';

const place = temporaryLab();
afterAll(place.remove);
const ring = 'test/fixtures/ring-n5000-epoch300.safetensors';
const window = ['--view', '0.6,0.4,0.7,0.5'];

describe('regions', () => {
  it('gives the known figures of a trained ring, whatever the number of threads', async () => {
    for (const threads of ['1', '2', '3']) {
      const figures = await labJson<Record<string, number>>('regions', ring, '--threads', threads);
      expect(figures).toMatchObject({ regions: 101_016, vertices: 101_456 });
      expect(figures['dirichlet']).toBeCloseTo(94.403, 3);
      expect(figures['levelSetLength']).toBeCloseTo(2.9333, 4);
      expect(figures['area']).toBeCloseTo(1, 12);
    }
  });

  it('writes a drawing and a table of a window', async () => {
    const [svg, csv, edges] = ['w.svg', 'w.csv', 'e.csv'].map((name) => join(place.folder, name));
    const figures = await labJson<
      Record<'regions' | 'edges', number> & Record<'sides' | 'degrees' | 'areas', number[]>
    >('regions', ring, ...window, '--svg', svg, '--csv', csv, '--edges', edges);
    expect(readFileSync(svg, 'utf8')).toMatch(/^<svg|^<\?xml/);
    expect(readFileSync(csv, 'utf8').trim().split('\n')).toHaveLength(figures.regions + 1);
    expect(readFileSync(edges, 'utf8').trim().split('\n')).toHaveLength(figures.edges + 1);
    for (const histogram of [figures.sides, figures.degrees, figures.areas])
      expect(histogram.reduce((sum, count) => sum + count, 0)).toBe(figures.regions);
  });

  it('is checked by the self-test, sampled frame included', async () => {
    const rows = await labJson<{ id: string; passed: boolean }[]>(
      'selftest',
      ring,
      ...window,
      '--size',
      '200',
    );
    expect(new Set(rows.map(({ id }) => id))).toEqual(new Set(['T2', 'T3', 'T4', 'T5', 'T6', 'T8', 'T9']));
    expect(rows.filter(({ passed }) => !passed)).toEqual([]);
  });

  it('stops at its budget with one line', async () => {
    const result = await lab('regions', ring, '--max-regions', '500');
    expect(result.code).toBe(1);
    expect(result.stderr.trim().split('\n')).toHaveLength(1);
    expect(result.stderr).toMatch(/More than 500 regions/);
    const enough = await labJson<{ regions: number }>('regions', ring, '--max-regions', '101016');
    expect(enough.regions).toBe(101_016);
    const tooFew = await lab('regions', ring, '--max-regions', '101015');
    expect(tooFew.stderr).toMatch(/More than 101,015 regions/);
  });

  it('reads the network of an entry at any epoch', async () => {
    await labJson('run', place.sweep, '--notebook', place.notebook, '--set', 'parameters.points.values=[65]');
    const at = async (epoch: string): Promise<number> =>
      (await labJson<{ regions: number }>('regions', 'tiny', '--epoch', epoch, '--notebook', place.notebook))
        .regions;
    expect(await at('0')).toBeGreaterThan(1);
    expect(await at('5')).toBeGreaterThan(1);
  });
});
