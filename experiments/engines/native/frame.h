// Frames: values, hashes, prefix hashes and input gradients of pixels or points, tile by tile. Only two planes of
// activations exist; a neuron's hash coefficients are added while its pre-activation is still in registers.

/** How pixels are computed: in float32, as differences from anchors, or in float64. */
enum Precision { PlainPixels = 0, AnchoredPixels = 1, ExactPixels = 2 };

/** Strips in a tile of a frame; results do not depend on it. A row of a tile takes an odd number of cache lines. */
constexpr int frameStrips = 4;
constexpr int framePixels = frameStrips * 16;
constexpr int64_t frameRow = framePixels + 16;

class Frame {
 public:
  Frame(Arena& arena, const Network& network)
      : arena_(arena), network_(network), exact_(arena, network), blocks_(arena, network, exact_) {}

  void close() {
    capacity_ = 0;
    width_ = 0;
    points_ = 0;
    mostAbscissas_ = 0;
  }

  void open(int pixels, bool hashed, bool prefixed, bool differentiated, bool sigmoid) {
    close();
    require(network_.isOpen() && pixels >= 1, "A frame needs a network and pixels.");
    wantPrefixes_ = prefixed;
    wantHashes_ = hashed || prefixed;
    wantGradient_ = differentiated;
    squash_ = sigmoid;
    const int outputs = network_.last().outputs;
    const int width = network_.maxWidth();
    coefficients_ = arena_.allocate((double)network_.neurons() * 8);
    inputPlane_ = allocatePlane(2);
    planes_[0] = allocatePlane(width);
    planes_[1] = allocatePlane(width);
    lanes_ = arena_.allocate(8.0 * framePixels);
    outputPlane_ = allocatePlane(outputs);
    values_ = arena_.allocate((double)pixels * outputs * 4);
    hashes_ = arena_.allocate((double)pixels * 8);
    prefixes_ = prefixed ? arena_.allocate((double)pixels * 8 * (network_.count() - 1)) : 0;
    if (differentiated) {
      gradients_ = arena_.allocate((double)pixels * outputs * 8);
      tangentX_ = allocatePlane(width);
      tangentY_ = allocatePlane(width);
      spareTangent_ = allocatePlane(width);
      outputTangents_[0] = allocatePlane(outputs);
      outputTangents_[1] = allocatePlane(outputs);
      zeros_ = arena_.allocateZeros(4.0 * outputs);
    }
    capacity_ = pixels;
  }

  uint32_t coefficients() const { return coefficients_; }
  uint32_t values() const { return values_; }
  uint32_t hashes() const { return hashes_; }
  uint32_t prefixes() const { return prefixes_; }
  uint32_t gradients() const { return gradients_; }

  /** Chooses the pixel centres of a width x height frame over a view, and how they are computed; `slope` unrounded. */
  void setView(double x0, double y0, double x1, double y1, int width, int height, int precision, double slope) {
    require(capacity_ > 0 && width >= 1 && height >= 1, "A view needs an open frame and pixels.");
    require((int64_t)width * height < (int64_t)1 << 31, "A frame has too many pixels.");
    points_ = 0;
    precision_ = precision;
    height_ = height;
    left_ = x0;
    top_ = y0;
    viewWidth_ = x1 - x0;
    viewHeight_ = y1 - y0;
    if (precision == ExactPixels) exact_.open(slope);
    if (precision == AnchoredPixels) {
      blocks_.open(
          x0, y0, x1, y1, width, height, slope, {wantPrefixes_, wantGradient_, squash_, coefficients_});
    }
    width_ = width;
    if (precision == PlainPixels) fillAbscissas();
  }

  /** Space for up to `capacity` points float32 [n, 2] that take the place of pixels. */
  uint32_t openPoints() {
    require(capacity_ > 0, "Points need an open frame.");
    precision_ = PlainPixels;
    points_ = arena_.allocate((double)capacity_ * 8);
    return points_;
  }

