// Losses and their derivatives on the outputs of a tile, and the logistic function of frames, in plain arithmetic: outputs
// are few. exp and log1p are polynomials, so that no result depends on a mathematics library.

/** exp(x) for x <= 0, relative error below 3e-7; below -87 it stays at exp(-87). Cephes expf's reduction and polynomial. */
INLINE float exponential(float x) {
  const float bounded = x < -87.0f ? -87.0f : x;
  const float n = std::nearbyint(bounded * (float)1.44269504088896341);
  float r = bounded - n * (float)0.693359375;
  r = r - n * (float)-2.12194440e-4;
  float p = (float)1.9875691500e-4;
  p = p * r + (float)1.3981999507e-3;
  p = p * r + (float)8.3334519073e-3;
  p = p * r + (float)4.1665795894e-2;
  p = p * r + (float)1.6666665459e-1;
  p = p * r + (float)5.0000001201e-1;
  p = (p * (r * r) + r) + 1.0f;
  // What is not a number counts as 0, and makes the product none.
  const uint32_t bits = (uint32_t)((n == n ? (int32_t)n : 0) + 127) << 23;
  float power;
  std::memcpy(&power, &bits, sizeof power);
  return p * power;
}

/** log(1 + u) for 0 <= u <= 1, relative error below 3e-7: 2 artanh(u / (2 + u)) as its power series. */
INLINE float logarithmOfOnePlus(float u) {
  const float s = u / (u + 2.0f);
  const float q = s * s;
  float p = (float)(1.0 / 15.0);
  p = p * q + (float)(1.0 / 13.0);
  p = p * q + (float)(1.0 / 11.0);
  p = p * q + (float)(1.0 / 9.0);
  p = p * q + (float)(1.0 / 7.0);
  p = p * q + (float)(1.0 / 5.0);
  p = p * q + (float)(1.0 / 3.0);
  p = p * q + 1.0f;
  return (s + s) * p;
}

INLINE float magnitude(float x) { return x < 0 ? -x : x; }

INLINE float logisticFrom(float z, float e) { return (z < 0 ? e : 1.0f) / (1.0f + e); }

/** 1 / (1 + exp(-z)). */
INLINE float logistic(float z) { return logisticFrom(z, exponential(-magnitude(z))); }

/**
 * Sum of the losses of `valid` samples in `rows` rows of `length` float32, `row` apart; outputs become the derivative of
 * `scale` times the loss, zero for samples beyond `valid`. Quads of a strip lie `length / 4` apart; a sum has two lanes.
 */
template <bool crossEntropy>
static double tileLoss(float* outputs, const float* labels, int64_t row, int rows, int valid, int length, float scale) {
  const float factor = crossEntropy ? scale : 2 * scale;
  double total[2] = {0, 0};
  for (int first = 0; first < valid; first += 16) {
    for (int index = 0; index < rows; index++) {
      for (int part = 0; part < 4; part++) {
        float* const z = outputs + index * row + first / 4 + part * (length / 4);
        const float* const label = labels + (z - outputs);
        float loss[4];
        for (int lane = 0; lane < 4; lane++) {
          const bool isValid = first + 4 * part + lane < valid;
          if (crossEntropy) {
            const float x = z[lane];
            const float e = exponential(-magnitude(x));
            const float linear = (x < 0 ? 0.0f : x) - x * label[lane];
            loss[lane] = isValid ? linear + logarithmOfOnePlus(e) : 0.0f;
            z[lane] = isValid ? (logisticFrom(x, e) - label[lane]) * factor : 0.0f;
          } else {
            loss[lane] = isValid ? z[lane] - label[lane] : 0.0f;
            z[lane] = loss[lane] * factor;
          }
        }
        for (int lane = 0; lane < 2; lane++) {
          const double low = loss[lane];
          const double high = loss[2 + lane];
          total[lane] += crossEntropy ? low + high : low * low + high * high;
        }
      }
    }
  }
  return total[0] + total[1];
}
