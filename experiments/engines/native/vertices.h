// A layer's values at the vertices of a chunk of an exact complex, in float64, and their strict signs: what dense.ts of the
// geometry kernel does, in that kernel's own memory and with its bits. Sums run over the inputs in ascending order.

/** Vertices, and vectors of neurons, at a time. */
constexpr int vertexRows = 5;
constexpr int neuronVectors = 2;
constexpr int neuronGroup = neuronVectors * doubleLanes;

/** Where the geometry kernel's memory has what is needed: fields of its layout and of a layer's record. */
class VertexLayout {
 public:
  VertexLayout(unsigned char* base, uint64_t bytes, uint32_t layout, uint32_t record, int32_t slots)
      : base_(base), bytes_(bytes), slots_(slots) {
    check(layout, 132, 4);
    check(record, 40, 8);
    const uint32_t* const fields = (const uint32_t*)(base + layout);
    const uint32_t* const layer = (const uint32_t*)(base + record);
    rowBytes = fields[3];
    inputs = (int)layer[0];
    width = (int)layer[1];
    padded = (width + 1) & ~1;
    std::memcpy(&slope, base + record + 32, sizeof slope);
    require(slots >= 0 && (uint32_t)slots <= fields[0], "There is no room for so many vertices.");
    require(inputs >= 1 && inputs <= 65536 && width >= 1 && width <= 65536, "A width lies out of range.");
    require(rowBytes % 16 == 0 && rowBytes >= 16.0 + 8.0 * (padded > inputs ? padded : inputs), "Rows are too short.");
    scales = section<double>(fields[15], 8.0 * slots);
    signs = section<uint64_t>(fields[16], 16.0 * words() * slots);
    rows = section<double>(fields[17], (double)rowBytes * slots);
    weights = section<const double>(layer[3], 8.0 * inputs * padded);
    biases = section<const double>(layer[4], 8.0 * padded);
    weightTolerances = section<const double>(layer[5], 8.0 * padded);
    biasTolerances = section<const double>(layer[6], 8.0 * padded);
  }

  int words() const { return (width + 63) / 64; }
  int slots() const { return slots_; }

  uint32_t rowBytes;
  int inputs, width, padded;
  double slope;
  double* scales;
  uint64_t* signs;
  double* rows;
  /** Panels of four neurons, the last one of two where two are left: [panels, inputs, 4]. */
  const double* weights;
  const double* biases;
  const double* weightTolerances;
  const double* biasTolerances;

 private:
  void check(uint32_t address, double length, uint32_t alignment) const {
    require(address % alignment == 0 && address + length <= (double)bytes_, "A section leads out of the memory.");
  }

  template <typename T>
  T* section(uint32_t address, double length) const {
    check(address, length, 8);
    return (T*)(base_ + address);
  }

  unsigned char* base_;
  uint64_t bytes_;
  int32_t slots_;
};

/** Work space of one call: weights by groups of neurons, padded constants, inputs and results of some vertices. */
class VertexWork {
 public:
  explicit VertexWork(const VertexLayout& at) : groups((at.padded + neuronGroup - 1) / neuronGroup) {
    const size_t width = (size_t)groups * neuronGroup;
    const size_t inputs = (size_t)at.inputs;
    all_ = (double*)std::malloc(sizeof(double) * (width * (inputs + 3 + vertexRows) + vertexRows * inputs));
    if (all_ == nullptr) throw OutOfMemory{};
    weights = all_;
    biases = weights + width * inputs;
    weightTolerances = biases + width;
    biasTolerances = weightTolerances + width;
    values = biasTolerances + width;
    sources = values + width * vertexRows;
    pack(at);
  }
  ~VertexWork() { std::free(all_); }
  VertexWork(const VertexWork&) = delete;
  VertexWork& operator=(const VertexWork&) = delete;

  int64_t width() const { return (int64_t)groups * neuronGroup; }

  int groups;
  /** [groups, inputs, neurons of a group] */
  double* weights;
  double* biases;
  double* weightTolerances;
  double* biasTolerances;
  /** [vertices, width] */
  double* values;
  /** [vertices, inputs] */
  double* sources;

 private:
  void pack(const VertexLayout& at) {
    for (int neuron = 0; neuron < groups * neuronGroup; neuron++) {
      const bool isThere = neuron < at.padded;
      biases[neuron] = isThere ? at.biases[neuron] : 0;
      // What is not there has no sign.
      weightTolerances[neuron] = isThere ? at.weightTolerances[neuron] : 0;
      biasTolerances[neuron] = isThere ? at.biasTolerances[neuron] : 1;
      const int panel = neuron & ~3;
      const int panelWidth = at.padded - panel < 4 ? at.padded - panel : 4;
      const double* const from = at.weights + (int64_t)panel * at.inputs + (neuron - panel);
      double* const to = weights + (int64_t)(neuron - neuron % neuronGroup) * at.inputs + neuron % neuronGroup;
      for (int64_t input = 0; input < at.inputs; input++) {
        to[input * neuronGroup] = isThere ? from[input * panelWidth] : 0;
      }
    }
  }