  /** Computes pixels (or points) first .. first + count - 1 into places at .. at + count - 1 of the chunk's arrays. */
  void render(int first, int count, int at) {
    require(first >= 0 && count >= 0 && at >= 0 && (int64_t)at + count <= capacity_, "A chunk leads out of its arrays.");
    const int64_t most = points_ != 0 ? capacity_ : (int64_t)width_ * height_;
    require((int64_t)first + count <= most, "A chunk leads out of the frame.");
    if (precision_ == AnchoredPixels) {
      blocks_.render(first, count, targetAt(at));
      return;
    }
    const int end = first + count;
    for (int done = first; done < end;) {
      const int filled = fillTile(done, end);
      runTile(at + done - first);
      done += filled;
    }
  }

 private:
  uint32_t allocatePlane(int rows) { return arena_.allocate(4.0 * frameRow * rows); }
  float* plane(uint32_t address) const { return arena_.at<float>(address); }
  int samples() const { return strips_ * 16; }

  double abscissa(int column) const { return left_ + ((column + 0.5) / width_) * viewWidth_; }
  double ordinate(int row) const { return top_ + ((row + 0.5) / height_) * viewHeight_; }

  /** Rounded once a view: a division a pixel would cost more than a small network. */
  void fillAbscissas() {
    if (width_ > mostAbscissas_) {
      abscissas_ = arena_.allocate(4.0 * width_);
      mostAbscissas_ = width_;
    }
    for (int column = 0; column < width_; column++) plane(abscissas_)[column] = (float)abscissa(column);
  }

  int fillTile(int first, int end) {
    const int count = end - first < framePixels ? end - first : framePixels;
    strips_ = (count + 15) >> 4;
    for (int strip = 0; strip < strips_; strip++) counts_[strip] = count - 16 * strip < 16 ? count - 16 * strip : 16;
    firstPixel_ = first;
    float* const x = plane(inputPlane_);
    float* const y = x + frameRow;
    if (points_ != 0) {
      const float* const points = arena_.at<float>(points_) + 2 * (int64_t)first;
      for (int pixel = 0; pixel < count; pixel++) {
        x[pixel] = points[2 * pixel];
        y[pixel] = points[2 * pixel + 1];
      }
    } else if (precision_ == PlainPixels) {
      int row = first / width_;
      int column = first - row * width_;
      // Row after row, as far as each goes.
      for (int pixel = 0; pixel < count; row++, column = 0) {
        const int here = count - pixel < width_ - column ? count - pixel : width_ - column;
        const float level = (float)ordinate(row);
        std::memcpy(x + pixel, plane(abscissas_) + column, 4 * (size_t)here);
        for (const int end = pixel + here; pixel < end; pixel++) y[pixel] = level;
      }
    }
    // Places beyond the last pixel are computed and left out.
    for (int pixel = count; pixel < samples(); pixel++) x[pixel] = y[pixel] = 0;
    return count;
  }

  /** Places of the chunk's arrays for pixels from `at` on. */
  Blocks::Target targetAt(int64_t at) const {
    const int outputs = network_.last().outputs;
    return {
        plane(values_) + at * outputs, arena_.at<uint32_t>(hashes_) + 2 * at, arena_.at<uint32_t>(prefixes_) + 2 * at,
        capacity_, plane(gradients_) + 2 * at * outputs};
  }

  Layer layerOf(const NetworkLayer& layer, uint32_t source, uint32_t target) const {
    Layer call = {};
    call.source = plane(source);
    call.target = plane(target);
    call.sourceRow = frameRow;
    call.targetRow = frameRow;
    call.weights = plane(layer.weights);
    call.step = layer.inputs;
    call.inputs = layer.inputs;
    call.rows = layer.outputs;
    call.samples = samples();
    call.slope = network_.slope();
    call.biases = plane(layer.biases);
    return call;
  }

  void pushTangent(const NetworkLayer& layer, uint32_t source, uint32_t target, uint32_t activations) {
    Layer call = layerOf(layer, source, target);
    call.side = plane(activations);
    runLayer<Finish::Derivative, false>(call);
  }

