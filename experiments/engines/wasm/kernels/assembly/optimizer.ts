// One step of each optimiser, with PyTorch's update rules, on vectors padded with zeros to whole SIMD vectors.

export const enum Rule {
  Adam = 0,
  AdamW = 1,
  Sgd = 2,
  Momentum = 3,
  RmsProp = 4,
}

const smallestNormal: f64 = 1.1754943508222875e-38;

/**
 * Constants of a step, spread over four lanes and kept in memory: a compiler that moves pure operations into loops would
 * spread them again for every vector.
 */
const constants: usize = memory.data(9 * 16, 16);

@inline
function setConstant(index: usize, value: f64): void {
  v128.store(constants + (index << 4), f32x4.splat(<f32>value));
}

@inline
function constant(index: usize): v128 {
  return v128.load(constants + (index << 4));
}

/** base^exponent for a whole exponent >= 0, by squaring. */
function power(base: f64, exponent: i32): f64 {
  let result: f64 = 1;
  for (; exponent > 0; exponent >>= 1) {
    if (exponent & 1) result *= base;
    base *= base;
  }
  return result;
}

/** Values below the smallest normal float32, constant 8, become zero: dying moments must not slow the step down. */
@inline
function withoutSubnormals(x: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), constant(8)));
}

/**
 * Sets the constants of one step. `first` is beta1, momentum or alpha, as the rule has it; `t` counts the steps of an
 * optimiser from 1.
 */
export function prepareStep(rule: i32, rate: f64, first: f64, beta2: f64, epsilon: f64, decay: f64, t: i32): void {
  setConstant(8, smallestNormal);
  if (rule == Rule.Adam || rule == Rule.AdamW) {
    const decoupled = rule == Rule.AdamW;
    setConstant(0, rate / (1 - power(first, t)));
    setConstant(1, 1 / Math.sqrt(1 - power(beta2, t)));
    setConstant(2, 1 - first);
    setConstant(3, beta2);
    setConstant(4, 1 - beta2);
    setConstant(5, epsilon);
    setConstant(6, decoupled ? 1 - rate * decay : 1);
    setConstant(7, decoupled ? 0 : decay);
    return;
  }
  setConstant(0, rate);
  setConstant(1, decay);
  setConstant(2, first);
  setConstant(3, 1 - first);
  setConstant(4, epsilon);
}

/**
 * One step of a rule, as prepared, on the weights from `w` to `end`, in whole vectors. Returns the squared norm of the
 * layer's `count` gradients from `layer` on, which begin up to three before `g` and end up to three before the vectors do.
 */
export function updateWeights(
  rule: i32, w: usize, g: usize, m: usize, v: usize, end: usize, layer: usize, count: i32,
): f64 {
  if (rule == Rule.Adam || rule == Rule.AdamW) return adam(w, g, m, v, end, layer, count);
  if (rule == Rule.Sgd) sgd(w, g, end);
  else if (rule == Rule.Momentum) momentumStep(w, g, m, end);
  else rmsProp(w, g, m, end);
  return squaredNorm(layer, count);
}

/** Adam (Kingma & Ba 2015, algorithm 1) and AdamW (Loshchilov & Hutter 2019, algorithm 2) on four weights. */
@inline
function adamVector(decays: bool, w: usize, g: usize, m: usize, v: usize): void {
  let weight = v128.load(w);
  let gradient = v128.load(g);
  if (decays) {
    weight = f32x4.mul(weight, constant(6));
    gradient = f32x4.add(gradient, f32x4.mul(weight, constant(7)));
  }
  const m0 = v128.load(m);
  const m1 = f32x4.add(m0, f32x4.mul(f32x4.sub(gradient, m0), constant(2)));
  const old = f32x4.mul(v128.load(v), constant(3));
  const v1 = f32x4.add(old, f32x4.mul(constant(4), f32x4.mul(gradient, gradient)));
  const denominator = f32x4.add(f32x4.mul(f32x4.sqrt(v1), constant(1)), constant(5));
  v128.store(w, f32x4.sub(weight, f32x4.div(f32x4.mul(constant(0), m1), denominator)));
  v128.store(m, withoutSubnormals(m1));
  v128.store(v, v128.andnot(v1, f32x4.lt(v1, constant(8))));
}

