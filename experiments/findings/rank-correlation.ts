/** Kendall's tau-b, and intervals by drawing seeds again. */
import { streamIds, streamWords } from '../random/philox.ts';
import { quantile, type Interval } from './statistics.ts';

/** How often seeds are drawn again for an interval. */
const resamples = 2000;

/** Tau-b of pairs, -1 to 1; 0 where one side is constant, for then there is no order. */
export function kendallTau(pairs: readonly (readonly [number, number])[]): number {
  let [agreeing, left, right] = [0, 0, 0];
  for (let index = 1; index < pairs.length; index++) {
    for (let before = 0; before < index; before++) {
      const stepX = Math.sign(pairs[index][0] - pairs[before][0]);
      const stepY = Math.sign(pairs[index][1] - pairs[before][1]);
      agreeing += stepX * stepY;
      left += Math.abs(stepX);
      right += Math.abs(stepY);
    }
  }
  return left === 0 || right === 0 ? 0 : agreeing / Math.sqrt(left * right);
}

/**
 * 95 % percentile interval of a statistic over `count` seeds drawn again with replacement. Draw r takes its numbers from
 * the stream `findings` of the key (the first 32 bits of a claim's digest), subsequence r.
 */
export function bootstrapInterval(
  count: number,
  key: number,
  statistic: (seeds: readonly number[]) => number,
): Interval {
  const values: number[] = [];
  for (let draw = 0; draw < resamples; draw++) {
    const words = streamWords(key, streamIds.findings, draw, 0, count);
    values.push(statistic(Array.from(words, (word) => Math.floor((word / 4294967296) * count))));
  }
  return { low: quantile(values, 0.025), high: quantile(values, 0.975) };
}
