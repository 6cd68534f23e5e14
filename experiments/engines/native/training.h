// Training: batches are handled in tiles of strips; a tile goes forward through all layers and back again, adding its
// part to the gradient, tile after tile. In the last tile of a batch each layer's weights take their step as soon as the
// backward pass has left it, while its gradient is still in the cache.
//
// Tiles of a batch know nothing of each other but the gradient: several threads take one each, and add at a layer in the
// order of the tiles. So a thread is one layer behind the one that has the tile before its own, and sums are the same
// however many there are.
class Training {
 public:
  Training(Arena& arena, const Network& network) : arena_(arena), network_(network) {}

  void close() { points_ = 0; }

  void open(int points, int batch, bool crossEntropy) {
    close();
    require(network_.isOpen() && points >= 1 && batch >= 1, "Training needs a network, points and batches.");
    batch_ = batch < points ? batch : points;
    crossEntropy_ = crossEntropy;
    const int outputs = network_.last().outputs;
    coordinates_ = arena_.allocateZeros((points + 16.0) * 8);
    labels_ = arena_.allocateZeros((points + 16.0) * outputs * 4);
    strips_ = stripsOfTile();
    gradient_ = arena_.allocateZeros(network_.parameterBytes());
    moments_[0] = arena_.allocateZeros(network_.parameterBytes());
    moments_[1] = arena_.allocateZeros(network_.parameterBytes());
    for (int index = 0; index < network_.count(); index++) {
      network_.layer(index).gradient = gradient_ + (network_.layer(index).weights - network_.parameters());
    }
    const double tiles = batch_ / tileSamples() + 1.0;
    tileLosses_ = arena_.allocate(8 * tiles);
    benchCount_ = 0;
    threads_ = 1;
    addBench();
    const double rounded = (points + 63) & ~63;
    pairs_ = arena_.allocate(rounded * 8);
    spare_ = arena_.allocate(rounded * 8);
    order_ = arena_.allocateZeros((points + 16.0) * 4);
    histograms_ = arena_.allocate(histogramBytes);
    isOrdered_ = false;
    phaseStep_ = 0;
    points_ = points;
    beginPass();
  }

  /** From the next tile on so many threads are at work, at least one; the results are the same. */
  void setThreads(int threads) {
    requireOpen();
    threads_ = threads < 1 ? 1 : threads < mostThreads ? threads : mostThreads;
    while (benchCount_ < threads_) addBench();
  }

  uint32_t coordinates() const { return coordinates_; }
  uint32_t labels() const { return labels_; }
  uint32_t gradient() const { return gradient_; }
  uint32_t moment(int index) const { return moments_[index == 0 ? 0 : 1]; }

  void setOptimizer(int rule, double first, double second, double epsilon, double decay, int steps) {
    rule_ = rule;
    first_ = first;
    second_ = second;
    epsilon_ = epsilon;
    decay_ = decay;
    phaseStep_ = steps;
  }

  void clearMoments() {
    requireOpen();
    for (const uint32_t moment : moments_) std::memset(arena_.at<char>(moment), 0, (size_t)network_.parameterBytes());
  }

  void beginEpoch(uint32_t seed, uint32_t epoch, double rate) {
    requireOpen();
    shuffleOrder(
        arena_.at<uint64_t>(pairs_), arena_.at<uint64_t>(spare_), arena_.at<uint32_t>(histograms_),
        arena_.at<uint32_t>(order_), seed, epoch, points_);
    isOrdered_ = true;
    rate_ = rate;
    beginPass();
  }

  /** Tiles left in the epoch after running up to `tiles` of them; 0 means that the epoch is complete. */
  int advance(int tiles) {
    requireOpen();
    while (position_ < points_) {
      if (tiles <= 0) return 1;
      const int samples = batch_ < points_ - position_ ? batch_ : points_ - position_;
      const int left = (samples - done_ + tileSamples() - 1) / tileSamples();
      const int count = left < tiles ? left : tiles;
      const bool isLast = count == left;
      if (isLast) constants_ = stepConstants(rule_, rate_, first_, second_, epsilon_, decay_, ++phaseStep_);
      runTiles(count, samples, true);
      tiles -= count;
      if (!isLast) continue;
      endStep();
      position_ += samples;
      done_ = 0;
    }
    return 0;
  }

  int tileSamples() const { return strips_ << 4; }
  double loss() const { return lossSum_ / ((double)points_ * network_.last().outputs); }
  double gradientNorm() const { return std::sqrt(squaredNormSum_ / steps_); }
  int steps() const { return steps_; }

  double layerGradientNorm(int index) const {
    require(network_.isOpen() && index >= 0 && index < network_.count(), "There is no such layer.");
    return std::sqrt(network_.layer(index).gradientNorm);
  }

