import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { pictureFromFile } from '../../../experiments/targets/picture-file.ts';
import { expectOneLine } from './one-line.ts';
import { lab, labJson, temporaryLab, tinySweep } from './lab-process.ts';

const formula = 'hypot(x - 0.5, y - 0.25) < 0.2';
const sweepOf = (text: string) => tinySweep.replace('target: ring', `target:\n  formula: "${text}"`);

describe('a formula as the picture of a sweep', () => {
  const place = temporaryLab(sweepOf(formula));
  const there = ['--notebook', place.notebook];
  afterAll(place.remove);

  it('trains, is kept as PNG and text, is shown and in captions, and verifies', async () => {
    const { entry, cells } = await labJson<{ entry: string; cells: { state: string }[] }>(
      'run',
      place.sweep,
      ...there,
    );
    expect(cells.map(({ state }) => state)).toEqual(['finished', 'finished']);
    expect(readFileSync(join(entry, 'sweep.yaml'), 'utf8')).toBe(sweepOf(formula));
    const [png, ...others] = readdirSync(join(entry, 'targets'));
    expect(others).toEqual([]);
    const { bytes, width } = pictureFromFile(readFileSync(join(entry, 'targets', png!)));
    const black = bytes.reduce((sum, byte) => sum + Number(byte === 0), 0);
    expect(black / bytes.length).toBeCloseTo(Math.PI * 0.2 ** 2, 3);
    expect([bytes[256 * width + 512], bytes[768 * width + 512]]).toEqual([0, 255]);
    expect((await lab('show', entry, ...there)).stdout).toContain(`\nformula: ${formula}\n`);
    const figure = join(place.folder, 'grid.svg');
    expect((await lab('grid', entry, '--out', figure, '--cell-size', '64', ...there)).code).toBe(0);
    const words = [...readFileSync(figure, 'utf8').matchAll(/<text[^>]*>([^<]*)/g)].map(([, text]) => text);
    expect(words.join(' ').replaceAll('&#60;', '<')).toContain(`The true picture is the formula ${formula}`);
    const verified = await labJson<{ holds: boolean }>('verify', entry, ...there, '--level', 'rerun');
    expect(verified.holds).toBe(true);
  });

  it('answers a mistake with its line and its character', async () => {
    writeFileSync(place.sweep, sweepOf('(hypot(x, y) < 0.2'));
    const words = /line 3: target\.formula: character 19: expected '\)', found the end/;
    expectOneLine(await lab('run', place.sweep, ...there), 2, words);
    writeFileSync(place.sweep, sweepOf('3 * x'));
    expectOneLine(await lab('run', place.sweep, ...there), 2, /target\.formula: it is 1\.\d+ at x = /);
  });
});
