// The affine kernel: target = epilogue(W source + b) on strips of 16 samples, two neurons at a time.
//
// Each value is one chain of multiply-adds from the bias (or zero), inputs ascending, so it depends neither on the
// place of its sample in a strip nor on the number of strips.

/** What happens to a pre-activation z before it is stored. */
const enum Mode {
  /** Nothing. */
  Linear = 0,
  /** Leaky ReLU. */
  Leaky = 1,
  /** Leaky ReLU; the neuron's hash coefficients are added to the lanes of the samples where it is active. */
  Hash = 2,
  /** No bias; multiplied with the derivative of the leaky ReLU at the activation stored in `side`. */
  Derivative = 3,
}

/** a * b + c, fused in the relaxed build. */
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

@inline
function leaky(z: v128, slopes: v128): v128 {
  // For 0 <= slope < 1 the larger one is the activation; pmax returns its first argument for NaN.
  return f32x4.pmax(z, f32x4.mul(z, slopes));
}

/** 1 where the activation is positive, else the slope; `difference` is the bit pattern of 1 xor that of the slope. */
@inline
function derivative(activation: v128, slopes: v128, difference: v128): v128 {
  return v128.xor(v128.and(f32x4.gt(activation, f32x4.splat(0)), difference), slopes);
}

@inline
function addHash(lanes: usize, z: v128, low: v128, high: v128): void {
  const active = f32x4.gt(z, f32x4.splat(0));
  v128.store(lanes, i32x4.add(v128.load(lanes), v128.and(active, low)));
  v128.store(lanes, i32x4.add(v128.load(lanes, 64), v128.and(active, high)), 64);
}

@inline
function addHashPair(lanes: usize, z: v128, w: v128, low: v128, high: v128, low1: v128, high1: v128): void {
  const active = f32x4.gt(z, f32x4.splat(0));
  const active1 = f32x4.gt(w, f32x4.splat(0));
  v128.store(lanes, i32x4.add(v128.load(lanes), i32x4.add(v128.and(active, low), v128.and(active1, low1))));
  v128.store(
    lanes,
    i32x4.add(v128.load(lanes, 64), i32x4.add(v128.and(active, high), v128.and(active1, high1))),
    64,
  );
}

@inline
function finish(mode: Mode, z: v128, target: usize, side: usize, slopes: v128, difference: v128): void {
  if (mode == Mode.Linear) v128.store(target, z);
  else if (mode == Mode.Derivative) {
    v128.store(target, f32x4.mul(z, derivative(v128.load(side), slopes, difference)));
  } else v128.store(target, leaky(z, slopes));
}

