// Sums of values against the levels of a picture.

/** Pixels whose squares are computed together before they are added one after another. */
constexpr int scoredTogether = 64;

/**
 * Adds pixels of one output to sums float64 [4]: squared differences of values float32 from levels uint8 / 255, one after
 * another in float64; then how many are below 0.5 in the values, in the levels, and in both.
 */
static void addScores(const float* values, const uint8_t* levels, int64_t count, double* sums) {
  double total = sums[0];
  for (int64_t start = 0; start < count; start += scoredTogether) {
    const int here = count - start < scoredTogether ? (int)(count - start) : scoredTogether;
    double squares[scoredTogether];
    int darkValues = 0, darkTruth = 0, darkBoth = 0;
    for (int pixel = 0; pixel < here; pixel++) {
      const float value = values[start + pixel];
      const float share = (float)levels[start + pixel] / 255.0f;
      const double difference = (double)value - (double)share;
      squares[pixel] = difference * difference;
      darkValues += value < 0.5f;
      darkTruth += share < 0.5f;
      darkBoth += (value < 0.5f) & (share < 0.5f);
    }
    for (int pixel = 0; pixel < here; pixel++) total += squares[pixel];
    sums[1] += darkValues;
    sums[2] += darkTruth;
    sums[3] += darkBoth;
  }
  sums[0] = total;
}