  /** Loss and gradient over all points as one batch, without a step. */
  double differentiate() {
    requireOpen();
    isOrdered_ = false;
    beginPass();
    while (done_ < points_) {
      // As many tiles as losses have room for.
      const int left = (points_ - done_ + tileSamples() - 1) / tileSamples();
      const int most = batch_ / tileSamples() + 1;
      runTiles(left < most ? left : most, points_, false);
    }
    return loss();
  }

 private:
  void requireOpen() const { require(points_ > 0, "No training is open."); }

  /** Strips in a tile, from the shape and the batch alone: it fixes the order in which the gradient is summed. */
  int stripsOfTile() const {
    const int64_t fitting = tileBudget / (64 * (network_.neurons() > 1 ? (int64_t)network_.neurons() : 1));
    const int64_t most = fitting < maxTileStrips ? fitting : maxTileStrips;
    const int strips = most > 4 ? (int)most : 4;
    const int needed = (int)(((int64_t)batch_ + 15) >> 4);
    return strips < needed ? strips : needed;
  }

  uint32_t allocateTile(int rows) { return arena_.allocate(4.0 * tileRow * rows); }

  /** What a thread works on: the tile at hand, and addresses of the activations of all hidden layers. */
  struct Bench {
    uint32_t inputs, labels, outputs, packed, activations;
  };

  void addBench() {
    const int outputs = network_.last().outputs;
    const int hidden = network_.count() - 1;
    Bench& bench = benches_[benchCount_];
    bench.inputs = allocateTile(network_.layer(0).inputs);
    bench.labels = allocateTile(outputs);
    bench.outputs = allocateTile(outputs);
    bench.packed = arena_.allocate(4.0 * 4 * lanes * 4 * maxTileStrips);
    bench.activations = arena_.allocate(4.0 * hidden);
    for (int index = 0; index < hidden; index++) {
      // The backward pass puts their delta in their place.
      const uint32_t activations = allocateTile(network_.layer(index).outputs);
      arena_.at<uint32_t>(bench.activations)[index] = activations;
    }
    benchCount_++;
  }

  /** Tiles of the batch at `position_` that are run at once; in the batch's last one weights may take their step. */
  struct Group {
    Training* training;
    int first, count, samples;
    bool takesStep;
  };

  /** Runs the next `count` tiles of a batch of so many samples. */
  void runTiles(int count, int samples, bool takesStep) {
    const int first = done_ / tileSamples();
    const bool isLast = done_ + (int64_t)count * tileSamples() >= samples;
    Group group = {this, first, count, samples, takesStep && isLast};
    const int threads = threads_ < count ? threads_ : count;
    if (threads > 1) {
      team_.begin(first, network_.count());
      team_.run(threads, takeTiles, &group);
    } else {
      for (int tile = first; tile < first + count; tile++) runTile<false>(benches_[0], group, tile);
    }
    const double* const losses = arena_.at<double>(tileLosses_);
    for (int index = 0; index < count; index++) lossSum_ += losses[index];
    done_ = isLast ? samples : done_ + count * tileSamples();
  }

  /** What each thread of a team does. */
  static void takeTiles(void* context, int thread) {
    const Group& group = *static_cast<const Group*>(context);
    Training& training = *group.training;
    for (int tile = training.team_.take(); tile < group.first + group.count; tile = training.team_.take()) {
      training.runTile<true>(training.benches_[thread], group, tile);
    }
  }


  void beginPass() {
    position_ = 0;
    done_ = 0;
    lossSum_ = 0;
    squaredNormSum_ = 0;
    steps_ = 0;
  }

  /**
   * Copies `count` points from place `from` of the order into tiles of coordinates and labels, each row as
   * [quarter of the strip][strip][4], the order in which gradients are summed. The rest of the last strip is filled with
   * other points; the loss leaves them out.
   */
  void gather(const Bench& bench, int from, int count) {
    const uint32_t* const order = arena_.at<uint32_t>(order_) + from;
    const float* const coordinates = arena_.at<float>(coordinates_);
    const float* const labels = arena_.at<float>(labels_);
    float* const inputs = arena_.at<float>(bench.inputs);
    float* const targets = arena_.at<float>(bench.labels);
    const int outputs = network_.last().outputs;
    const int strips = (count + 15) >> 4;
    for (int quad = 0; quad < 4 * strips; quad++) {
      const int to = 4 * ((quad & 3) * strips + (quad >> 2));
      for (int lane = 0; lane < 4; lane++) {
        const int place = 4 * quad + lane;
        const int64_t point = isOrdered_ ? (int64_t)order[place] : from + place;
        inputs[to + lane] = coordinates[2 * point];
        inputs[tileRow + to + lane] = coordinates[2 * point + 1];
        for (int output = 0; output < outputs; output++) {
          targets[output * tileRow + to + lane] = labels[point * outputs + output];
        }
      }
    }
  }

