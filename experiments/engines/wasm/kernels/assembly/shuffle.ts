// The order of the points in an epoch: indices sorted by (Philox word, index).
// Philox4x32-10: Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
import { allocate } from './arena';

/** Number of the shuffle stream; the other streams are drawn outside the kernels. */
const shuffleStream: u32 = 2;
const digitBits: i32 = 11;
const digitCount: usize = 1 << digitBits;

let keys: usize = 0;
let indices: usize = 0;
let spareIndices: usize = 0;
let histogram: usize = 0;

/** Space for orders of up to `count` points. */
export function openShuffle(count: i32): void {
  const bytes = <f64>((count + 3) & ~3) * 4;
  keys = allocate(bytes);
  indices = allocate(bytes);
  spareIndices = allocate(bytes);
  histogram = allocate(<f64>digitCount * 4);
}

/** Word `i` of the stream's subsequence: word i & 3 of the block with counter (i >> 2, 0, subsequence, 0). */
function fillKeys(seed: u32, subsequence: u32, count: i32): void {
  for (let i = 0; i < count; i += 4) {
    let c0: u32 = <u32>i >> 2;
    let c1: u32 = 0;
    let c2: u32 = subsequence;
    let c3: u32 = 0;
    let k0: u32 = seed;
    let k1: u32 = shuffleStream;
    for (let round = 0; round < 10; round++) {
      const p0 = <u64>0xd2511f53 * <u64>c0;
      const p1 = <u64>0xcd9e8d57 * <u64>c2;
      c0 = <u32>(p1 >> 32) ^ c1 ^ k0;
      c1 = <u32>p1;
      c2 = <u32>(p0 >> 32) ^ c3 ^ k1;
      c3 = <u32>p0;
      k0 += 0x9e3779b9;
      k1 += 0xbb67ae85;
    }
    const at = keys + ((<usize>i) << 2);
    store<u32>(at, c0);
    store<u32>(at, c1, 4);
    store<u32>(at, c2, 8);
    store<u32>(at, c3, 12);
  }
}

@inline
function keyOf(index: u32): u32 {
  return load<u32>(keys + ((<usize>index) << 2));
}

/** Stable counting sort of `from` into `to` by one digit of the keys; `from` = 0 stands for 0, 1, 2, ... */
function sortByDigit(from: usize, to: usize, count: i32, shift: u32): void {
  memory.fill(histogram, 0, digitCount * 4);
  const mask: u32 = <u32>digitCount - 1;
  for (let i = 0; i < count; i++) {
    const slot = histogram + ((<usize>((keyOf(i) >> shift) & mask)) << 2);
    store<u32>(slot, load<u32>(slot) + 1);
  }
  let before: u32 = 0;
  for (let digit: usize = 0; digit < digitCount; digit++) {
    const slot = histogram + (digit << 2);
    const here = load<u32>(slot);
    store<u32>(slot, before);
    before += here;
  }
  for (let i = 0; i < count; i++) {
    const index = from ? load<u32>(from + ((<usize>i) << 2)) : <u32>i;
    const slot = histogram + ((<usize>((keyOf(index) >> shift) & mask)) << 2);
    const place = load<u32>(slot);
    store<u32>(slot, place + 1);
    store<u32>(to + ((<usize>place) << 2), index);
  }
}

/** Address of the order uint32 [count] of epoch `epoch` (0 for the first); valid until the next call. */
export function shuffledOrder(seed: u32, epoch: u32, count: i32): usize {
  fillKeys(seed, epoch, count);
  sortByDigit(0, spareIndices, count, 32 - 2 * digitBits);
  sortByDigit(spareIndices, indices, count, 32 - digitBits);
  // Keys that agree in their upper 22 bits are rare and still in order of their indices: insertion sort finishes.
  for (let i = 1; i < count; i++) {
    const index = load<u32>(indices + ((<usize>i) << 2));
    const key = keyOf(index);
    let at = i;
    for (; at > 0; at--) {
      const other = load<u32>(indices + ((<usize>at) << 2) - 4);
      if (keyOf(other) <= key) break;
      store<u32>(indices + ((<usize>at) << 2), other);
    }
    store<u32>(indices + ((<usize>at) << 2), index);
  }
  return indices;
}
