/** What spikes do to a cell's network: their linear and geometry parts, against quiet times and random directions. */
import { flickerParts, type FlickerParts } from '../diagnostics/flicker.ts';
import { nullParts } from '../diagnostics/flicker-null.ts';
import { followedSteps, quietSteps, spikesOf, spread } from '../diagnostics/spikes.ts';
import type { Network } from '../network/shape.ts';
import { exponential, logarithm } from '../random/elementary.ts';
import { namesOfFamily, type DerivedValues } from '../records/derived-measures.ts';

/** Spikes and quiet times of a cell that are looked at, directions for each spike, and pixels along the square's side. */
const mostSpikes = 6;
const directions = 4;
const side = 32;
/** Steps after a base at which a quiet change is told. */
const quietStep = 8;

/** A cell's past, which can be trained again. */
export interface CellPast {
  /** Loss of the weights after each epoch, from 0, as far as it is known. */
  readonly losses: ArrayLike<number>;
  readonly seed: number;
  /** Networks at the ends of epochs from .. from + count. */
  networksFrom(epoch: number, count: number): Promise<readonly Network[]>;
}

/** What is undefined where a cell's epochs are of several steps: they hide the order. */
export const noFlicker: DerivedValues = Object.fromEntries(
  namesOfFamily('flicker').map((name) => [name, null]),
);

interface MeasuredSpike {
  readonly linearTime: number;
  readonly geometryTime: number;
  readonly peak: FlickerParts;
  readonly geometryOverNull: number;
  readonly flipsOverNull: number;
  readonly nullLength: number;
}

/** The measures of family `flicker`, over at most 6 spikes of a cell that are spread evenly. */
export async function flickerValues(past: CellPast): Promise<DerivedValues> {
  const spikes = spikesOf(past.losses);
  const measured: MeasuredSpike[] = [];
  for (const [at, { base }] of spread(spikes, mostSpikes).entries())
    measured.push(await measuredSpike(past, base, at));
  const quiet: FlickerParts[] = [];
  for (const step of quietSteps(past.losses, mostSpikes)) {
    const networks = await past.networksFrom(step, quietStep);
    quiet.push(flickerParts(networks[0], networks[quietStep], side));
  }
  const order = (test: (spike: MeasuredSpike) => boolean): number => measured.filter(test).length;
  return {
    spikes: spikes.length,
    linearFirst: order(({ linearTime, geometryTime }) => linearTime < geometryTime),
    linearTogether: order(({ linearTime, geometryTime }) => linearTime === geometryTime),
    linearLater: order(({ linearTime, geometryTime }) => linearTime > geometryTime),
    linearHalfTime: medianOf(measured.map(({ linearTime }) => linearTime)),
    geometryHalfTime: medianOf(measured.map(({ geometryTime }) => geometryTime)),
    linearOverGeometry: geometricMean(measured.map(({ peak }) => peak.linear / peak.geometry)),
    quietLinearOverGeometry: geometricMean(quiet.map(({ linear, geometry }) => linear / geometry)),
    geometryOverNull: geometricMean(measured.map(({ geometryOverNull }) => geometryOverNull)),
    flipsOverNull: geometricMean(measured.map(({ flipsOverNull }) => flipsOverNull)),
    nullLength: geometricMean(measured.map(({ nullLength }) => nullLength)),
    spikeFlips: geometricMean(measured.map(({ peak }) => flips(peak))),
    quietFlips: geometricMean(quiet.map(flips)),
  };
}

async function measuredSpike(past: CellPast, base: number, spike: number): Promise<MeasuredSpike> {
  const networks = await past.networksFrom(base, followedSteps);
  const parts = networks.slice(1).map((network) => flickerParts(networks[0], network, side));
  let peak = 1;
  for (let step = 2; step <= followedSteps; step++)
    if (past.losses[base + step] > past.losses[base + peak]) peak = step;
  const atPeak = parts[peak - 1];
  const nulls = Array.from({ length: directions }, (_, at) =>
    nullParts(networks[0], networks[peak], atPeak.linear, side, past.seed, directions * spike + at),
  ).filter((found) => found !== null);
  const overNull = (of: (changed: FlickerParts) => number): number =>
    of(atPeak) / (geometricMean(nulls.map((found) => of(found.parts))) ?? NaN);
  return {
    linearTime: halfTime(parts.map(({ linear }) => linear)),
    geometryTime: halfTime(parts.map(({ geometry }) => geometry)),
    peak: atPeak,
    geometryOverNull: overNull(({ geometry }) => geometry),
    flipsOverNull: overNull(flips),
    nullLength: geometricMean(nulls.map(({ length }) => length)) ?? NaN,
  };
}

/** Steps until half of the largest value is reached. */
function halfTime(values: readonly number[]): number {
  const half = Math.max(...values) / 2;
  return values.findIndex((value) => value >= half) + 1;
}

/** Share of all gates; layers of other widths count by their neurons alike. */
function flips({ flipped }: FlickerParts): number {
  return flipped.reduce((sum, share) => sum + share, 0) / flipped.length;
}

/** Of values above 0 and finite; null where there is none. */
function geometricMean(values: readonly number[]): number | null {
  const usable = values.filter((value) => value > 0 && Number.isFinite(value));
  if (usable.length === 0) return null;
  return exponential(usable.reduce((sum, value) => sum + logarithm(value), 0) / usable.length);
}

function medianOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
