/** Counter-based random streams: Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"). */

/** Streams of one seed. None depends on how much of another was used. */
export const streamIds = {
  data: 0,
  init: 1,
  shuffle: 2,
  'label-noise': 3,
  probe: 4,
  findings: 5,
  decoys: 6,
  companions: 7,
  places: 8,
  flicker: 9,
} as const;

const multiplier0 = 0xd2511f53;
const multiplier1 = 0xcd9e8d57;
const weyl0 = 0x9e3779b9;
const weyl1 = 0xbb67ae85;
const rounds = 10;
const twoTo32 = 4294967296;

/** Upper 32 bits of the 64-bit product of two uint32, as int32. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  // No partial sum reaches 2^32, so 32-bit arithmetic loses nothing.
  const low = Math.imul(aLow, bLow);
  const middle = (Math.imul(aHigh, bLow) + (low >>> 16)) | 0;
  const cross = (Math.imul(aLow, bHigh) + (middle & 0xffff)) | 0;
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (cross >>> 16)) | 0;
}

/** Writes the Philox4x32-10 block of a counter c0 .. c3 and a key k0, k1, all uint32, to out[at .. at + 3]. */
export function writeBlock(
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
  out: Uint32Array,
  at: number,
): void {
  for (let round = 0; round < rounds; round++) {
    const high0 = multiplyHigh(multiplier0, c0);
    const low0 = Math.imul(multiplier0, c0);
    const high1 = multiplyHigh(multiplier1, c2);
    const low1 = Math.imul(multiplier1, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + weyl0) | 0;
    k1 = (k1 + weyl1) | 0;
  }
  out[at] = c0;
  out[at + 1] = c1;
  out[at + 2] = c2;
  out[at + 3] = c3;
}

/**
 * Words start .. start + count - 1 of the stream (seed, streamId, subsequence), uint32. Word p is word p mod 4 of the
 * block with key (seed, streamId) and counter (floor(p / 4) low, high, subsequence, 0). `start` is any integer from 0
 * below 2^53; seed and subsequence are uint32.
 */
export function streamWords(
  seed: number,
  streamId: number,
  subsequence: number,
  start: number,
  count: number,
): Uint32Array {
  const firstBlock = Math.floor(start / 4);
  const blocks = count === 0 ? 0 : Math.floor((start + count - 1) / 4) - firstBlock + 1;
  const words = new Uint32Array(4 * blocks);
  for (let index = 0; index < blocks; index++) {
    const block = firstBlock + index;
    writeBlock(block | 0, Math.floor(block / twoTo32), subsequence, 0, seed, streamId, words, 4 * index);
  }
  const offset = start - 4 * firstBlock;
  return words.subarray(offset, offset + count);
}
