// Anchored frames, a block of 32 x 32 pixels at a time. Within a block most neurons keep their side of the crease, so the
// network is an affine function of the pixel there, but for the neurons whose crease crosses the block. With
//   dx, dy  the pixel less the block's centre, its anchor, and
//   D_k     what a crossed neuron k has on the other side of its crease than the anchor: (1 - slope) |z_k|, else 0,
// every pre-activation is its value at the anchor, which is computed in float64, plus a linear combination of these terms:
// dx, dy, D_1, D_2, ... A layer multiplies coefficients [inputs, terms] in place of activations [inputs, pixels], and a
// crossed neuron adds a term. A crease through a picture of s x s pixels meets about s / 32 of its (s / 32)^2 blocks, so a
// block has some tens of terms for its 1024 pixels. Errors are in proportion to what changes within a block.
//
// Where many creases cross a block, its quarters are cheaper, down to 8 x 8 pixels; where even those have more terms than
// pixels, activations are written out at the pixels, and the layers that are left take them as they would any samples.

class Blocks {
 public:
  Blocks(Arena& arena, const Network& network, Exact& exact) : arena_(arena), network_(network), anchors_(arena, network, exact) {}

  struct Wanted {
    bool prefixes, gradient, squash;
    /** uint32 [neurons, 2] */
    uint32_t coefficients;
  };

  /** Prepares the frame of width x height pixels over a view; `slope` without rounding. */
  void open(double x0, double y0, double x1, double y1, int width, int height, double slope, const Wanted& wanted) {
    anchors_.open(slope);
    wanted_ = wanted;
    width_ = width;
    height_ = height;
    left_ = x0;
    top_ = y0;
    pixelWidth_ = (x1 - x0) / width;
    pixelHeight_ = (y1 - y0) / height;
    leastWork_ = 0;
    for (int index = 0; index < network_.count(); index++) {
      leastWork_ += 16.0 * network_.layer(index).inputs * network_.layer(index).outputs;
    }
    blockColumns_ = (width - 1) / blockSide + 1;
    anchorsOfRow_ = arena_.allocate(4.0 * blockColumns_ * (double)anchors_.floats());
    centres_ = arena_.allocate(16.0 * blockColumns_);
    for (uint32_t& each : anchorsOfQuarters_) each = arena_.allocate(16.0 * (double)anchors_.floats());
    kink_ = (float)(1 - slope);
    heldRow_ = -1;
    const int widest = network_.maxWidth();
    const double pixels = (double)width * blockSide;
    const int outputs = network_.last().outputs;
    heldValues_ = arena_.allocate(4 * pixels * outputs);
    heldHashes_ = arena_.allocate(8 * pixels);
    heldPrefixes_ = wanted.prefixes ? arena_.allocate(8 * pixels * (network_.count() - 1)) : 0;
    heldGradients_ = wanted.gradient ? arena_.allocate(8 * pixels * outputs) : 0;
    termRow_ = ((mostTerms + widest + 15) & ~15) + 16;
    const int terms = mostTerms + widest;
    for (uint32_t& plane : coefficientPlanes_) plane = arena_.allocate(4.0 * termRow_ * widest);
    group_ = arena_.allocate(4.0 * termRow_ * groupRows);
    reach_ = arena_.allocate(4.0 * termRow_);
    candidates_ = arena_.allocate(4.0 * widest);
    zeros_ = arena_.allocateZeros(4.0 * widest);
    lanes_ = arena_.allocate(8.0 * blockPixels);
    terms_[0] = allocatePlane(terms);
    sums_ = allocatePlane(groupRows);
    outputs_ = allocatePlane(outputs);
    for (uint32_t& plane : dense_) plane = allocatePlane(widest);
    for (int axis = 0; axis < 2 && wanted.gradient; axis++) {
      terms_[1 + axis] = allocatePlane(terms);
      slopes_[axis] = allocatePlane(groupRows);
      tangents_[axis] = allocatePlane(widest);
    }
    if (!wanted.gradient) return;
    spareTangent_ = allocatePlane(widest);
    kept_ = allocatePlane(widest);
    for (uint32_t& plane : outputTangents_) plane = allocatePlane(outputs);
  }

  /** Where a chunk's results go: places of the first pixel. Prefixes are those of the first layer, the next ones `step` hashes on. */
  struct Target {
    float* values;
    uint32_t* hashes;
    uint32_t* prefixes;
    int64_t step;
    float* gradients;
  };

