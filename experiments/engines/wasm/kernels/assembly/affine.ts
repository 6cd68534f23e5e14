// The affine kernels of training: target = epilogue(W source + b) on strips of 16 samples, two rows at a time.
//
// Each value is one chain of multiply-adds from the bias (or zero), inputs ascending, so it depends neither on the
// place of its sample in a strip nor on the number of strips.
//
// The inner loops hold 8 sums and load 6 vectors a round: a compiler that moves all loads of a basic block to its
// beginning still finds a register for each. For the same reason they are not unrolled here.
import { stripBytes } from './network';

/** What happens to a sum before it is stored. */
export const enum Mode {
  /** z = W source + b. */
  Linear = 0,
  /** Leaky ReLU of z. */
  Leaky = 1,
  /** W source, times the derivative of the leaky ReLU at the activation stored in `side`. */
  Derivative = 2,
}

/** a * b + c, fused in the relaxed build. */
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** Leaky ReLU for slopes in [0, 1): the larger one of z and slope z; NaN stays NaN because pmax keeps its first argument. */
@inline
export function leaky(z: v128, slopes: v128): v128 {
  return f32x4.pmax(z, f32x4.mul(z, slopes));
}

/** 1 where the activation is positive, else the slope; `difference` is the bit pattern of 1 xor that of the slope. */
@inline
function derivative(activation: v128, slopes: v128, difference: v128): v128 {
  return v128.xor(v128.and(f32x4.gt(activation, f32x4.splat(0)), difference), slopes);
}

/** Stores the `part`-th vector from `target` on. */
@inline
function finish(
  mode: Mode, z: v128, target: usize, side: usize, part: usize, slopes: v128, difference: v128,
): void {
  if (mode == Mode.Linear) v128.store(target + (part << 4), z);
  else if (mode == Mode.Leaky) v128.store(target + (part << 4), leaky(z, slopes));
  else {
    const factor = derivative(v128.load(side + (part << 4)), slopes, difference);
    v128.store(target + (part << 4), f32x4.mul(z, factor));
  }
}

@inline
function affine(
  mode: Mode, source: usize, target: usize, weights: usize, biases: usize, inputs: i32, rows: i32, strips: i32,
  slope: f32, side: usize,
): void {
  const slopes = f32x4.splat(slope);
  const difference = v128.xor(f32x4.splat(1), slopes);
  const weightRow = (<usize>inputs) << 2;
  const sourceStrip = stripBytes(inputs);
  const targetStrip = stripBytes(rows);
  for (let strip = 0; strip < strips; strip++) {
    const sourceEnd = source + ((<usize>inputs) << 6);
    let to = target;
    let activations = side;
    let w0 = weights;
    let bias = biases;
    let row = 0;
    for (; row + 1 < rows; row += 2) {
      let w1 = w0 + weightRow;
      let z00 = mode == Mode.Derivative ? f32x4.splat(0) : v128.load32_splat(bias);
      let z10 = mode == Mode.Derivative ? f32x4.splat(0) : v128.load32_splat(bias, 4);
      let z01 = z00, z02 = z00, z03 = z00;
      let z11 = z10, z12 = z10, z13 = z10;
      for (let a = source; a < sourceEnd; a += 64) {
        const u = v128.load32_splat(w0);
        const v = v128.load32_splat(w1);
        const a0 = v128.load(a);
        const a1 = v128.load(a, 16);
        const a2 = v128.load(a, 32);
        const a3 = v128.load(a, 48);
        z00 = multiplyAdd(a0, u, z00);
        z10 = multiplyAdd(a0, v, z10);
        z01 = multiplyAdd(a1, u, z01);
        z11 = multiplyAdd(a1, v, z11);
        z02 = multiplyAdd(a2, u, z02);
        z12 = multiplyAdd(a2, v, z12);
        z03 = multiplyAdd(a3, u, z03);
        z13 = multiplyAdd(a3, v, z13);
        w0 += 4;
        w1 += 4;
      }
      finish(mode, z00, to, activations, 0, slopes, difference);
      finish(mode, z01, to, activations, 1, slopes, difference);
      finish(mode, z02, to, activations, 2, slopes, difference);
      finish(mode, z03, to, activations, 3, slopes, difference);
      finish(mode, z10, to, activations, 4, slopes, difference);
      finish(mode, z11, to, activations, 5, slopes, difference);
      finish(mode, z12, to, activations, 6, slopes, difference);
      finish(mode, z13, to, activations, 7, slopes, difference);
      to += 128;
      if (mode == Mode.Derivative) activations += 128;
      else bias += 8;
      w0 = w1;
    }
    if (row < rows) {
      let z0 = mode == Mode.Derivative ? f32x4.splat(0) : v128.load32_splat(bias);
      let z1 = z0, z2 = z0, z3 = z0;
      for (let a = source; a < sourceEnd; a += 64) {
        const u = v128.load32_splat(w0);
        z0 = multiplyAdd(v128.load(a), u, z0);
        z1 = multiplyAdd(v128.load(a, 16), u, z1);
        z2 = multiplyAdd(v128.load(a, 32), u, z2);
        z3 = multiplyAdd(v128.load(a, 48), u, z3);
        w0 += 4;
      }
      finish(mode, z0, to, activations, 0, slopes, difference);
      finish(mode, z1, to, activations, 1, slopes, difference);
      finish(mode, z2, to, activations, 2, slopes, difference);
      finish(mode, z3, to, activations, 3, slopes, difference);
    }
    source += sourceStrip;
    target += targetStrip;
    if (mode == Mode.Derivative) side += targetStrip;
  }
}

/** target plane of `rows` rows = W source + b; W [rows, inputs] row-major. */
export function affineLinear(
  source: usize, target: usize, weights: usize, biases: usize, inputs: i32, rows: i32, strips: i32,
): void {
  affine(Mode.Linear, source, target, weights, biases, inputs, rows, strips, 0, 0);
}

/** target = leaky(W source + b). */
export function affineLeaky(
  source: usize, target: usize, weights: usize, biases: usize, inputs: i32, rows: i32, strips: i32, slope: f32,
): void {
  affine(Mode.Leaky, source, target, weights, biases, inputs, rows, strips, slope, 0);
}

/** target = (W source) times the derivative of the leaky ReLU whose outputs are the plane `activations` of `rows` rows. */
export function affineDerivative(
  source: usize, target: usize, weights: usize, inputs: i32, rows: i32, strips: i32, slope: f32, activations: usize,
): void {
  affine(Mode.Derivative, source, target, weights, 0, inputs, rows, strips, slope, activations);
}
