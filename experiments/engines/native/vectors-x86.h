// Quads on x86, and the names that differ by width.
typedef __m128 Quad;

INLINE Quad loadQuad(const float* from) { return _mm_loadu_ps(from); }
INLINE void storeQuad(float* to, Quad x) { _mm_storeu_ps(to, x); }
INLINE Quad zeroQuad() { return _mm_setzero_ps(); }
INLINE Quad addQuads(Quad a, Quad b) { return _mm_add_ps(a, b); }

#if defined(CREASEBOOK_AVX512)
typedef __m512 Floats;
typedef __m512i Words;
constexpr int lanes = 16;
constexpr int panelRows = 6, panelVectors = 4, gradientRows = 6;
#define OF_WIDTH(name) _mm512_##name
INLINE Words loadWords(const uint32_t* from) { return _mm512_loadu_si512(from); }
INLINE void storeWords(uint32_t* to, Words x) { _mm512_storeu_si512(to, x); }
typedef __mmask16 Active;
INLINE Active whereActive(Floats z) { return _mm512_cmp_ps_mask(z, _mm512_setzero_ps(), _CMP_GT_OQ); }
INLINE Words addWhere(Active active, Words sum, Words term) { return _mm512_mask_add_epi32(sum, active, sum, term); }
INLINE Floats derivative(Floats at, Floats slopes) {
  return _mm512_mask_blend_ps(whereActive(at), slopes, _mm512_set1_ps(1));
}
INLINE Floats withoutSmall(Floats x, Floats smallest) {
  const __mmask16 isSmall = _mm512_cmp_ps_mask(_mm512_abs_ps(x), smallest, _CMP_LT_OQ);
  return _mm512_mask_mov_ps(x, isSmall, _mm512_setzero_ps());
}
INLINE Floats fourTimes(const float* quad) { return _mm512_broadcast_f32x4(_mm_loadu_ps(quad)); }
INLINE Floats gatherQuads(const float* const* rows, int64_t at) {
  Floats x = _mm512_castps128_ps512(_mm_loadu_ps(rows[0] + at));
  x = _mm512_insertf32x4(x, _mm_loadu_ps(rows[1] + at), 1);
  x = _mm512_insertf32x4(x, _mm_loadu_ps(rows[2] + at), 2);
  return _mm512_insertf32x4(x, _mm_loadu_ps(rows[3] + at), 3);
}
/** Writes 16 float32 from `at` on of each of 16 rows as columns: `to` float32 [16, 16]. */
INLINE void transposeSquare(const float* const* rows, int64_t at, float* to) {
  Floats x[16], y[16];
  for (int i = 0; i < 16; i++) x[i] = _mm512_loadu_ps(rows[i] + at);
  for (int i = 0; i < 16; i += 2) {
    y[i] = _mm512_unpacklo_ps(x[i], x[i + 1]);
    y[i + 1] = _mm512_unpackhi_ps(x[i], x[i + 1]);
  }
  // Quad q of x[4 b + l] holds number 4 q + l of the rows 4 b to 4 b + 3.
  for (int b = 0; b < 16; b += 4) {
    x[b] = _mm512_shuffle_ps(y[b], y[b + 2], 0x44);
    x[b + 1] = _mm512_shuffle_ps(y[b], y[b + 2], 0xee);
    x[b + 2] = _mm512_shuffle_ps(y[b + 1], y[b + 3], 0x44);
    x[b + 3] = _mm512_shuffle_ps(y[b + 1], y[b + 3], 0xee);
  }
  for (int l = 0; l < 4; l++) {
    const Floats evenLow = _mm512_shuffle_f32x4(x[l], x[4 + l], 0x88);
    const Floats evenHigh = _mm512_shuffle_f32x4(x[8 + l], x[12 + l], 0x88);
    const Floats oddLow = _mm512_shuffle_f32x4(x[l], x[4 + l], 0xdd);
    const Floats oddHigh = _mm512_shuffle_f32x4(x[8 + l], x[12 + l], 0xdd);
    _mm512_storeu_ps(to + 16 * l, _mm512_shuffle_f32x4(evenLow, evenHigh, 0x88));
    _mm512_storeu_ps(to + 16 * (4 + l), _mm512_shuffle_f32x4(oddLow, oddHigh, 0x88));
    _mm512_storeu_ps(to + 16 * (8 + l), _mm512_shuffle_f32x4(evenLow, evenHigh, 0xdd));
    _mm512_storeu_ps(to + 16 * (12 + l), _mm512_shuffle_f32x4(oddLow, oddHigh, 0xdd));
  }
}
#elif defined(CREASEBOOK_AVX2)
typedef __m256 Floats;
typedef __m256i Words;
constexpr int lanes = 8;
constexpr int panelRows = 5, panelVectors = 2, gradientRows = 2;
#define OF_WIDTH(name) _mm256_##name
INLINE Words loadWords(const uint32_t* from) { return _mm256_loadu_si256((const __m256i*)from); }
INLINE void storeWords(uint32_t* to, Words x) { _mm256_storeu_si256((__m256i*)to, x); }
typedef __m256 Active;
INLINE Active whereActive(Floats z) { return _mm256_cmp_ps(z, _mm256_setzero_ps(), _CMP_GT_OQ); }
INLINE Words addWhere(Active active, Words sum, Words term) {
  return _mm256_add_epi32(sum, _mm256_and_si256(_mm256_castps_si256(active), term));
}
INLINE Floats derivative(Floats at, Floats slopes) {
  return _mm256_blendv_ps(slopes, _mm256_set1_ps(1), whereActive(at));
}
INLINE Floats withoutSmall(Floats x, Floats smallest) {
  const Floats size = _mm256_andnot_ps(_mm256_set1_ps(-0.0f), x);
  return _mm256_andnot_ps(_mm256_cmp_ps(size, smallest, _CMP_LT_OQ), x);
}
INLINE Floats fourTimes(const float* quad) { return _mm256_broadcast_ps((const __m128*)quad); }
INLINE Floats gatherQuads(const float* const* rows, int64_t at) {
  return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(rows[0] + at)), _mm_loadu_ps(rows[1] + at), 1);
}
#else
typedef __m128 Floats;
typedef __m128i Words;
constexpr int lanes = 4;
constexpr int panelRows = 5, panelVectors = 2, gradientRows = 2;
#define OF_WIDTH(name) _mm_##name
INLINE Words loadWords(const uint32_t* from) { return _mm_loadu_si128((const __m128i*)from); }
INLINE void storeWords(uint32_t* to, Words x) { _mm_storeu_si128((__m128i*)to, x); }
typedef __m128 Active;
INLINE Active whereActive(Floats z) { return _mm_cmpgt_ps(z, _mm_setzero_ps()); }
INLINE Words addWhere(Active active, Words sum, Words term) {
  return _mm_add_epi32(sum, _mm_and_si128(_mm_castps_si128(active), term));
}
INLINE Floats derivative(Floats at, Floats slopes) { return _mm_blendv_ps(slopes, _mm_set1_ps(1), whereActive(at)); }
INLINE Floats withoutSmall(Floats x, Floats smallest) {
  return _mm_andnot_ps(_mm_cmplt_ps(_mm_andnot_ps(_mm_set1_ps(-0.0f), x), smallest), x);
}
INLINE Floats fourTimes(const float* quad) { return _mm_loadu_ps(quad); }
INLINE Floats gatherQuads(const float* const* rows, int64_t at) { return _mm_loadu_ps(rows[0] + at); }
#endif

