// One step of each optimiser, with PyTorch's update rules, on vectors padded with zeros to whole SIMD vectors.

export const enum Rule {
  Adam = 0,
  AdamW = 1,
  Sgd = 2,
  Momentum = 3,
  RmsProp = 4,
}

/** base^exponent for a whole exponent >= 0, by squaring. */
export function power(base: f64, exponent: i32): f64 {
  let result: f64 = 1;
  for (; exponent > 0; exponent >>= 1) {
    if (exponent & 1) result *= base;
    base *= base;
  }
  return result;
}

/** Values whose magnitude is below the smallest normal float32 become zero: dying moments must not slow the step down. */
@inline
function withoutSubnormals(x: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), f32x4.splat(<f32>1.17549435e-38)));
}

/**
 * Adam (Kingma & Ba 2015, algorithm 1) and AdamW (Loshchilov & Hutter 2019, algorithm 2): `t` counts steps from 1.
 */
export function adam(
  w: usize, g: usize, m: usize, v: usize, count: i32, rate: f64, beta1: f64, beta2: f64, epsilon: f64, decay: f64,
  decoupled: bool, t: i32,
): void {
  const step = f32x4.splat(<f32>(rate / (1 - power(beta1, t))));
  const root = f32x4.splat(<f32>(1 / Math.sqrt(1 - power(beta2, t))));
  const new1 = f32x4.splat(<f32>(1 - beta1));
  const old2 = f32x4.splat(<f32>beta2);
  const new2 = f32x4.splat(<f32>(1 - beta2));
  const small = f32x4.splat(<f32>epsilon);
  const shrink = f32x4.splat(decoupled ? <f32>(1 - rate * decay) : 1);
  const penalty = f32x4.splat(decoupled ? 0 : <f32>decay);
  const end = w + ((<usize>count) << 2);
  while (w < end) {
    const weight = f32x4.mul(v128.load(w), shrink);
    const gradient = f32x4.add(v128.load(g), f32x4.mul(weight, penalty));
    const m0 = v128.load(m);
    const m1 = f32x4.add(m0, f32x4.mul(f32x4.sub(gradient, m0), new1));
    const v1 = f32x4.add(f32x4.mul(v128.load(v), old2), f32x4.mul(new2, f32x4.mul(gradient, gradient)));
    const denominator = f32x4.add(f32x4.mul(f32x4.sqrt(v1), root), small);
    v128.store(w, f32x4.sub(weight, f32x4.div(f32x4.mul(step, m1), denominator)));
    v128.store(m, withoutSubnormals(m1));
    v128.store(v, withoutSubnormals(v1));
    w += 16;
    g += 16;
    m += 16;
    v += 16;
  }
}

export function sgd(w: usize, g: usize, count: i32, rate: f64, decay: f64): void {
  const step = f32x4.splat(<f32>rate);
  const penalty = f32x4.splat(<f32>decay);
  const end = w + ((<usize>count) << 2);
  while (w < end) {
    const weight = v128.load(w);
    const gradient = f32x4.add(v128.load(g), f32x4.mul(weight, penalty));
    v128.store(w, f32x4.sub(weight, f32x4.mul(step, gradient)));
    w += 16;
    g += 16;
  }
}

/** b = momentum b + g; w = w - rate b (Sutskever et al. 2013 in PyTorch's form, no dampening). */
export function momentumStep(
  w: usize, g: usize, b: usize, count: i32, rate: f64, momentum: f64, decay: f64,
): void {
  const step = f32x4.splat(<f32>rate);
  const keep = f32x4.splat(<f32>momentum);
  const penalty = f32x4.splat(<f32>decay);
  const end = w + ((<usize>count) << 2);
  while (w < end) {
    const weight = v128.load(w);
    const gradient = f32x4.add(v128.load(g), f32x4.mul(weight, penalty));
    const buffer = f32x4.add(f32x4.mul(v128.load(b), keep), gradient);
    v128.store(w, f32x4.sub(weight, f32x4.mul(step, buffer)));
    v128.store(b, withoutSubnormals(buffer));
    w += 16;
    g += 16;
    b += 16;
  }
}

/** s = alpha s + (1 - alpha) g^2; w = w - rate g / (sqrt(s) + epsilon) (Tieleman & Hinton 2012, not centred). */
export function rmsProp(
  w: usize, g: usize, s: usize, count: i32, rate: f64, alpha: f64, epsilon: f64, decay: f64,
): void {
  const step = f32x4.splat(<f32>rate);
  const old = f32x4.splat(<f32>alpha);
  const fresh = f32x4.splat(<f32>(1 - alpha));
  const small = f32x4.splat(<f32>epsilon);
  const penalty = f32x4.splat(<f32>decay);
  const end = w + ((<usize>count) << 2);
  while (w < end) {
    const weight = v128.load(w);
    const gradient = f32x4.add(v128.load(g), f32x4.mul(weight, penalty));
    const square = f32x4.add(f32x4.mul(v128.load(s), old), f32x4.mul(fresh, f32x4.mul(gradient, gradient)));
    const denominator = f32x4.add(f32x4.sqrt(square), small);
    v128.store(w, f32x4.sub(weight, f32x4.div(f32x4.mul(step, gradient), denominator)));
    v128.store(s, withoutSubnormals(square));
    w += 16;
    g += 16;
    s += 16;
  }
}

/** Sum of squares of `count` float32, in float64: four lanes' partial sums, then the rest one by one. */
export function squaredNorm(from: usize, count: i32): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  let index = 0;
  for (; index + 4 <= count; index += 4) {
    const x = v128.load(from);
    const a = f64x2.promote_low_f32x4(x);
    const b = f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1));
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
    from += 16;
  }
  const both = f64x2.add(low, high);
  let total = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  for (; index < count; index++) {
    const x = <f64>load<f32>(from);
    total += x * x;
    from += 4;
  }
  return total;
}
