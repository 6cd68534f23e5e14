// The kernels for 64-bit ARM, fused.
#define CREASEBOOK_FUSED
#define CREASEBOOK_SET neon_fused
#include "one-set.h"
