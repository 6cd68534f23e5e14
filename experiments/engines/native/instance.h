// One instance: its arena, its network, and what training and frames keep of both. Nothing but the arena knows where the
// memory lies; everything else is reached through offsets, which memories that move leave as they are.

/** Samples of the longest tile in training, and float32 from one of its rows to the next: an odd number of cache lines. */
constexpr int maxTileStrips = 16;
constexpr int64_t tileRow = (maxTileStrips + 1) * 16;

/** Bytes that the activations of a tile may take: half of a usual second-level cache. */
constexpr int64_t tileBudget = 1 << 20;

struct NetworkLayer {
  int inputs;
  int outputs;
  /** [outputs, inputs] row-major, then the bias [outputs]. */
  uint32_t weights;
  uint32_t biases;
  uint32_t gradient;
  /** Squared L2 norm of the last gradient. */
  double gradientNorm;
};

/** Where the address sanitizer watches, only what was allocated may be touched. */
#if defined(__SANITIZE_ADDRESS__)
INLINE void lockBytes(const void* from, uint64_t bytes) { __asan_poison_memory_region(from, bytes); }
INLINE void unlockBytes(const void* from, uint64_t bytes) { __asan_unpoison_memory_region(from, bytes); }
constexpr uint32_t lockedBytes = 64;
#else
INLINE void lockBytes(const void*, uint64_t) {}
INLINE void unlockBytes(const void*, uint64_t) {}
constexpr uint32_t lockedBytes = 0;
#endif

/** The bump allocator of an instance, reset as a whole between uses. */
class Arena {
 public:
  explicit Arena(Memory& memory) : memory_(memory) {}
  ~Arena() { unlockBytes(memory_.base, memory_.bytes); }

  void reset() {
    top_ = lineBytes;
    hasFailed_ = false;
    lockBytes(memory_.base, memory_.bytes);
  }

  bool hasFailed() const { return hasFailed_; }

  /** Address of `bytes` fresh bytes, aligned to a cache line, contents undefined. */
  uint32_t allocate(double bytes) {
    const uint64_t start = top_;
    if (!(bytes >= 0 && bytes <= mostBytes)) fail();
    const uint64_t end = (start + (uint64_t)bytes + (lineBytes - 1)) & ~(uint64_t)(lineBytes - 1);
    if (end > mostBytes || (end > memory_.bytes && !grow(end))) fail();
    top_ = end + lockedBytes;
    unlockBytes(memory_.base + start, (uint64_t)bytes);
    return (uint32_t)start;
  }

  uint32_t allocateZeros(double bytes) {
    const uint32_t start = allocate(bytes);
    std::memset(memory_.base + start, 0, (size_t)bytes);
    return start;
  }

  template <typename T>
  T* at(uint32_t address) const {
    return (T*)(memory_.base + address);
  }

  /** Throws where `bytes` from an address of the caller's on do not lie in what was allocated. */
  void check(uint32_t address, double bytes, uint32_t alignment) const {
    if (!(bytes >= 0 && address + bytes <= (double)top_) || address % alignment != 0) {
      throw OutOfBounds{"An address leads out of what was allocated."};
    }
  }

 private:
  static constexpr uint32_t lineBytes = 64;
  static constexpr double mostBytes = 4294901760.0;

  bool grow(uint64_t end) {
    const uint64_t before = memory_.bytes;
    if (!memory_.grow(end)) return false;
    lockBytes(memory_.base + before, memory_.bytes - before);
    return true;
  }

  [[noreturn]] void fail() {
    hasFailed_ = true;
    throw OutOfMemory{};
  }

  Memory& memory_;
  uint64_t top_ = lineBytes;
  bool hasFailed_ = false;
};

INLINE void require(bool holds, const char* message) {
  if (!holds) throw OutOfBounds{message};
}

/** The network and its parameters in PyTorch's order. */
class Network {
 public:
  explicit Network(Arena& arena) : arena_(arena) {}

  void close() { count_ = 0; }

  bool isOpen() const { return count_ > 0; }

  /** Address of the parameters, to be filled by the caller; `widths` int32 [count + 1]. */
  uint32_t open(uint32_t widths, int count, float slope) {
    close();
    require(count >= 1 && count <= 1 << 20, "A network has at least one layer.");
    arena_.check(widths, 4.0 * (count + 1), 4);
    table_ = arena_.allocateZeros((double)count * sizeof(NetworkLayer));
    slope_ = slope;
    neurons_ = 0;
    int64_t total = 0;
    maxWidth_ = arena_.at<int32_t>(widths)[0];
    for (int index = 0; index < count; index++) {
      const int32_t* const width = arena_.at<int32_t>(widths) + index;
      require(width[0] >= 1 && width[1] >= 1 && width[0] <= 65536 && width[1] <= 65536, "A width lies out of range.");
      NetworkLayer& layer = arena_.at<NetworkLayer>(table_)[index];
      layer.inputs = width[0];
      layer.outputs = width[1];
      layer.weights = (uint32_t)(4 * total);
      total += (int64_t)(layer.inputs + 1) * layer.outputs;
      require(total < (int64_t)1 << 29, "A network has too many parameters.");
      layer.biases = (uint32_t)(4 * (total - layer.outputs));
      if (layer.outputs > maxWidth_) maxWidth_ = layer.outputs;
      if (index < count - 1) neurons_ += layer.outputs;
    }
    parameterCount_ = total;
    parameters_ = arena_.allocateZeros(4.0 * (double)total);
    for (int index = 0; index < count; index++) {
      NetworkLayer& layer = arena_.at<NetworkLayer>(table_)[index];
      layer.weights += parameters_;
      layer.biases += parameters_;
    }
    count_ = count;
    return parameters_;
  }

  NetworkLayer& layer(int index) const { return arena_.at<NetworkLayer>(table_)[index]; }
  NetworkLayer& last() const { return layer(count_ - 1); }
  int count() const { return count_; }
  int neurons() const { return neurons_; }
  int maxWidth() const { return maxWidth_; }
  float slope() const { return slope_; }
  uint32_t parameters() const { return parameters_; }
  double parameterBytes() const { return 4.0 * (double)parameterCount_; }

 private:
  Arena& arena_;
  uint32_t table_ = 0;
  uint32_t parameters_ = 0;
  int64_t parameterCount_ = 0;
  int count_ = 0;
  int neurons_ = 0;
  int maxWidth_ = 0;
  float slope_ = 0;
};
