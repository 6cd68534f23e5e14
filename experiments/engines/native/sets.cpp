// Which instruction sets there are kernels for, and which of them this processor has.
#include "kernels.h"
#if defined(_MSC_VER) && !defined(__clang__) && !defined(_M_ARM64)
#include <immintrin.h>
#include <intrin.h>
#endif

namespace creasebook {

#if defined(_M_ARM64) || defined(__aarch64__)
namespace neon_strict {
Kernels* create(Memory&);
void evaluateLayer(unsigned char*, uint64_t, uint32_t, uint32_t, int32_t, bool);
}
namespace neon_fused { Kernels* create(Memory&); }

static bool always() { return true; }

static const InstructionSet sets[] = {{"neon", always, neon_strict::create, neon_fused::create, neon_strict::evaluateLayer}};
#else
namespace avx512_strict {
Kernels* create(Memory&);
void evaluateLayer(unsigned char*, uint64_t, uint32_t, uint32_t, int32_t, bool);
}
namespace avx512_fused { Kernels* create(Memory&); }
namespace avx2_strict {
Kernels* create(Memory&);
void evaluateLayer(unsigned char*, uint64_t, uint32_t, uint32_t, int32_t, bool);
}
namespace avx2_fused { Kernels* create(Memory&); }
namespace sse_strict {
Kernels* create(Memory&);
void evaluateLayer(unsigned char*, uint64_t, uint32_t, uint32_t, int32_t, bool);
}

#if defined(_MSC_VER) && !defined(__clang__)
/** Whether the processor has these bits of leaf 7, with fused multiply-adds, and the system keeps these registers. */
static bool hasLeaf7(int bits, unsigned long long registers) {
  int words[4];
  __cpuid(words, 0);
  if (words[0] < 7) return false;
  __cpuid(words, 1);
  const int needed = (1 << 27) | (1 << 28) | (1 << 12);
  if ((words[2] & needed) != needed || (_xgetbv(0) & registers) != registers) return false;
  __cpuidex(words, 7, 0);
  return (words[1] & bits) == bits;
}
static bool hasAvx512() { return hasLeaf7((1 << 16) | (1 << 17) | (1 << 30) | (int)(1u << 31), 0xe6); }
static bool hasAvx2() { return hasLeaf7(1 << 5, 6); }
static bool hasSse() {
  int words[4];
  __cpuid(words, 1);
  return (words[2] & (1 << 20)) != 0;
}
#else
static bool hasAvx512() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
}
static bool hasAvx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
static bool hasSse() { return __builtin_cpu_supports("sse4.2"); }
#endif

static const InstructionSet sets[] = {
    {"avx512", hasAvx512, avx512_strict::create, avx512_fused::create, avx512_strict::evaluateLayer},
    {"avx2", hasAvx2, avx2_strict::create, avx2_fused::create, avx2_strict::evaluateLayer},
    {"sse4.2", hasSse, sse_strict::create, nullptr, sse_strict::evaluateLayer},
};
#endif

const InstructionSet* instructionSets(int& count) {
  count = (int)(sizeof sets / sizeof sets[0]);
  return sets;
}

}  // namespace creasebook
