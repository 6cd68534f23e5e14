// The kernels for SSE 4.2, which every 64-bit PC has.
#define CREASEBOOK_SET sse_strict
#include "one-set.h"