  struct Layer layerOf(const NetworkLayer& layer, uint32_t source, uint32_t target, int samples) const {
    struct Layer call = {};
    call.source = arena_.at<float>(source);
    call.target = arena_.at<float>(target);
    call.sourceRow = tileRow;
    call.targetRow = tileRow;
    call.weights = arena_.at<float>(layer.weights);
    call.step = layer.inputs;
    call.inputs = layer.inputs;
    call.rows = layer.outputs;
    call.samples = samples;
    call.slope = network_.slope();
    call.biases = arena_.at<float>(layer.biases);
    return call;
  }

  /** Turns the activations of the layer below into its delta. */
  void layerBackward(const NetworkLayer& layer, uint32_t delta, uint32_t below, int samples) {
    struct Layer call = layerOf(layer, delta, below, samples);
    call.inputs = layer.outputs;
    call.rows = layer.inputs;
    call.side = arena_.at<float>(below);
    runLayer<Finish::Derivative, true>(call);
  }

  /** Forward and backward pass of a tile of the batch; where others work beside it, each layer in its turn. */
  template <bool isShared>
  void runTile(const Bench& bench, const Group& group, int tile) {
    const int from = tile * tileSamples();
    const int count = tileSamples() < group.samples - from ? tileSamples() : group.samples - from;
    const int samples = ((count + 15) >> 4) << 4;
    const int layers = network_.count();
    const uint32_t* const activations = arena_.at<uint32_t>(bench.activations);
    gather(bench, position_ + from, count);
    uint32_t source = bench.inputs;
    for (int index = 0; index < layers - 1; index++) {
      runLayer<Finish::Leaky, false>(layerOf(network_.layer(index), source, activations[index], samples));
      source = activations[index];
    }
    const NetworkLayer& output = network_.last();
    runLayer<Finish::Plain, false>(layerOf(output, source, bench.outputs, samples));
    float* const outputs = arena_.at<float>(bench.outputs);
    const float* const labels = arena_.at<float>(bench.labels);
    const float scale = (float)(1 / ((double)group.samples * output.outputs));
    arena_.at<double>(tileLosses_)[tile - group.first] =
        crossEntropy_ ? tileLoss<true>(outputs, labels, tileRow, output.outputs, count, samples, scale)
                      : tileLoss<false>(outputs, labels, tileRow, output.outputs, count, samples, scale);
    const bool takesStep = group.takesStep && tile == group.first + group.count - 1;
    uint32_t delta = bench.outputs;
    for (int index = layers - 1; index >= 0; index--) {
      NetworkLayer& layer = network_.layer(index);
      const uint32_t below = index > 0 ? activations[index - 1] : bench.inputs;
      const auto addLayer = tile == 0 ? addGradient<true> : addGradient<false>;
      if (isShared) team_.await(index, tile);
      addLayer(
          arena_.at<float>(delta), arena_.at<float>(below), tileRow, layer.outputs, layer.inputs, samples,
          arena_.at<float>(bench.packed), arena_.at<float>(layer.gradient),
          arena_.at<float>(layer.gradient) + (int64_t)layer.inputs * layer.outputs);
      if (index > 0) layerBackward(layer, delta, below, samples);
      delta = below;
      if (takesStep) stepLayer(layer);
      // Weights that are to change are read by nobody any more.
      if (isShared) team_.pass(index);
    }
  }

  void stepLayer(NetworkLayer& layer) {
    const uint32_t offset = layer.weights - network_.parameters();
    const Step step = {
        arena_.at<float>(layer.weights), arena_.at<float>(layer.gradient), arena_.at<float>(moments_[0] + offset),
        arena_.at<float>(moments_[1] + offset)};
    layer.gradientNorm = takeStep(rule_, step, (int64_t)(layer.inputs + 1) * layer.outputs, constants_);
  }

  void endStep() {
    double total = 0;
    for (int index = 0; index < network_.count(); index++) total += network_.layer(index).gradientNorm;
    squaredNormSum_ += total;
    steps_++;
  }

  Arena& arena_;
  const Network& network_;
  int points_ = 0;
  int batch_ = 0;
  bool crossEntropy_ = false;
  int strips_ = 0;
  uint32_t coordinates_ = 0, labels_ = 0;
  uint32_t gradient_ = 0, moments_[2] = {0, 0}, tileLosses_ = 0;
  static constexpr int mostThreads = 64;
  Bench benches_[mostThreads] = {};
  int benchCount_ = 0, threads_ = 1;
  Team team_;
  uint32_t pairs_ = 0, spare_ = 0, order_ = 0, histograms_ = 0;
  bool isOrdered_ = false;
  int rule_ = 0;
  double first_ = 0, second_ = 0, epsilon_ = 0, decay_ = 0, rate_ = 0;
  int phaseStep_ = 0;
  StepConstants constants_ = {};
  /** Start of the current batch in the epoch, and samples of it that are done. */
  int position_ = 0, done_ = 0;
  double lossSum_ = 0, squaredNormSum_ = 0;
  int steps_ = 0;
};
