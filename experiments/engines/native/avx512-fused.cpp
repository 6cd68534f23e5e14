// The kernels for avx512, fused.
#define CREASEBOOK_AVX512
#define CREASEBOOK_FUSED
#define CREASEBOOK_SET avx512_fused
#include "one-set.h"
