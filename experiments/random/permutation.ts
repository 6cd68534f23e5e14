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

/**
 * The first `first` and the last `last` of orderByKey(keys), whose lengths must fit: where they are few, most keys are
 * looked at and not sorted.
 */
export function orderEnds(keys: Uint32Array, first: number, last: number): OrderEnds {
  const shift = 32 - digitBits;
  const counts = new Uint32Array(digitCount);
  for (let index = 0; index < keys.length; index++) counts[keys[index] >>> shift] += 1;
  // The largest digit among the first, and the smallest among the last.
  let top = 0;
  for (let seen = counts[0]; seen < first; seen += counts[top]) top += 1;
  let bottom = digitCount - 1;
  for (let seen = counts[bottom]; seen < last; seen += counts[bottom]) bottom -= 1;
  const sizeOf = (from: number, to: number): number =>
    counts.subarray(from, to).reduce((sum, count) => sum + count, 0);
  const low = new Uint32Array(sizeOf(0, top + 1));
  const high = new Uint32Array(sizeOf(bottom, digitCount));
  let [lows, highs] = [0, 0];
  for (let index = 0; index < keys.length; index++) {
    const digit = keys[index] >>> shift;
    if (digit <= top) low[lows++] = index;
    if (digit >= bottom) high[highs++] = index;
  }
  return {
    first: sortedByKey(keys, low).slice(0, first),
    last: sortedByKey(keys, high).slice(high.length - last),
  };
}

/** These indices of keys, which ascend, sorted as by orderByKey. */
function sortedByKey(keys: Uint32Array, indices: Uint32Array): Uint32Array {
  return orderByKey(indices.map((index) => keys[index])).map((place) => indices[place]);
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