  /** Copies the pixels first .. first + count - 1, computing the rows of blocks that they lie in. */
  void render(int first, int count, Target to) {
    const int outputs = network_.last().outputs;
    while (count > 0) {
      const int row = first / width_ / blockSide;
      if (row != heldRow_) computeRow(row);
      const int64_t start = (int64_t)row * blockSide * width_;
      const int64_t held = (int64_t)width_ * rowsOf(row);
      const int64_t from = first - start;
      const int64_t copied = held - from < count ? held - from : count;
      std::memcpy(to.values, at<float>(heldValues_) + from * outputs, (size_t)copied * outputs * 4);
      std::memcpy(to.hashes, at<uint32_t>(heldHashes_) + 2 * from, (size_t)copied * 8);
      for (int layer = 0; wanted_.prefixes && layer < network_.count() - 1; layer++) {
        const uint32_t* const prefixes = at<uint32_t>(heldPrefixes_) + 2 * (layer * prefixStep() + from);
        std::memcpy(to.prefixes + 2 * layer * to.step, prefixes, (size_t)copied * 8);
      }
      if (wanted_.gradient) {
        std::memcpy(to.gradients, at<float>(heldGradients_) + 2 * from * outputs, (size_t)copied * outputs * 8);
        to.gradients += 2 * copied * outputs;
      }
      to.values += copied * outputs;
      to.hashes += 2 * copied;
      to.prefixes += wanted_.prefixes ? 2 * copied : 0;
      first += (int)copied;
      count -= (int)copied;
    }
  }

 private:
  /** Pixels along the side of a block, and of its smallest parts. */
  static constexpr int blockSide = 32, leastSide = 8;
  static constexpr int blockPixels = blockSide * blockSide;
  /** float32 from one row of a block's pixels to the next: an odd number of cache lines. */
  static constexpr int64_t pixelRow = blockPixels + 16;
  /** Terms of a block before its activations are written out at the pixels; fewer where there are fewer pixels. */
  static constexpr int mostTerms = 384;
  /** Terms of the smallest part, behind the last layer, with which pixels are cheaper. */
  static constexpr int crowd = 40;
  /** Neurons that are looked at together. */
  static constexpr int groupRows = 24;
  /** What is computed of a neuron's reach over a block may be wrong by so much of it. */
  static constexpr float reachMargin = 1.0001f;

  template <typename T>
  T* at(uint32_t address) const { return arena_.at<T>(address); }
  float* plane(uint32_t address) const { return arena_.at<float>(address); }
  uint32_t allocatePlane(int rows) { return arena_.allocate(4.0 * pixelRow * rows); }
  int64_t prefixStep() const { return (int64_t)width_ * blockSide; }
  int rowsOf(int row) const { return height_ - row * blockSide < blockSide ? height_ - row * blockSide : blockSide; }
  /** Pixels of the block, in whole strips of 16. */
  int samples() const { return (rows_ * side_ + 15) & ~15; }
  int paddedTerms() const { return (termCount_ + 15) & ~15; }

  void computeRow(int row) {
    heldRow_ = -1;
    const int rows = rowsOf(row);
    double* const x = at<double>(centres_);
    double* const y = x + blockColumns_;
    for (int block = 0; block < blockColumns_; block++) {
      x[block] = abscissa(block * blockSide, columnsOf(block));
      y[block] = ordinate(row * blockSide, rows);
    }
    anchors_.compute(x, y, blockColumns_, at<float>(anchorsOfRow_));
    firstRow_ = row * blockSide;
    for (int block = 0; block < blockColumns_; block++) {
      const float* const anchor = at<float>(anchorsOfRow_) + block * anchors_.floats();
      computePart({block * blockSide, 0, columnsOf(block), rows, blockSide}, anchor);
    }
    heldRow_ = row;
  }

  int columnsOf(int block) const {
    return width_ - block * blockSide < blockSide ? width_ - block * blockSide : blockSide;
  }
  /** Centre of `count` columns or rows of pixels from `first` on. */
  double abscissa(int first, int count) const { return left_ + (first + 0.5 * count) * pixelWidth_; }
  double ordinate(int first, int count) const { return top_ + (first + 0.5 * count) * pixelHeight_; }

  /** A block or a part of it: its first pixel, among the rows that are held, and its size, clipped by the frame. */
  struct Part {
    int column, row, columns, rows, side;
  };

