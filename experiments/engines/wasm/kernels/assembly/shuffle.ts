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

/** Upper halves of four products of uint32. */
@inline
function highHalves(lower: v128, upper: v128): v128 {
  return v128.shuffle<i32>(lower, upper, 1, 3, 5, 7);
}

@inline
function lowHalves(lower: v128, upper: v128): v128 {
  return v128.shuffle<i32>(lower, upper, 0, 2, 4, 6);
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

/** Stores the pairs of the points first, first + 4, first + 8, first + 12 from `to` on. */
@inline
function storePairs(to: usize, words: v128, first: i32, minor: usize, major: usize, bits: u32): void {
  storePair(to, i32x4.extract_lane(words, 0), first, minor, major, bits);
  storePair(to + 32, i32x4.extract_lane(words, 1), first + 4, minor, major, bits);
  storePair(to + 64, i32x4.extract_lane(words, 2), first + 8, minor, major, bits);
  storePair(to + 96, i32x4.extract_lane(words, 3), first + 12, minor, major, bits);
}

/**
 * The two round keys of every round, then both multipliers, spread over four lanes: from memory, because a compiler that
 * moves pure operations into loops would spread them again in every round.
 */
const schedule: usize = memory.data(22 * 16, 16);
const multiplier0: usize = schedule + 320;
const multiplier1: usize = schedule + 336;

function setSchedule(seed: i32): void {
  let k0 = seed;
  let k1 = shuffleStream;
  for (let at = schedule; at < multiplier0; at += 32) {
    v128.store(at, i32x4.splat(k0));
    v128.store(at, i32x4.splat(k1), 16);
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  v128.store(multiplier0, i32x4.splat(0xd2511f53));
  v128.store(multiplier1, i32x4.splat(0xcd9e8d57));
}

/**
 * Pairs of the points 0 .. count - 1, rounded up to 16, and the counts of their digits: key i is word i & 3 of the block
 * with counter (i >> 2, 0, subsequence, 0) and key (seed, stream). Four blocks at a time, one in each lane.
 */
@inline
function fillPairs(seed: i32, subsequence: i32, count: i32, minor: usize, major: usize, bits: u32): void {
  setSchedule(seed);
  let to = pairs;
  for (let first = 0; first < count; first += 16) {
    let c0 = i32x4.add(i32x4.splat(first >> 2), i32x4(0, 1, 2, 3));
    let c1 = i32x4.splat(0);
    let c2 = i32x4.splat(subsequence);
    let c3 = i32x4.splat(0);
    for (let at = schedule; at < multiplier0; at += 32) {
      const m0 = v128.load(multiplier0);
      const m1 = v128.load(multiplier1);
      const lower0 = i64x2.extmul_low_i32x4_u(c0, m0);
      const upper0 = i64x2.extmul_high_i32x4_u(c0, m0);
      const lower1 = i64x2.extmul_low_i32x4_u(c2, m1);
      const upper1 = i64x2.extmul_high_i32x4_u(c2, m1);
      c0 = v128.xor(v128.xor(highHalves(lower1, upper1), c1), v128.load(at));
      c1 = lowHalves(lower1, upper1);
      c2 = v128.xor(v128.xor(highHalves(lower0, upper0), c3), v128.load(at, 16));
      c3 = lowHalves(lower0, upper0);
    }
    storePairs(to, c0, first, minor, major, bits);
    storePairs(to + 8, c1, first + 1, minor, major, bits);
    storePairs(to + 16, c2, first + 2, minor, major, bits);
    storePairs(to + 24, c3, first + 3, minor, major, bits);
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
