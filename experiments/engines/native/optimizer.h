// One step of each optimiser, with PyTorch's update rules.
enum Rule { Adam = 0, AdamW = 1, Sgd = 2, Momentum = 3, RmsProp = 4 };

constexpr double smallestNormal = 1.1754943508222875e-38;

/** Constants of one step, computed in float64 and rounded once. */
struct StepConstants {
  float of[9];
};

/** base^exponent for a whole exponent >= 0, by squaring. */
static double power(double base, int exponent) {
  double result = 1;
  for (; exponent > 0; exponent >>= 1) {
    if (exponent & 1) result *= base;
    base *= base;
  }
  return result;
}

/** `first` is beta1, momentum or alpha, as the rule has it; `t` counts the steps of an optimiser from 1. */
static StepConstants stepConstants(
    int rule, double rate, double first, double second, double epsilon, double decay, int t) {
  if (rule == Adam || rule == AdamW) {
    const bool decoupled = rule == AdamW;
    return {{
        (float)(rate / (1 - power(first, t))), (float)(1 / std::sqrt(1 - power(second, t))), (float)(1 - first),
        (float)second, (float)(1 - second), (float)epsilon, (float)(decoupled ? 1 - rate * decay : 1),
        (float)(decoupled ? 0 : decay), (float)smallestNormal,
    }};
  }
  return {{(float)rate, (float)decay, (float)first, (float)(1 - first), (float)epsilon, 0, 0, 0, (float)smallestNormal}};
}

/** A vector of weights with its gradients, moments and constants. */
struct Step {
  float* w;
  const float* g;
  float* m;
  float* v;
};

/** Adam (Kingma & Ba 2015, algorithm 1) and AdamW (Loshchilov & Hutter 2019, algorithm 2). */
template <bool decays>
INLINE void adamStep(const Step& at, const Floats* constant) {
  Floats weight = load(at.w);
  Floats gradient = load(at.g);
  if (decays) {
    weight = multiply(weight, constant[6]);
    gradient = add(gradient, multiply(weight, constant[7]));
  }
  const Floats m0 = load(at.m);
  const Floats m1 = add(m0, multiply(subtract(gradient, m0), constant[2]));
  const Floats v1 = add(multiply(load(at.v), constant[3]), multiply(constant[4], multiply(gradient, gradient)));
  const Floats denominator = add(multiply(root(v1), constant[1]), constant[5]);
  store(at.w, subtract(weight, divide(multiply(constant[0], m1), denominator)));
  store(at.m, withoutSmall(m1, constant[8]));
  store(at.v, withoutSmall(v1, constant[8]));
}

INLINE void sgdStep(const Step& at, const Floats* constant) {
  const Floats weight = load(at.w);
  const Floats gradient = add(load(at.g), multiply(weight, constant[1]));
  store(at.w, subtract(weight, multiply(constant[0], gradient)));
}

/** b = momentum b + g; w = w - rate b (Sutskever et al. 2013 in PyTorch's form, no dampening). */
INLINE void momentumStep(const Step& at, const Floats* constant) {
  const Floats weight = load(at.w);
  const Floats gradient = add(load(at.g), multiply(weight, constant[1]));
  const Floats buffer = add(multiply(load(at.m), constant[2]), gradient);
  store(at.w, subtract(weight, multiply(constant[0], buffer)));
  store(at.m, withoutSmall(buffer, constant[8]));
}

/** s = alpha s + (1 - alpha) g^2; w = w - rate g / (sqrt(s) + epsilon) (Tieleman & Hinton 2012, not centred). */
INLINE void rmsPropStep(const Step& at, const Floats* constant) {
  const Floats weight = load(at.w);
  const Floats gradient = add(load(at.g), multiply(weight, constant[1]));
  const Floats square = add(multiply(load(at.m), constant[2]), multiply(constant[3], multiply(gradient, gradient)));
  const Floats denominator = add(root(square), constant[4]);
  store(at.w, subtract(weight, divide(multiply(constant[0], gradient), denominator)));
  store(at.m, withoutSmall(square, constant[8]));
}

template <int kind>
INLINE void stepOf(const Step& at, const Floats* constant) {
  if (kind == Adam) adamStep<false>(at, constant);
  else if (kind == AdamW) adamStep<true>(at, constant);
  else if (kind == Sgd) sgdStep(at, constant);
  else if (kind == Momentum) momentumStep(at, constant);
  else rmsPropStep(at, constant);
}

/**
 * A step of `count` weights; returns the squared norm of their gradients, in float64: four partial sums, one for each lane
 * of a quad, then the rest one by one.
 */
template <int kind>
static double stepAll(Step at, int64_t count, const StepConstants& constants) {
  Floats constant[9];
  for (int index = 0; index < 9; index++) constant[index] = splat(constants.of[index]);
  double sums[4] = {0, 0, 0, 0};
  const float* const gradient = at.g;
  const int64_t normed = count & ~(int64_t)3;
  int64_t done = 0;
  for (; done + lanes <= count; done += lanes) {
    stepOf<kind>(at, constant);
    for (int lane = 0; lane < lanes; lane += 4) {
      for (int each = 0; each < 4; each++) {
        const double x = at.g[lane + each];
        sums[each] += x * x;
      }
    }
    at.w += lanes;
    at.g += lanes;
    at.m += lanes;
    at.v += lanes;
  }
  if (done < count) {
    float w[lanes] = {}, g[lanes] = {}, m[lanes] = {}, v[lanes] = {};
    const size_t bytes = (size_t)(count - done) * sizeof(float);
    std::memcpy(w, at.w, bytes);
    std::memcpy(g, at.g, bytes);
    std::memcpy(m, at.m, bytes);
    std::memcpy(v, at.v, bytes);
    stepOf<kind>({w, g, m, v}, constant);
    std::memcpy(at.w, w, bytes);
    std::memcpy(at.m, m, bytes);
    std::memcpy(at.v, v, bytes);
  }
  for (; done < normed; done += 4) {
    for (int each = 0; each < 4; each++) {
      const double x = gradient[done + each];
      sums[each] += x * x;
    }
  }
  double total = (sums[0] + sums[2]) + (sums[1] + sums[3]);
  for (; done < count; done++) total += (double)gradient[done] * (double)gradient[done];
  return total;
}

static double takeStep(int rule, const Step& at, int64_t count, const StepConstants& constants) {
  if (rule == Sgd) return stepAll<Sgd>(at, count, constants);
  if (rule == Momentum) return stepAll<Momentum>(at, count, constants);
  if (rule == RmsProp) return stepAll<RmsProp>(at, count, constants);
  const bool decays = constants.of[6] != 1 || constants.of[7] != 0;
  return decays ? stepAll<AdamW>(at, count, constants) : stepAll<Adam>(at, count, constants);
}
