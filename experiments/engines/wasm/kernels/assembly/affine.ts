// What all kernels share, and the output layer: target = W source + b on 16 samples at a time, row by row.

import { stripBytes, tileRow } from './network';

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

/** Derivative of the leaky ReLU whose output is `activation`: 1 where that is positive, else the slope. */
@inline
export function derivative(activation: v128, slopes: v128): v128 {
  const difference = v128.xor(f32x4.splat(1), slopes);
  return v128.xor(v128.and(f32x4.gt(activation, f32x4.splat(0)), difference), slopes);
}

/**
 * target of `rows` rows = W source + b; W [rows, inputs] row-major. Each value is one chain of multiply-adds from the
 * bias, inputs ascending. There are few output neurons: the four sums of a row suffice. The rows are `row` bytes apart,
 * the strips `sourceStrip` and `targetStrip`.
 */
@inline
function affine(
  source: usize, target: usize, weights: usize, biases: usize, inputs: i32, rows: i32, strips: i32, row: usize,
  sourceStrip: usize, targetStrip: usize,
): void {
  for (let strip = 0; strip < strips; strip++) {
    const sourceEnd = source + row * inputs;
    let to = target;
    let weight = weights;
    let bias = biases;
    for (let index = 0; index < rows; index++) {
      let z0 = v128.load32_splat(bias);
      let z1 = z0, z2 = z0, z3 = z0;
      for (let a = source; a < sourceEnd; a += row) {
        const w = v128.load32_splat(weight);
        z0 = multiplyAdd(v128.load(a), w, z0);
        z1 = multiplyAdd(v128.load(a, 16), w, z1);
        z2 = multiplyAdd(v128.load(a, 32), w, z2);
        z3 = multiplyAdd(v128.load(a, 48), w, z3);
        weight += 4;
      }
      v128.store(to, z0);
      v128.store(to, z1, 16);
      v128.store(to, z2, 32);
      v128.store(to, z3, 48);
      to += row;
      bias += 4;
    }
    source += sourceStrip;
    target += targetStrip;
  }
}

/** `affine` on the planes of a frame. */
export function affinePlane(
  source: usize, target: usize, weights: usize, biases: usize, inputs: i32, rows: i32, strips: i32,
): void {
  affine(source, target, weights, biases, inputs, rows, strips, 64, stripBytes(inputs), stripBytes(rows));
}

/** `affine` on the rows of a tile. */
export function affineTile(
  source: usize, target: usize, weights: usize, biases: usize, inputs: i32, rows: i32, strips: i32,
): void {
  affine(source, target, weights, biases, inputs, rows, strips, tileRow, 64, 64);
}
