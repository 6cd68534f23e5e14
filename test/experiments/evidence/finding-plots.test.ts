import { describe, expect, it } from 'vitest';
import { evidenceFigureSvg } from '../../../experiments/evidence/evidence-figure.ts';
import { findingPlots, type FindingPlot } from '../../../experiments/evidence/finding-plots.ts';
import { parseClaims } from '../../../experiments/findings/claims-file.ts';
import type { JudgedCell } from '../../../experiments/findings/judged-cell.ts';
import { neededFamilies } from '../../../experiments/findings/needed-measures.ts';
import type { DerivedValues } from '../../../experiments/records/derived-measures.ts';
import { cell } from '../findings/made-up-cells.ts';

function measured(seed: number, axes: JudgedCell['axes'], derived: DerivedValues, error = 1): JudgedCell {
  const plain = cell(seed, axes, [{ error }]);
  return { ...plain, snapshots: plain.snapshots.map((snapshot) => ({ ...snapshot, derived })) };
}

const claimsOf = (...claims: string[]) =>
  parseClaims(
    `findings:\n  - id: a\n    claims:\n${claims.map((claim) => `      - ${claim}\n`).join('')}`,
  ).map(({ claim }) => claim);
const plotsOf = (cells: readonly JudgedCell[], ...claims: string[]): FindingPlot[] =>
  findingPlots(claimsOf(...claims), cells);
const pointsOf = ({ evidence }: FindingPlot, line: number, seed = 0) =>
  evidence.lines[line]!.seeds[seed]!.points.map(({ x, y }) => [x, y]);

const reach = '{ kind: difference, measure: reach 1+, a: { decoys: false }, b: { decoys: true }, above: 0 }';
const dots = [1, 2].flatMap((seed) =>
  [true, false].flatMap((decoys) =>
    ['[8]*2', '[9]*2'].map((shape, at) =>
      measured(
        seed,
        { decoys, shape },
        { reach0: 1, reach1: decoys ? 0.5 : 0.9, reach2: at, reach3: null, nearest0: 0.7, nearest1: 0.6 },
      ),
    ),
  ),
);

describe('pictures of a finding', () => {
  it('draw reach over distance: a line for each group, the mean of a seed, the nearest neighbour beside it', () => {
    const [plot, ...others] = plotsOf(dots, reach);
    expect(others).toEqual([]);
    expect(plot!.evidence.lines.map(({ name }) => name)).toEqual([
      'decoys true',
      'decoys false',
      'nearest neighbour',
    ]);
    // Bins in the middle; what has no value is left out, shapes are averaged.
    expect(pointsOf(plot!, 0)).toEqual([
      [0.125, 1],
      [0.375, 0.5],
      [0.75, 0.5],
    ]);
    expect(pointsOf(plot!, 2, 1)).toEqual([
      [0.125, 0.7],
      [0.375, 0.6],
    ]);
  });

  it('draw the other values of an axis, too, where a claim is limited to one', () => {
    const limited = '{ kind: within, measure: "reach [1,1.5)", low: 0, high: 0.1, where: { decoys: true } }';
    expect(plotsOf(dots, limited)[0]!.evidence.lines.map(({ name }) => name)).toContain('decoys false');
  });

  it('have the nearest neighbour measured once a cell, where claims are about reach', () => {
    expect(neededFamilies(claimsOf(reach))).toContainEqual({ family: 'nearest', epochs: 'last' });
    const other = '{ kind: within, measure: class error, low: 0, high: 1 }';
    expect(neededFamilies(claimsOf(other)).map(({ family }) => family)).toEqual(['function']);
  });

  it('draw seen and unseen side by side for each value that claims compare', () => {
    const cells = [1, 2].flatMap((seed) =>
      ['plain', 'fold', 'sine'].map((inputs, at) =>
        measured(seed, { inputs }, { classErrorSeen: at / 10, classErrorUnseen: 0.4 }),
      ),
    );
    const [plot] = plotsOf(
      cells,
      '{ kind: difference, measure: class error unseen, a: { inputs: plain }, b: { inputs: fold }, margin: 0.1 }',
    );
    expect(plot!.evidence.x.names).toEqual(['plain', 'fold', 'sine']);
    expect(plot!.evidence.isJoined).toBe(false);
    expect(pointsOf(plot!, 0).map(([x, y]) => [Math.round(1 + x!), y])).toEqual([
      [1, 0],
      [2, 0.1],
      [3, 0.2],
    ]);
    expect(pointsOf(plot!, 0)[0]![0]).toBeLessThan(pointsOf(plot!, 1)[0]![0]!);
  });

  it('scale ranked measures to their largest median, so that what goes with the error lies on it', () => {
    const rank = (measure: string, where = '{ label_noise: 0.2 }') =>
      `{ kind: rank, measure: ${measure}, with: true error, along: parameters, above: 0.6, where: ${where} }`;
    const cells = [1, 2, 3].flatMap((seed) =>
      [10, 100, 1000].map((parameters, at) =>
        measured(
          seed,
          { parameters, label_noise: 0.2 },
          { totalVariation: [2, 8, 4][at]!, curvature: [5, 4, 1][at]! },
          [1, 4, 2][at]!,
        ),
      ),
    );
    const [plot] = plotsOf(cells, rank('total variation'), rank('curvature'));
    const curve = (line: number) => pointsOf(plot!, line).map(([, y]) => y);
    expect(plot!.evidence.lines.map(({ name }) => name)).toEqual([
      'total variation',
      'true error',
      'curvature',
    ]);
    expect(curve(0)).toEqual([0.25, 1, 0.5]);
    expect(curve(1)).toEqual(curve(0));
    expect(curve(2)).toEqual([1, 0.8, 0.2]);
  });

  it('are none of claims that call for none, nor where nothing is known', () => {
    expect(plotsOf(dots, '{ kind: within, measure: true error, low: 0, high: 1 }')).toEqual([]);
    const unknown = dots.map((one) => ({ ...one, snapshots: [] }));
    expect(plotsOf(unknown, reach)).toEqual([]);
  });

  it('stand in the figure of the finding, too', () => {
    const plots = plotsOf(dots, reach);
    const svg = evidenceFigureSvg({ question: 'Why?', claims: [], plots, provenance: '', recipe: null });
    expect(svg).toContain('How far from its points black is drawn');
    expect(svg).toContain('nearest neighbour');
  });
});