/** All steps of a layer, with its norm beside them: they wait for the unit that divides, which leaves the others idle. */
@inline
function adamSteps(
  decays: bool, w: usize, g: usize, m: usize, v: usize, end: usize, layer: usize, count: i32,
): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (const normed = w + ((<usize>count >> 2) << 4); w < normed; w += 16) {
    adamVector(decays, w, g, m, v);
    const x = v128.load(layer);
    low = addSquares(low, x);
    high = addSquares(high, v128.shuffle<i64>(x, x, 1, 1));
    layer += 16;
    g += 16;
    m += 16;
    v += 16;
  }
  if (w < end) adamVector(decays, w, g, m, v);
  return wholeNorm(low, high, layer, count & 3);
}

function adam(w: usize, g: usize, m: usize, v: usize, end: usize, layer: usize, count: i32): f64 {
  const decays = f32x4.extract_lane(constant(6), 0) != 1 || f32x4.extract_lane(constant(7), 0) != 0;
  return decays ? adamSteps(true, w, g, m, v, end, layer, count) : adamSteps(false, w, g, m, v, end, layer, count);
}

function sgd(w: usize, g: usize, end: usize): void {
  while (w < end) {
    const weight = v128.load(w);
    const gradient = f32x4.add(v128.load(g), f32x4.mul(weight, constant(1)));
    v128.store(w, f32x4.sub(weight, f32x4.mul(constant(0), gradient)));
    w += 16;
    g += 16;
  }
}

/** b = momentum b + g; w = w - rate b (Sutskever et al. 2013 in PyTorch's form, no dampening). */
function momentumStep(w: usize, g: usize, b: usize, end: usize): void {
  while (w < end) {
    const weight = v128.load(w);
    const gradient = f32x4.add(v128.load(g), f32x4.mul(weight, constant(1)));
    const buffer = f32x4.add(f32x4.mul(v128.load(b), constant(2)), gradient);
    v128.store(w, f32x4.sub(weight, f32x4.mul(constant(0), buffer)));
    v128.store(b, withoutSubnormals(buffer));
    w += 16;
    g += 16;
    b += 16;
  }
}

/** s = alpha s + (1 - alpha) g^2; w = w - rate g / (sqrt(s) + epsilon) (Tieleman & Hinton 2012, not centred). */
function rmsProp(w: usize, g: usize, s: usize, end: usize): void {
  while (w < end) {
    const weight = v128.load(w);
    const gradient = f32x4.add(v128.load(g), f32x4.mul(weight, constant(1)));
    const old = f32x4.mul(v128.load(s), constant(2));
    const square = f32x4.add(old, f32x4.mul(constant(3), f32x4.mul(gradient, gradient)));
    const denominator = f32x4.add(f32x4.sqrt(square), constant(4));
    v128.store(w, f32x4.sub(weight, f32x4.div(f32x4.mul(constant(0), gradient), denominator)));
    v128.store(s, withoutSubnormals(square));
    w += 16;
    g += 16;
    s += 16;
  }
}

/** Adds the squares of the lower two of four float32 to sums in float64. */
@inline
function addSquares(sums: v128, x: v128): v128 {
  const wide = f64x2.promote_low_f32x4(x);
  return f64x2.add(sums, f64x2.mul(wide, wide));
}

/** Sum of four lanes' sums of squares and of the squares of `rest` float32 more, one by one. */
function wholeNorm(low: v128, high: v128, from: usize, rest: i32): f64 {
  const both = f64x2.add(low, high);
  let total = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  for (; rest > 0; rest--) {
    const x = <f64>load<f32>(from);
    total += x * x;
    from += 4;
  }
  return total;
}

/** Sum of squares of `count` float32, in float64: four lanes' partial sums, then the rest one by one. */
function squaredNorm(from: usize, count: i32): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (const end = from + ((<usize>count >> 2) << 4); from < end; from += 16) {
    const x = v128.load(from);
    low = addSquares(low, x);
    high = addSquares(high, v128.shuffle<i64>(x, x, 1, 1));
  }
  return wholeNorm(low, high, from, count & 3);
}
