// What the native kernels do, whatever instructions they are compiled for: the calls of kernels.ts of the WebAssembly
// kernels, with the same bits. Addresses are byte offsets into the memory that the caller lends.
#pragma once
#include <cstdint>

#include "team.h"

namespace creasebook {

/** The memory of one instance; it grows like that of a WebAssembly module, and may move when it does. */
struct Memory {
  unsigned char* base = nullptr;
  uint64_t bytes = 0;
  /** Makes `bytes` at least so large; false where it cannot. */
  virtual bool grow(uint64_t wanted) = 0;
  virtual ~Memory() = default;
};

/** Thrown where the memory cannot grow any further. */
struct OutOfMemory {};

/** Thrown where a call's arguments lead out of what was opened before. */
struct OutOfBounds {
  const char* message;
};

/** One network at a time, in training or in rendering. */
class Kernels {
 public:
  virtual ~Kernels() = default;
  virtual void resetArena() = 0;
  virtual uint32_t allocate(double bytes) = 0;
  virtual bool allocationFailed() const = 0;
  virtual uint32_t openNetwork(uint32_t widths, int32_t count, float slope) = 0;

  virtual void openTraining(int32_t points, int32_t batch, bool useCrossEntropy) = 0;
  virtual uint32_t coordinatesAddress() const = 0;
  virtual uint32_t labelsAddress() const = 0;
  virtual uint32_t gradientAddress() const = 0;
  virtual uint32_t momentAddress(int32_t index) const = 0;
  virtual void setOptimizer(int32_t rule, double first, double second, double epsilon, double decay, int32_t steps) = 0;
  virtual void clearMoments() = 0;
  virtual void setThreads(int32_t threads) = 0;
  virtual void beginEpoch(uint32_t seed, uint32_t epoch, double rate) = 0;
  virtual int32_t advance(int32_t tiles) = 0;
  virtual int32_t tileSamples() const = 0;
  virtual double epochLoss() const = 0;
  virtual double epochGradientNorm() const = 0;
  virtual int32_t epochSteps() const = 0;
  virtual double layerGradientNorm(int32_t index) const = 0;
  virtual double differentiate() = 0;

  virtual void openFrame(int32_t pixels, bool hashed, bool prefixed, bool differentiated, bool sigmoid) = 0;
  virtual uint32_t coefficientsAddress() const = 0;
  virtual uint32_t valuesAddress() const = 0;
  virtual uint32_t hashesAddress() const = 0;
  virtual uint32_t prefixesAddress() const = 0;
  virtual uint32_t gradientsAddress() const = 0;
  virtual void setView(
      double x0, double y0, double x1, double y1, int32_t width, int32_t height, int32_t precision, double slope) = 0;
  virtual uint32_t openPoints() = 0;
  virtual void renderChunk(int32_t first, int32_t count, int32_t at) = 0;
  virtual void firstLayers(uint32_t row, uint32_t below, uint32_t step, int32_t width, uint32_t target) = 0;
  virtual void scoreLevels(uint32_t values, uint32_t levels, int32_t count, uint32_t sums) = 0;
  virtual int32_t wordsWithin(
      uint32_t seed, uint32_t stream, uint32_t subsequence, uint32_t first, int32_t count, uint32_t atMost,
      uint32_t atLeast, uint32_t target) = 0;
};

/**
 * Evaluates a layer at the vertices of an exact complex in the memory of its kernel: see vertices.h. `layout` and `record`
 * are addresses of what experiments/polytopes writes there.
 */
using EvaluateLayer = void (*)(
    unsigned char* base, uint64_t bytes, uint32_t layout, uint32_t record, int32_t slots, bool coordinates);

/** Kernels compiled for some instructions, without or with fused multiply-adds ('strict' and 'relaxed'). */
struct InstructionSet {
  const char* name;
  bool (*isSupported)();
  Kernels* (*strict)(Memory&);
  /** Null where the instructions do not fuse. */
  Kernels* (*fused)(Memory&);
  EvaluateLayer evaluateLayer;
};

/** All sets of this processor's family, the widest first; `count` of them. */
const InstructionSet* instructionSets(int& count);

}  // namespace creasebook
