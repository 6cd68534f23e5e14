// Anchors: the network at points, in float64. Pixels near an anchor are then computed as differences from it, whose rounding
// errors are in proportion to what changes between the two and not to the coordinates, so that a frame is as exact as its
// pixels need at any zoom.
class Anchors {
 public:
  Anchors(Arena& arena, const Network& network, Exact& exact) : arena_(arena), network_(network), exact_(exact) {}

  /** `slope` without rounding. */
  void open(double slope) {
    slope_ = slope;
    floats_ = (int64_t)network_.neurons() * anchorFloats + network_.last().outputs;
    exact_.open(slope);
  }

  /** float32 of an anchor: three for each hidden neuron, layer after layer, then the outputs before any sigmoid. */
  int64_t floats() const { return floats_; }

  /** The anchors of `count` points, one after another. */
  void compute(const double* x, const double* y, int count, float* to) {
    for (int first = 0; first < count; first += pointsAtOnce) {
      double* const points = exact_.begin();
      for (int point = 0; point < pointsAtOnce; point++) {
        const int from = first + point < count ? first + point : count - 1;
        points[point] = x[from];
        points[pointsAtOnce + point] = y[from];
      }
      computeSome(pointsAtOnce < count - first ? pointsAtOnce : count - first, to + floats_ * first);
    }
  }

 private:
  void computeSome(int count, float* to) {
    for (int index = 0; index < network_.count(); index++) {
      const bool isHidden = index < network_.count() - 1;
      const double* z = exact_.run(index);
      for (int row = network_.layer(index).outputs; row > 0; row--, z += pointsAtOnce) {
        for (int point = 0; point < count; point++) {
          if (isHidden) writeNeuron(to + floats_ * point, z[point]);
          else to[floats_ * point] = (float)z[point];
        }
        to += isHidden ? anchorFloats : 1;
      }
      if (isHidden) exact_.activate(index);
    }
  }

  /**
   * A neuron with pre-activation z at the anchor and z + d at a pixel: its activation's difference is the larger one of
   * d + [1] and slope d + [2], the former where z + d is positive. The term of the anchor's own side is zero.
   */
  void writeNeuron(float* to, double z) const {
    const double rounded = (float)z;
    const float jump = (float)((slope_ - 1) * (rounded < 0 ? -rounded : rounded));
    to[0] = (float)z;
    to[1] = z > 0 ? 0 : jump;
    to[2] = z > 0 ? jump : 0;
  }

  Arena& arena_;
  const Network& network_;
  Exact& exact_;
  double slope_ = 0;
  int64_t floats_ = 0;
};
