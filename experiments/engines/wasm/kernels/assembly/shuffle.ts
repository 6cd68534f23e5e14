// The order of the points in an epoch: indices sorted by (Philox word, index).
// Philox4x32-10: Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
import { allocate, allocateZeros } from './arena';

/** Number of the shuffle stream; the other streams are drawn outside the kernels. */
const shuffleStream: i32 = 2;

/** Pairs (index, key) as uint64 with the key in the upper half, and a second array to sort into. */
let pairs: usize = 0;
let spare: usize = 0;
let order: usize = 0;
let histograms: usize = 0;

/** Bits of a digit: two digits decide nearly all comparisons. */
let digitBits: u32 = 0;

/** Space for orders of `count` points; 16 zeros follow an order, so that whole strips can be read from it. */
export function openShuffle(count: i32): void {
  const rounded = <f64>((count + 15) & ~15);
  digitBits = count <= 16384 ? 8 : 11;
  pairs = allocate(rounded * 8);
  spare = allocate(rounded * 8);
  order = allocateZeros((<f64>count + 16) * 4);
  histograms = allocate(2 * 4 * <f64>(1 << digitBits));
}

/** Upper halves of four products of uint32. */
@inline
function highHalves(lower: v128, upper: v128): v128 {
  return v128.shuffle<i32>(lower, upper, 1, 3, 5, 7);
}

@inline
function lowHalves(lower: v128, upper: v128): v128 {
  return v128.shuffle<i32>(lower, upper, 0, 2, 4, 6);
}

/** Stores four keys of the points first, first + 4, first + 8, first + 12 and counts their digits. */
@inline
function storePairs(words: v128, first: i32): void {
  storePair(i32x4.extract_lane(words, 0), first);
  storePair(i32x4.extract_lane(words, 1), first + 4);
  storePair(i32x4.extract_lane(words, 2), first + 8);
  storePair(i32x4.extract_lane(words, 3), first + 12);
}

@inline
function storePair(key: u32, index: i32): void {
  store<u64>(pairs + ((<usize>index) << 3), ((<u64>key) << 32) | <u64>index);
}

/**
 * Pairs of the points 0 .. count - 1, rounded up to 16: key i is word i & 3 of the block with counter
 * (i >> 2, 0, subsequence, 0) and key (seed, stream). Four blocks at a time, one in each lane.
 */
function fillPairs(seed: i32, subsequence: i32, count: i32): void {
  const multiplier0 = i32x4.splat(0xd2511f53);
  const multiplier1 = i32x4.splat(0xcd9e8d57);
  for (let first = 0; first < count; first += 16) {
    let c0 = i32x4.add(i32x4.splat(first >> 2), i32x4(0, 1, 2, 3));
    let c1 = i32x4.splat(0);
    let c2 = i32x4.splat(subsequence);
    let c3 = i32x4.splat(0);
    let k0 = seed;
    let k1 = shuffleStream;
    for (let round = 0; round < 10; round++) {
      const lower0 = i64x2.extmul_low_i32x4_u(c0, multiplier0);
      const upper0 = i64x2.extmul_high_i32x4_u(c0, multiplier0);
      const lower1 = i64x2.extmul_low_i32x4_u(c2, multiplier1);
      const upper1 = i64x2.extmul_high_i32x4_u(c2, multiplier1);
      c0 = v128.xor(v128.xor(highHalves(lower1, upper1), c1), i32x4.splat(k0));
      c1 = lowHalves(lower1, upper1);
      c2 = v128.xor(v128.xor(highHalves(lower0, upper0), c3), i32x4.splat(k1));
      c3 = lowHalves(lower0, upper0);
      k0 += 0x9e3779b9;
      k1 += 0xbb67ae85;
    }
    storePairs(c0, first);
    storePairs(c1, first + 1);
    storePairs(c2, first + 2);
    storePairs(c3, first + 3);
  }
}

@inline
function slotOf(histogram: usize, pair: u64, shift: u32): usize {
  return histogram + ((<usize>(<u32>(pair >> shift) & ((1 << digitBits) - 1))) << 2);
}

@inline
function countUp(slot: usize): void {
  store<u32>(slot, load<u32>(slot) + 1);
}

/** Replaces counts by the places where the digits begin. */
function sumUp(histogram: usize): void {
  const end = histogram + ((<usize>4) << digitBits);
  let before: u32 = 0;
  for (let slot = histogram; slot < end; slot += 4) {
    const here = load<u32>(slot);
    store<u32>(slot, before);
    before += here;
  }
}

function scatter(from: usize, to: usize, count: i32, histogram: usize, shift: u32): void {
  const end = from + ((<usize>count) << 3);
  for (; from < end; from += 8) {
    const pair = load<u64>(from);
    const slot = slotOf(histogram, pair, shift);
    const place = load<u32>(slot);
    store<u32>(slot, place + 1);
    store<u64>(to + ((<usize>place) << 3), pair);
  }
}

/** Sorts the pairs by their keys' two upper digits, stably. */
function sortByDigits(count: i32): void {
  const minor = histograms;
  const major = histograms + ((<usize>4) << digitBits);
  const minorShift = 64 - 2 * digitBits;
  const majorShift = 64 - digitBits;
  memory.fill(histograms, 0, (<usize>8) << digitBits);
  const end = pairs + ((<usize>count) << 3);
  for (let from = pairs; from < end; from += 8) {
    const pair = load<u64>(from);
    countUp(slotOf(minor, pair, minorShift));
    countUp(slotOf(major, pair, majorShift));
  }
  sumUp(minor);
  sumUp(major);
  scatter(pairs, spare, count, minor, minorShift);
  scatter(spare, pairs, count, major, majorShift);
}

/** Address of the order uint32 [count + 16] of epoch `epoch` (0 for the first); valid until the next call. */
export function shuffledOrder(seed: i32, epoch: i32, count: i32): usize {
  fillPairs(seed, epoch, count);
  sortByDigits(count);
  // Keys that agree in both upper digits are few and lie side by side: insertion sort of the whole pairs finishes.
  for (let i: usize = 0; i < <usize>count; i++) {
    const pair = load<u64>(pairs + (i << 3));
    let at = i;
    for (; at > 0; at--) {
      const other = load<u64>(pairs + (at << 3) - 8);
      if (other <= pair) break;
      store<u64>(pairs + (at << 3), other);
    }
    if (at != i) store<u64>(pairs + (at << 3), pair);
  }
  for (let i: usize = 0; i < <usize>count; i++) {
    store<u32>(order + (i << 2), <u32>load<u64>(pairs + (i << 3)));
  }
  return order;
}
