// Networks in float64 at eight points at a time: each value is the sum of the bias and then the products, inputs
// ascending, as a plain loop in any language would compute it.
constexpr int pointsAtOnce = 8;

class Exact {
 public:
  Exact(Arena& arena, const Network& network) : arena_(arena), network_(network) {}

  /** `slope` without rounding. */
  void open(double slope) {
    slope_ = slope;
    for (uint32_t& plane : planes_) plane = arena_.allocate(8.0 * pointsAtOnce * network_.maxWidth());
  }

  /** Begins an evaluation: the plane to be filled, x [8] and then y [8]. */
  double* begin() {
    source_ = 0;
    return arena_.at<double>(planes_[0]);
  }

  /** Pre-activations float64 [rows][8] of the layer that comes next; layers ascend. */
  const double* run(int index) {
    const NetworkLayer& layer = network_.layer(index);
    int row = 0;
    for (; row + 4 <= layer.outputs; row += 4) rows<4>(layer, row);
    for (; row < layer.outputs; row++) rows<1>(layer, row);
    return arena_.at<double>(planes_[1 - source_]);
  }

  /** Ends a hidden layer: pre-activations become activations. */
  void activate(int index) {
    double* const values = arena_.at<double>(planes_[1 - source_]);
    const Doubles slopes = splatDoubles(slope_);
    for (int64_t at = 0; at < (int64_t)network_.layer(index).outputs * pointsAtOnce; at += doubleLanes) {
      const Doubles z = loadDoubles(values + at);
      storeDoubles(values + at, largerDoublesOf(z, multiplyDoubles(z, slopes)));
    }
    source_ = 1 - source_;
  }

 private:
  template <int count>
  void rows(const NetworkLayer& layer, int row) {
    constexpr int vectors = pointsAtOnce / doubleLanes;
    const float* const weights = arena_.at<float>(layer.weights) + (int64_t)row * layer.inputs;
    const float* const biases = arena_.at<float>(layer.biases) + row;
    const double* a = arena_.at<double>(planes_[source_]);
    double* const target = arena_.at<double>(planes_[1 - source_]) + (int64_t)row * pointsAtOnce;
    // All rows at once would need more registers than narrow vectors have.
    constexpr int group = count * vectors <= 8 ? count : 1;
    for (int first = 0; first < count; first += group) {
      Doubles z[group][vectors];
      for (int r = 0; r < group; r++) {
        for (int v = 0; v < vectors; v++) z[r][v] = splatDoubles((double)biases[first + r]);
      }
      for (int input = 0; input < layer.inputs; input++) {
        for (int r = 0; r < group; r++) {
          const Doubles w = splatDoubles((double)weights[(int64_t)(first + r) * layer.inputs + input]);
          for (int v = 0; v < vectors; v++) {
            z[r][v] = addDoubles(z[r][v], multiplyDoubles(w, loadDoubles(a + input * pointsAtOnce + v * doubleLanes)));
          }
        }
      }
      for (int r = 0; r < group; r++) {
        for (int v = 0; v < vectors; v++) storeDoubles(target + (first + r) * pointsAtOnce + v * doubleLanes, z[r][v]);
      }
    }
  }

  Arena& arena_;
  const Network& network_;
  double slope_ = 0;
  uint32_t planes_[2] = {0, 0};
  int source_ = 0;
};
