// Gradients of weights and biases: G[row, column] += sum over samples of delta[row] * activation[column].
//
// Every entry has one accumulator of four lanes: the quads of a row of the tile ascending, then the lanes are added as
// (0 + 1) + (2 + 3). A vector wider than a quad holds the accumulators of several columns. For that, quads of activations
// are first laid side by side: panels of up to four vectors; quad g of vector v belongs to the panel's column
// `vectors * g + v`, so that the four lanes' sums of four vectors come out as neighbouring columns.
//
// With AVX-512 a multiplication may repeat a number that it reads from memory. There a panel of 16 columns has a vector of
// them for each sample instead, and each lane an accumulator of its own: the same sums, and nothing is added across.
constexpr int quads = lanes / 4;

/** Lays the activations of `count` columns side by side, as panel of `vectors` vectors; columns beyond it are the last one. */
template <int vectors>
INLINE void packPanel(const float* activation, int64_t row, int count, int length, float* packed) {
  const float* from[vectors][quads];
  for (int v = 0; v < vectors; v++) {
    for (int g = 0; g < quads; g++) {
      const int column = vectors * g + v;
      from[v][g] = activation + (column < count ? column : count - 1) * row;
    }
  }
  for (int at = 0; at < length; at += 4) {
    for (int v = 0; v < vectors; v++) store(packed + v * lanes, gatherQuads(from[v], at));
    packed += vectors * lanes;
  }
}

/** Adds the four lanes' sums of a row's vectors to its entries; in the `first` tile they take their place. */
template <bool first, int vectors>
INLINE void addSums(float* target, int count, const Floats* sums) {
  const Floats zero = splat(0);
  const Floats low = addNeighbours(sums[0], vectors > 1 ? sums[1] : zero);
  const Floats high = vectors > 2 ? addNeighbours(sums[2], vectors > 3 ? sums[3] : zero) : zero;
  const Floats values = addNeighbours(low, high);
  if (vectors == 4 && count == lanes) {
    store(target, first ? values : add(load(target), values));
    return;
  }
  float each[lanes];
  store(each, values);
  for (int column = 0; column < count; column++) {
    const float value = each[4 * (column / vectors) + column % vectors];
    target[column] = first ? value : target[column] + value;
  }
}

/** `rows` rows of delta with one panel. */
template <bool first, int vectors, int rows>
INLINE void gradientBlock(
    const float* delta, int64_t row, int length, const float* packed, int count, float* target, int64_t targetRow) {
  Floats sums[rows][vectors];
  for (int r = 0; r < rows; r++) {
    for (int v = 0; v < vectors; v++) sums[r][v] = splat(0);
  }
  for (int at = 0; at < length; at += 4) {
    Floats a[vectors];
    for (int v = 0; v < vectors; v++) a[v] = load(packed + v * lanes);
    for (int r = 0; r < rows; r++) {
      const Floats d = fourTimes(delta + r * row + at);
      for (int v = 0; v < vectors; v++) sums[r][v] = multiplyAdd(d, a[v], sums[r][v]);
    }
    packed += vectors * lanes;
  }
  for (int r = 0; r < rows; r++) addSums<first, vectors>(target + r * targetRow, count, sums[r]);
}

/** One panel of columns by all rows; `packed` has room for it. */
template <bool first, int vectors>
INLINE void gradientPanel(
    const float* delta, const float* activation, int64_t row, int length, int rows, int count, float* packed,
    float* target, int64_t targetRow) {
  packPanel<vectors>(activation, row, count, length, packed);
  constexpr int many = gradientRows;
  for (; rows >= many; rows -= many) {
    gradientBlock<first, vectors, many>(delta, row, length, packed, count, target, targetRow);
    delta += many * row;
    target += many * targetRow;
  }
  if (many > 3 && rows >= 3) {
    gradientBlock<first, vectors, 3>(delta, row, length, packed, count, target, targetRow);
    delta += 3 * row;
    target += 3 * targetRow;
    rows -= 3;
  }
  if (many > 2 && rows == 2) gradientBlock<first, vectors, 2>(delta, row, length, packed, count, target, targetRow);
  else if (rows == 1) gradientBlock<first, vectors, 1>(delta, row, length, packed, count, target, targetRow);
}

#if defined(CREASEBOOK_AVX512)
/** Lays a vector of `count` columns' activations side by side for each sample; columns beyond it are the last one. */
INLINE void packSamples(const float* activation, int64_t row, int count, int length, float* packed) {
  const float* from[lanes];
  for (int column = 0; column < lanes; column++) from[column] = activation + (column < count ? column : count - 1) * row;
  for (int at = 0; at < length; at += lanes) transposeSquare(from, at, packed + at * lanes);
}