  /** Carries both tangents through a hidden layer; what is positive where its neurons are active lies in `activations`. */
  void pushTangents(const NetworkLayer& layer, uint32_t activations) {
    pushTangent(layer, tangentX_, spareTangent_, activations);
    const uint32_t freed = tangentX_;
    tangentX_ = spareTangent_;
    pushTangent(layer, tangentY_, freed, activations);
    spareTangent_ = tangentY_;
    tangentY_ = freed;
  }

  void runHidden(int index, uint32_t source, uint32_t target, int neurons) {
    const NetworkLayer& layer = network_.layer(index);
    Layer call = layerOf(layer, source, target);
    call.hashes = arena_.at<uint32_t>(lanes_);
    call.laneRow = framePixels;
    call.coefficients = arena_.at<uint32_t>(coefficients_) + 2 * (int64_t)neurons;
    if (wantHashes_) runLayer<Finish::Hashed, false>(call);
    else runLayer<Finish::Leaky, false>(call);
  }

  /** Runs all layers; values before any sigmoid are in the output plane afterwards. */
  void runLayers(int chunkPixel) {
    uint32_t source = inputPlane_;
    int neurons = 0;
    for (int index = 0; index < network_.count() - 1; index++) {
      const uint32_t target = planes_[index & 1];
      runHidden(index, source, target, neurons);
      neurons += network_.layer(index).outputs;
      if (wantPrefixes_) copyHashes(prefixes_, (int64_t)capacity_ * index + chunkPixel);
      if (wantGradient_) pushTangents(network_.layer(index), target);
      source = target;
    }
    runLayer<Finish::Plain, false>(layerOf(network_.last(), source, outputPlane_));
  }

  /** Runs all layers in float64 for the pixels from `pixel` on of the tile, as many as are evaluated at once. */
  void runExact(int pixel) {
    double* const points = exact_.begin();
    for (int point = 0; point < pointsAtOnce; point++) {
      const int64_t index = (int64_t)firstPixel_ + pixel + point;
      const int row = (int)(index / width_);
      points[point] = abscissa((int)(index - (int64_t)row * width_));
      points[pointsAtOnce + point] = ordinate(row);
    }
    uint32_t* const hash = arena_.at<uint32_t>(lanes_) + pixel;
    const uint32_t* coefficient = arena_.at<uint32_t>(coefficients_);
    for (int index = 0; index < network_.count(); index++) {
      const double* z = exact_.run(index);
      const bool isHidden = index < network_.count() - 1;
      for (int row = 0; row < network_.layer(index).outputs; row++, z += pointsAtOnce) {
        if (isHidden) {
          for (int point = 0; point < pointsAtOnce; point++) {
            hash[point] += z[point] > 0 ? coefficient[0] : 0;
            hash[framePixels + point] += z[point] > 0 ? coefficient[1] : 0;
          }
          coefficient += 2;
        } else {
          float* const to = plane(outputPlane_) + row * frameRow + pixel;
          for (int point = 0; point < pointsAtOnce; point++) to[point] = (float)z[point];
        }
      }
      if (isHidden) exact_.activate(index);
    }
  }

  /** Computes the pixels of a filled tile into the places from `chunkPixel` on of the chunk's arrays. */
  void runTile(int chunkPixel) {
    if (wantHashes_ || precision_ == ExactPixels) std::memset(arena_.at<uint32_t>(lanes_), 0, 8 * framePixels);
    if (wantGradient_) {
      for (int row = 0; row < 2; row++) {
        for (int pixel = 0; pixel < framePixels; pixel++) {
          plane(tangentX_)[row * frameRow + pixel] = row == 0 ? 1.0f : 0.0f;
          plane(tangentY_)[row * frameRow + pixel] = row == 0 ? 0.0f : 1.0f;
        }
      }
    }
    if (precision_ == ExactPixels) {
      for (int pixel = 0; pixel < samples(); pixel += pointsAtOnce) runExact(pixel);
    } else runLayers(chunkPixel);
    const int outputs = network_.last().outputs;
    if (squash_) {
      for (int row = 0; row < outputs; row++) {
        float* const z = plane(outputPlane_) + row * frameRow;
        for (int pixel = 0; pixel < samples(); pixel++) z[pixel] = logistic(z[pixel]);
      }
    }
    copyValues(chunkPixel, outputs);
    if (wantHashes_) copyHashes(hashes_, chunkPixel);
    if (wantGradient_) copyGradients(chunkPixel, outputs);
  }

