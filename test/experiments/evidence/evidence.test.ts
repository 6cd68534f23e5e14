import { describe, expect, it } from 'vitest';
import { lightInk } from '../../../experiments/charts/chart-look.ts';
import { evidenceOf } from '../../../experiments/evidence/evidence.ts';
import type { Evidence } from '../../../experiments/evidence/evidence-data.ts';
import { evidenceFigureSvg } from '../../../experiments/evidence/evidence-figure.ts';
import { evidencePlace, evidencePlot } from '../../../experiments/evidence/evidence-plot.ts';
import { verdictSentence } from '../../../experiments/evidence/verdict-sentence.ts';
import { parseClaims } from '../../../experiments/findings/claims-file.ts';
import { judge } from '../../../experiments/findings/judge.ts';
import { cellsAtEpoch, type JudgedCell } from '../../../experiments/findings/judged-cell.ts';
import type { JudgedClaim } from '../../../experiments/findings/verdict-text.ts';
import { cell } from '../findings/made-up-cells.ts';

function judged(claim: string, cells: readonly JudgedCell[]): JudgedClaim {
  const [asked] = parseClaims(`findings:\n  - id: a\n    question: Why?\n    claims:\n      - ${claim}\n`);
  return { asked: asked!, verdict: judge(asked!.claim, cells, asked!.digest), registration: null };
}

function evidence(claim: string, cells: readonly JudgedCell[]): Evidence {
  return evidenceOf(judged(claim, cells), cells)!;
}

const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
const pairs = seeds.flatMap((seed) => [
  cell(seed, { points: 5000 }, [{ error: 2 * seed }]),
  cell(seed, { points: 312 }, [{ error: seed }]),
]);
const difference =
  '{ kind: difference, measure: true error, scale: log, a: { points: 5000 }, b: { points: 312 } }';
const hill = [1, 3, 9, 2, 4];
const curves = seeds.flatMap((seed) =>
  hill.map((height, at) => cell(seed, { parameters: 10 ** at }, [{ error: height * (1 + seed / 100) }])),
);
const peak = '{ kind: peak, measure: true error, scale: log, along: parameters }';
const runs = seeds.flatMap((seed) => [
  cell(seed, { points: 5000 }, [
    { epoch: 0, iou: 0 },
    { epoch: 5, iou: 0.6 },
    { epoch: 50, iou: 0.8 },
  ]),
  cell(seed, { points: 625 }, [
    { epoch: 0, iou: 0 },
    { epoch: 5, iou: 0.2 },
    { epoch: 50, iou: 0.7 },
  ]),
]);
const faster =
  '{ kind: faster, measure: IoU, above: 0.5, a: { points: 5000 }, b: { points: 625 }, ratio above: 5 }';

describe('evidence', () => {
  it('of a difference draws one line a seed from b to a, on the scale of the measure', () => {
    const { x, y, lines, brackets } = evidence(difference, pairs);
    expect(x.names).toEqual(['points 312', 'points 5000']);
    expect(y).toEqual({ title: 'true error', isLog: true, names: null });
    expect(lines[0]!.seeds).toHaveLength(8);
    const [low, high] = lines[0]!.seeds[2]!.points;
    expect([low!.x, low!.y, high!.x, high!.y]).toEqual([0, 3, 1, 6].map((value) => expect.closeTo(value, 9)));
    expect(high!.cellId).toBe('{"points":5000} 3');
    expect(brackets[0]!.to.y / brackets[0]!.from.y).toBeCloseTo(2, 9);
    expect(brackets[0]!.text).toContain('difference 0.693');
  });

  it('of a peak brackets the rise to it and the fall from it', () => {
    const { lines, brackets, x } = evidence(peak, curves);
    expect(x.isLog).toBe(true);
    expect(lines[0]!.seeds[0]!.points.map((point) => point.x)).toEqual([1, 10, 100, 1000, 10000]);
    expect(brackets.map(({ from, to }) => [from.x, to.x])).toEqual([
      [1, 100],
      [1000, 100],
    ]);
    expect(brackets[0]!.text).toMatch(/^ascent 2\.2 .*8\/8$/);
  });

  it('of a peak marks from where on every wrong label is fitted, at most seeds', () => {
    const fitting = (shares: number[]): JudgedCell[] =>
      curves.map((one) => {
        const noiseFitted = shares[Math.round(Math.log10(Number(one.axes['parameters'])))]!;
        return { ...one, snapshots: one.snapshots.map((is) => ({ ...is, derived: { noiseFitted } })) };
      });
    const text = 'fits every wrong label';
    expect(evidence(peak, fitting([0.4, 1, 0.9, 1, 1])).places).toEqual([{ x: 1000, text }]);
    expect(evidence(peak, fitting([0.4, 0.5, 0.9, 0.9, 0.9])).places).toEqual([]);
    expect(evidence(peak, curves).places).toEqual([]);
  });

  it('of times draws groups over time without the beginning, and the times that are compared', () => {
    const { lines, levels, brackets, time } = evidence(faster, runs);
    expect(lines.map(({ name }) => name)).toEqual(['points 5000', 'points 625']);
    expect(lines[1]!.seeds[0]!.points.map(({ x, y }) => [x, y])).toEqual([
      [5, 0.2],
      [50, 0.7],
    ]);
    expect([levels[0]!.y, time]).toEqual([0.5, 'epochs']);
    expect([brackets[0]!.from.x, brackets[0]!.to.x]).toEqual([5, 50]);
  });

  it('of a rank draws one point a place, at the medians of both measures', () => {
    const claim = '{ kind: rank, measure: true error, with: axis, along: parameters, above: 0 }';
    const { lines, isJoined } = evidence(claim, curves);
    expect(isJoined).toBe(false);
    const points = lines[0]!.seeds.flatMap((seed) => seed.points);
    expect(points.map((point) => point.x)).toEqual([1, 10, 100, 1000, 10000]);
    expect(points[2]!.y).toBeCloseTo(9 * 1.045, 9);
  });

  it('is none before anything was measured', () => {
    const waiting = pairs.map((one) => ({ ...one, snapshots: [], state: 'unfinished' as const }));
    expect(evidenceOf(judged(difference, waiting), waiting)).toBeNull();
  });
});

