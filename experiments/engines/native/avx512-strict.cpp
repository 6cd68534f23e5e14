// The kernels for avx512, strict.
#define CREASEBOOK_AVX512
#define CREASEBOOK_SET avx512_strict
#include "one-set.h"