  /** Interleaves the lanes of the tile's pixels into uint32 [pixels, 2] from place `pixel` on. */
  void copyHashes(uint32_t target, int64_t pixel) {
    uint32_t* to = arena_.at<uint32_t>(target) + 2 * pixel;
    for (int strip = 0; strip < strips_; strip++) {
      const uint32_t* const from = arena_.at<uint32_t>(lanes_) + 16 * strip;
      for (int sample = 0; sample < counts_[strip]; sample++) {
        *to++ = from[sample];
        *to++ = from[framePixels + sample];
      }
    }
  }

  void copyValues(int chunkPixel, int outputs) {
    float* to = arena_.at<float>(values_) + (int64_t)chunkPixel * outputs;
    if (outputs == 1) {
      std::memcpy(to, plane(outputPlane_), 4 * (size_t)(16 * (strips_ - 1) + counts_[strips_ - 1]));
      return;
    }
    for (int strip = 0; strip < strips_; strip++) {
      for (int sample = 16 * strip; sample < 16 * strip + counts_[strip]; sample++) {
        for (int output = 0; output < outputs; output++) *to++ = plane(outputPlane_)[output * frameRow + sample];
      }
    }
  }

  void copyGradients(int chunkPixel, int outputs) {
    for (int axis = 0; axis < 2; axis++) {
      Layer call = layerOf(network_.last(), axis == 0 ? tangentX_ : tangentY_, outputTangents_[axis]);
      call.biases = plane(zeros_);
      runLayer<Finish::Plain, false>(call);
    }
    float* to = arena_.at<float>(gradients_) + 2 * (int64_t)chunkPixel * outputs;
    for (int strip = 0; strip < strips_; strip++) {
      for (int sample = 16 * strip; sample < 16 * strip + counts_[strip]; sample++) {
        for (int output = 0; output < outputs; output++) {
          const int64_t at = output * frameRow + sample;
          const float value = plane(outputPlane_)[at];
          const float factor = squash_ ? value * (1 - value) : 1.0f;
          *to++ = factor * plane(outputTangents_[0])[at];
          *to++ = factor * plane(outputTangents_[1])[at];
        }
      }
    }
  }

  Arena& arena_;
  const Network& network_;
  Exact exact_;
  Blocks blocks_;
  int capacity_ = 0, precision_ = PlainPixels;
  bool wantHashes_ = false, wantPrefixes_ = false, wantGradient_ = false, squash_ = false;
  uint32_t coefficients_ = 0, lanes_ = 0, inputPlane_ = 0, planes_[2] = {0, 0}, outputPlane_ = 0;
  uint32_t tangentX_ = 0, tangentY_ = 0, spareTangent_ = 0, outputTangents_[2] = {0, 0}, zeros_ = 0;
  uint32_t values_ = 0, hashes_ = 0, prefixes_ = 0, gradients_ = 0, points_ = 0;
  /** The view's abscissas, float32 [width], in room for `mostAbscissas_`. */
  uint32_t abscissas_ = 0;
  int mostAbscissas_ = 0;
  int width_ = 0, height_ = 0;
  double left_ = 0, top_ = 0, viewWidth_ = 0, viewHeight_ = 0;
  /** The tile at hand: strips, and pixels in each. */
  int strips_ = 0, counts_[frameStrips] = {}, firstPixel_ = 0;
};