@inline
function affine(
  mode: Mode,
  source: usize,
  target: usize,
  weights: usize,
  biases: usize,
  inputs: i32,
  rows: i32,
  strips: i32,
  slope: f32,
  side: usize,
  coefficients: usize,
): void {
  const slopes = f32x4.splat(slope);
  const difference = v128.xor(f32x4.splat(1), slopes);
  const weightRow = (<usize>inputs) << 2;
  const sourceStrip = (<usize>inputs) << 6;
  for (let strip = 0; strip < strips; strip++) {
    let w0 = weights;
    let row = 0;
    let bias = biases;
    let coefficient = coefficients;
    const sourceEnd = source + sourceStrip;
    for (; row + 1 < rows; row += 2) {
      let w1 = w0 + weightRow;
      let a = source;
      let z00: v128;
      let z10: v128;
      if (mode == Mode.Derivative) {
        z00 = f32x4.splat(0);
        z10 = f32x4.splat(0);
      } else {
        z00 = v128.load32_splat(bias);
        z10 = v128.load32_splat(bias, 4);
        bias += 8;
      }
      let z01 = z00;
      let z02 = z00;
      let z03 = z00;
      let z11 = z10;
      let z12 = z10;
      let z13 = z10;
      if (inputs & 1) {
        const u = v128.load32_splat(w0);
        const v = v128.load32_splat(w1);
        const a0 = v128.load(a);
        z00 = multiplyAdd(a0, u, z00);
        z10 = multiplyAdd(a0, v, z10);
        const a1 = v128.load(a, 16);
        z01 = multiplyAdd(a1, u, z01);
        z11 = multiplyAdd(a1, v, z11);
        const a2 = v128.load(a, 32);
        z02 = multiplyAdd(a2, u, z02);
        z12 = multiplyAdd(a2, v, z12);
        const a3 = v128.load(a, 48);
        z03 = multiplyAdd(a3, u, z03);
        z13 = multiplyAdd(a3, v, z13);
        a += 64;
        w0 += 4;
        w1 += 4;
      }
      while (a < sourceEnd) {
        const u = v128.load32_splat(w0);
        const v = v128.load32_splat(w1);
        const a0 = v128.load(a);
        z00 = multiplyAdd(a0, u, z00);
        z10 = multiplyAdd(a0, v, z10);
        const a1 = v128.load(a, 16);
        z01 = multiplyAdd(a1, u, z01);
        z11 = multiplyAdd(a1, v, z11);
        const a2 = v128.load(a, 32);
        z02 = multiplyAdd(a2, u, z02);
        z12 = multiplyAdd(a2, v, z12);
        const a3 = v128.load(a, 48);
        z03 = multiplyAdd(a3, u, z03);
        z13 = multiplyAdd(a3, v, z13);
        const u1 = v128.load32_splat(w0, 4);
        const v1 = v128.load32_splat(w1, 4);
        const b0 = v128.load(a, 64);
        z00 = multiplyAdd(b0, u1, z00);
        z10 = multiplyAdd(b0, v1, z10);
        const b1 = v128.load(a, 80);
        z01 = multiplyAdd(b1, u1, z01);
        z11 = multiplyAdd(b1, v1, z11);
        const b2 = v128.load(a, 96);
        z02 = multiplyAdd(b2, u1, z02);
        z12 = multiplyAdd(b2, v1, z12);
        const b3 = v128.load(a, 112);
        z03 = multiplyAdd(b3, u1, z03);
        z13 = multiplyAdd(b3, v1, z13);
        a += 128;
        w0 += 8;
        w1 += 8;
      }
      if (mode == Mode.Hash) {
        const low = v128.load32_splat(coefficient);
        const high = v128.load32_splat(coefficient, 4);
        const low1 = v128.load32_splat(coefficient, 8);
        const high1 = v128.load32_splat(coefficient, 12);
        addHashPair(side, z00, z10, low, high, low1, high1);
        addHashPair(side + 16, z01, z11, low, high, low1, high1);
        addHashPair(side + 32, z02, z12, low, high, low1, high1);
        addHashPair(side + 48, z03, z13, low, high, low1, high1);
        coefficient += 16;
      }
      finish(mode, z00, target, side, slopes, difference);
      finish(mode, z01, target + 16, side + 16, slopes, difference);
      finish(mode, z02, target + 32, side + 32, slopes, difference);
      finish(mode, z03, target + 48, side + 48, slopes, difference);
      finish(mode, z10, target + 64, side + 64, slopes, difference);
      finish(mode, z11, target + 80, side + 80, slopes, difference);
      finish(mode, z12, target + 96, side + 96, slopes, difference);
      finish(mode, z13, target + 112, side + 112, slopes, difference);
      target += 128;
      if (mode == Mode.Derivative) side += 128;
      w0 = w1;
    }
    if (row < rows) {
      let a = source;
      let z00: v128;
      if (mode == Mode.Derivative) z00 = f32x4.splat(0);
      else z00 = v128.load32_splat(bias);
      let z01 = z00;
      let z02 = z00;
      let z03 = z00;
      while (a < sourceEnd) {
        const u = v128.load32_splat(w0);
        z00 = multiplyAdd(v128.load(a), u, z00);
        z01 = multiplyAdd(v128.load(a, 16), u, z01);
        z02 = multiplyAdd(v128.load(a, 32), u, z02);
        z03 = multiplyAdd(v128.load(a, 48), u, z03);
        a += 64;
        w0 += 4;
      }
      if (mode == Mode.Hash) {
        const low = v128.load32_splat(coefficient);
        const high = v128.load32_splat(coefficient, 4);
        addHash(side, z00, low, high);
        addHash(side + 16, z01, low, high);
        addHash(side + 32, z02, low, high);
        addHash(side + 48, z03, low, high);
      }
      finish(mode, z00, target, side, slopes, difference);
      finish(mode, z01, target + 16, side + 16, slopes, difference);
      finish(mode, z02, target + 32, side + 32, slopes, difference);
      finish(mode, z03, target + 48, side + 48, slopes, difference);
      target += 64;
      if (mode == Mode.Derivative) side += 64;
    }
    if (mode == Mode.Hash) side += 128;
    source = sourceEnd;
  }
}

/** target [strips][rows][16] = W source + b. */
export function affineLinear(
  source: usize, target: usize, weights: usize, biases: usize, inputs: i32, rows: i32, strips: i32,
): void {
  affine(Mode.Linear, source, target, weights, biases, inputs, rows, strips, 0, 0, 0);
}

/** target = leaky(W source + b). */
export function affineLeaky(
  source: usize, target: usize, weights: usize, biases: usize, inputs: i32, rows: i32, strips: i32, slope: f32,
): void {
  affine(Mode.Leaky, source, target, weights, biases, inputs, rows, strips, slope, 0, 0);
}

/** The same, adding coefficients uint32 [rows, 2] of active neurons to lanes uint32 [strips][2][16]. */
export function affineHash(
  source: usize, target: usize, weights: usize, biases: usize, inputs: i32, rows: i32, strips: i32, slope: f32,
  lanes: usize, coefficients: usize,
): void {
  affine(Mode.Hash, source, target, weights, biases, inputs, rows, strips, slope, lanes, coefficients);
}

/** target = (W source) times the derivative of the leaky ReLU whose outputs are `activations` [strips][rows][16]. */
export function affineDerivative(
  source: usize, target: usize, weights: usize, inputs: i32, rows: i32, strips: i32, slope: f32, activations: usize,
): void {
  affine(Mode.Derivative, source, target, weights, 0, inputs, rows, strips, slope, activations, 0);
}
