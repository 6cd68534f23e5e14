// Micro-kernels that only multiply and add in registers: the peak that training and frames are compared with.
import { multiplyAdd } from './affine';

let sink: v128 = f32x4.splat(0);

/** Floating-point operations of one round of `peakSeparate` and of `peakBuild`. */
export function peakFlopsPerRound(): i32 {
  return 14 * 4 * 2;
}

/** `rounds` rounds of 14 multiplications and 14 additions on four lanes; the 7 chains of each kind hide their latency. */
export function peakSeparate(rounds: i32): void {
  const one = f32x4.add(sink, f32x4.splat(1));
  let a = one, b = one, c = one, d = one, e = one, f = one, g = one;
  let s = one, t = one, u = one, v = one, w = one, x = one, y = one;
  for (; rounds > 0; rounds--) {
    a = f32x4.mul(a, one);
    s = f32x4.add(s, a);
    b = f32x4.mul(b, one);
    t = f32x4.add(t, b);
    c = f32x4.mul(c, one);
    u = f32x4.add(u, c);
    d = f32x4.mul(d, one);
    v = f32x4.add(v, d);
    e = f32x4.mul(e, one);
    w = f32x4.add(w, e);
    f = f32x4.mul(f, one);
    x = f32x4.add(x, f);
    g = f32x4.mul(g, one);
    y = f32x4.add(y, g);
    a = f32x4.mul(a, one);
    s = f32x4.add(s, a);
    b = f32x4.mul(b, one);
    t = f32x4.add(t, b);
    c = f32x4.mul(c, one);
    u = f32x4.add(u, c);
    d = f32x4.mul(d, one);
    v = f32x4.add(v, d);
    e = f32x4.mul(e, one);
    w = f32x4.add(w, e);
    f = f32x4.mul(f, one);
    x = f32x4.add(x, f);
    g = f32x4.mul(g, one);
    y = f32x4.add(y, g);
  }
  keep(s, t, u, v, w, x, y);
}

/** As many operations as `peakSeparate`, the additions independent of the multiplications. */
export function peakIndependent(rounds: i32): void {
  const one = f32x4.add(sink, f32x4.splat(1));
  let a = one, b = one, c = one, d = one, e = one, f = one, g = one;
  let s = one, t = one, u = one, v = one, w = one, x = one, y = one;
  for (; rounds > 0; rounds--) {
    a = f32x4.mul(a, one);
    s = f32x4.add(s, one);
    b = f32x4.mul(b, one);
    t = f32x4.add(t, one);
    c = f32x4.mul(c, one);
    u = f32x4.add(u, one);
    d = f32x4.mul(d, one);
    v = f32x4.add(v, one);
    e = f32x4.mul(e, one);
    w = f32x4.add(w, one);
    f = f32x4.mul(f, one);
    x = f32x4.add(x, one);
    g = f32x4.mul(g, one);
    y = f32x4.add(y, one);
    a = f32x4.mul(a, one);
    s = f32x4.add(s, one);
    b = f32x4.mul(b, one);
    t = f32x4.add(t, one);
    c = f32x4.mul(c, one);
    u = f32x4.add(u, one);
    d = f32x4.mul(d, one);
    v = f32x4.add(v, one);
    e = f32x4.mul(e, one);
    w = f32x4.add(w, one);
    f = f32x4.mul(f, one);
    x = f32x4.add(x, one);
    g = f32x4.mul(g, one);
    y = f32x4.add(y, one);
  }
  keep(s, t, u, v, w, x, y);
  keep(a, b, c, d, e, f, g);
}

const factors = memory.data(128, 16);

/** As many operations as `peakSeparate`: products of factors from memory in six sums, as in the kernels of training. */
export function peakProducts(rounds: i32): void {
  let s = f32x4.splat(0), t = s, u = s, v = s, w = s, x = s;
  for (; rounds > 0; rounds--) {
    const p = v128.load(factors);
    const q = v128.load(factors, 16);
    const a = v128.load(factors, 32);
    const b = v128.load(factors, 48);
    const c = v128.load(factors, 64);
    const d = v128.load(factors, 80);
    const e = v128.load(factors, 96);
    const f = v128.load(factors, 112);
    s = f32x4.add(s, f32x4.mul(p, a));
    t = f32x4.add(t, f32x4.mul(p, b));
    u = f32x4.add(u, f32x4.mul(p, c));
    v = f32x4.add(v, f32x4.mul(p, d));
    w = f32x4.add(w, f32x4.mul(p, e));
    x = f32x4.add(x, f32x4.mul(p, f));
    s = f32x4.add(s, f32x4.mul(q, a));
    t = f32x4.add(t, f32x4.mul(q, b));
    u = f32x4.add(u, f32x4.mul(q, c));
    v = f32x4.add(v, f32x4.mul(q, d));
    w = f32x4.add(w, f32x4.mul(q, e));
    x = f32x4.add(x, f32x4.mul(q, f));
    s = f32x4.add(s, f32x4.mul(q, p));
    t = f32x4.add(t, f32x4.mul(a, b));
  }
  keep(s, t, u, v, w, x, s);
}

/** The same number of operations as this build's multiply-adds, fused in the relaxed build: 14 chains. */
export function peakBuild(rounds: i32): void {
  if (!ASC_FEATURE_RELAXED_SIMD) return peakSeparate(rounds);
  const one = f32x4.add(sink, f32x4.splat(1));
  let a = one, b = one, c = one, d = one, e = one, f = one, g = one;
  let s = one, t = one, u = one, v = one, w = one, x = one, y = one;
  for (; rounds > 0; rounds--) {
    a = multiplyAdd(one, one, a);
    b = multiplyAdd(one, one, b);
    c = multiplyAdd(one, one, c);
    d = multiplyAdd(one, one, d);
    e = multiplyAdd(one, one, e);
    f = multiplyAdd(one, one, f);
    g = multiplyAdd(one, one, g);
    s = multiplyAdd(one, one, s);
    t = multiplyAdd(one, one, t);
    u = multiplyAdd(one, one, u);
    v = multiplyAdd(one, one, v);
    w = multiplyAdd(one, one, w);
    x = multiplyAdd(one, one, x);
    y = multiplyAdd(one, one, y);
  }
  keep(a, b, c, d, e, f, g);
  keep(s, t, u, v, w, x, y);
}

/** Makes results count without letting them grow into later rounds. */
@inline
function keep(a: v128, b: v128, c: v128, d: v128, e: v128, f: v128, g: v128): void {
  const sum = f32x4.add(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.add(f32x4.add(e, f), g));
  sink = f32x4.mul(sum, f32x4.splat(0));
}
