// Micro-kernels that only multiply and add in registers: the peak that training and frames are compared with.
//
// Twelve vectors and two constants leave two of the sixteen registers of the smallest usual machine to the compiler, so
// that nothing is spilt whatever order it chooses; twelve chains are as many as two units of a latency of six cycles take.
import { multiplyAdd } from './affine';

/** Always 0, which the compiler cannot know. */
let sink: v128 = f32x4.splat(0);

/** Floating-point operations of one round of each micro-kernel. */
export function peakFlopsPerRound(): i32 {
  return 24 * 4 * 2;
}

/** `rounds` rounds of 24 multiplications, each followed by an addition to its product: 12 chains of four lanes. */
export function peakChains(rounds: i32): void {
  const one = f32x4.add(sink, f32x4.splat(1));
  const zero = f32x4.mul(sink, one);
  let a = one, b = one, c = one, d = one, e = one, f = one;
  let g = one, h = one, i = one, j = one, k = one, l = one;
  for (; rounds > 0; rounds--) {
    a = f32x4.add(f32x4.mul(a, one), zero);
    b = f32x4.add(f32x4.mul(b, one), zero);
    c = f32x4.add(f32x4.mul(c, one), zero);
    d = f32x4.add(f32x4.mul(d, one), zero);
    e = f32x4.add(f32x4.mul(e, one), zero);
    f = f32x4.add(f32x4.mul(f, one), zero);
    g = f32x4.add(f32x4.mul(g, one), zero);
    h = f32x4.add(f32x4.mul(h, one), zero);
    i = f32x4.add(f32x4.mul(i, one), zero);
    j = f32x4.add(f32x4.mul(j, one), zero);
    k = f32x4.add(f32x4.mul(k, one), zero);
    l = f32x4.add(f32x4.mul(l, one), zero);
    a = f32x4.add(f32x4.mul(a, one), zero);
    b = f32x4.add(f32x4.mul(b, one), zero);
    c = f32x4.add(f32x4.mul(c, one), zero);
    d = f32x4.add(f32x4.mul(d, one), zero);
    e = f32x4.add(f32x4.mul(e, one), zero);
    f = f32x4.add(f32x4.mul(f, one), zero);
    g = f32x4.add(f32x4.mul(g, one), zero);
    h = f32x4.add(f32x4.mul(h, one), zero);
    i = f32x4.add(f32x4.mul(i, one), zero);
    j = f32x4.add(f32x4.mul(j, one), zero);
    k = f32x4.add(f32x4.mul(k, one), zero);
    l = f32x4.add(f32x4.mul(l, one), zero);
  }
  keep(a, b, c, d, e, f);
  keep(g, h, i, j, k, l);
}

/** The same numbers of multiplications and additions, independent of one another: 6 chains of each. */
export function peakIndependent(rounds: i32): void {
  const one = f32x4.add(sink, f32x4.splat(1));
  const zero = f32x4.mul(sink, one);
  let a = one, b = one, c = one, d = one, e = one, f = one;
  let g = one, h = one, i = one, j = one, k = one, l = one;
  for (; rounds > 0; rounds--) {
    a = f32x4.mul(a, one);
    g = f32x4.add(g, zero);
    b = f32x4.mul(b, one);
    h = f32x4.add(h, zero);
    c = f32x4.mul(c, one);
    i = f32x4.add(i, zero);
    d = f32x4.mul(d, one);
    j = f32x4.add(j, zero);
    e = f32x4.mul(e, one);
    k = f32x4.add(k, zero);
    f = f32x4.mul(f, one);
    l = f32x4.add(l, zero);
    a = f32x4.mul(a, one);
    g = f32x4.add(g, zero);
    b = f32x4.mul(b, one);
    h = f32x4.add(h, zero);
    c = f32x4.mul(c, one);
    i = f32x4.add(i, zero);
    d = f32x4.mul(d, one);
    j = f32x4.add(j, zero);
    e = f32x4.mul(e, one);
    k = f32x4.add(k, zero);
    f = f32x4.mul(f, one);
    l = f32x4.add(l, zero);
    a = f32x4.mul(a, one);
    g = f32x4.add(g, zero);
    b = f32x4.mul(b, one);
    h = f32x4.add(h, zero);
    c = f32x4.mul(c, one);
    i = f32x4.add(i, zero);
    d = f32x4.mul(d, one);
    j = f32x4.add(j, zero);
    e = f32x4.mul(e, one);
    k = f32x4.add(k, zero);
    f = f32x4.mul(f, one);
    l = f32x4.add(l, zero);
    a = f32x4.mul(a, one);
    g = f32x4.add(g, zero);
    b = f32x4.mul(b, one);
    h = f32x4.add(h, zero);
    c = f32x4.mul(c, one);
    i = f32x4.add(i, zero);
    d = f32x4.mul(d, one);
    j = f32x4.add(j, zero);
    e = f32x4.mul(e, one);
    k = f32x4.add(k, zero);
    f = f32x4.mul(f, one);
    l = f32x4.add(l, zero);
  }
  keep(a, b, c, d, e, f);
  keep(g, h, i, j, k, l);
}

/** 24 multiply-adds in 12 chains, fused in the relaxed build; the same as `peakChains` in the strict one. */
export function peakBuild(rounds: i32): void {
  if (!ASC_FEATURE_RELAXED_SIMD) return peakChains(rounds);
  const one = f32x4.add(sink, f32x4.splat(1));
  const zero = f32x4.mul(sink, one);
  let a = one, b = one, c = one, d = one, e = one, f = one;
  let g = one, h = one, i = one, j = one, k = one, l = one;
  for (; rounds > 0; rounds--) {
    a = multiplyAdd(a, one, zero);
    b = multiplyAdd(b, one, zero);
    c = multiplyAdd(c, one, zero);
    d = multiplyAdd(d, one, zero);
    e = multiplyAdd(e, one, zero);
    f = multiplyAdd(f, one, zero);
    g = multiplyAdd(g, one, zero);
    h = multiplyAdd(h, one, zero);
    i = multiplyAdd(i, one, zero);
    j = multiplyAdd(j, one, zero);
    k = multiplyAdd(k, one, zero);
    l = multiplyAdd(l, one, zero);
    a = multiplyAdd(a, one, zero);
    b = multiplyAdd(b, one, zero);
    c = multiplyAdd(c, one, zero);
    d = multiplyAdd(d, one, zero);
    e = multiplyAdd(e, one, zero);
    f = multiplyAdd(f, one, zero);
    g = multiplyAdd(g, one, zero);
    h = multiplyAdd(h, one, zero);
    i = multiplyAdd(i, one, zero);
    j = multiplyAdd(j, one, zero);
    k = multiplyAdd(k, one, zero);
    l = multiplyAdd(l, one, zero);
  }
  keep(a, b, c, d, e, f);
  keep(g, h, i, j, k, l);
}

/** Makes results count without letting them grow into later rounds. */
@inline
function keep(a: v128, b: v128, c: v128, d: v128, e: v128, f: v128): void {
  const sum = f32x4.add(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.add(e, f));
  sink = f32x4.mul(sum, f32x4.splat(0));
}
