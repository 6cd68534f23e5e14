/** Averages, quantiles, intervals and the sign test in float64 by plain arithmetic: the same bits on every machine. */
import { exponential, logarithm } from '../random/elementary.ts';
import { studentQuantile } from './student.ts';

/** Closed interval; its ends may be infinite. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** 97.5 % quantile of the normal distribution. */
const normalQuantile = 1.959963984540054;

/** The values in ascending order; infinities are values. */
function ascending(values: readonly number[]): Float64Array {
  return Float64Array.from(values).sort();
}

/** Arithmetic mean, summed in the order given; NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Standard deviation of a sample (n - 1 below); NaN for fewer than two values. */
export function deviation(values: readonly number[]): number {
  if (values.length < 2) return NaN;
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) * (value - centre), 0);
  return Math.sqrt(squares / (values.length - 1));
}

/** Quantile by linear interpolation between order statistics at (n - 1) * share, share from 0 to 1; NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  return quantiles(values, [share])[0];
}

/** Quantiles at several shares, in their order. */
export function quantiles(values: readonly number[], shares: readonly number[]): number[] {
  const sorted = ascending(values);
  return shares.map((share) => {
    if (sorted.length === 0) return NaN;
    const at = (sorted.length - 1) * share;
    const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
    // Equal ends first: infinity minus infinity is no number.
    return low === high ? low : low + (at - Math.floor(at)) * (high - low);
  });
}

/** The middle value, or the mean of the two middle ones; NaN of nothing. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Student's 95 % interval of a mean; from -Infinity to Infinity for fewer than two values. */
export function meanInterval(values: readonly number[]): Interval {
  if (values.length < 2) return { low: -Infinity, high: Infinity };
  const centre = mean(values);
  const half = (studentQuantile(0.975, values.length - 1) * deviation(values)) / Math.sqrt(values.length);
  return { low: centre - half, high: centre + half };
}

/** Wilson's 95 % score interval of a share of `count` in `of`; of nothing from 0 to 1. */
export function shareInterval(count: number, of: number): Interval {
  if (of === 0) return { low: 0, high: 1 };
  const square = normalQuantile * normalQuantile;
  const share = count / of;
  const centre = share + square / (2 * of);
  const half = normalQuantile * Math.sqrt((share * (1 - share) + square / (4 * of)) / of);
  const scale = 1 + square / of;
  return {
    low: count === 0 ? 0 : (centre - half) / scale,
    high: count === of ? 1 : (centre + half) / scale,
  };
}

/** Chance of at most `most` heads in `tosses` of a fair coin. */
function fairCoinChance(most: number, tosses: number): number {
  let logChance = -tosses * logarithm(2);
  let sum = 0;
  for (let heads = 0; heads <= most; heads++) {
    sum += exponential(logChance);
    logChance += logarithm((tosses - heads) / (heads + 1));
  }
  return Math.min(1, sum);
}

/**
 * The narrowest interval between order statistics, the same count from both ends, that holds the median with a chance of
 * at least 95 %; null for fewer than six values, where there is none.
 */
export function medianInterval(values: readonly number[]): Interval | null {
  let cut = 0;
  while (fairCoinChance(cut, values.length) <= 0.025) cut += 1;
  if (cut === 0 || values.length === 0) return null;
  const sorted = ascending(values);
  return { low: sorted[cut - 1], high: sorted[values.length - cut] };
}

/** Two-sided chance of a split at least as uneven as this one, were both sides equally likely; 1 of nothing. */
export function signTest(above: number, below: number): number {
  return Math.min(1, 2 * fairCoinChance(Math.min(above, below), above + below));
}
