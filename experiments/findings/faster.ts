/** `faster`: group A comes beyond a threshold in less time than group B, by the ratio of B's time to A's within seeds. */
import { exponential, logarithm } from '../random/elementary.ts';
import type { ClaimOf } from './claim-schema.ts';
import { timeOf, type JudgedCell } from './judged-cell.ts';
import { liesIn, seedTable, type Group, type SeedRow } from './seed-table.ts';
import { mean, median, medianInterval, meanInterval, signTest } from './statistics.ts';
import {
  beyondBound,
  firstDeciding,
  seedsForMean,
  verdictOf,
  type Bound,
  type Judgement,
  type Verdict,
} from './verdict.ts';

/** The verdict on times of two groups: Student's interval where all arrive, else the exact sign test. */
export function judgeFaster(claim: ClaimOf<'faster'>, cells: readonly JudgedCell[]): Verdict {
  const used = cells.filter((cell) => liesIn(cell, claim.a) || liesIn(cell, claim.b));
  const rule = { axis: claim.axis, limit: Infinity, diverged: claim.diverged };
  const below = claim['ratio below'];
  const bound: Bound =
    below === undefined
      ? { side: 'above', value: logarithm(claim['ratio above'] ?? 1) }
      : { side: 'below', value: logarithm(below) };
  const table = seedTable(used, (cell) => [timeOf(cell, claim, rule)]);
  return verdictOf(table, 6, ({ rows }) => {
    const perSeed = rows.map((row) => {
      const [a, b] = [meanTime(row, claim.a), meanTime(row, claim.b)];
      return { a, b, ratio: a === b ? 1 : b / a };
    });
    // Where neither side arrives, nothing is known of the ratio.
    const ratios = perSeed
      .filter(({ a, b }) => Number.isFinite(a) || Number.isFinite(b))
      .map(({ ratio }) => ratio);
    const logs = ratios.map(logarithm);
    const allArrive = perSeed.every(({ a, b }) => Number.isFinite(a) && Number.isFinite(b));
    const judgement =
      allArrive && logs.every(Number.isFinite) ? byMean(logs, bound) : bySigns(ratios, rows.length, bound);
    return { ...judgement, perSeed };
  });
}

function meanTime({ cells }: SeedRow, group: Group): number {
  return mean(cells.filter(({ cell }) => liesIn(cell, group)).map(({ values }) => values[0]));
}

function byMean(logs: readonly number[], bound: Bound): Omit<Judgement, 'perSeed'> {
  const interval = meanInterval(logs);
  const [low, high] = [exponential(interval.low), exponential(interval.high)];
  const part = { name: 'ratio', estimate: exponential(mean(logs)), low, high, count: countOf(logs, bound) };
  return { word: beyondBound(interval, bound), parts: [part], deciding: seedsForMean(logs, bound.value) };
}

/** By the signs of the ratios that are known, those of some of the seeds. */
function bySigns(ratios: readonly number[], seeds: number, bound: Bound): Omit<Judgement, 'perSeed'> {
  const logs = ratios.map(logarithm);
  const count = countOf(logs, bound);
  const against = logs.filter((value) => value !== bound.value).length - count.agreeing;
  const decides = (agreeing: number, opposed: number): boolean => signTest(agreeing, opposed) <= 0.05;
  const isDecided = decides(count.agreeing, against);
  const { low, high } = medianInterval(ratios) ?? { low: 0, high: Infinity };
  const share = count.agreeing / Math.max(1, count.agreeing + against);
  return {
    word: !isDecided ? 'undecided' : count.agreeing > against ? 'holds' : 'fails',
    parts: [{ name: 'ratio, by signs', estimate: median(ratios), low, high, count }],
    deciding: firstDeciding(seeds + 1, (more) => {
      const known = Math.round((more * logs.length) / seeds);
      const agreeing = Math.round(share * known);
      return decides(agreeing, known - agreeing);
    }),
  };
}

function countOf(logs: readonly number[], { side, value }: Bound): { agreeing: number; of: number } {
  const agreeing = logs.filter((log) => (side === 'above' ? log > value : log < value)).length;
  return { agreeing, of: logs.length };
}
