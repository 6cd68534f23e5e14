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

/** Writes words 4 first .. 4 (first + blocks) - 1 of the stream (seed, stream, subsequence) to `to`. */
static void writeWords(
    uint32_t seed, uint32_t stream, uint32_t subsequence, uint32_t first, int blocks, uint32_t* to) {
  for (int done = 0; done < blocks; done += blocksAtOnce) {
    const DrawnBlocks drawn = drawBlocks(seed, stream, subsequence, first + (uint32_t)done);
    // The last words of a piece may be fewer.
    uint32_t ordered[4 * blocksAtOnce];
    uint32_t* const target = blocks - done < blocksAtOnce ? ordered : to + 4 * done;
    for (int block = 0; block < blocksAtOnce; block++) {
      target[4 * block] = drawn.words[0][block];
      target[4 * block + 1] = drawn.words[1][block];
      target[4 * block + 2] = drawn.words[2][block];
      target[4 * block + 3] = drawn.words[3][block];
    }
    if (target == ordered) std::memcpy(to + 4 * done, ordered, sizeof(uint32_t) * 4 * (size_t)(blocks - done));
  }
}
