/** Random orders that depend on a stream's position only. */
import { streamWords } from './philox.ts';

const digitBits = 11;
const digitCount = 1 << digitBits;
const digitMask = digitCount - 1;

/** Stable counting sort of `from` by one digit of each index's key into `to`. */
function sortByDigit(keys: Uint32Array, from: Uint32Array, to: Uint32Array, shift: number): void {
  const places = new Uint32Array(digitCount);
  for (const key of keys) places[(key >>> shift) & digitMask] += 1;
  let total = 0;
  for (let digit = 0; digit < digitCount; digit++) {
    const size = places[digit];
    places[digit] = total;
    total += size;
  }
  for (const index of from) {
    const digit = (keys[index] >>> shift) & digitMask;
    to[places[digit]] = index;
    places[digit] += 1;
  }
}

/** Indices 0 .. keys.length - 1 sorted ascending by (key, index): stable LSD radix sort of uint32 keys. */
export function orderByKey(keys: Uint32Array): Uint32Array {
  let order = new Uint32Array(keys.length);
  let spare = new Uint32Array(keys.length);
  for (let index = 0; index < order.length; index++) order[index] = index;
  for (let shift = 0; shift < 32; shift += digitBits) {
    sortByDigit(keys, order, spare, shift);
    [order, spare] = [spare, order];
  }
  return order;
}

/** Both ends of an order. */
export interface OrderEnds {
  readonly first: Uint32Array;
  readonly last: Uint32Array;
}

/** Keys that are asked for: those of at most one bound or at least the other, uint32. */
export interface KeyBounds {
  readonly atMost: number;
  readonly atLeast: number;
}

const largestKey = 0xffffffff;

/**
 * The first `first` and the last `last` of orderByKey of `count` uniform keys, whose lengths must fit. Asks for the keys that
 * can be among the ends, as pairs of key and index, uint32 [n, 2], indices ascending; where keys are so uneven that these are
 * too few, once more.
 */
export function* orderEnds(
  count: number,
  first: number,
  last: number,
): Generator<KeyBounds, OrderEnds, Uint32Array> {
  for (let slack = 8; ; slack *= 64) {
    const [low, high] = [first, last].map((wanted) => reachOf(wanted, count, slack));
    // A reach of 0 where nothing is wanted: what it finds is left out.
    const pairs = yield { atMost: Math.max(low, 0), atLeast: largestKey - Math.max(high, 0) };
    const lowest = sortedWhere(pairs, (key) => key <= low);
    const highest = sortedWhere(pairs, (key) => key >= largestKey - high);
    if (lowest.length < first || highest.length < last) continue;
    return { first: lowest.slice(0, first), last: highest.slice(highest.length - last) };
  }
}

/** How far from its end of the range a key can be among the `wanted` nearest of `count`; -1 for none. */
function reachOf(wanted: number, count: number, slack: number): number {
  // As many are expected within reach as are wanted, and some standard deviations more.
  const expected = Math.min(count, wanted + slack * (Math.sqrt(wanted) + 8));
  return wanted === 0 ? -1 : Math.ceil((expected / count) * (largestKey + 1)) - 1;
}

/** Indices of the pairs whose keys are wanted, sorted as by orderByKey. */
function sortedWhere(pairs: Uint32Array, isWanted: (key: number) => boolean): Uint32Array {
  const keys = new Uint32Array(pairs.length / 2);
  const indices = new Uint32Array(pairs.length / 2);
  let count = 0;
  for (let at = 0; at < pairs.length; at += 2) {
    if (!isWanted(pairs[at])) continue;
    keys[count] = pairs[at];
    indices[count++] = pairs[at + 1];
  }
  return orderByKey(keys.subarray(0, count)).map((place) => indices[place]);
}

/** Words 0 .. count - 1 of a stream within bounds, as `orderEnds` asks for them. */
export function wordsWithin(
  seed: number,
  streamId: number,
  subsequence: number,
  count: number,
  { atMost, atLeast }: KeyBounds,
): Uint32Array {
  const words = streamWords(seed, streamId, subsequence, 0, count);
  let found = 0;
  for (const word of words) if (word <= atMost || word >= atLeast) found++;
  const pairs = new Uint32Array(2 * found);
  let at = 0;
  words.forEach((word, index) => {
    if (word > atMost && word < atLeast) return;
    pairs[at++] = word;
    pairs[at++] = index;
  });
  return pairs;
}

/**
 * A random order of 0 .. count - 1: indices sorted ascending by (word i of the stream, i). The same for every engine
 * and number of threads.
 */
export function permutationOrder(
  seed: number,
  streamId: number,
  subsequence: number,
  count: number,
): Uint32Array {
  return orderByKey(streamWords(seed, streamId, subsequence, 0, count));
}
