// Words of random streams. Philox4x32-10: Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).

/** Blocks of four words that are drawn side by side. */
constexpr int blocksAtOnce = 16;

struct DrawnBlocks {
  /** Word w of block b at [w][b]. */
  uint32_t words[4][blocksAtOnce];
};

/** The blocks with counters (first .. first + 15, 0, subsequence, 0) and key (seed, stream). */
INLINE DrawnBlocks drawBlocks(uint32_t seed, uint32_t stream, uint32_t subsequence, uint32_t first) {
  uint32_t c0[blocksAtOnce], c1[blocksAtOnce], c2[blocksAtOnce], c3[blocksAtOnce];
  for (int block = 0; block < blocksAtOnce; block++) {
    c0[block] = first + (uint32_t)block;
    c1[block] = 0;
    c2[block] = subsequence;
    c3[block] = 0;
  }
  uint32_t k0 = seed;
  uint32_t k1 = stream;
  for (int round = 0; round < 10; round++) {
    for (int block = 0; block < blocksAtOnce; block++) {
      const uint64_t product0 = (uint64_t)c0[block] * 0xd2511f53u;
      const uint64_t product1 = (uint64_t)c2[block] * 0xcd9e8d57u;
      c0[block] = (uint32_t)(product1 >> 32) ^ c1[block] ^ k0;
      c1[block] = (uint32_t)product1;
      c2[block] = (uint32_t)(product0 >> 32) ^ c3[block] ^ k1;
      c3[block] = (uint32_t)product0;
    }
    k0 += 0x9e3779b9u;
    k1 += 0xbb67ae85u;
  }
  DrawnBlocks drawn;
  std::memcpy(drawn.words[0], c0, sizeof c0);
  std::memcpy(drawn.words[1], c1, sizeof c1);
  std::memcpy(drawn.words[2], c2, sizeof c2);
  std::memcpy(drawn.words[3], c3, sizeof c3);
  return drawn;
}

/**
 * Pairs of word and index of those among words first .. first + count - 1 of the stream (seed, stream, subsequence) that are at
 * most `atMost` or at least `atLeast`, indices ascending, to `to`; how many they are. `first` is a multiple of 64.
 */
static int32_t findWords(
    uint32_t seed, uint32_t stream, uint32_t subsequence, uint32_t first, int32_t count, uint32_t atMost,
    uint32_t atLeast, uint32_t* to) {
  constexpr int many = 4 * blocksAtOnce;
  int32_t found = 0;
  for (int32_t done = 0; done < count; done += many) {
    const DrawnBlocks drawn = drawBlocks(seed, stream, subsequence, (first + (uint32_t)done) / 4);
    int kept = 0;
    for (int word = 0; word < 4; word++) {
      for (int block = 0; block < blocksAtOnce; block++) {
        const uint32_t value = drawn.words[word][block];
        kept += (value <= atMost) | (value >= atLeast);
      }
    }
    if (kept == 0) continue;
    const int end = count - done < many ? count - done : many;
    for (int at = 0; at < end; at++) {
      const uint32_t value = drawn.words[at % 4][at / 4];
      if (value > atMost && value < atLeast) continue;
      to[2 * found] = value;
      to[2 * found + 1] = first + (uint32_t)(done + at);
      found++;
    }
  }
  return found;
}
