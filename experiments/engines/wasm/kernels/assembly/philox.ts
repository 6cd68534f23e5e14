// Words of random streams. Philox4x32-10: Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).

/** Upper halves of four products of uint32. */
@inline
function highHalves(lower: v128, upper: v128): v128 {
  return v128.shuffle<i32>(lower, upper, 1, 3, 5, 7);
}

@inline
function lowHalves(lower: v128, upper: v128): v128 {
  return v128.shuffle<i32>(lower, upper, 0, 2, 4, 6);
}

/**
 * The two round keys of every round, then both multipliers, spread over four lanes: from memory, because a compiler that
 * moves pure operations into loops would spread them again in every round.
 */
const schedule: usize = memory.data(22 * 16, 16);
const multiplier0: usize = schedule + 320;
const multiplier1: usize = schedule + 336;

/** Sets the key (seed, stream) of the blocks that are drawn next. */
export function setSchedule(seed: i32, stream: i32): void {
  let k0 = seed;
  let k1 = stream;
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
 * Writes the 16 words of the blocks with counters (first .. first + 3, 0, subsequence, 0), in their order, to `to`: one block
 * in each lane until then.
 */
@inline
export function drawBlocks(first: i32, subsequence: i32, to: usize): void {
  let c0 = i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3));
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
  const even01 = v128.shuffle<i32>(c0, c1, 0, 4, 1, 5);
  const odd01 = v128.shuffle<i32>(c0, c1, 2, 6, 3, 7);
  const even23 = v128.shuffle<i32>(c2, c3, 0, 4, 1, 5);
  const odd23 = v128.shuffle<i32>(c2, c3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(even01, even23, 0, 2));
  v128.store(to, v128.shuffle<i64>(even01, even23, 1, 3), 16);
  v128.store(to, v128.shuffle<i64>(odd01, odd23, 0, 2), 32);
  v128.store(to, v128.shuffle<i64>(odd01, odd23, 1, 3), 48);
}

/** Words of four blocks in each lane, before they are looked through. */
const drawn: usize = memory.data(64, 16);

/**
 * Pairs of word and index, uint32 [n, 2], of those among words first .. first + count - 1 of the stream (seed, stream,
 * subsequence) that are at most `atMost` or at least `atLeast`, indices ascending, to `to`; how many they are. `first` is a
 * multiple of 64.
 */
export function wordsWithin(
  seed: i32, stream: i32, subsequence: i32, first: u32, count: i32, atMost: u32, atLeast: u32, to: usize,
): i32 {
  setSchedule(seed, stream);
  const lows = i32x4.splat(atMost);
  const highs = i32x4.splat(atLeast);
  const start = to;
  for (let done = 0; done < count; done += 16) {
    drawBlocks((first + done) >> 2, subsequence, drawn);
    for (let part = 0; part < 16; part += 4) {
      const words = v128.load(drawn + ((<usize>part) << 2));
      if (!v128.any_true(v128.or(i32x4.le_u(words, lows), i32x4.ge_u(words, highs)))) continue;
      const end = min(part + 4, count - done);
      for (let at = part; at < end; at++) {
        const word = load<u32>(drawn + ((<usize>at) << 2));
        if (word > atMost && word < atLeast) continue;
        store<u32>(to, word);
        store<u32>(to, first + done + at, 4);
        to += 8;
      }
    }
  }
  return <i32>((to - start) >> 3);
}
