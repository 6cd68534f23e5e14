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
