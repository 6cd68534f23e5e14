/**
 * `peak`: along an ordered axis a measure rises and falls again. Where it peaks is chosen without the seed that is then
 * measured: choosing and testing on the same seeds finds peaks in noise.
 */
import { logarithm } from '../random/elementary.ts';
import type { ClaimOf } from './claim-schema.ts';
import { valueOf, type JudgedCell, type Reading } from './judged-cell.ts';
import { seedTable, type SeedRow, type SeedTable } from './seed-table.ts';
import { mean, median } from './statistics.ts';
import {
  meanPart,
  seedsForMean,
  verdictOf,
  type DecidingSeeds,
  type Judgement,
  type Verdict,
} from './verdict.ts';

/** Rise to the peak and fall from it of one seed, at places that the other seeds chose. */
interface SeedPeak {
  readonly ascent: number;
  readonly descent: number;
  readonly at: number;
}

/** The verdict on a peak over these cells, along an axis of numbers or along `epochs`. */
export function judgePeak(claim: ClaimOf<'peak'>, cells: readonly JudgedCell[]): Verdict {
  const { along, measure } = claim;
  if (along !== 'epochs') {
    const places = [...new Set(cells.map((cell) => Number(cell.axes[along])))].sort((a, b) => a - b);
    const table = seedTable(cells, (cell) => [valueOf(cell, measure, claim)]);
    const curveOf = ({ cells: entries }: SeedRow): number[] =>
      places.map((place) =>
        mean(entries.filter(({ cell }) => cell.axes[along] === place).map(({ values }) => values[0])),
      );
    return verdictOf(table, 8, (gathered) => judged(claim, places, gathered, curveOf));
  }
  const places = sharedEpochs(cells);
  const read = (cell: JudgedCell): Reading[] =>
    cell.state === 'finished'
      ? places.map((at) => valueOf(cell, measure, { ...claim, at }))
      : [valueOf(cell, measure, claim)];
  const curveOf = ({ cells: entries }: SeedRow): number[] =>
    places.map((_, index) => mean(entries.map(({ values }) => values[index] ?? values[0])));
  return verdictOf(seedTable(cells, read), 8, (gathered) => judged(claim, places, gathered, curveOf));
}

/** Epochs from 1 at which all finished cells have a snapshot. */
export function sharedEpochs(cells: readonly JudgedCell[]): number[] {
  const finished = cells.filter(({ state }) => state === 'finished');
  const [first, ...others] = finished.map(({ snapshots }) => new Set(snapshots.map(({ epoch }) => epoch)));
  return [...(first ?? [])].filter((epoch) => epoch > 0 && others.every((epochs) => epochs.has(epoch)));
}

function judged(
  { margin, scale }: ClaimOf<'peak'>,
  places: readonly number[],
  { rows }: SeedTable,
  curveOf: (row: SeedRow) => number[],
): Judgement {
  const curves = rows.map(curveOf);
  const peaks = curves.map((curve, seed) =>
    seedPeak(
      curve,
      averaged(curves.length === 1 ? curves : curves.filter((_, other) => other !== seed)),
      places,
    ),
  );
  const [ascents, descents] = [peaks.map(({ ascent }) => ascent), peaks.map(({ descent }) => descent)];
  const bound = { side: 'above', value: margin } as const;
  const parts = [meanPart('ascent', ascents, bound), meanPart('descent', descents, bound)];
  const average = averaged(curves);
  const none = scale === 'log' ? logarithm(1.1) : 0.05 * (Math.max(...average) - Math.min(...average));
  const isPeak = parts.every(({ low }) => low > margin);
  const isNone = parts.some(({ high }) => high < none);
  return {
    word: isPeak ? 'holds' : isNone ? 'fails' : 'undecided',
    parts: [...parts, middlePlace(peaks)],
    deciding: moreSeeds(seedsForMean(ascents, margin), seedsForMean(descents, margin)),
    perSeed: peaks.map(({ ascent, descent, at }) => ({ ascent, descent, at })),
  };
}

function middlePlace(peaks: readonly SeedPeak[]): Judgement['parts'][number] {
  const at = peaks.map((peak) => peak.at);
  return { name: 'peak at', estimate: median(at), low: Math.min(...at), high: Math.max(...at), count: null };
}

function moreSeeds(a: DecidingSeeds, b: DecidingSeeds): DecidingSeeds {
  return a === 'more than 100' || b === 'more than 100' ? 'more than 100' : Math.max(a, b);
}

function averaged(curves: readonly (readonly number[])[]): number[] {
  return curves[0].map((_, place) => mean(curves.map((curve) => curve[place])));
}

/** Ascent and descent of one curve at the peak of a guide. */
function seedPeak(curve: readonly number[], guide: readonly number[], places: readonly number[]): SeedPeak {
  const { left, top, right } = peakPlaces(guide);
  return { ascent: curve[top] - curve[left], descent: curve[top] - curve[right], at: places[top] };
}

/** Places of a curve: the interior one that stands highest above the lowest place on both sides, and those two. */
export function peakPlaces(curve: readonly number[]): Readonly<Record<'left' | 'top' | 'right', number>> {
  let best = { height: -Infinity, left: 0, top: 0, right: 0 };
  for (let top = 1; top < curve.length - 1; top++) {
    const left = lowest(curve, 0, top);
    const right = lowest(curve, top + 1, curve.length);
    const height = Math.min(curve[top] - curve[left], curve[top] - curve[right]);
    if (height > best.height) best = { height, left, top, right };
  }
  return best;
}

function lowest(values: readonly number[], from: number, to: number): number {
  let at = from;
  for (let index = from; index < to; index++) if (values[index] < values[at]) at = index;
  return at;
}
