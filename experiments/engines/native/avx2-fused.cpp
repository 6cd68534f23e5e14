// The kernels for avx2, fused.
#define CREASEBOOK_AVX2
#define CREASEBOOK_FUSED
#define CREASEBOOK_SET avx2_fused
#include "one-set.h"
