// The kernels of whole layers: five neurons by eight samples at a time, in frames with the activation hash.
//
// Each value is one chain of multiply-adds from the bias (or zero), inputs ascending, so it depends neither on the place
// of its sample nor on the panel of its neuron. Ten sums keep two multiply-adds a cycle busy with room to spare. The
// compiler moves all loads of a basic block to its beginning; conditions that never hold (no address is 0 or 1) cut the
// inner loop, of two inputs a turn, into blocks for which the registers suffice. Where they are cut also decides how evenly
// multiplications and additions find the CPU's units: in the strict build one, two and two neurons are fastest.
import { derivative, leaky, multiplyAdd } from './affine';
import { neuronBytes } from './anchors';
import { stripBytes } from './network';

/** What happens to a sum before it is stored. */
export const enum Finish {
  /** Leaky ReLU of z = W source + b. */
  Leaky = 0,
  /** W source, times the derivative of the leaky ReLU at the activation stored in `side`. */
  Derivative = 1,
  /** Difference of the activations at a sample and at its anchor, from that of their pre-activations, W source. */
  Anchored = 2,
  /** The same; the pre-activation itself is stored in `side`. */
  AnchoredKept = 3,
}

/** Panels of five rows in a layer of `rows` rows; what they leave is taken in fours and threes. */
@inline
export function fivesOf(rows: i32): i32 {
  const rest = rows % 5;
  if (rest == 0 || rest == 4 || rows < 5) return rows / 5;
  return rows / 5 - 1;
}

/** Panels of four rows where `left` rows are left by the fives: 0 to 4, or 6, 7, 8. */
@inline
export function foursOf(left: i32): i32 {
  return left == 6 ? 0 : left / 4;
}

/** Packs `height` rows of W as [input][row]; returns the end of the panel. */
function packPanel(weights: usize, packed: usize, height: i32, inputs: i32): usize {
  const weightRow = (<usize>inputs) << 2;
  for (let input = 0; input < inputs; input++) {
    for (let row = 0; row < height; row++) {
      store<f32>(packed, load<f32>(weights + weightRow * row + ((<usize>input) << 2)));
      packed += 4;
    }
  }
  return packed;
}

/** Packs W [rows, inputs] into panels, one after another. */
export function packPanels(weights: usize, packed: usize, rows: i32, inputs: i32): void {
  const weightRow = (<usize>inputs) << 2;
  const fives = fivesOf(rows);
  const fours = foursOf(rows - 5 * fives);
  let left = rows;
  for (let index = 0; left > 0; index++) {
    const height = index < fives ? 5 : index < fives + fours ? 4 : min(left, 3);
    packed = packPanel(weights, packed, height, inputs);
    weights += weightRow * height;
    left -= height;
  }
}

/** Coefficient of the panel's neuron number `row` on one lane, where the neuron is active. */
@inline
function term(z: v128, coefficients: usize, row: usize, lane: usize): v128 {
  return v128.and(f32x4.gt(z, f32x4.splat(0)), v128.load32_splat(coefficients + (row << 3) + (lane << 2)));
}

/** Adds the coefficients of the active ones among a panel's neurons to one lane of four samples. */
@inline
function addTerms(
  height: i32, lanes: usize, lane: usize, coefficients: usize, z0: v128, z1: v128, z2: v128, z3: v128, z4: v128,
): void {
  let sum = term(z0, coefficients, 0, lane);
  if (height > 1) sum = i32x4.add(sum, term(z1, coefficients, 1, lane));
  if (height > 2) sum = i32x4.add(sum, term(z2, coefficients, 2, lane));
  if (height > 3) sum = i32x4.add(sum, term(z3, coefficients, 3, lane));
  if (height > 4) sum = i32x4.add(sum, term(z4, coefficients, 4, lane));
  v128.store(lanes + (lane << 6), i32x4.add(v128.load(lanes + (lane << 6)), sum));
}

/** A sum as it is stored; `side` is the address of the activations that belong to it. */
@inline
function finished(finish: Finish, z: v128, side: usize, slopes: v128): v128 {
  if (finish == Finish.Leaky) return leaky(z, slopes);
  return f32x4.mul(z, derivative(v128.load(side), slopes));
}

