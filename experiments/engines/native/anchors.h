// Anchors: the network at the centres of 16 x 16 blocks of a frame's pixels, in float64. The pixels of a block are then
// computed as differences from its anchor, whose rounding errors are in proportion to the block and not to the
// coordinates, so that a frame is as exact as its pixels need at any zoom.
class Anchors {
 public:
  Anchors(Arena& arena, const Network& network, Exact& exact) : arena_(arena), network_(network), exact_(exact) {}

  /** Prepares anchors for the frame of width x height pixels over a view. */
  void open(double x0, double y0, double x1, double y1, int width, int height, double slope) {
    slope_ = slope;
    width_ = width;
    height_ = height;
    left_ = x0;
    top_ = y0;
    pixelWidth_ = (x1 - x0) / width;
    pixelHeight_ = (y1 - y0) / height;
    columns_ = ((width - 1) >> blockShift) + 1;
    floats_ = (int64_t)network_.neurons() * anchorFloats + network_.last().outputs;
    anchors_ = arena_.allocate((double)columns_ * 4.0 * (double)floats_);
    exact_.open(slope);
    heldRow_ = -1;
  }

  /** Whether the anchors of a pixel's row are held; those of others are void once `at` is asked for one of this row. */
  bool holds(int row) const { return row >> blockShift == heldRow_; }

  /** The anchor of a pixel: three float32 for each hidden neuron, layer after layer, then the outputs before any sigmoid. */
  const float* at(int row, int column) {
    const int blockRow = row >> blockShift;
    if (blockRow != heldRow_) {
      for (int block = 0; block < columns_; block += pointsAtOnce) compute(blockRow, block);
      heldRow_ = blockRow;
    }
    return arena_.at<float>(anchors_) + floats_ * (column >> blockShift);
  }

  /** x and y of a pixel's centre less those of its anchor. */
  float fromX(int column) const { return (float)((column + 0.5 - centreOf(column, width_)) * pixelWidth_); }
  float fromY(int row) const { return (float)((row + 0.5 - centreOf(row, height_)) * pixelHeight_); }

 private:
  /** Pixels along the side of a block, as a power of two. */
  static constexpr int blockShift = 4;

  /** Centre of the block of the pixel with this index among `count`, in pixels from the frame's edge. */
  static double centreOf(int64_t index, int64_t count) {
    const int64_t start = (index >> blockShift) << blockShift;
    const int64_t end = start + (1 << blockShift);
    return 0.5 * (double)(start + (end < count ? end : count));
  }

  /** Anchors of the blocks from `first` on, as many as are computed at once. */
  void compute(int blockRow, int first) {
    double* const points = exact_.begin();
    const double y = top_ + centreOf((int64_t)blockRow << blockShift, height_) * pixelHeight_;
    for (int block = 0; block < pointsAtOnce; block++) {
      points[block] = left_ + centreOf((int64_t)(first + block) << blockShift, width_) * pixelWidth_;
      points[pointsAtOnce + block] = y;
    }
    const int blocks = pointsAtOnce < columns_ - first ? pointsAtOnce : columns_ - first;
    float* to = arena_.at<float>(anchors_) + floats_ * first;
    for (int index = 0; index < network_.count(); index++) {
      const bool isHidden = index < network_.count() - 1;
      const double* z = exact_.run(index);
      for (int row = network_.layer(index).outputs; row > 0; row--, z += pointsAtOnce) {
        for (int block = 0; block < blocks; block++) {
          if (isHidden) writeNeuron(to + floats_ * block, z[block]);
          else to[floats_ * block] = (float)z[block];
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
  int width_ = 0, height_ = 0, columns_ = 0;
  double left_ = 0, top_ = 0, pixelWidth_ = 0, pixelHeight_ = 0;
  int64_t floats_ = 0;
  uint32_t anchors_ = 0;
  /** Row of blocks whose anchors are held; -1 where none are. */
  int heldRow_ = -1;
};