describe('verdicts as of an epoch', () => {
  it('know nothing of what came later', () => {
    const reaches = '{ kind: reaches, measure: IoU, above: 0.65, where: { points: 625 } }';
    expect(judged(reaches, runs).verdict.word).toBe('holds');
    expect(judged(reaches, cellsAtEpoch(runs, 49)).verdict.word).toBe('fails');
    expect(judged(reaches, cellsAtEpoch(runs, 50)).verdict.word).toBe('holds');
  });

  it('leave cells alone that ended before', () => {
    const short = [cell(1, {}, [{ epoch: 3 }], 'diverged')];
    expect(cellsAtEpoch(short, 10)).toEqual(short);
  });
});

describe('the chart of a claim', () => {
  const area = { left: 50, top: 10, width: 400, height: 200 };
  const plotted = (claim: string, cells: readonly JudgedCell[]) => ({
    ...{ evidence: evidence(claim, cells), area, ink: lightInk },
    ...{ fontSize: 11, clip: 'a', playhead: null },
  });

  it.each([
    [difference, pairs],
    [peak, curves],
    [faster, runs],
    ['{ kind: within, measure: true error, low: 1, high: 20 }', pairs],
    ['{ kind: exact, measure: true error, equals: 3 }', pairs],
  ])('is drawn with every number finite: %s', (claim, cells) => {
    const svg = evidencePlot(plotted(claim, cells));
    expect(svg).not.toMatch(/NaN|Infinity/);
    expect(svg.length).toBeGreaterThan(500);
  });

  it('has a thin line for each seed, a bracket with its number, and a playhead where time stands', () => {
    const plot = plotted(faster, runs);
    const still = evidencePlot(plot);
    expect(still.match(/stroke-width="0.7"/g)).toHaveLength(16);
    expect(still).toContain('ratio');
    const [x] = evidencePlace(plot, { x: 20, y: 0.5 });
    expect(evidencePlot({ ...plot, playhead: 20 })).toContain(`M${Math.round(100 * x) / 100} 10v200`);
  });

  it('stands in a figure with question, claims and verdicts', () => {
    const claims = [difference, peak].map((claim, at) => {
      const cells = [pairs, curves][at]!;
      return { judged: judged(claim, cells), evidence: evidence(claim, cells) };
    });
    const svg = evidenceFigureSvg({ question: 'Why?', claims, plots: [], provenance: 'entry', recipe: null });
    expect(svg).toContain('>Why?</text>');
    expect(svg).toContain('true error peaks along parameters');
    expect(svg).toContain('Holds.');
  });
});

describe('a verdict as sentences', () => {
  it('says how many seeds agree, and of a control whether it came out as it should', () => {
    expect(verdictSentence(judged(difference, pairs))).toBe(
      'Holds. difference 0.693 [0.693, 0.693], 8 of 8 seeds agree. 8 seeds; log.',
    );
    const control = peak.replace(' }', ', expect: not holds }');
    expect(verdictSentence(judged(control, curves))).toMatch(
      /^Holds, against what a control should \(not holds\)\./,
    );
  });
});
