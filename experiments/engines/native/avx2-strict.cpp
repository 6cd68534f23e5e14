// The kernels for avx2, strict.
#define CREASEBOOK_AVX2
#define CREASEBOOK_SET avx2_strict
#include "one-set.h"