/** `rows` rows of delta with a panel of samples. */
template <bool first, int rows>
INLINE void samplesBlock(
    const float* delta, int64_t row, int length, const float* packed, int count, float* target, int64_t targetRow) {
  Floats sums[rows][4];
  for (int r = 0; r < rows; r++) {
    for (int lane = 0; lane < 4; lane++) sums[r][lane] = splat(0);
  }
  for (int at = 0; at < length; at += 4) {
    for (int lane = 0; lane < 4; lane++) {
      const Floats a = load(packed + lane * lanes);
      for (int r = 0; r < rows; r++) {
        sums[r][lane] = multiplyAdd(splat(delta[r * row + at + lane]), a, sums[r][lane]);
      }
    }
    packed += 4 * lanes;
  }
  for (int r = 0; r < rows; r++) {
    const Floats values = add(add(sums[r][0], sums[r][1]), add(sums[r][2], sums[r][3]));
    float* const to = target + r * targetRow;
    if (count == lanes) {
      store(to, first ? values : add(load(to), values));
      continue;
    }
    float each[lanes];
    store(each, values);
    for (int column = 0; column < count; column++) to[column] = first ? each[column] : to[column] + each[column];
  }
}

/** Up to 16 columns by all rows; `packed` has room for a vector for each sample. */
template <bool first>
INLINE void widePanel(
    const float* delta, const float* activation, int64_t row, int length, int rows, int count, float* packed,
    float* target, int64_t targetRow) {
  packSamples(activation, row, count, length, packed);
  for (; rows >= gradientRows; rows -= gradientRows) {
    samplesBlock<first, gradientRows>(delta, row, length, packed, count, target, targetRow);
    delta += gradientRows * row;
    target += gradientRows * targetRow;
  }
  if (rows >= 3) {
    samplesBlock<first, 3>(delta, row, length, packed, count, target, targetRow);
    delta += 3 * row;
    target += 3 * targetRow;
    rows -= 3;
  }
  if (rows == 2) samplesBlock<first, 2>(delta, row, length, packed, count, target, targetRow);
  else if (rows == 1) samplesBlock<first, 1>(delta, row, length, packed, count, target, targetRow);
}
#else
/** As many columns as four vectors have by all rows. */
template <bool first>
INLINE void widePanel(
    const float* delta, const float* activation, int64_t row, int length, int rows, int count, float* packed,
    float* target, int64_t targetRow) {
  gradientPanel<first, 4>(delta, activation, row, length, rows, count, packed, target, targetRow);
}
#endif

template <bool first>
INLINE void addBiases(const float* delta, int64_t row, int length, int rows, float* target) {
  for (int r = 0; r < rows; r += 4) {
    const int here = rows - r < 4 ? rows - r : 4;
    const float* const d = delta + r * row;
    // Rows beyond the last one are the first one again.
    const float* const from[4] = {d, d + (here > 1) * row, d + 2 * (here > 2) * row, d + 3 * (here > 3) * row};
    Quad sums[4] = {zeroQuad(), zeroQuad(), zeroQuad(), zeroQuad()};
    for (int at = 0; at < length; at += 4) {
      for (int each = 0; each < 4; each++) sums[each] = addQuads(sums[each], loadQuad(from[each] + at));
    }
    for (int each = 0; each < here; each++) {
      float sum[4];
      storeQuad(sum, sums[each]);
      const float value = (sum[0] + sum[1]) + (sum[2] + sum[3]);
      target[r + each] = first ? value : target[r + each] + value;
    }
  }
}

template <bool first>
static void addGradient(
    const float* delta, const float* activation, int64_t row, int rows, int columns, int length, float* packed,
    float* target, float* bias) {
  addBiases<first>(delta, row, length, rows, bias);
  const int64_t targetRow = columns;
  int column = 0;
  for (; columns - column > 3 * quads; column += lanes) {
    const int count = columns - column < lanes ? columns - column : lanes;
    widePanel<first>(delta, activation + column * row, row, length, rows, count, packed, target + column, targetRow);
  }
  const int left = columns - column;
  if (left <= 0) return;
  const float* const from = activation + column * row;
  float* const to = target + column;
  if (left > 2 * quads) gradientPanel<first, 3>(delta, from, row, length, rows, left, packed, to, targetRow);
  else if (left > quads) gradientPanel<first, 2>(delta, from, row, length, rows, left, packed, to, targetRow);
  else gradientPanel<first, 1>(delta, from, row, length, rows, left, packed, to, targetRow);
}
