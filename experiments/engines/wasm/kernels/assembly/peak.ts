// Micro-kernels that only multiply and add in registers: the peak that training and frames are compared with.
import { multiplyAdd } from './affine';

let sink: v128 = f32x4.splat(0);

/** Floating-point operations of one round of `peakSeparate` and `peakFused`. */
export function peakFlopsPerRound(): i32 {
  return 12 * 4 * 2;
}

/** Runs `rounds` rounds of 12 independent multiplications and additions on four lanes. */
export function peakSeparate(rounds: i32): void {
  run(rounds, false);
}

/** The same with this build's multiply-add, fused in the relaxed build. */
export function peakBuild(rounds: i32): void {
  run(rounds, true);
}

@inline
function next(x: v128, scale: v128, shift: v128, ofBuild: bool): v128 {
  return ofBuild ? multiplyAdd(x, scale, shift) : f32x4.add(f32x4.mul(x, scale), shift);
}

@inline
function run(rounds: i32, ofBuild: bool): void {
  const scale = f32x4(0.5, 0.25, 0.125, 0.75);
  const shift = f32x4(1, 2, 3, 4);
  let a = sink, b = a, c = a, d = a, e = a, f = a, g = a, h = a, i = a, j = a, k = a, l = a;
  for (; rounds > 0; rounds--) {
    a = next(a, scale, shift, ofBuild);
    b = next(b, scale, shift, ofBuild);
    c = next(c, scale, shift, ofBuild);
    d = next(d, scale, shift, ofBuild);
    e = next(e, scale, shift, ofBuild);
    f = next(f, scale, shift, ofBuild);
    g = next(g, scale, shift, ofBuild);
    h = next(h, scale, shift, ofBuild);
    i = next(i, scale, shift, ofBuild);
    j = next(j, scale, shift, ofBuild);
    k = next(k, scale, shift, ofBuild);
    l = next(l, scale, shift, ofBuild);
  }
  const upper = f32x4.add(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.add(e, f));
  const lower = f32x4.add(f32x4.add(f32x4.add(g, h), f32x4.add(i, j)), f32x4.add(k, l));
  sink = f32x4.mul(f32x4.add(upper, lower), f32x4.splat(<f32>1e-6));
}
