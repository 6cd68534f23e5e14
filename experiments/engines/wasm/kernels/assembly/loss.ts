// Losses and their derivatives on the outputs of a tile, and the logistic function of frames.
// exp and log1p are polynomials evaluated here, so that no result depends on a host's mathematics library.

import { tileRow } from './network';

/** exp(x) for x <= 0, relative error below 3e-7; below -87 it stays at exp(-87). Cephes expf's reduction and polynomial. */
@inline
function exponential(x: v128): v128 {
  const bounded = f32x4.pmax(x, f32x4.splat(-87));
  const n = f32x4.nearest(f32x4.mul(bounded, f32x4.splat(<f32>1.44269504088896341)));
  let r = f32x4.sub(bounded, f32x4.mul(n, f32x4.splat(<f32>0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(<f32>-2.12194440e-4)));
  let p = f32x4.splat(<f32>1.9875691500e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(<f32>1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(<f32>8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(<f32>4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(<f32>1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(<f32>5.0000001201e-1));
  p = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(p, power);
}

/** log(1 + u) for 0 <= u <= 1, relative error below 3e-7: 2 artanh(u / (2 + u)) as its power series. */
@inline
function logarithmOfOnePlus(u: v128): v128 {
  const s = f32x4.div(u, f32x4.add(u, f32x4.splat(2)));
  const q = f32x4.mul(s, s);
  let p = f32x4.splat(<f32>(1.0 / 15.0));
  p = f32x4.add(f32x4.mul(p, q), f32x4.splat(<f32>(1.0 / 13.0)));
  p = f32x4.add(f32x4.mul(p, q), f32x4.splat(<f32>(1.0 / 11.0)));
  p = f32x4.add(f32x4.mul(p, q), f32x4.splat(<f32>(1.0 / 9.0)));
  p = f32x4.add(f32x4.mul(p, q), f32x4.splat(<f32>(1.0 / 7.0)));
  p = f32x4.add(f32x4.mul(p, q), f32x4.splat(<f32>(1.0 / 5.0)));
  p = f32x4.add(f32x4.mul(p, q), f32x4.splat(<f32>(1.0 / 3.0)));
  p = f32x4.add(f32x4.mul(p, q), f32x4.splat(1));
  return f32x4.mul(f32x4.add(s, s), p);
}

@inline
function logisticFrom(z: v128, e: v128): v128 {
  const numerator = v128.bitselect(e, f32x4.splat(1), f32x4.lt(z, f32x4.splat(0)));
  return f32x4.div(numerator, f32x4.add(f32x4.splat(1), e));
}

/** 1 / (1 + exp(-z)), lane by lane. */
@inline
export function logistic(z: v128): v128 {
  return logisticFrom(z, exponential(f32x4.neg(f32x4.abs(z))));
}

/** All bits set in the lanes of samples first .. first + 3 that are smaller than `valid`. */
@inline
function laneMask(first: i32, valid: i32): v128 {
  return i32x4.gt_s(i32x4.splat(valid - first), i32x4(0, 1, 2, 3));
}

@inline
function addToSum(total: v128, part: v128): v128 {
  return f64x2.add(total, f64x2.add(f64x2.promote_low_f32x4(part), highPart(part)));
}

@inline
function highPart(part: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(part, part, 1, 1));
}

/**
 * Sum of (output - label)^2 over `valid` samples and all rows of a tile; outputs become delta = 2 scale
 * (output - label), zero for samples beyond `valid`.
 */
export function squaredLoss(outputs: usize, labels: usize, rows: i32, valid: i32, scale: f32): f64 {
  const factor = f32x4.splat(2 * scale);
  let total = f64x2.splat(0);
  const quarterBytes = (<usize>(valid + 15) >> 4) << 4;
  for (let first = 0; first < valid; first += 16) {
    for (let row = 0; row < rows; row++) {
      let at = tileRow * row + first;
      for (let part = 0; part < 16; part += 4) {
        const mask = laneMask(first + part, valid);
        const difference = v128.and(f32x4.sub(v128.load(outputs + at), v128.load(labels + at)), mask);
        const low = f64x2.promote_low_f32x4(difference);
        const high = highPart(difference);
        total = f64x2.add(total, f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high)));
        v128.store(outputs + at, f32x4.mul(difference, factor));
        at += quarterBytes;
      }
    }
  }
  return f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1);
}

/** Sum of the binary cross-entropy of logistic(z) over `valid` samples and all rows; z becomes delta = scale (logistic(z) - label). */
export function crossEntropyLoss(logits: usize, labels: usize, rows: i32, valid: i32, scale: f32): f64 {
  const factor = f32x4.splat(scale);
  let total = f64x2.splat(0);
  const quarterBytes = (<usize>(valid + 15) >> 4) << 4;
  for (let first = 0; first < valid; first += 16) {
    for (let row = 0; row < rows; row++) {
      let at = tileRow * row + first;
      for (let part = 0; part < 16; part += 4) {
        const mask = laneMask(first + part, valid);
        const z = v128.load(logits + at);
        const label = v128.load(labels + at);
        const e = exponential(f32x4.neg(f32x4.abs(z)));
        const linear = f32x4.sub(f32x4.pmax(z, f32x4.splat(0)), f32x4.mul(z, label));
        total = addToSum(total, v128.and(f32x4.add(linear, logarithmOfOnePlus(e)), mask));
        const difference = f32x4.sub(logisticFrom(z, e), label);
        v128.store(logits + at, v128.and(f32x4.mul(difference, factor), mask));
        at += quarterBytes;
      }
    }
  }
  return f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1);
}
