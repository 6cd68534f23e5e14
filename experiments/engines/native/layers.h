// Layers: some neurons by some vectors of samples at a time. Each value is one chain of multiply-adds from its bias (or
// zero), inputs ascending, so it depends neither on the place of its sample nor on the neurons beside it. Rows of
// activations lie `sourceRow` and `targetRow` float32 apart.

/** What sums begin with, and what happens to them before they are stored. */
enum class Finish {
  /** W source + b. */
  Plain,
  /** Leaky ReLU of W source + b. */
  Leaky,
  /** The same; the coefficients of active neurons are added to the lanes of the hash. */
  Hashed,
  /** W source, times the derivative of the leaky ReLU at the activation stored in `side`. */
  Derivative,
  /** Difference of the activations at a sample and at its anchor, from that of their pre-activations, W source; hashed. */
  Anchored,
  /** The same; the pre-activation itself is stored in `side`. */
  AnchoredKept,
};

/** Strips of 16 samples that all neurons take before the next ones: few enough for the first-level cache. */
constexpr int chunkSamples = 64;
/** float32 that an anchor has for each hidden neuron (see anchors.h). */
constexpr int anchorFloats = 3;

struct Layer {
  const float* source;
  float* target;
  int64_t sourceRow;
  int64_t targetRow;
  const float* weights;
  /** Between the weights of two neurons forward, of two inputs backward. */
  int64_t step;
  int inputs;
  int rows;
  int samples;
  float slope;
  const float* biases;
  /** Activations or pre-activations, in rows like the target's. */
  float* side;
  /** Both lanes of the hash, one after another, `laneRow` words apart, and coefficients [rows, 2]. */
  uint32_t* hashes;
  int64_t laneRow;
  const uint32_t* coefficients;
  /** What the anchor of each strip of 16 samples has for the neurons of this layer. */
  const float* const* anchors;
};

constexpr bool hasBias(Finish finish) {
  return finish == Finish::Plain || finish == Finish::Leaky || finish == Finish::Hashed;
}
constexpr bool isAnchored(Finish finish) { return finish == Finish::Anchored || finish == Finish::AnchoredKept; }

template <int rows, int vectors>
struct Sums {
  Floats of[rows][vectors];
};

template <Finish finish, int rows, int vectors>
INLINE void addHashes(const Layer& layer, const Sums<rows, vectors>& z, int row, int sample) {
  for (int vector = 0; vector < vectors; vector++) {
    uint32_t* const to = layer.hashes + sample + vector * lanes;
    Words first = loadWords(to);
    Words second = loadWords(to + layer.laneRow);
    const uint32_t* coefficient = layer.coefficients + 2 * row;
    for (int r = 0; r < rows; r++, coefficient += 2) {
      const Active active = whereActive(z.of[r][vector]);
      first = addWhere(active, first, splatWords(coefficient[0]));
      second = addWhere(active, second, splatWords(coefficient[1]));
    }
    storeWords(to, first);
    storeWords(to + layer.laneRow, second);
  }
}

template <Finish finish, int rows, int vectors>
INLINE void storeAnchored(const Layer& layer, Sums<rows, vectors>& d, int row, int sample) {
  const Floats slopes = splat(layer.slope);
  float* const target = layer.target + row * layer.targetRow + sample;
  for (int vector = 0; vector < vectors; vector++) {
    const float* neuron = layer.anchors[(sample + vector * lanes) >> 4] + anchorFloats * row;
    for (int r = 0; r < rows; r++, neuron += anchorFloats) {
      const Floats x = d.of[r][vector];
      const Floats upper = add(x, splat(neuron[1]));
      store(target + r * layer.targetRow + vector * lanes, largerOf(upper, multiplyAdd(x, slopes, splat(neuron[2]))));
      d.of[r][vector] = add(x, splat(neuron[0]));
      if (finish == Finish::AnchoredKept) {
        store(layer.side + (row + r) * layer.targetRow + sample + vector * lanes, d.of[r][vector]);
      }
    }
  }
  addHashes<finish, rows, vectors>(layer, d, row, sample);
}

/** `rows` neurons from `row` on by `vectors` vectors of samples from `sample` on. */
template <Finish finish, bool backward, int rows, int vectors>
INLINE void panel(const Layer& layer, int row, int sample) {
  Sums<rows, vectors> z;
  for (int r = 0; r < rows; r++) {
    for (int vector = 0; vector < vectors; vector++) {
      z.of[r][vector] = splat(hasBias(finish) ? layer.biases[row + r] : 0.0f);
    }
  }
  const float* a = layer.source + sample;
  const float* w = layer.weights + (backward ? row : row * layer.step);
  const int64_t step = layer.step;
  const int64_t sourceRow = layer.sourceRow;
  for (int input = layer.inputs; input > 0; input--) {
    Floats x[vectors];
    for (int vector = 0; vector < vectors; vector++) x[vector] = load(a + vector * lanes);
    for (int r = 0; r < rows; r++) {
      const float* const weight = backward ? w + r : w + r * step;
      for (int vector = 0; vector < vectors; vector++) z.of[r][vector] = multiplyAddAt(x[vector], weight, z.of[r][vector]);
    }
    a += sourceRow;
    w += backward ? step : 1;
  }
  if (isAnchored(finish)) {
    storeAnchored<finish, rows, vectors>(layer, z, row, sample);
    return;
  }
  if (finish == Finish::Hashed) addHashes<finish, rows, vectors>(layer, z, row, sample);
  const Floats slopes = splat(layer.slope);
  for (int r = 0; r < rows; r++) {
    for (int vector = 0; vector < vectors; vector++) {
      const int64_t at = (row + r) * layer.targetRow + sample + vector * lanes;
      Floats value = z.of[r][vector];
      if (finish == Finish::Leaky || finish == Finish::Hashed) value = largerOf(value, multiply(value, slopes));
      if (finish == Finish::Derivative) value = multiply(value, derivative(load(layer.side + at), slopes));
      store(layer.target + at, value);
    }
  }
}

/** `rows` neurons by a chunk's samples. */
template <Finish finish, bool backward, int rows>
INLINE void panels(const Layer& layer, int row, int sample, int end) {
  constexpr int many = panelVectors;
  for (; sample + many * lanes <= end; sample += many * lanes) panel<finish, backward, rows, many>(layer, row, sample);
  if (many > 2 && sample + 2 * lanes <= end) {
    panel<finish, backward, rows, 2>(layer, row, sample);
    sample += 2 * lanes;
  }
  if (sample + lanes <= end) panel<finish, backward, rows, 1>(layer, row, sample);
}

/** All neurons of a layer at all samples, which are whole strips of 16. */
template <Finish finish, bool backward>
static void runLayer(const Layer& layer) {
  for (int sample = 0; sample < layer.samples; sample += chunkSamples) {
    const int end = sample + chunkSamples < layer.samples ? sample + chunkSamples : layer.samples;
    int row = 0;
    for (; row + panelRows <= layer.rows; row += panelRows) {
      panels<finish, backward, panelRows>(layer, row, sample, end);
    }
    const int left = layer.rows - row;
    if (left == 4) panels<finish, backward, 4>(layer, row, sample, end);
    else {
      if (left == 3 || left == 5) {
        panels<finish, backward, 3>(layer, row, sample, end);
        row += 3;
      }
      if (left == 2 || left == 5) panels<finish, backward, 2>(layer, row, sample, end);
      if (left == 1) panels<finish, backward, 1>(layer, row, sample, end);
    }
  }
}
