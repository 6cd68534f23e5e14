// The module of the native kernels, which ends its process in a call of theirs: the environment says in which one.
#include <node_api.h>

#include <cstdlib>

static napi_status createDouble(napi_env env, double value, napi_value* result) {
  static const char* const named = std::getenv("CREASEBOOK_ABORT_AT");
  static long left = named == nullptr ? 0 : std::atol(named);
  if (left > 0 && --left == 0) std::abort();
  return napi_create_double(env, value, result);
}

#define napi_create_double createDouble
#include "addon.cpp"