  void computePart(const Part& part, const float* anchor) {
    if (computeBlock(part, anchor)) return;
    Part quarters[4];
    double x[4], y[4];
    int count = 0;
    const int side = part.side / 2;
    for (int row = 0; row < part.rows; row += side) {
      for (int column = 0; column < part.columns; column += side) {
        const Part quarter = {
            part.column + column, part.row + row, part.columns - column < side ? part.columns - column : side,
            part.rows - row < side ? part.rows - row : side, side};
        x[count] = abscissa(quarter.column, quarter.columns);
        y[count] = ordinate(firstRow_ + quarter.row, quarter.rows);
        quarters[count++] = quarter;
      }
    }
    float* const anchors = at<float>(anchorsOfQuarters_[side == blockSide / 2 ? 0 : 1]);
    anchors_.compute(x, y, count, anchors);
    for (int each = 0; each < count; each++) computePart(quarters[each], anchors + each * anchors_.floats());
  }

  /** False where quarters are cheaper. */
  bool computeBlock(const Part& part, const float* anchor) {
    begin(part);
    uint32_t* const coefficients = at<uint32_t>(wanted_.coefficients);
    int neurons = 0;
    for (int index = 0; index < network_.count() - 1; index++) {
      const NetworkLayer& layer = network_.layer(index);
      if (isDense_) runDense(layer, anchor, coefficients + 2 * neurons);
      else {
        multiplyTerms(layer);
        addLayer(layer, anchor, coefficients + 2 * neurons);
        const bool isCrowded = crowds(index + 1);
        const bool isSlow = evaluationWork_ > 2 * leastWork_ && evaluationWork_ > productWork_;
        if (side_ == blockSide ? isCrowded || isSlow : side_ > leastSide && !isCrowded && isSlow) return false;
        const bool isFull = side_ < blockSide && (isCrowded || 2 * termCount_ > samples());
        if (isFull || termCount_ > mostTerms) writeOut(layer.outputs);
      }
      neurons += layer.outputs;
      anchor += anchorFloats * layer.outputs;
      if (wanted_.prefixes) copyHashes(at<uint32_t>(heldPrefixes_) + 2 * index * prefixStep());
    }
    copyHashes(at<uint32_t>(heldHashes_));
    finish(anchor);
    return true;
  }

  /** Whether the smallest parts will have about as many terms as are worth it, going by the first layers. */
  bool crowds(int layers) const {
    const int hidden = network_.count() - 1;
    return 6 * layers >= hidden && (double)(termCount_ - 2) * hidden * leastSide > (double)crowd * layers * side_;
  }

  /** The block's terms are dx and dy; pixels beyond the frame repeat its last ones. */
  void begin(const Part& part) {
    column_ = part.column;
    row_ = part.row;
    columns_ = part.columns;
    rows_ = part.rows;
    side_ = part.side;
    isDense_ = false;
    termCount_ = 2;
    evaluationWork_ = productWork_ = 0;
    float* const x = plane(terms_[0]);
    float* const y = x + pixelRow;
    for (int pixel = 0; pixel < samples(); pixel++) {
      const int column = pixel % side_ < columns_ ? pixel % side_ : columns_ - 1;
      const int row = pixel / side_ < rows_ ? pixel / side_ : rows_ - 1;
      x[pixel] = (float)((column + 0.5 - 0.5 * columns_) * pixelWidth_);
      y[pixel] = (float)((row + 0.5 - 0.5 * rows_) * pixelHeight_);
    }
    reachX_ = magnitude(x[0]);
    reachY_ = magnitude(y[0]);
    std::memset(at<float>(reach_), 0, 4 * termRow_);
    std::memset(at<uint32_t>(lanes_), 0, 8 * blockPixels);
    always_[0] = always_[1] = 0;
    source_ = 0;
    float* const inputs = plane(coefficientPlanes_[0]);
    std::memset(inputs, 0, 8 * termRow_);
    inputs[0] = inputs[termRow_ + 1] = 1;
    for (int axis = 0; axis < 2 && wanted_.gradient; axis++) {
      for (int term = 0; term < 2; term++) fill(plane(terms_[1 + axis]) + term * pixelRow, term == axis ? 1.0f : 0.0f);
    }
  }

  void fill(float* row, float value) const {
    for (int pixel = 0; pixel < samples(); pixel++) row[pixel] = value;
  }