/** Stores four samples of a panel's neurons in rows of `row` bytes. */
@inline
export function storePanel(
  finish: Finish, height: i32, row: usize, target: usize, side: usize, slopes: v128, z0: v128, z1: v128, z2: v128,
  z3: v128, z4: v128,
): void {
  v128.store(target, finished(finish, z0, side, slopes));
  if (height > 1) v128.store(target + row, finished(finish, z1, side + row, slopes));
  if (height > 2) v128.store(target + 2 * row, finished(finish, z2, side + 2 * row, slopes));
  if (height > 3) v128.store(target + 3 * row, finished(finish, z3, side + 3 * row, slopes));
  if (height > 4) v128.store(target + 4 * row, finished(finish, z4, side + 4 * row, slopes));
}

/** Difference of an anchored neuron's activations from that of its pre-activations (see anchors.ts). */
@inline
function difference(d: v128, neuron: usize, slopes: v128): v128 {
  const above = f32x4.add(d, v128.load32_splat(neuron, 4));
  return f32x4.pmax(above, multiplyAdd(d, slopes, v128.load32_splat(neuron, 8)));
}

/** Finishes four samples of a panel of anchored neurons, from the differences of their pre-activations. */
@inline
function storeAnchored(
  finish: Finish, height: i32, target: usize, side: usize, anchor: usize, slopes: v128, lanes: usize, coefficients: usize,
  d0: v128, d1: v128, d2: v128, d3: v128, d4: v128,
): void {
  const z0 = f32x4.add(d0, v128.load32_splat(anchor));
  const z1 = height > 1 ? f32x4.add(d1, v128.load32_splat(anchor, neuronBytes)) : d1;
  const z2 = height > 2 ? f32x4.add(d2, v128.load32_splat(anchor, 2 * neuronBytes)) : d2;
  const z3 = height > 3 ? f32x4.add(d3, v128.load32_splat(anchor, 3 * neuronBytes)) : d3;
  const z4 = height > 4 ? f32x4.add(d4, v128.load32_splat(anchor, 4 * neuronBytes)) : d4;
  addTerms(height, lanes, 0, coefficients, z0, z1, z2, z3, z4);
  addTerms(height, lanes, 1, coefficients, z0, z1, z2, z3, z4);
  v128.store(target, difference(d0, anchor, slopes));
  if (height > 1) v128.store(target, difference(d1, anchor + neuronBytes, slopes), 64);
  if (height > 2) v128.store(target, difference(d2, anchor + 2 * neuronBytes, slopes), 128);
  if (height > 3) v128.store(target, difference(d3, anchor + 3 * neuronBytes, slopes), 192);
  if (height > 4) v128.store(target, difference(d4, anchor + 4 * neuronBytes, slopes), 256);
  if (finish != Finish.AnchoredKept) return;
  v128.store(side, z0);
  if (height > 1) v128.store(side, z1, 64);
  if (height > 2) v128.store(side, z2, 128);
  if (height > 3) v128.store(side, z3, 192);
  if (height > 4) v128.store(side, z4, 256);
}

/**
 * `height` (1 to 5, a constant wherever it is called) neurons by eight samples, in rows of `row` bytes. Their weights of one
 * input lie side by side, those of the next input `step` bytes later.
 */
