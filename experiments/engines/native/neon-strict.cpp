// The kernels for 64-bit ARM, strict.
#define CREASEBOOK_SET neon_strict
#include "one-set.h"
