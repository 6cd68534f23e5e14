// Training: batches are handled in tiles of strips; a tile goes forward through all layers and back again, adding its
// part to the gradient, tile after tile. In the last tile of a batch each layer's weights take their step as soon as the
// backward pass has left it, while its gradient is still in the cache.
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
    inputTile_ = allocateTile(network_.layer(0).inputs);
    labelTile_ = allocateTile(outputs);
    outputTile_ = allocateTile(outputs);
    gradient_ = arena_.allocateZeros(network_.parameterBytes());
    moments_[0] = arena_.allocateZeros(network_.parameterBytes());
    moments_[1] = arena_.allocateZeros(network_.parameterBytes());
    packed_ = arena_.allocate(4.0 * 4 * lanes * 4 * maxTileStrips);
    for (int index = 0; index < network_.count(); index++) {
      network_.layer(index).gradient = gradient_ + (network_.layer(index).weights - network_.parameters());
      if (index == network_.count() - 1) break;
      const uint32_t activations = allocateTile(network_.layer(index).outputs);
      network_.layer(index).activations = activations;
    }
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
    const int outputs = network_.last().outputs;
    while (position_ < points_) {
      if (tiles-- == 0) return 1;
      const int samples = batch_ < points_ - position_ ? batch_ : points_ - position_;
      const int count = tileSamples() < samples - done_ ? tileSamples() : samples - done_;
      const bool isLast = done_ + count == samples;
      if (isLast) constants_ = stepConstants(rule_, rate_, first_, second_, epsilon_, decay_, ++phaseStep_);
      runTile(position_ + done_, count, (float)(1 / ((double)samples * outputs)), done_ == 0, isLast);
      done_ += count;
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
    const float scale = (float)(1 / ((double)points_ * network_.last().outputs));
    for (; done_ < points_; done_ += tileSamples()) {
      const int left = points_ - done_;
      runTile(done_, tileSamples() < left ? tileSamples() : left, scale, done_ == 0, false);
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
  void gather(int from, int count) {
    const uint32_t* const order = arena_.at<uint32_t>(order_) + from;
    const float* const coordinates = arena_.at<float>(coordinates_);
    const float* const labels = arena_.at<float>(labels_);
    float* const inputs = arena_.at<float>(inputTile_);
    float* const targets = arena_.at<float>(labelTile_);
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

  /** Forward and backward pass of `count` samples of the batch; `scale` = 1 / (batch size * outputs). */
  void runTile(int from, int count, float scale, bool isFirst, bool stepsAfter) {
    const int samples = ((count + 15) >> 4) << 4;
    gather(from, count);
    uint32_t source = inputTile_;
    for (int index = 0; index < network_.count() - 1; index++) {
      const NetworkLayer& layer = network_.layer(index);
      runLayer<Finish::Leaky, false>(layerOf(layer, source, layer.activations, samples));
      source = layer.activations;
    }
    const NetworkLayer& output = network_.last();
    runLayer<Finish::Plain, false>(layerOf(output, source, outputTile_, samples));
    float* const outputs = arena_.at<float>(outputTile_);
    const float* const labels = arena_.at<float>(labelTile_);
    lossSum_ += crossEntropy_ ? tileLoss<true>(outputs, labels, tileRow, output.outputs, count, samples, scale)
                              : tileLoss<false>(outputs, labels, tileRow, output.outputs, count, samples, scale);
    uint32_t delta = outputTile_;
    for (int index = network_.count() - 1; index >= 0; index--) {
      NetworkLayer& layer = network_.layer(index);
      const uint32_t below = index > 0 ? network_.layer(index - 1).activations : inputTile_;
      const auto addLayer = isFirst ? addGradient<true> : addGradient<false>;
      addLayer(
          arena_.at<float>(delta), arena_.at<float>(below), tileRow, layer.outputs, layer.inputs, samples,
          arena_.at<float>(packed_), arena_.at<float>(layer.gradient),
          arena_.at<float>(layer.gradient) + (int64_t)layer.inputs * layer.outputs);
      if (index > 0) layerBackward(layer, delta, below, samples);
      delta = below;
      if (stepsAfter) stepLayer(layer);
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
  uint32_t inputTile_ = 0, labelTile_ = 0, outputTile_ = 0;
  uint32_t gradient_ = 0, moments_[2] = {0, 0}, packed_ = 0;
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
