// The body of a source that compiles the kernels for one instruction set: the file defines CREASEBOOK_SET, the namespace,
// before it includes this.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif

#include "kernels.h"
#include "vectors.h"

namespace creasebook {
namespace CREASEBOOK_SET {
#if defined(_M_ARM64) || defined(__aarch64__)
#include "vectors-neon.h"
#else
#include "vectors-x86.h"
#endif

#include "layers.h"
#include "gradient.h"
#include "optimizer.h"
#include "loss.h"
#include "philox.h"
#include "shuffle.h"
#include "instance.h"
#include "training.h"
#include "exact.h"
#include "anchors.h"
#include "blocks.h"
#include "frame.h"
#include "score.h"
#include "all-kernels.h"
#if !defined(CREASEBOOK_FUSED)
#include "vertices.h"
#endif

Kernels* create(Memory& memory) { return new Instance(memory); }
}  // namespace CREASEBOOK_SET
}  // namespace creasebook