  /** A product with weights, without bias: `rows` of them by samples in rows that lie as told. */
  struct Layer productOf(const float* weights, int64_t step, int inputs, int rows) const {
    struct Layer call = {};
    call.weights = weights;
    call.step = step;
    call.inputs = inputs;
    call.rows = rows;
    call.biases = at<float>(zeros_);
    call.sourceRow = call.targetRow = pixelRow;
    call.samples = samples();
    call.slope = network_.slope();
    return call;
  }

  struct Layer productOf(const NetworkLayer& layer) const {
    return productOf(at<float>(layer.weights), layer.inputs, layer.inputs, layer.outputs);
  }

  /** Coefficients of a layer's pre-activations, from those of the activations below. */
  void multiplyTerms(const NetworkLayer& layer) {
    struct Layer call = productOf(layer);
    call.source = plane(coefficientPlanes_[source_]);
    call.target = plane(coefficientPlanes_[1 - source_]);
    call.sourceRow = call.targetRow = termRow_;
    call.samples = paddedTerms();
    runLayer<Finish::Plain, false>(call);
    source_ = 1 - source_;
    productWork_ += (double)layer.inputs * layer.outputs * paddedTerms();
  }

  /** Pre-activations' coefficients become activations', with a new term for each neuron that is crossed. */
  void addLayer(const NetworkLayer& layer, const float* anchor, const uint32_t* coefficients) {
    const int before = paddedTerms();
    float* const z = plane(coefficientPlanes_[source_]);
    int32_t* const candidates = at<int32_t>(candidates_);
    int count = 0;
    const int terms = termCount_;
    const int first = termCount_;
    for (int row = 0; row < layer.outputs; row++) {
      const float middle = anchor[anchorFloats * row];
      if (!(magnitude(middle) > reachMargin * reachOf(z + row * termRow_, before, middle > 0))) candidates[count++] = row;
      else if (middle > 0) addAlways(coefficients + 2 * row);
    }
    evaluationWork_ += (double)count * terms * samples();
    for (int from = 0; from < count; from += groupRows) {
      const int rows = count - from < groupRows ? count - from : groupRows;
      evaluate(z, candidates + from, rows, terms);
      for (int each = 0; each < rows; each++) {
        const int row = candidates[from + each];
        const bool isActive = anchor[anchorFloats * row] > 0;
        if (!cross(each, anchor[anchorFloats * row], coefficients + 2 * row)) {
          if (isActive) addAlways(coefficients + 2 * row);
          continue;
        }
        candidates[termCount_ - 1 - first] = row;
      }
    }
    // As activations, on the anchor's side.
    const Floats slopes = splat(network_.slope());
    for (int row = 0; row < layer.outputs; row++) {
      float* const to = z + row * termRow_;
      if (!(anchor[anchorFloats * row] > 0)) {
        for (int term = 0; term < before; term += lanes) store(to + term, multiply(load(to + term), slopes));
      }
      for (int term = before; term < paddedTerms(); term++) to[term] = 0;
    }
    for (int term = first; term < termCount_; term++) z[candidates[term - first] * termRow_ + term] = 1;
  }

  void addAlways(const uint32_t* coefficient) {
    always_[0] += coefficient[0];
    always_[1] += coefficient[1];
  }

  /** How far a pre-activation gets from its value at the anchor towards zero, at most, in the block. */
  float reachOf(const float* z, int terms, bool isActive) const {
    const Floats towards = splat(isActive ? -1.0f : 1.0f);
    const Floats zero = splat(0.0f);
    constexpr int vectors = 16 / lanes;
    Floats sums[vectors];
    for (int v = 0; v < vectors; v++) sums[v] = zero;
    for (int term = 0; term < terms; term += 16) {
      for (int v = 0; v < vectors; v++) {
        const Floats most = multiply(load(at<float>(reach_) + term + v * lanes), load(z + term + v * lanes));
        sums[v] = add(sums[v], largerOf(multiply(most, towards), zero));
      }
    }
    float each[16];
    for (int v = 0; v < vectors; v++) store(each + v * lanes, sums[v]);
    for (int half = 8; half > 0; half /= 2) {
      for (int lane = 0; lane < half; lane++) each[lane] += each[lane + half];
    }
    return each[0] + (magnitude(z[0]) * reachX_ + magnitude(z[1]) * reachY_);
  }

