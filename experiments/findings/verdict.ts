/** What is found about a claim: a word, the numbers behind it, and what would decide where it is undecided. */
import { studentQuantile } from './student.ts';
import { deviation, mean, meanInterval, type Interval } from './statistics.ts';
import type { SeedTable } from './seed-table.ts';

/** What the seeds say of a claim. */
export type VerdictWord = 'holds' | 'fails' | 'undecided' | 'not measured';

/** An estimate with its 95 % interval. */
export interface Part {
  readonly name: string;
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** Seeds that lie on the claimed side, of how many; null where seeds are not counted so. */
  readonly count: { readonly agreeing: number; readonly of: number } | null;
}

/** How many seeds would decide if estimates stayed as they are. */
export type DecidingSeeds = number | 'more than 100';

/** What a kind of claim makes of its seeds. */
export interface Judgement {
  readonly word: 'holds' | 'fails' | 'undecided';
  readonly parts: readonly Part[];
  /** Where it is undecided. */
  readonly deciding: DecidingSeeds | null;
  /** The numbers of each seed. */
  readonly perSeed: readonly Readonly<Record<string, number>>[];
}

/** The verdict on a claim. */
export interface Verdict {
  readonly word: VerdictWord;
  /** Why nothing can be said; null where something can. */
  readonly why: string | null;
  /** Seeds used, and seeds that the entry has for this claim. */
  readonly n: number;
  readonly planned: number;
  /** What the seeds that were not used lack, in words. */
  readonly gaps: readonly string[];
  /** Cells that diverged, however the claim counts them. */
  readonly diverged: number;
  readonly parts: readonly Part[];
  readonly seedsToDecide: DecidingSeeds | null;
  readonly perSeed: readonly (Readonly<Record<string, number>> & { readonly seed: number })[];
}

/** A value that an estimate must lie above or below. */
export interface Bound {
  readonly side: 'above' | 'below';
  readonly value: number;
}

/** The bound that a claim states; above `otherwise` where it states none. */
export function boundOf(
  claim: { readonly above?: number | undefined; readonly below?: number | undefined },
  otherwise: number,
): Bound {
  return claim.below === undefined
    ? { side: 'above', value: claim.above ?? otherwise }
    : { side: 'below', value: claim.below };
}

/** Whether an interval lies beyond a bound, short of it, or around it. */
export function beyondBound({ low, high }: Interval, { side, value }: Bound): Judgement['word'] {
  const [isAbove, isBelow] = [low > value, high < value];
  if (!isAbove && !isBelow) return 'undecided';
  return isAbove === (side === 'above') ? 'holds' : 'fails';
}

/** Mean of one number a seed, Student's interval, and how many seeds lie beyond the bound. */
export function meanPart(name: string, values: readonly number[], bound: Bound): Part {
  const agreeing = values.filter((value) =>
    bound.side === 'above' ? value > bound.value : value < bound.value,
  );
  return {
    name,
    estimate: mean(values),
    ...meanInterval(values),
    count: { agreeing: agreeing.length, of: values.length },
  };
}

/** Seeds that would decide whether the mean lies beyond a value, if mean and deviation stayed. */
export function seedsForMean(values: readonly number[], value: number): DecidingSeeds {
  const n = values.length;
  if (n < 2) return 2;
  const ratio = (studentQuantile(0.975, n - 1) * deviation(values)) / (mean(values) - value);
  return decidingSeeds(Math.max(n + 1, Math.ceil(ratio * ratio)));
}

/** The first number of seeds from `from` at which something would be decided. */
export function firstDeciding(from: number, decides: (seeds: number) => boolean): DecidingSeeds {
  let seeds = from;
  while (seeds <= 100 && !decides(seeds)) seeds += 1;
  return decidingSeeds(seeds);
}

/** A number of seeds as verdicts tell it. */
export function decidingSeeds(seeds: number): DecidingSeeds {
  return seeds <= 100 ? seeds : 'more than 100';
}

/** The verdict on what was gathered. With fewer seeds than a kind of claim needs nothing is decided. */
export function verdictOf(table: SeedTable, least: number, judge: (table: SeedTable) => Judgement): Verdict {
  const { rows, planned, diverged } = table;
  const shared = { n: rows.length, planned, gaps: gapTexts(table), diverged };
  const nothing = { word: 'not measured', parts: [], seedsToDecide: null, perSeed: [] } as const;
  if (table.gaps.diverged > 0) {
    const why = 'cells diverged, and the claim does not say how they count (diverged: ...)';
    return { ...shared, ...nothing, why };
  }
  if (rows.length === 0) return { ...shared, ...nothing, why: shared.gaps.join('; ') };
  const { word, parts, deciding, perSeed } = judge(table);
  const isTooFew = rows.length < least;
  return {
    ...shared,
    word: isTooFew ? 'undecided' : word,
    why: null,
    parts,
    seedsToDecide: isTooFew ? least : word === 'undecided' ? deciding : null,
    perSeed: rows.map(({ seed }, index) => ({ seed, ...perSeed[index] })),
  };
}

const gapWords = {
  waiting: 'not trained so far',
  diverged: 'diverged',
  'left out': 'left out, for it diverged',
  unmeasured: 'not measured so far (run measure on the entry)',
  undefined: 'without a value',
} as const;

function gapTexts({ gaps }: SeedTable): string[] {
  return (Object.keys(gapWords) as (keyof typeof gapWords)[])
    .filter((gap) => gaps[gap] > 0)
    .map((gap) => `${gaps[gap]} ${gaps[gap] === 1 ? 'seed' : 'seeds'} ${gapWords[gap]}`);
}
