// The order of the points in an epoch: indices sorted by (Philox word, index).
// Philox4x32-10: Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).

/** Number of the shuffle stream; the other streams are drawn outside the kernels. */
constexpr uint32_t shuffleStream = 2;
/** Up to so many points are sorted by digits of 8 bits, more by digits of 11: two digits decide nearly all comparisons. */
constexpr int fewPoints = 16384;
/** Bytes for the counts of both digits. */
constexpr int histogramBytes = 2 * 4 * 2048;
/** Blocks of four words that are drawn side by side. */
constexpr int blocksAtOnce = 16;

/**
 * Pairs (key in the upper half, index) of the points 0 .. count - 1, rounded up to 64: key i is word i & 3 of the block with
 * counter (i >> 2, 0, subsequence, 0) and key (seed, stream).
 */
static void fillPairs(uint64_t* pairs, uint32_t seed, uint32_t subsequence, int count) {
  for (int first = 0; first < count; first += 4 * blocksAtOnce) {
    uint32_t c0[blocksAtOnce], c1[blocksAtOnce], c2[blocksAtOnce], c3[blocksAtOnce];
    for (int block = 0; block < blocksAtOnce; block++) {
      c0[block] = (uint32_t)(first >> 2) + (uint32_t)block;
      c1[block] = 0;
      c2[block] = subsequence;
      c3[block] = 0;
    }
    uint32_t k0 = seed;
    uint32_t k1 = shuffleStream;
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
    for (int block = 0; block < blocksAtOnce; block++) {
      const uint64_t index = (uint64_t)(first + 4 * block);
      pairs[index] = ((uint64_t)c0[block] << 32) | index;
      pairs[index + 1] = ((uint64_t)c1[block] << 32) | (index + 1);
      pairs[index + 2] = ((uint64_t)c2[block] << 32) | (index + 2);
      pairs[index + 3] = ((uint64_t)c3[block] << 32) | (index + 3);
    }
  }
}

template <int bits>
INLINE uint32_t digitOf(uint64_t pair, int digit) {
  return (uint32_t)(pair >> (64 - digit * bits)) & ((1u << bits) - 1);
}

INLINE void sumUp(uint32_t* histogram, int size) {
  uint32_t before = 0;
  for (int slot = 0; slot < size; slot++) {
    const uint32_t here = histogram[slot];
    histogram[slot] = before;
    before += here;
  }
}

/** Pairs sorted by their keys' two upper digits of `bits` bits, stably. */
template <int bits>
static void sortPairs(uint64_t* pairs, uint64_t* spare, uint32_t* histograms, int count) {
  uint32_t* const minor = histograms;
  uint32_t* const major = histograms + (1 << bits);
  std::memset(histograms, 0, (size_t)8 << bits);
  for (int index = 0; index < count; index++) {
    minor[digitOf<bits>(pairs[index], 2)]++;
    major[digitOf<bits>(pairs[index], 1)]++;
  }
  sumUp(minor, 1 << bits);
  sumUp(major, 1 << bits);
  for (int index = 0; index < count; index++) spare[minor[digitOf<bits>(pairs[index], 2)]++] = pairs[index];
  for (int index = 0; index < count; index++) pairs[major[digitOf<bits>(spare[index], 1)]++] = spare[index];
}

/** Fills `order` of `count` points for epoch `epoch` (0 for the first). */
static void shuffleOrder(
    uint64_t* pairs, uint64_t* spare, uint32_t* histograms, uint32_t* order, uint32_t seed, uint32_t epoch, int count) {
  fillPairs(pairs, seed, epoch, count);
  if (count <= fewPoints) sortPairs<8>(pairs, spare, histograms, count);
  else sortPairs<11>(pairs, spare, histograms, count);
  for (int index = 0; index < count; index++) {
    // Keys that agree in both upper digits are few and lie side by side: insertion of the whole pair finishes.
    const uint64_t pair = pairs[index];
    int at = index;
    for (; at > 0 && pairs[at - 1] > pair; at--) {
      pairs[at] = pairs[at - 1];
      order[at] = (uint32_t)pairs[at];
    }
    pairs[at] = pair;
    order[at] = (uint32_t)pair;
  }
}