  double* all_;
};

/** Copies a vertex's inputs, activated unless they are coordinates; returns the largest magnitude. */
INLINE double takeInputs(const double* from, double* to, int inputs, double slope, bool coordinates) {
  const Doubles slopes = splatDoubles(slope);
  Doubles sizes = splatDoubles(0);
  int input = 0;
  for (; input + doubleLanes <= inputs; input += doubleLanes) {
    const Doubles z = loadDoubles(from + input);
    const Doubles value = coordinates ? z : whereAbove(z, z, multiplyDoubles(z, slopes));
    storeDoubles(to + input, value);
    sizes = largerDoublesOf(sizes, largerDoublesOf(value, negateDoubles(value)));
  }
  double each[doubleLanes];
  storeDoubles(each, sizes);
  double largest = 0;
  for (int lane = 0; lane < doubleLanes; lane++) largest = each[lane] > largest ? each[lane] : largest;
  for (; input < inputs; input++) {
    const double z = from[input];
    const double value = coordinates || z > 0 ? z : z * slope;
    to[input] = value;
    const double size = value < 0 ? -value : value;
    largest = size > largest ? size : largest;
  }
  return largest;
}

/** A group of neurons at `count` vertices. */
template <int count>
INLINE void vertexGroup(const double* sources, int inputs, const double* w, const double* biases, double* to, int64_t width) {
  Doubles z[count][neuronVectors];
  for (int r = 0; r < count; r++) {
    for (int v = 0; v < neuronVectors; v++) z[r][v] = loadDoubles(biases + v * doubleLanes);
  }
  for (int input = 0; input < inputs; input++, w += neuronGroup) {
    Doubles weight[neuronVectors];
    for (int v = 0; v < neuronVectors; v++) weight[v] = loadDoubles(w + v * doubleLanes);
    for (int r = 0; r < count; r++) {
      const Doubles h = splatDoubles(sources[(int64_t)r * inputs + input]);
      for (int v = 0; v < neuronVectors; v++) z[r][v] = addDoubles(z[r][v], multiplyDoubles(weight[v], h));
    }
  }
  for (int r = 0; r < count; r++) {
    for (int v = 0; v < neuronVectors; v++) storeDoubles(to + r * width + v * doubleLanes, z[r][v]);
  }
}

/** Decides the strict signs of a vertex's values. */
INLINE void classify(const VertexWork& work, const double* values, double scale, int words, uint64_t* signs) {
  const Doubles scales = splatDoubles(scale);
  const int64_t width = work.width();
  for (int word = 0; word < words; word++) {
    uint64_t plus = 0, minus = 0;
    const int64_t first = 64 * (int64_t)word;
    const int64_t end = first + 64 < width ? first + 64 : width;
    for (int64_t at = first; at < end; at += doubleLanes) {
      const Doubles z = loadDoubles(values + at);
      const Doubles tolerance = addDoubles(
          multiplyDoubles(loadDoubles(work.weightTolerances + at), scales), loadDoubles(work.biasTolerances + at));
      plus |= (uint64_t)isGreater(z, tolerance) << (at - first);
      minus |= (uint64_t)isGreater(negateDoubles(tolerance), z) << (at - first);
    }
    signs[word] = plus;
    signs[words + word] = minus;
  }
}

template <int count>
INLINE void evaluateVertices(const VertexLayout& at, const VertexWork& work, int slot, bool coordinates) {
  const int64_t stride = at.rowBytes / 8;
  double* const rows = at.rows + slot * stride;
  for (int r = 0; r < count; r++) {
    const double* const from = rows + r * stride + (coordinates ? 0 : 2);
    at.scales[slot + r] = takeInputs(from, work.sources + (int64_t)r * at.inputs, at.inputs, at.slope, coordinates);
  }
  for (int group = 0; group < work.groups; group++) {
    const int64_t neuron = (int64_t)group * neuronGroup;
    vertexGroup<count>(
        work.sources, at.inputs, work.weights + neuron * at.inputs, work.biases + neuron, work.values + neuron,
        work.width());
  }
  for (int r = 0; r < count; r++) {
    const double* const values = work.values + r * work.width();
    std::memcpy(rows + r * stride + 2, values, sizeof(double) * (size_t)at.padded);
    classify(work, values, at.scales[slot + r], at.words(), at.signs + 2 * (int64_t)at.words() * (slot + r));
  }
}

/** Replaces every vertex's values by the layer's pre-activations, and notes their signs and the inputs' magnitudes. */
void evaluateLayer(
    unsigned char* base, uint64_t bytes, uint32_t layout, uint32_t record, int32_t slots, bool coordinates) {
  const VertexLayout at(base, bytes, layout, record, slots);
  const VertexWork work(at);
  int slot = 0;
  for (; slot + vertexRows <= slots; slot += vertexRows) evaluateVertices<vertexRows>(at, work, slot, coordinates);
  for (; slot < slots; slot++) evaluateVertices<1>(at, work, slot, coordinates);
}
