/** Evidence of claims along an axis: the curve of every seed, and the rise and fall that are compared. */
import { claimWords } from '../findings/claim-measures.ts';
import type { ClaimOf } from '../findings/claim-schema.ts';
import { valueOf, type JudgedCell } from '../findings/judged-cell.ts';
import { peakPlaces, sharedEpochs } from '../findings/peak.ts';
import { liesIn } from '../findings/seed-table.ts';
import { mean, median } from '../findings/statistics.ts';
import type { Verdict } from '../findings/verdict.ts';
import { intervalText } from '../findings/verdict-text.ts';
import { exponential } from '../random/elementary.ts';
import type { Evidence, EvidencePoint, EvidenceSeed } from './evidence-data.ts';

/** Axes over which curves are drawn in equal factors. */
const logarithmicAxes = ['parameters', 'points', 'epochs'];

/** The curve of each seed along the axis, with the rise to the peak of their mean and the fall from it. */
export function peakEvidence(
  claim: ClaimOf<'peak'>,
  verdict: Verdict,
  cells: readonly JudgedCell[],
): Evidence {
  const { along, measure, scale } = claim;
  const used = cells.filter((cell) => liesIn(cell, claim.where));
  const seeds = along === 'epochs' ? epochCurves(claim, used) : axisCurves(claim, used);
  const judged = new Set(verdict.perSeed.map(({ seed }) => seed));
  const unscaled = scale === 'log' ? exponential : (value: number): number => value;
  return {
    x: { title: along, isLog: logarithmicAxes.includes(along), names: null },
    y: { title: claimWords(measure), isLog: scale === 'log', names: null },
    lines: [
      {
        name: '',
        seeds: seeds.map(({ seed, points }) => ({
          seed,
          points: points.map((point) => ({ ...point, y: unscaled(point.y) })),
        })),
      },
    ],
    brackets: peakBrackets(
      seeds.filter(({ seed }) => judged.has(seed)),
      verdict,
      unscaled,
    ),
    places: along === 'epochs' ? [] : fittingPlace(claim, used),
    ...{ levels: [], isJoined: true, time: along === 'epochs' ? 'epochs' : null },
  };
}

/** From which place of the axis on half of the cells or more fit every wrong label; none without wrong labels. */
function fittingPlace({ along, at }: ClaimOf<'peak'>, cells: readonly JudgedCell[]): Evidence['places'] {
  const places = [...new Set(cells.map(({ axes }) => Number(axes[along])))].sort((a, b) => a - b);
  const isFitting = places.map((place) => {
    const values = cells
      .filter(({ axes }) => axes[along] === place)
      .map((cell) => valueOf(cell, 'noiseFitted', { scale: 'linear', at, diverged: 'leave out' }))
      .filter((value) => typeof value === 'number');
    return values.length > 0 && median(values) === 1;
  });
  const first = isFitting.lastIndexOf(false) + 1;
  return first < places.length ? [{ x: places[first], text: 'fits every wrong label' }] : [];
}

/** Mean scaled values of each seed at each place of the axis. */
function axisCurves(claim: ClaimOf<'peak'>, cells: readonly JudgedCell[]): EvidenceSeed[] {
  const { along, measure } = claim;
  return seedsOf(cells).map(([seed, own]) => {
    const byPlace = new Map<number, { values: number[]; cellId: string }>();
    for (const cell of own) {
      const value = valueOf(cell, measure, claim);
      if (typeof value !== 'number') continue;
      const place = byPlace.get(Number(cell.axes[along])) ?? { values: [], cellId: cell.id };
      place.values.push(value);
      byPlace.set(Number(cell.axes[along]), place);
    }
    const points = [...byPlace].map(([x, { values, cellId }]): EvidencePoint => ({
      ...{ x, y: mean(values), cellId },
    }));
    return { seed, points: points.sort((a, b) => a.x - b.x) };
  });
}

function epochCurves(claim: ClaimOf<'peak'>, cells: readonly JudgedCell[]): EvidenceSeed[] {
  const epochs = sharedEpochs(cells);
  return seedsOf(cells).map(([seed, own]) => ({
    seed,
    points: epochs.flatMap((epoch): EvidencePoint[] => {
      const values = own
        .map((cell) => valueOf(cell, claim.measure, { ...claim, at: epoch }))
        .filter((value) => typeof value === 'number');
      return values.length === 0 ? [] : [{ x: epoch, y: mean(values), cellId: own[0].id }];
    }),
  }));
}

/** The cells of each seed, seeds ascending. */
export function seedsOf(cells: readonly JudgedCell[]): [number, JudgedCell[]][] {
  const bySeed = new Map<number, JudgedCell[]>();
  for (const cell of cells) bySeed.set(cell.seed, [...(bySeed.get(cell.seed) ?? []), cell]);
  return [...bySeed].sort(([a], [b]) => a - b);
}

function peakBrackets(
  seeds: readonly EvidenceSeed[],
  verdict: Verdict,
  unscaled: (value: number) => number,
): Evidence['brackets'] {
  const [first] = seeds;
  const [ascent, descent] = verdict.parts;
  if (first === undefined || ascent === undefined || descent === undefined || first.points.length < 3)
    return [];
  const average = first.points.map((_, at) => mean(seeds.map(({ points }) => points[at]?.y ?? NaN)));
  const { left, top, right } = peakPlaces(average);
  const place = (at: number): { x: number; y: number } => ({
    x: first.points[at].x,
    y: unscaled(average[at]),
  });
  return [
    { from: place(left), to: place(top), text: intervalText(ascent) },
    { from: place(right), to: place(top), text: intervalText(descent) },
  ];
}

/** One point a place of the axis: median over seeds of both measures. */
export function rankEvidence(claim: ClaimOf<'rank'>, cells: readonly JudgedCell[]): Evidence {
  const { along, measure, scale } = claim;
  const partner = claim.with;
  const used = cells.filter((cell) => liesIn(cell, claim.where));
  const unscaled = scale === 'log' ? exponential : (value: number): number => value;
  const places = [...new Set(used.map((cell) => Number(cell.axes[along])))].sort((a, b) => a - b);
  const points = places.flatMap((place): EvidencePoint[] => {
    const here = used.filter((cell) => cell.axes[along] === place);
    const [y, x] = [measure, partner].map((name) =>
      here
        .map((cell) => (name === 'axis' ? place : valueOf(cell, name, claim)))
        .filter((value) => typeof value === 'number'),
    );
    if (x.length === 0 || y.length === 0) return [];
    const right = partner === 'axis' ? place : unscaled(median(x));
    return [{ x: right, y: unscaled(median(y)), cellId: here[0].id }];
  });
  return {
    x: {
      title: partner === 'axis' ? along : `${claimWords(partner)}, one point for each value of ${along}`,
      isLog: suitsLog(points.map(({ x }) => x)),
      names: null,
    },
    y: { title: claimWords(measure), isLog: suitsLog(points.map(({ y }) => y)), names: null },
    lines: [{ name: '', seeds: points.map((point, seed) => ({ seed, points: [point] })) }],
    ...{ brackets: [], levels: [], isJoined: false, time: null },
  };
}

function suitsLog(values: readonly number[]): boolean {
  return Math.min(...values) > 0 && Math.max(...values) > 3 * Math.min(...values);
}
