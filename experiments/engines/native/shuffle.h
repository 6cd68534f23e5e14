// The order of the points in an epoch: indices sorted by (Philox word, index).

/** Number of the shuffle stream. */
constexpr uint32_t shuffleStream = 2;
/** Up to so many points are sorted by digits of 8 bits, more by digits of 11: two digits decide nearly all comparisons. */
constexpr int fewPoints = 16384;
/** Bytes for the counts of both digits. */
constexpr int histogramBytes = 2 * 4 * 2048;

/** Pairs (key in the upper half, index) of the points 0 .. count - 1, rounded up to 64: key i is word i of the stream. */
static void fillPairs(uint64_t* pairs, uint32_t seed, uint32_t subsequence, int count) {
  for (int first = 0; first < count; first += 4 * blocksAtOnce) {
    const DrawnBlocks drawn = drawBlocks(seed, shuffleStream, subsequence, (uint32_t)first >> 2);
    for (int block = 0; block < blocksAtOnce; block++) {
      for (int word = 0; word < 4; word++) {
        const uint64_t index = (uint64_t)(first + 4 * block + word);
        pairs[index] = ((uint64_t)drawn.words[word][block] << 32) | index;
      }
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