INLINE Floats load(const float* from) { return OF_WIDTH(loadu_ps)(from); }
INLINE void store(float* to, Floats x) { OF_WIDTH(storeu_ps)(to, x); }
INLINE Floats splat(float x) { return OF_WIDTH(set1_ps)(x); }
INLINE Floats add(Floats a, Floats b) { return OF_WIDTH(add_ps)(a, b); }
INLINE Floats subtract(Floats a, Floats b) { return OF_WIDTH(sub_ps)(a, b); }
INLINE Floats multiply(Floats a, Floats b) { return OF_WIDTH(mul_ps)(a, b); }
INLINE Floats divide(Floats a, Floats b) { return OF_WIDTH(div_ps)(a, b); }
INLINE Floats root(Floats a) { return OF_WIDTH(sqrt_ps)(a); }
/** b where a < b, else a: a where one of them is not a number. */
INLINE Floats largerOf(Floats a, Floats b) { return OF_WIDTH(max_ps)(b, a); }
INLINE Words splatWords(uint32_t x) { return OF_WIDTH(set1_epi32)((int32_t)x); }

// Float64 is for anchors and exact complexes, in whose short rows the widest vectors gain nothing: four lanes do.
#if defined(CREASEBOOK_AVX512) || defined(CREASEBOOK_AVX2)
typedef __m256d Doubles;
constexpr int doubleLanes = 4;
#define OF_DOUBLES(name) _mm256_##name
INLINE Doubles isAbove(Doubles a, Doubles b) { return _mm256_cmp_pd(a, b, _CMP_GT_OQ); }
#else
typedef __m128d Doubles;
constexpr int doubleLanes = 2;
#define OF_DOUBLES(name) _mm_##name
INLINE Doubles isAbove(Doubles a, Doubles b) { return _mm_cmpgt_pd(a, b); }
#endif
INLINE Doubles loadDoubles(const double* from) { return OF_DOUBLES(loadu_pd)(from); }
INLINE void storeDoubles(double* to, Doubles x) { OF_DOUBLES(storeu_pd)(to, x); }
INLINE Doubles splatDoubles(double x) { return OF_DOUBLES(set1_pd)(x); }
INLINE Doubles addDoubles(Doubles a, Doubles b) { return OF_DOUBLES(add_pd)(a, b); }
INLINE Doubles multiplyDoubles(Doubles a, Doubles b) { return OF_DOUBLES(mul_pd)(a, b); }
INLINE Doubles negateDoubles(Doubles a) { return OF_DOUBLES(sub_pd)(OF_DOUBLES(setzero_pd)(), a); }
INLINE Doubles largerDoublesOf(Doubles a, Doubles b) { return OF_DOUBLES(max_pd)(b, a); }
/** a where z > 0, else b. */
INLINE Doubles whereAbove(Doubles z, Doubles a, Doubles b) {
  return OF_DOUBLES(blendv_pd)(b, a, isAbove(z, OF_DOUBLES(setzero_pd)()));
}
/** A bit for each lane, set where a > b. */
INLINE uint32_t isGreater(Doubles a, Doubles b) { return (uint32_t)OF_DOUBLES(movemask_pd)(isAbove(a, b)); }
#undef OF_DOUBLES

