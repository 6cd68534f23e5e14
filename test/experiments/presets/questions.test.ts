import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkClaims, claimsOfSweep } from '../../../experiments/findings/claims-file.ts';
import { cellsOfClaim } from '../../../experiments/findings/judge.ts';
import { placedCell } from '../../../experiments/findings/judged-cell.ts';
import { cellsOf } from '../sweeps/sweep-files.ts';

const folder = 'experiments/presets/questions';
const questions = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => ({ name, text: readFileSync(`${folder}/${name}`, 'utf8') }));
const fewest: Record<string, number> = {
  difference: 6,
  peak: 12,
  within: 4,
  reaches: 6,
  faster: 6,
  rank: 8,
  order: 6,
};

describe('questions', () => {
  it('are there', () => {
    expect(questions.map(({ name }) => name)).toEqual([
      'catching-up.yaml',
      'double-descent-width.yaml',
      'flicker.yaml',
      'right-prior.yaml',
      'shapes-or-dots.yaml',
    ]);
  });

  it.each(questions)('$name has claims about its own cells, and as many seeds as they need', ({ text }) => {
    const cells = cellsOf(text).map(placedCell);
    const claims = claimsOfSweep(text);
    expect(() => checkClaims(claims, cells)).not.toThrow();
    expect(text).toMatch(/^# [A-Z].*\?\n/);
    for (const { claim, question } of claims) {
      const seeds = new Set(cellsOfClaim(claim, cells).map(({ seed }) => seed));
      expect(seeds.size).toBeGreaterThanOrEqual(fewest[claim.kind]!);
      expect([...seeds]).toEqual(Array.from(seeds, (_, index) => index + 1));
      expect(question).toMatch(/\?$/);
    }
  });

  it.each(questions)(
    '$name has a claim that would show that the instrument sees what is not there',
    ({ text }) => {
      expect(claimsOfSweep(text).some(({ claim }) => claim.expect !== 'holds')).toBe(true);
    },
  );
});
