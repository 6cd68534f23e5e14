// Vectors on 64-bit ARM, where a vector is a quad.
typedef float32x4_t Quad;
typedef float32x4_t Floats;
typedef uint32x4_t Words;
typedef float64x2_t Doubles;
constexpr int lanes = 4, doubleLanes = 2;
constexpr int panelRows = 6, panelVectors = 4, gradientRows = 6;

INLINE Quad loadQuad(const float* from) { return vld1q_f32(from); }
INLINE void storeQuad(float* to, Quad x) { vst1q_f32(to, x); }
INLINE Quad zeroQuad() { return vdupq_n_f32(0); }
INLINE Quad addQuads(Quad a, Quad b) { return vaddq_f32(a, b); }
INLINE Words loadWords(const uint32_t* from) { return vld1q_u32(from); }
INLINE void storeWords(uint32_t* to, Words x) { vst1q_u32(to, x); }
INLINE Words splatWords(uint32_t x) { return vdupq_n_u32(x); }
typedef uint32x4_t Active;
INLINE Active whereActive(Floats z) { return vcgtzq_f32(z); }
INLINE Words addWhere(Active active, Words sum, Words term) { return vaddq_u32(sum, vandq_u32(active, term)); }
INLINE Floats derivative(Floats at, Floats slopes) { return vbslq_f32(whereActive(at), vdupq_n_f32(1), slopes); }
INLINE Floats withoutSmall(Floats x, Floats smallest) {
  const uint32x4_t isSmall = vcltq_f32(vabsq_f32(x), smallest);
  return vreinterpretq_f32_u32(vbicq_u32(vreinterpretq_u32_f32(x), isSmall));
}
INLINE Floats fourTimes(const float* quad) { return vld1q_f32(quad); }
INLINE Floats gatherQuads(const float* const* rows, int64_t at) { return vld1q_f32(rows[0] + at); }
INLINE Floats load(const float* from) { return vld1q_f32(from); }
INLINE void store(float* to, Floats x) { vst1q_f32(to, x); }
INLINE Floats splat(float x) { return vdupq_n_f32(x); }
INLINE Floats add(Floats a, Floats b) { return vaddq_f32(a, b); }
INLINE Floats subtract(Floats a, Floats b) { return vsubq_f32(a, b); }
INLINE Floats multiply(Floats a, Floats b) { return vmulq_f32(a, b); }
INLINE Floats divide(Floats a, Floats b) { return vdivq_f32(a, b); }
INLINE Floats root(Floats a) { return vsqrtq_f32(a); }
/** b where a < b, else a: a where one of them is not a number. */
INLINE Floats largerOf(Floats a, Floats b) { return vbslq_f32(vcltq_f32(a, b), b, a); }
INLINE Doubles loadDoubles(const double* from) { return vld1q_f64(from); }
INLINE void storeDoubles(double* to, Doubles x) { vst1q_f64(to, x); }
INLINE Doubles splatDoubles(double x) { return vdupq_n_f64(x); }
INLINE Doubles addDoubles(Doubles a, Doubles b) { return vaddq_f64(a, b); }
INLINE Doubles multiplyDoubles(Doubles a, Doubles b) { return vmulq_f64(a, b); }
INLINE Doubles negateDoubles(Doubles a) { return vnegq_f64(a); }
/** a where z > 0, else b. */
INLINE Doubles whereAbove(Doubles z, Doubles a, Doubles b) { return vbslq_f64(vcgtzq_f64(z), a, b); }
/** A bit for each lane, set where a > b. */
INLINE uint32_t isGreater(Doubles a, Doubles b) {
  const uint64x2_t found = vcgtq_f64(a, b);
  return (uint32_t)((vgetq_lane_u64(found, 0) & 1) | (vgetq_lane_u64(found, 1) & 2));
}
INLINE Doubles largerDoublesOf(Doubles a, Doubles b) { return vbslq_f64(vcltq_f64(a, b), b, a); }

/** a b + c, fused where this is compiled for that. */
INLINE Floats multiplyAdd(Floats a, Floats b, Floats c) {
#if defined(CREASEBOOK_FUSED)
  return vfmaq_f32(c, a, b);
#else
  return vaddq_f32(vmulq_f32(a, b), c);
#endif
}

/** a times the number at `factor`, plus c. */
INLINE Floats multiplyAddAt(Floats a, const float* factor, Floats c) { return multiplyAdd(a, splat(*factor), c); }

/** Neighbouring lanes added, of a and then of b. */
INLINE Floats addNeighbours(Floats a, Floats b) { return vaddq_f32(vuzp1q_f32(a, b), vuzp2q_f32(a, b)); }
