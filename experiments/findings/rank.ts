/** `rank`: over the places of an axis the order of one measure follows, or does not follow, that of another or of the axis. */
import type { ClaimOf } from './claim-schema.ts';
import { valueOf, type JudgedCell } from './judged-cell.ts';
import { bootstrapInterval, kendallTau } from './rank-correlation.ts';
import { seedTable } from './seed-table.ts';
import { median, mean } from './statistics.ts';
import { beyondBound, boundOf, firstDeciding, verdictOf, type Judgement, type Verdict } from './verdict.ts';

/** Values of both sides at the places of an axis, for one seed. */
interface SeedCurves {
  readonly left: readonly number[];
  readonly right: readonly number[];
}

/** The verdict on tau-b of the medians over seeds; `key` is what the bootstrap's stream starts from. */
export function judgeRank(claim: ClaimOf<'rank'>, cells: readonly JudgedCell[], key: number): Verdict {
  const { along, measure } = claim;
  const partner = claim.with;
  const places = [...new Set(cells.map((cell) => Number(cell.axes[along])))].sort((a, b) => a - b);
  const table = seedTable(cells, (cell) => [
    valueOf(cell, measure, claim),
    partner === 'axis' ? Number(cell.axes[along]) : valueOf(cell, partner, claim),
  ]);
  return verdictOf(table, 8, ({ rows }) => {
    const curves = rows.map(({ cells: entries }): SeedCurves => {
      const sideOf = (side: 0 | 1): number[] =>
        places.map((place) =>
          mean(entries.filter(({ cell }) => cell.axes[along] === place).map(({ values }) => values[side])),
        );
      return { left: sideOf(0), right: sideOf(1) };
    });
    return judged(claim, curves, key);
  });
}

function judged(claim: ClaimOf<'rank'>, curves: readonly SeedCurves[], key: number): Judgement {
  const bound = boundOf(claim, 0);
  const interval = bootstrapInterval(curves.length, key, (seeds) => tauOf(seeds.map((seed) => curves[seed])));
  const perSeed = curves.map((curve) => ({ tau: tauOf([curve]) }));
  const agreeing = perSeed.filter(({ tau }) =>
    bound.side === 'above' ? tau > bound.value : tau < bound.value,
  );
  const estimate = tauOf(curves);
  const count = { agreeing: agreeing.length, of: curves.length };
  const n = curves.length;
  return {
    word: beyondBound(interval, bound),
    parts: [{ name: 'tau', estimate, ...interval, count }],
    // The interval narrows with the root of the number of seeds.
    deciding: firstDeciding(n + 1, (seeds) => {
      const shrink = Math.sqrt(n / seeds);
      const low = estimate - shrink * (estimate - interval.low);
      const high = estimate + shrink * (interval.high - estimate);
      return beyondBound({ low, high }, bound) !== 'undecided';
    }),
    perSeed,
  };
}

function tauOf(curves: readonly SeedCurves[]): number {
  const pairs = curves[0].left.map((_, place): readonly [number, number] => [
    median(curves.map(({ left }) => left[place])),
    median(curves.map(({ right }) => right[place])),
  ]);
  return kendallTau(pairs);
}
