import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { expectOneLine } from './one-line.ts';
import { lab, labJson, temporaryLab, tinySweep } from './lab-process.ts';

/** Two moons by arithmetic alone, y up to 1.5: outside of the unit square. */
const rows = Array.from({ length: 90 }, (_, at) => {
  const angle = (Math.PI * (at >> 1)) / 44;
  const [x, y] = [Math.cos(angle), Math.sin(angle)];
  return at % 2 === 0 ? `${x},${y},upper` : `${1 - x},${0.5 - y},lower`;
});
const csv = `x,y,class\n${rows.join('\n')}\n`;

interface Ran {
  readonly entry: string;
  readonly cells: readonly { state: string; truth: unknown; validationMse: number }[];
}

describe('own points as the target of a sweep', () => {
  const sweepOf = (target: string) =>
    tinySweep
      .replace('target: ring', `target: ${target}`)
      .replace('validation: 50\n', '')
      .replace('[130, 65]', '[60, 30]');
  const place = temporaryLab(sweepOf('moons.csv'));
  const there = ['--notebook', place.notebook];
  writeFileSync(join(place.folder, 'moons.csv'), csv);
  afterAll(place.remove);
  let entry = '';

  it('train without a true picture: nothing says a true error, the validation error takes its place', async () => {
    const ran = await labJson<Ran>('run', place.sweep, ...there);
    entry = ran.entry;
    expect(ran.cells.map(({ state }) => state)).toEqual(['finished', 'finished']);
    rmSync(join(place.folder, 'moons.csv'));
    const json = JSON.parse(readFileSync(join(entry, 'entry.json'), 'utf8'));
    expect(json.targets[0].truth).toBe(false);
    const shown = await labJson<{ cells: Ran['cells'] }>('show', entry, ...there);
    for (const { truth, validationMse } of shown.cells) {
      expect(truth).toBeNull();
      expect(validationMse).toBeGreaterThan(0);
    }
    const table = join(place.folder, 'table.csv');
    expect((await lab('export', entry, '--out', table, ...there)).code).toBe(0);
    const [head, ...lines] = readFileSync(table, 'utf8').trim().split('\n');
    const columns = head!.split(',');
    const column = (name: string) =>
      lines.map((line) => line.replace(/"[^"]*"/g, '').split(',')[columns.indexOf(name)]);
    expect(new Set(column('truth_mse'))).toEqual(new Set(['']));
    expect(new Set(column('truth_iou'))).toEqual(new Set(['']));
    expect(column('validation_mse').every((value) => Number(value) > 0)).toBe(true);
  });

  it('are drawn with the validation error, and a true error that is asked for is refused in words', async () => {
    const chart = join(place.folder, 'chart.svg');
    expect((await lab('chart', entry, '--x', 'points', '--out', chart, ...there)).code).toBe(0);
    expect(readFileSync(chart, 'utf8')).toContain('Validation error');
    const asked = await lab('chart', entry, '--y', 'true error', '--out', chart, ...there);
    expectOneLine(asked, 2, /came without a true picture.*'validation error' takes its place/);
    const figure = join(place.folder, 'grid.svg');
    expect((await lab('grid', entry, '--out', figure, '--cell-size', '64', ...there)).code).toBe(0);
    const words = readFileSync(figure, 'utf8');
    expect(words).toContain('mean squared error on validation points');
    expect(words).not.toContain('>IoU<');
    expect(words).not.toContain('>truth<');
    const error = await lab('grid', entry, '--draw', 'error', '--out', figure, ...there);
    expect([error.code, error.stderr]).toEqual([2, expect.stringContaining('came without a true picture')]);
  });

  it('travel in archives and pages, and train again to the same bits', async () => {
    const archive = join(place.folder, 'moons.eln');
    expect((await lab('export', entry, '--out', archive, ...there)).code).toBe(0);
    const elsewhere = ['--notebook', join(place.folder, 'elsewhere')];
    const taken = await lab('import', archive, ...elsewhere);
    expect([taken.code, taken.stderr]).toEqual([0, expect.any(String)]);
    const verified = await labJson<{ holds: boolean }>('verify', 'tiny', ...elsewhere, '--level', 'rerun');
    expect(verified.holds).toBe(true);
    const page = join(place.folder, 'page.html');
    expect((await lab('export', entry, '--out', page, ...there)).code).toBe(0);
  });

  it('are measured against a true picture where one is given', async () => {
    writeFileSync(join(place.folder, 'moons.csv'), 'x,y,value\n' + ring());
    writeFileSync(
      place.sweep,
      sweepOf('{ points: moons.csv, truth: ring }').replace('name: tiny', 'name: known'),
    );
    const known = await labJson<Ran>('run', place.sweep, ...there);
    const shown = await labJson<{ cells: Ran['cells'] }>('show', known.entry, ...there);
    expect(shown.cells.every(({ truth }) => truth !== null)).toBe(true);
  });

  it('are taken from a part of the picture where a sample says so', async () => {
    writeFileSync(join(place.folder, 'moons.csv'), csv);
    const half = sweepOf('moons.csv').replace('name: tiny', 'name: half') + 'sample: { x: [0, 0.5] }\n';
    writeFileSync(place.sweep, half.replace('[60, 30]', '[80]'));
    expectOneLine(
      await lab('run', place.sweep, ...there),
      2,
      /more than the \d\d points of the file that lie in/,
    );
    writeFileSync(place.sweep, half.replace('[60, 30]', '[20]'));
    const ran = await labJson<Ran>('run', place.sweep, ...there);
    expect(ran.cells.map(({ state }) => state)).toEqual(['finished']);
  });

  it('answer mistakes with their lines', async () => {
    writeFileSync(join(place.folder, 'moons.csv'), 'x,y,class\n0,0,a\n1,one,b\n');
    writeFileSync(place.sweep, sweepOf('moons.csv'));
    expectOneLine(
      await lab('run', place.sweep, ...there),
      2,
      /target moons\.csv: line 3: y is 'one', not a number/,
    );
    writeFileSync(join(place.folder, 'moons.csv'), csv);
    writeFileSync(place.sweep, sweepOf('moons.csv').replace('[60, 30]', '[90]'));
    expectOneLine(
      await lab('run', place.sweep, ...there),
      2,
      /90 points and 18 validation points are more than the 90/,
    );
    const claim =
      'findings:\n  - id: f\n    claims: [{ kind: reaches, measure: IoU, above: 0.5, where: { points: 30 } }]\n';
    writeFileSync(place.sweep, sweepOf('moons.csv') + claim);
    const words = /there is no IoU: these points came without a true picture/;
    expectOneLine(await lab('run', place.sweep, ...there), 2, words);
  });
});

/** Points of the ring and around it. */
function ring(): string {
  return Array.from({ length: 90 }, (_, at) => {
    const [x, y] = [((at * 37) % 90) / 90, ((at * 53) % 90) / 90];
    const radius = Math.hypot(x - 0.5, y - 0.5);
    return `${x},${y},${Number(!(radius >= 224.5 / 1024 && radius < 256.5 / 1024))}`;
  }).join('\n');
}