@inline
export function panel(
  finish: Finish, height: i32, hashed: bool, row: usize, source: usize, sourceEnd: usize, target: usize, side: usize,
  weights: usize, step: usize, biases: usize, slopes: v128, lanes: usize, coefficients: usize,
): void {
  const biased = finish == Finish.Leaky;
  const zero = f32x4.splat(0);
  let z00 = biased ? v128.load32_splat(biases) : zero;
  let z10 = biased && height > 1 ? v128.load32_splat(biases, 4) : zero;
  let z20 = biased && height > 2 ? v128.load32_splat(biases, 8) : zero;
  let z30 = biased && height > 3 ? v128.load32_splat(biases, 12) : zero;
  let z40 = biased && height > 4 ? v128.load32_splat(biases, 16) : zero;
  let z01 = z00, z11 = z10, z21 = z20, z31 = z30, z41 = z40;
  let a = source;
  let a0: v128, a1: v128, w: v128;
  for (; a + row < sourceEnd; a += 2 * row) {
    a0 = v128.load(a);
    a1 = v128.load(a, 16);
    w = v128.load32_splat(weights);
    z00 = multiplyAdd(a0, w, z00);
    z01 = multiplyAdd(a1, w, z01);
    if (!ASC_FEATURE_RELAXED_SIMD && height > 3 && a == 1) break;
    if (height > 1) {
      w = v128.load32_splat(weights, 4);
      z10 = multiplyAdd(a0, w, z10);
      z11 = multiplyAdd(a1, w, z11);
    }
    if (height > 2) {
      w = v128.load32_splat(weights, 8);
      z20 = multiplyAdd(a0, w, z20);
      z21 = multiplyAdd(a1, w, z21);
    }
    if (height > 4 && a == 2) break;
    if (height > 3) {
      w = v128.load32_splat(weights, 12);
      z30 = multiplyAdd(a0, w, z30);
      z31 = multiplyAdd(a1, w, z31);
    }
    if (height > 4) {
      w = v128.load32_splat(weights, 16);
      z40 = multiplyAdd(a0, w, z40);
      z41 = multiplyAdd(a1, w, z41);
    }
    if (a == 3) break;
    a0 = v128.load(a + row);
    a1 = v128.load(a + row, 16);
    w = v128.load32_splat(weights + step);
    z00 = multiplyAdd(a0, w, z00);
    z01 = multiplyAdd(a1, w, z01);
    if (!ASC_FEATURE_RELAXED_SIMD && height > 3 && a == 5) break;
    if (height > 1) {
      w = v128.load32_splat(weights + step, 4);
      z10 = multiplyAdd(a0, w, z10);
      z11 = multiplyAdd(a1, w, z11);
    }
    if (height > 2) {
      w = v128.load32_splat(weights + step, 8);
      z20 = multiplyAdd(a0, w, z20);
      z21 = multiplyAdd(a1, w, z21);
    }
    if (height > 4 && a == 6) break;
    if (height > 3) {
      w = v128.load32_splat(weights + step, 12);
      z30 = multiplyAdd(a0, w, z30);
      z31 = multiplyAdd(a1, w, z31);
    }
    if (height > 4) {
      w = v128.load32_splat(weights + step, 16);
      z40 = multiplyAdd(a0, w, z40);
      z41 = multiplyAdd(a1, w, z41);
    }
    weights += 2 * step;
  }
  for (; a < sourceEnd; a += row) {
    a0 = v128.load(a);
    a1 = v128.load(a, 16);
    w = v128.load32_splat(weights);
    z00 = multiplyAdd(a0, w, z00);
    z01 = multiplyAdd(a1, w, z01);
    if (!ASC_FEATURE_RELAXED_SIMD && height > 3 && a == 1) break;
    if (height > 1) {
      w = v128.load32_splat(weights, 4);
      z10 = multiplyAdd(a0, w, z10);
      z11 = multiplyAdd(a1, w, z11);
    }
    if (height > 2) {
      w = v128.load32_splat(weights, 8);
      z20 = multiplyAdd(a0, w, z20);
      z21 = multiplyAdd(a1, w, z21);
    }
    if (height > 4 && a == 2) break;
    if (height > 3) {
      w = v128.load32_splat(weights, 12);
      z30 = multiplyAdd(a0, w, z30);
      z31 = multiplyAdd(a1, w, z31);
    }
    if (height > 4) {
      w = v128.load32_splat(weights, 16);
      z40 = multiplyAdd(a0, w, z40);
      z41 = multiplyAdd(a1, w, z41);
    }
    weights += step;
  }
  if (finish >= Finish.Anchored) {
    storeAnchored(finish, height, target, side, biases, slopes, lanes, coefficients, z00, z10, z20, z30, z40);
    storeAnchored(
      finish, height, target + 16, side + 16, biases, slopes, lanes + 16, coefficients, z01, z11, z21, z31, z41,
    );
    return;
  }
  if (hashed) addTerms(height, lanes, 0, coefficients, z00, z10, z20, z30, z40);
  if (hashed) addTerms(height, lanes, 1, coefficients, z00, z10, z20, z30, z40);
  storePanel(finish, height, row, target, side, slopes, z00, z10, z20, z30, z40);
  if (hashed) addTerms(height, lanes + 16, 0, coefficients, z01, z11, z21, z31, z41);
  if (hashed) addTerms(height, lanes + 16, 1, coefficients, z01, z11, z21, z31, z41);
  storePanel(finish, height, row, target + 16, side + 16, slopes, z01, z11, z21, z31, z41);
}

/**
 * A layer of a frame; `weights` are panels, `biases` is an anchor's part where `finish` is anchored. Only derivatives and
 * anchors read `side`; only hashes, what follows.
 */
