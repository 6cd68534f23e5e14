// Everything that is compiled once for each instruction set: the calls of kernels.h on an instance. Included within the
// namespace of the set.
class Instance final : public Kernels {
 public:
  explicit Instance(Memory& memory)
      : arena_(memory), network_(arena_), training_(arena_, network_), frame_(arena_, network_) {}

  void resetArena() override {
    arena_.reset();
    network_.close();
    training_.close();
    frame_.close();
  }
  uint32_t allocate(double bytes) override { return arena_.allocate(bytes); }
  bool allocationFailed() const override { return arena_.hasFailed(); }
  uint32_t openNetwork(uint32_t widths, int32_t count, float slope) override {
    training_.close();
    frame_.close();
    return network_.open(widths, count, slope);
  }

  void openTraining(int32_t points, int32_t batch, bool crossEntropy) override {
    training_.open(points, batch, crossEntropy);
  }
  uint32_t coordinatesAddress() const override { return training_.coordinates(); }
  uint32_t labelsAddress() const override { return training_.labels(); }
  uint32_t gradientAddress() const override { return training_.gradient(); }
  uint32_t momentAddress(int32_t index) const override { return training_.moment(index); }
  void setOptimizer(int32_t rule, double first, double second, double epsilon, double decay, int32_t steps) override {
    training_.setOptimizer(rule, first, second, epsilon, decay, steps);
  }
  void clearMoments() override { training_.clearMoments(); }
  void setThreads(int32_t threads) override { training_.setThreads(threads); }
  void beginEpoch(uint32_t seed, uint32_t epoch, double rate) override { training_.beginEpoch(seed, epoch, rate); }
  int32_t advance(int32_t tiles) override { return training_.advance(tiles); }
  int32_t tileSamples() const override { return training_.tileSamples(); }
  double epochLoss() const override { return training_.loss(); }
  double epochGradientNorm() const override { return training_.gradientNorm(); }
  int32_t epochSteps() const override { return training_.steps(); }
  double layerGradientNorm(int32_t index) const override { return training_.layerGradientNorm(index); }
  double differentiate() override { return training_.differentiate(); }

  void openFrame(int32_t pixels, bool hashed, bool prefixed, bool differentiated, bool sigmoid) override {
    frame_.open(pixels, hashed, prefixed, differentiated, sigmoid);
  }
  uint32_t coefficientsAddress() const override { return frame_.coefficients(); }
  uint32_t valuesAddress() const override { return frame_.values(); }
  uint32_t hashesAddress() const override { return frame_.hashes(); }
  uint32_t prefixesAddress() const override { return frame_.prefixes(); }
  uint32_t gradientsAddress() const override { return frame_.gradients(); }
  void setView(
      double x0, double y0, double x1, double y1, int32_t width, int32_t height, int32_t precision,
      double slope) override {
    frame_.setView(x0, y0, x1, y1, width, height, precision, slope);
  }
  uint32_t openPoints() override { return frame_.openPoints(); }
  void renderChunk(int32_t first, int32_t count, int32_t at) override { frame_.render(first, count, at); }

  /** The first layer at which neighbouring pixels part, from prefix hashes of two rows. */
  void firstLayers(uint32_t row, uint32_t below, uint32_t step, int32_t width, uint32_t target) override {
    const int layers = network_.count() - 1;
    require(width >= 0 && layers >= 0, "There are no pixels to compare.");
    const double bytes = 8.0 * width + (double)step * (layers > 0 ? layers - 1 : 0);
    arena_.check(row, bytes, 8);
    if (below != 0) arena_.check(below, bytes, 8);
    arena_.check(target, 2.0 * width, 2);
    require(step % 8 == 0, "A step is a whole number of hashes.");
    uint16_t* const found = arena_.at<uint16_t>(target);
    for (int64_t column = 0; column < width; column++) {
      found[column] = 0xffff;
      for (int layer = 0; layer < layers; layer++) {
        const uint64_t* const here = arena_.at<uint64_t>(row) + column + layer * (int64_t)(step / 8);
        const uint64_t* const lower = arena_.at<uint64_t>(below) + column + layer * (int64_t)(step / 8);
        if (!((column + 1 < width && here[1] != here[0]) || (below != 0 && lower[0] != here[0]))) continue;
        found[column] = (uint16_t)layer;
        break;
      }
    }
  }

  void scoreLevels(uint32_t values, uint32_t levels, int32_t count, uint32_t sums) override {
    require(count >= 0, "There are no pixels to score.");
    arena_.check(values, 4.0 * count, 4);
    arena_.check(levels, count, 1);
    arena_.check(sums, 32, 8);
    addScores(arena_.at<float>(values), arena_.at<uint8_t>(levels), count, arena_.at<double>(sums));
  }

  int32_t wordsWithin(
      uint32_t seed, uint32_t stream, uint32_t subsequence, uint32_t first, int32_t count, uint32_t atMost,
      uint32_t atLeast, uint32_t target) override {
    require(count >= 0 && first % 64 == 0, "Words are looked through from a multiple of 64 on.");
    arena_.check(target, 8.0 * count, 4);
    return findWords(seed, stream, subsequence, first, count, atMost, atLeast, arena_.at<uint32_t>(target));
  }

 private:
  Arena arena_;
  Network network_;
  Training training_;
  Frame frame_;
};