/** a b + c, fused where this is compiled for that. */
INLINE Floats multiplyAdd(Floats a, Floats b, Floats c) {
#if defined(CREASEBOOK_FUSED)
  return OF_WIDTH(fmadd_ps)(a, b, c);
#else
  return add(multiply(a, b), c);
#endif
}

/**
 * a times the number at `factor`, plus c. The number is read once for every vector that it multiplies: with AVX-512 a
 * multiplication reads and repeats it at no cost, while to repeat it in a register first takes Zen 4 a cycle in which it
 * does not calculate.
 */
INLINE Floats multiplyAddAt(Floats a, const float* factor, Floats c) {
#if defined(CREASEBOOK_AVX512) && !defined(CREASEBOOK_FUSED) && defined(__GNUC__)
  // Another place for each vector, as far as the compiler knows, so that it does not read it once for all.
  asm("" : "+r"(factor) : "v"(a));
#endif
  return multiplyAdd(a, splat(*factor), c);
}

/** Neighbouring lanes added, of a and then of b, quad by quad. */
INLINE Floats addNeighbours(Floats a, Floats b) {
#if defined(CREASEBOOK_AVX512)
  return add(_mm512_shuffle_ps(a, b, 0x88), _mm512_shuffle_ps(a, b, 0xdd));
#elif defined(CREASEBOOK_AVX2)
  return add(_mm256_shuffle_ps(a, b, 0x88), _mm256_shuffle_ps(a, b, 0xdd));
#else
  return add(_mm_shuffle_ps(a, b, 0x88), _mm_shuffle_ps(a, b, 0xdd));
#endif
}
#undef OF_WIDTH