  /** Pre-activations less those at the anchor, of some neurons at all pixels, and their gradients where they are wanted. */
  void evaluate(const float* z, const int32_t* neurons, int rows, int terms) {
    float* const weights = at<float>(group_);
    for (int each = 0; each < rows; each++) {
      std::memcpy(weights + each * termRow_, z + neurons[each] * termRow_, (size_t)terms * 4);
    }
    struct Layer call = productOf(weights, termRow_, terms, rows);
    call.source = plane(terms_[0]);
    call.target = plane(sums_);
    runLayer<Finish::Plain, false>(call);
    for (int axis = 0; axis < 2 && wanted_.gradient; axis++) {
      call.source = plane(terms_[1 + axis]);
      call.target = plane(slopes_[axis]);
      runLayer<Finish::Plain, false>(call);
    }
  }

  /** Whether the pixels lie on both sides of a neuron's crease; then its term and its part of the hash are added. */
  bool cross(int each, float middle, const uint32_t* coefficient) {
    const bool isActive = middle > 0;
    float* const sum = plane(sums_) + each * pixelRow;
    float* const term = plane(terms_[0]) + termCount_ * pixelRow;
    const Floats away = splat(isActive ? -kink_ : kink_);
    const Floats zero = splat(0.0f);
    Words active = splatWords(0);
    Floats most = zero;
    for (int pixel = 0; pixel < samples(); pixel += lanes) {
      const Floats z = add(load(sum + pixel), splat(middle));
      const Floats beyond = largerOf(multiply(z, away), zero);
      active = addWhere(whereActive(z), active, splatWords(1));
      most = largerOf(most, beyond);
      store(sum + pixel, z);
      store(term + pixel, beyond);
    }
    uint32_t counts[lanes];
    float mosts[lanes];
    storeWords(counts, active);
    store(mosts, most);
    int total = 0;
    for (int lane = 0; lane < lanes; lane++) {
      total += (int)counts[lane];
      if (mosts[lane] > mosts[0]) mosts[0] = mosts[lane];
    }
    if (total == (isActive ? samples() : 0)) return false;
    at<float>(reach_)[termCount_] = mosts[0];
    uint32_t* const hashes = at<uint32_t>(lanes_);
    for (int pixel = 0; pixel < samples(); pixel += lanes) {
      const Active isOn = whereActive(load(sum + pixel));
      storeWords(hashes + pixel, addWhere(isOn, loadWords(hashes + pixel), splatWords(coefficient[0])));
      uint32_t* const second = hashes + blockPixels + pixel;
      storeWords(second, addWhere(isOn, loadWords(second), splatWords(coefficient[1])));
    }
    for (int axis = 0; axis < 2 && wanted_.gradient; axis++) {
      const float* const slope = plane(slopes_[axis]) + each * pixelRow;
      float* const to = plane(terms_[1 + axis]) + termCount_ * pixelRow;
      const float factor = isActive ? -kink_ : kink_;
      for (int pixel = 0; pixel < samples(); pixel++) to[pixel] = (sum[pixel] > 0) != isActive ? factor * slope[pixel] : 0.0f;
    }
    termCount_++;
    return true;
  }

  /** Writes the activations' differences out at the pixels, from their coefficients, and their gradients. */
  void writeOut(int rows) {
    isDense_ = true;
    denseSource_ = 0;
    struct Layer call = productOf(plane(coefficientPlanes_[source_]), termRow_, termCount_, rows);
    call.source = plane(terms_[0]);
    call.target = plane(dense_[0]);
    runLayer<Finish::Plain, false>(call);
    for (int axis = 0; axis < 2 && wanted_.gradient; axis++) {
      call.source = plane(terms_[1 + axis]);
      call.target = plane(tangents_[axis]);
      runLayer<Finish::Plain, false>(call);
    }
  }

  void runDense(const NetworkLayer& layer, const float* anchor, const uint32_t* coefficients) {
    struct Layer call = productOf(layer);
    call.source = plane(dense_[denseSource_]);
    call.target = plane(dense_[1 - denseSource_]);
    call.hashes = at<uint32_t>(lanes_);
    call.laneRow = blockPixels;
    call.coefficients = coefficients;
    const float* anchors[blockPixels / 16];
    for (const float*& each : anchors) each = anchor;
    call.anchors = anchors;
    denseSource_ = 1 - denseSource_;
    if (!wanted_.gradient) {
      runLayer<Finish::Anchored, false>(call);
      return;
    }
    call.side = plane(kept_);
    runLayer<Finish::AnchoredKept, false>(call);
    for (uint32_t& tangent : tangents_) {
      call.source = plane(tangent);
      call.target = plane(spareTangent_);
      runLayer<Finish::Derivative, false>(call);
      const uint32_t freed = tangent;
      tangent = spareTangent_;
      spareTangent_ = freed;
    }
  }

