// The order of the points in an epoch: indices sorted by (Philox word, index).
import { allocate, allocateZeros } from './arena';
import { drawBlocks, setSchedule } from './philox';

/** Number of the shuffle stream. */
const shuffleStream: i32 = 2;
/** Sixteen words as they are drawn. */
const words: usize = memory.data(64, 16);

/** Pairs (index, key) as uint64 with the key in the upper half, and a second array to sort into. */
let pairs: usize = 0;
let spare: usize = 0;
let order: usize = 0;
let histograms: usize = 0;

/** Up to so many points are sorted by digits of 8 bits, more by digits of 11: two digits decide nearly all comparisons. */
const fewPoints: i32 = 16384;

/** Space for orders of `count` points; 16 zeros follow an order, so that whole strips can be read from it. */
export function openShuffle(count: i32): void {
  const rounded = <f64>((count + 15) & ~15);
  pairs = allocate(rounded * 8);
  spare = allocate(rounded * 8);
  order = allocateZeros((<f64>count + 16) * 4);
  histograms = allocate(2 * 4 * 2048);
}

/** Address of the count of a pair's upper (1) or next (2) digit of `bits` bits. */
@inline
function slotOf(histogram: usize, pair: u64, digit: u32, bits: u32): usize {
  return histogram + ((<usize>(<u32>(pair >> (64 - digit * bits)) & ((1 << bits) - 1))) << 2);
}

@inline
function add(slot: usize, change: i32): void {
  store<u32>(slot, load<u32>(slot) + change);
}

/** Stores the pair of a point and counts its digits. */
@inline
function storePair(to: usize, key: u32, index: i32, minor: usize, major: usize, bits: u32): void {
  const pair = ((<u64>key) << 32) | <u64>index;
  store<u64>(to, pair);
  add(slotOf(minor, pair, 2, bits), 1);
  add(slotOf(major, pair, 1, bits), 1);
}

/**
 * Pairs of the points 0 .. count - 1, rounded up to 16, and the counts of their digits: key i is word i & 3 of the block
 * with counter (i >> 2, 0, subsequence, 0) and key (seed, stream).
 */
@inline
function fillPairs(seed: i32, subsequence: i32, count: i32, minor: usize, major: usize, bits: u32): void {
  setSchedule(seed, shuffleStream);
  let to = pairs;
  for (let first = 0; first < count; first += 16) {
    drawBlocks(first >> 2, subsequence, words);
    for (let at = 0; at < 16; at++) {
      storePair(to + (<usize>at << 3), load<u32>(words + (<usize>at << 2)), first + at, minor, major, bits);
    }
    to += 128;
  }
}

/** Replaces counts by the places where the digits begin. */
@inline
function sumUp(histogram: usize, bits: u32): void {
  const end = histogram + ((<usize>4) << bits);
  let before: u32 = 0;
  for (let slot = histogram; slot < end; slot += 4) {
    const here = load<u32>(slot);
    store<u32>(slot, before);
    before += here;
  }
}

@inline
function scatter(from: usize, to: usize, count: i32, histogram: usize, digit: u32, bits: u32): void {
  const end = from + ((<usize>count) << 3);
  for (; from < end; from += 8) {
    const pair = load<u64>(from);
    const slot = slotOf(histogram, pair, digit, bits);
    const place = load<u32>(slot);
    store<u32>(slot, place + 1);
    store<u64>(to + ((<usize>place) << 3), pair);
  }
}

/** Pairs sorted by their keys' two upper digits of `bits` bits, stably. */
@inline
function sortPairs(seed: i32, epoch: i32, count: i32, bits: u32): void {
  const minor = histograms;
  const major = histograms + ((<usize>4) << bits);
  memory.fill(histograms, 0, (<usize>8) << bits);
  fillPairs(seed, epoch, count, minor, major, bits);
  for (let index = count; index & 15; index++) {
    const pair = load<u64>(pairs + ((<usize>index) << 3));
    add(slotOf(minor, pair, 2, bits), -1);
    add(slotOf(major, pair, 1, bits), -1);
  }
  sumUp(minor, bits);
  sumUp(major, bits);
  scatter(pairs, spare, count, minor, 2, bits);
  scatter(spare, pairs, count, major, 1, bits);
}

/** Address of the order uint32 [count + 16] of epoch `epoch` (0 for the first); valid until the next call. */
export function shuffledOrder(seed: i32, epoch: i32, count: i32): usize {
  if (count <= fewPoints) sortPairs(seed, epoch, count, 8);
  else sortPairs(seed, epoch, count, 11);
  const sorted = pairs;
  const target = order;
  let largest: u64 = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    const pair = load<u64>(sorted + (i << 3));
    let at = i;
    // Keys that agree in both upper digits are few and lie side by side: insertion of the whole pair finishes.
    if (pair < largest) {
      for (; at > 0; at--) {
        const other = load<u64>(sorted + (at << 3) - 8);
        if (other <= pair) break;
        store<u64>(sorted + (at << 3), other);
        store<u32>(target + (at << 2), <u32>other);
      }
      store<u64>(sorted + (at << 3), pair);
    } else largest = pair;
    store<u32>(target + (at << 2), <u32>pair);
  }
  return target;
}
