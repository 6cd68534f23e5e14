// Vectors of float32 under one set of names, for whatever instructions this file is compiled for. Each source of a set
// includes everything within a namespace of its own: functions of the same name but other instructions must never meet.
//
// `lanes` float32 make a vector; four of them are a quad, the unit in which gradients are summed.
#pragma once
#include <cstdint>
#include <cstring>
#if defined(_M_ARM64) || defined(__aarch64__)
#include <arm_neon.h>
#else
#include <immintrin.h>
#endif
#if defined(_MSC_VER) && !defined(__clang__)
#define INLINE static __forceinline
#else
#define INLINE static inline __attribute__((always_inline))
#endif