@inline
function layer(
  finish: Finish, hashed: bool, source: usize, target: usize, weights: usize, biases: usize, inputs: i32, rows: i32,
  strips: i32, slope: f32, side: usize, lanes: usize, coefficients: usize,
): void {
  const slopes = f32x4.splat(slope);
  const sourceStrip = stripBytes(inputs);
  const targetStrip = stripBytes(rows);
  const fives = fivesOf(rows);
  const fours = foursOf(rows - 5 * fives);
  const threes = (rows - 5 * fives - 4 * fours) / 3;
  const rest = rows - 5 * fives - 4 * fours - 3 * threes;
  const column = (<usize>inputs) << 2;
  const neuron: usize = finish >= Finish.Anchored ? neuronBytes : 4;
  for (let strip = 0; strip < strips; strip++) {
    const end = source + ((<usize>inputs) << 6);
    for (let half: usize = 0; half < 64; half += 32) {
      const from = source + half;
      const lane = lanes + half;
      let to = target + half;
      let at = side + half;
      let w = weights;
      let b = biases;
      let c = coefficients;
      for (let index = fives; index > 0; index--) {
        panel(finish, 5, hashed, 64, from, end, to, at, w, 20, b, slopes, lane, c);
        to += 320;
        at += 320;
        w += column * 5;
        b += 5 * neuron;
        c += 40;
      }
      for (let index = fours; index > 0; index--) {
        panel(finish, 4, hashed, 64, from, end, to, at, w, 16, b, slopes, lane, c);
        to += 256;
        at += 256;
        w += column * 4;
        b += 4 * neuron;
        c += 32;
      }
      for (let index = threes; index > 0; index--) {
        panel(finish, 3, hashed, 64, from, end, to, at, w, 12, b, slopes, lane, c);
        to += 192;
        at += 192;
        w += column * 3;
        b += 3 * neuron;
        c += 24;
      }
      if (rest == 2) panel(finish, 2, hashed, 64, from, end, to, at, w, 8, b, slopes, lane, c);
      else if (rest == 1) panel(finish, 1, hashed, 64, from, end, to, at, w, 4, b, slopes, lane, c);
    }
    source += sourceStrip;
    target += targetStrip;
    side += targetStrip;
    if (hashed) lanes += 128;
  }
}

/** target plane of `rows` rows = leaky(W source + b), W as packed panels. */
export function hiddenPlain(
  source: usize, target: usize, packed: usize, biases: usize, inputs: i32, rows: i32, strips: i32, slope: f32,
): void {
  layer(Finish.Leaky, false, source, target, packed, biases, inputs, rows, strips, slope, 0, 0, 0);
}

/** The same, adding the coefficients uint32 [rows, 2] of active neurons to the lanes uint32 [strips][2][16]. */
export function hiddenHash(
  source: usize, target: usize, packed: usize, biases: usize, inputs: i32, rows: i32, strips: i32, slope: f32,
  lanes: usize, coefficients: usize,
): void {
  layer(Finish.Leaky, true, source, target, packed, biases, inputs, rows, strips, slope, 0, lanes, coefficients);
}

/**
 * One strip of differences from the anchor whose neurons of this layer lie at `anchor` (see anchors.ts): the differences
 * of its activations from those of the layer below; adds to the lanes as `hiddenHash` does.
 */
export function hiddenAnchored(
  source: usize, target: usize, packed: usize, anchor: usize, inputs: i32, rows: i32, slope: f32, lanes: usize,
  coefficients: usize,
): void {
  layer(Finish.Anchored, true, source, target, packed, anchor, inputs, rows, 1, slope, 0, lanes, coefficients);
}

/** The same, storing the pre-activations in the plane `kept` of one strip. */
export function hiddenAnchoredKept(
  source: usize, target: usize, packed: usize, anchor: usize, inputs: i32, rows: i32, slope: f32, kept: usize,
  lanes: usize, coefficients: usize,
): void {
  layer(
    Finish.AnchoredKept, true, source, target, packed, anchor, inputs, rows, 1, slope, kept, lanes, coefficients,
  );
}

/** target = (W source) times the derivative of the leaky ReLU whose outputs are the plane `activations`, W as panels. */
export function hiddenTangent(
  source: usize, target: usize, packed: usize, inputs: i32, rows: i32, strips: i32, slope: f32, activations: usize,
): void {
  layer(Finish.Derivative, false, source, target, packed, 0, inputs, rows, strips, slope, activations, 0, 0);
}