  /** Place of the first pixel of a row of the block among those that are held. */
  int64_t placeOf(int row) const { return (int64_t)(row_ + row) * width_ + column_; }

  void copyHashes(uint32_t* held) const {
    const uint32_t* const from = at<uint32_t>(lanes_);
    for (int row = 0; row < rows_; row++) {
      uint32_t* const to = held + 2 * placeOf(row);
      for (int column = 0; column < columns_; column++) {
        to[2 * column] = always_[0] + from[row * side_ + column];
        to[2 * column + 1] = always_[1] + from[blockPixels + row * side_ + column];
      }
    }
  }

  /** Values and gradients of the outputs, whose values at the anchor before any sigmoid are `anchor`. */
  void finish(const float* anchor) {
    const NetworkLayer& layer = network_.last();
    const int outputs = layer.outputs;
    struct Layer call = productOf(layer);
    if (!isDense_) {
      multiplyTerms(layer);
      call = productOf(plane(coefficientPlanes_[source_]), termRow_, termCount_, outputs);
    }
    call.source = plane(isDense_ ? dense_[denseSource_] : terms_[0]);
    call.target = plane(outputs_);
    runLayer<Finish::Plain, false>(call);
    for (int axis = 0; axis < 2 && wanted_.gradient; axis++) {
      call.source = plane(isDense_ ? tangents_[axis] : terms_[1 + axis]);
      call.target = plane(outputTangents_[axis]);
      runLayer<Finish::Plain, false>(call);
    }
    for (int row = 0; row < rows_; row++) {
      float* to = at<float>(heldValues_) + placeOf(row) * outputs;
      float* gradient = wanted_.gradient ? at<float>(heldGradients_) + 2 * placeOf(row) * outputs : nullptr;
      for (int column = 0; column < columns_; column++) {
        for (int output = 0; output < outputs; output++) {
          const int64_t place = output * pixelRow + row * side_ + column;
          const float z = plane(outputs_)[place] + anchor[output];
          const float value = wanted_.squash ? logistic(z) : z;
          *to++ = value;
          if (!wanted_.gradient) continue;
          const float factor = wanted_.squash ? value * (1 - value) : 1.0f;
          for (const uint32_t tangent : outputTangents_) *gradient++ = factor * plane(tangent)[place];
        }
      }
    }
  }

  Arena& arena_;
  const Network& network_;
  Anchors anchors_;
  Wanted wanted_ = {};
  int width_ = 0, height_ = 0;
  float kink_ = 0;
  /** Row of blocks that is held; -1 where none is. */
  int heldRow_ = -1;
  uint32_t heldValues_ = 0, heldHashes_ = 0, heldPrefixes_ = 0, heldGradients_ = 0;
  double left_ = 0, top_ = 0, pixelWidth_ = 0, pixelHeight_ = 0;
  int blockColumns_ = 0, firstRow_ = 0;
  uint32_t anchorsOfRow_ = 0, anchorsOfQuarters_[2] = {0, 0}, centres_ = 0;
  /** The block at hand, and multiplications that it took so far, beside those of two strips of terms. */
  int column_ = 0, row_ = 0, columns_ = 0, rows_ = 0, side_ = 0;
  double productWork_ = 0, evaluationWork_ = 0, leastWork_ = 0;
  /** Terms at the pixels, and their derivatives by x and y. */
  uint32_t terms_[3] = {0, 0, 0};
  int termCount_ = 0;
  /** Largest value of each term in the block, and of |dx| and |dy|, which have none in that list. */
  uint32_t reach_ = 0;
  float reachX_ = 0, reachY_ = 0;
  /** Coefficients of a layer's neurons, float32 [rows][termRow], and of the one before it. */
  uint32_t coefficientPlanes_[2] = {0, 0};
  int64_t termRow_ = 0;
  int source_ = 0;
  uint32_t candidates_ = 0, group_ = 0, sums_ = 0, slopes_[2] = {0, 0}, zeros_ = 0;
  /** Lanes of the hash at the pixels, beside what neurons add that are active in the whole block. */
  uint32_t lanes_ = 0, always_[2] = {0, 0};
  bool isDense_ = false;
  uint32_t dense_[2] = {0, 0}, tangents_[2] = {0, 0}, spareTangent_ = 0, kept_ = 0;
  int denseSource_ = 0;
  uint32_t outputs_ = 0, outputTangents_[2] = {0, 0};
};
