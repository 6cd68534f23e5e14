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

/** Keys that are wanted next: those of `into.length` indices from `start`, a multiple of 4, written to `into`. */
export interface WantedKeys {
  readonly start: number;
  readonly into: Uint32Array;
}

/** Keys that are looked at in one piece: they stay in a core's cache. */
const keysAtOnce = 1 << 16;
const twoTo32 = 4294967296;
/** With this bit the other way round, uint32 are ordered as int32 are. */
const signBit = 0x80000000 | 0;

/**
 * The first `first` and the last `last` of orderByKey of `count` uniform keys, whose lengths must fit. Asks for the keys piece
 * by piece, and holds on to those that can be among the ends; where keys are so uneven that these are too few, once more.
 */
export function* orderEnds(
  count: number,
  first: number,
  last: number,
): Generator<WantedKeys, OrderEnds, undefined> {
  const piece = new Uint32Array(Math.min(count, keysAtOnce));
  for (let slack = 8; ; slack *= 64) {
    const [low, high] = [first, last].map((wanted) => new KeptKeys(wanted, count, slack));
    for (let start = 0; start < count; start += keysAtOnce) {
      const into = piece.subarray(0, Math.min(keysAtOnce, count - start));
      yield { start, into };
      // As int32 they are compared fastest.
      const signed = new Int32Array(into.buffer, 0, into.length);
      takeEnds(signed, start, low, high);
    }
    if (low.count < first || high.count < last) continue;
    return { first: low.sorted().slice(0, first), last: high.sorted().slice(high.count - last) };
  }
}

/** Keys that can be among the `wanted` smallest (or largest) of `count`, with their indices, ascending. */
class KeptKeys {
  /** Keys up to this distance from their end of the range are kept; -1 for none. */
  readonly bound: number;
  count = 0;
  #keys: Uint32Array;
  #indices: Uint32Array;

  constructor(wanted: number, count: number, slack: number) {
    // As many are expected below the bound as are wanted, and some standard deviations more.
    const expected = Math.min(count, wanted + slack * (Math.sqrt(wanted) + 8));
    this.bound = wanted === 0 ? -1 : Math.ceil((expected / count) * twoTo32) - 1;
    this.#keys = new Uint32Array(wanted === 0 ? 0 : Math.ceil(expected));
    this.#indices = new Uint32Array(this.#keys.length);
  }

  keep(key: number, index: number): void {
    if (this.count === this.#keys.length) {
      this.#keys = grown(this.#keys);
      this.#indices = grown(this.#indices);
    }
    this.#keys[this.count] = key;
    this.#indices[this.count++] = index;
  }

  /** The indices sorted as by orderByKey. */
  sorted(): Uint32Array {
    return orderByKey(this.#keys.subarray(0, this.count)).map((place) => this.#indices[place]);
  }
}

/** Keeps what is near enough to either end of the keys of indices from `start`. */
function takeEnds(keys: Int32Array, start: number, low: KeptKeys, high: KeptKeys): void {
  // As int32, which compare fastest; from the upper end distances count downwards. A bound of 0 where nothing is wanted: what
  // it keeps is left out in the end.
  const atMost = Math.max(low.bound, 0) ^ signBit;
  const atLeast = ~(Math.max(high.bound, 0) ^ signBit);
  for (let at = 0; at < keys.length; at++) {
    const place = keys[at] ^ signBit;
    if (place <= atMost) low.keep(keys[at], start + at);
    if (place >= atLeast) high.keep(keys[at], start + at);
  }
}

function grown(words: Uint32Array): Uint32Array {
  const larger = new Uint32Array(2 * words.length);
  larger.set(words);
  return larger;
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
