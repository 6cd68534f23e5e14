// The terms of a block: functions of its pixels of which its pre-activations are linear combinations (see blocks.ts).
import { affinePlane } from './affine';
import { neuronBytes } from './anchors';
import { allocate, allocateZeros } from './arena';
import { addAlways, fromAnchorX, fromAnchorY, lanes, pixelStrips } from './block-pixels';
import { layerAt, layerCount, maxWidth, slope, stripBytes } from './network';
import { hiddenPlain, packPanels } from './panels';

/** Terms of a block before its activations are written out at the pixels. */
export const mostTerms: i32 = 384;
/** Neurons that are looked at together. */
const groupRows: i32 = 24;
/** What is computed of a neuron's reach over a block may be wrong by so much of it. */
const reachMargin: f32 = 1.0001;

let wantGradient: bool = false;
let kink: f32 = 0;
export let termCount: i32 = 0;
/** Terms at the pixels and, where they are wanted, their derivatives by x and y: [strips][terms][16], `termStrip` bytes each. */
let terms: usize = 0;
let termsX: usize = 0;
let termsY: usize = 0;
let termStrip: usize = 0;
/** Largest value of each term in the block, and of |dx| and |dy|, which have none in that list. */
let reach: usize = 0;
let reachX: f32 = 0;
let reachY: f32 = 0;
/** Coefficients of a layer's neurons, [strips of terms][rows][16], and of the one before it. */
let coefficients: usize = 0;
let spareCoefficients: usize = 0;
let candidates: usize = 0;
/** Rows of coefficients as weights [rows, terms], and as panels. */
let flat: usize = 0;
let packed: usize = 0;
let zeros: usize = 0;
/** Sums of a group of neurons at the pixels, and their derivatives: [strips][groupRows][16]. */
let sums: usize = 0;
let sumsX: usize = 0;
let sumsY: usize = 0;
/** Multiplications so far, of coefficients and at pixels. */
export let productWork: f64 = 0;
export let evaluationWork: f64 = 0;

/** `negativeSlope` without rounding; `strips` of pixels at most. */
export function openTerms(negativeSlope: f64, differentiated: bool, strips: i32): void {
  wantGradient = differentiated;
  kink = <f32>(1 - negativeSlope);
  const most = mostTerms + maxWidth;
  termStrip = stripBytes(most);
  terms = allocate(<f64>termStrip * <f64>strips);
  sums = allocate(<f64>stripBytes(groupRows) * <f64>strips);
  const padded = (most + 15) & ~15;
  reach = allocate(<f64>padded * 4);
  coefficients = allocate(<f64>stripBytes(maxWidth) * <f64>(padded >> 4));
  spareCoefficients = allocate(<f64>stripBytes(maxWidth) * <f64>(padded >> 4));
  candidates = allocate(<f64>maxWidth * 4);
  const rows = max(maxWidth, groupRows);
  flat = allocate(<f64>rows * <f64>most * 4);
  packed = allocate(<f64>rows * <f64>most * 4);
  zeros = allocateZeros(<f64>maxWidth * 4 + 64);
  if (!wantGradient) return;
  termsX = allocate(<f64>termStrip * <f64>strips);
  termsY = allocate(<f64>termStrip * <f64>strips);
  sumsX = allocate(<f64>stripBytes(groupRows) * <f64>strips);
  sumsY = allocate(<f64>stripBytes(groupRows) * <f64>strips);
}

@inline
function termStrips(): i32 {
  return (termCount + 15) >> 4;
}

/** Begins a part: its terms are dx and dy, and the inputs have the coefficients 1. */
export function beginTerms(): void {
  termCount = 2;
  productWork = 0;
  evaluationWork = 0;
  for (let pixel = 0; pixel < pixelStrips << 4; pixel++) {
    const at = termStrip * (pixel >> 4) + ((<usize>(pixel & 15)) << 2);
    store<f32>(terms + at, fromAnchorX(pixel));
    store<f32>(terms + at, fromAnchorY(pixel), 64);
    if (!wantGradient) continue;
    store<f32>(termsX + at, 1);
    store<f32>(termsX + at, 0, 64);
    store<f32>(termsY + at, 0);
    store<f32>(termsY + at, 1, 64);
  }
  reachX = abs(load<f32>(terms));
  reachY = abs(load<f32>(terms, 64));
  memory.fill(reach, 0, (<usize>((mostTerms + maxWidth + 15) & ~15)) << 2);
  memory.fill(coefficients, 0, stripBytes(2));
  store<f32>(coefficients, 1);
  store<f32>(coefficients, 1, 68);
}

/** Coefficients of a layer's pre-activations, from those of the activations below. */
function multiplyTerms(index: i32): void {
  const layer = layerAt(index);
  const strips = termStrips();
  if (index == layerCount - 1) {
    affinePlane(coefficients, spareCoefficients, layer.weights, zeros, layer.inputs, layer.outputs, strips);
  } else {
    // With a slope of 1 the leaky ReLU leaves everything as it is.
    hiddenPlain(coefficients, spareCoefficients, layer.packed, zeros, layer.inputs, layer.outputs, strips, 1);
  }
  const freed = coefficients;
  coefficients = spareCoefficients;
  spareCoefficients = freed;
  productWork += <f64>layer.inputs * <f64>layer.outputs * <f64>(strips << 4);
}

/**
 * Coefficients of a hidden layer's activations, with a new term for each neuron that is crossed. `anchor` and `coefficient`
 * are the layer's part of the anchor and of the hash's coefficients.
 */
export function addLayer(index: i32, anchor: usize, coefficient: usize): void {
  multiplyTerms(index);
  const rows = layerAt(index).outputs;
  const before = termStrips();
  const first = termCount;
  let count = 0;
  for (let row = 0; row < rows; row++) {
    const middle = load<f32>(anchor + neuronBytes * row);
    if (!(abs(middle) > reachMargin * reachOf(row, rows, before, middle > 0))) {
      store<i32>(candidates + ((<usize>count) << 2), row);
      count++;
    } else if (middle > 0) addAlways(coefficient + ((<usize>row) << 3));
  }
  evaluationWork += <f64>count * <f64>first * <f64>(pixelStrips << 4);
  for (let from = 0; from < count; from += groupRows) {
    const together = min(groupRows, count - from);
    evaluate(from, together, rows, first);
    for (let each = 0; each < together; each++) {
      const row = load<i32>(candidates + ((<usize>(from + each)) << 2));
      const middle = load<f32>(anchor + neuronBytes * row);
      const added = coefficient + ((<usize>row) << 3);
      if (cross(each, together, middle, added)) store<i32>(candidates + ((<usize>(termCount - 1 - first)) << 2), row);
      else if (middle > 0) addAlways(added);
    }
  }
  activate(anchor, rows, before);
  for (let term = first; term < termCount; term++) {
    const row = load<i32>(candidates + ((<usize>(term - first)) << 2));
    store<f32>(coefficientAt(row, rows, term), 1);
  }
}

@inline
function coefficientAt(row: i32, rows: i32, term: i32): usize {
  return coefficients + stripBytes(rows) * (term >> 4) + ((<usize>row) << 6) + ((<usize>(term & 15)) << 2);
}

/** Coefficients become those of the activations on the anchor's side; those of terms in new strips are 0. */
function activate(anchor: usize, rows: i32, before: i32): void {
  const slopes = f32x4.splat(slope);
  for (let strip = 0; strip < before; strip++) {
    let at = coefficients + stripBytes(rows) * strip;
    for (let row = 0; row < rows; row++, at += 64) {
      if (load<f32>(anchor + neuronBytes * row) > 0) continue;
      for (let part: usize = 0; part < 64; part += 16) v128.store(at + part, f32x4.mul(v128.load(at + part), slopes));
    }
  }
  for (let strip = before; strip < termStrips(); strip++) {
    memory.fill(coefficients + stripBytes(rows) * strip, 0, stripBytes(rows));
  }
}

/** How far a pre-activation gets from its value at the anchor towards zero, at most, in the block. */
function reachOf(row: i32, rows: i32, strips: i32, isActive: bool): f32 {
  const towards = f32x4.splat(isActive ? -1 : 1);
  const zero = f32x4.splat(0);
  let sum0 = zero, sum1 = zero, sum2 = zero, sum3 = zero;
  const first = coefficients + ((<usize>row) << 6);
  let z = first;
  let most = reach;
  for (let strip = 0; strip < strips; strip++) {
    sum0 = f32x4.add(sum0, f32x4.pmax(f32x4.mul(f32x4.mul(v128.load(most), v128.load(z)), towards), zero));
    sum1 = f32x4.add(sum1, f32x4.pmax(f32x4.mul(f32x4.mul(v128.load(most, 16), v128.load(z, 16)), towards), zero));
    sum2 = f32x4.add(sum2, f32x4.pmax(f32x4.mul(f32x4.mul(v128.load(most, 32), v128.load(z, 32)), towards), zero));
    sum3 = f32x4.add(sum3, f32x4.pmax(f32x4.mul(f32x4.mul(v128.load(most, 48), v128.load(z, 48)), towards), zero));
    z += stripBytes(rows);
    most += 64;
  }
  const sum = f32x4.add(f32x4.add(sum0, sum2), f32x4.add(sum1, sum3));
  const total =
    f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 2) + (f32x4.extract_lane(sum, 1) + f32x4.extract_lane(sum, 3));
  return total + (abs(load<f32>(first)) * reachX + abs(load<f32>(first, 4)) * reachY);
}

/** Lays the coefficients of a neuron out as a row of weights. */
function flatten(row: i32, rows: i32, count: i32, to: usize): void {
  for (let term = 0; term < count; term += 16) {
    const from = coefficientAt(row, rows, term);
    memory.copy(to + ((<usize>term) << 2), from, (<usize>min(16, count - term)) << 2);
  }
}

/** Pre-activations less those at the anchor, of `together` candidates at all pixels, and their derivatives. */
function evaluate(from: i32, together: i32, rows: i32, count: i32): void {
  for (let each = 0; each < together; each++) {
    const row = load<i32>(candidates + ((<usize>(from + each)) << 2));
    flatten(row, rows, count, flat + ((<usize>(each * count)) << 2));
  }
  packPanels(flat, packed, together, count);
  sumTerms(terms, sums, count, together);
  if (!wantGradient) return;
  sumTerms(termsX, sumsX, count, together);
  sumTerms(termsY, sumsY, count, together);
}

/** Linear combinations of terms, by packed weights of `rows` rows, [strips][rows][16]. */
function sumTerms(from: usize, to: usize, count: i32, rows: i32): void {
  for (let strip = 0; strip < pixelStrips; strip++) {
    hiddenPlain(from + termStrip * strip, to + stripBytes(rows) * strip, packed, zeros, count, rows, 1, 1);
  }
}

/** Whether the pixels lie on both sides of a neuron's crease; then its term and its part of the hash are added. */
function cross(each: i32, together: i32, middle: f32, coefficient: usize): bool {
  const isActive = middle > 0;
  const middles = f32x4.splat(middle);
  const away = f32x4.splat(isActive ? -kink : kink);
  const zero = f32x4.splat(0);
  const sumStrip = stripBytes(together);
  let active = i32x4.splat(0);
  let most = zero;
  let at = sums + ((<usize>each) << 6);
  let to = terms + ((<usize>termCount) << 6);
  for (let strip = 0; strip < pixelStrips; strip++) {
    for (let part: usize = 0; part < 64; part += 16) {
      const z = f32x4.add(v128.load(at + part), middles);
      const beyond = f32x4.pmax(f32x4.mul(z, away), zero);
      active = i32x4.sub(active, f32x4.gt(z, zero));
      most = f32x4.pmax(most, beyond);
      v128.store(at + part, z);
      v128.store(to + part, beyond);
    }
    at += sumStrip;
    to += termStrip;
  }
  const total =
    i32x4.extract_lane(active, 0) + i32x4.extract_lane(active, 1) + i32x4.extract_lane(active, 2) +
    i32x4.extract_lane(active, 3);
  if (total == (isActive ? pixelStrips << 4 : 0)) return false;
  most = f32x4.pmax(most, v128.shuffle<f32>(most, most, 2, 3, 0, 1));
  most = f32x4.pmax(most, v128.shuffle<f32>(most, most, 1, 0, 3, 2));
  store<f32>(reach + ((<usize>termCount) << 2), f32x4.extract_lane(most, 0));
  addHashes(sums + ((<usize>each) << 6), sumStrip, coefficient);
  if (wantGradient) {
    const factor = isActive ? -kink : kink;
    differentiate(each, sumStrip, sumsX, termsX, isActive, factor);
    differentiate(each, sumStrip, sumsY, termsY, isActive, factor);
  }
  termCount++;
  return true;
}

function addHashes(z: usize, sumStrip: usize, coefficient: usize): void {
  const first = v128.load32_splat(coefficient);
  const second = v128.load32_splat(coefficient, 4);
  let at = lanes;
  for (let strip = 0; strip < pixelStrips; strip++) {
    for (let part: usize = 0; part < 64; part += 16) {
      const isOn = f32x4.gt(v128.load(z + part), f32x4.splat(0));
      v128.store(at + part, i32x4.add(v128.load(at + part), v128.and(isOn, first)));
      v128.store(at + part, i32x4.add(v128.load(at + part, 64), v128.and(isOn, second)), 64);
    }
    z += sumStrip;
    at += 128;
  }
}

/** Derivative of the new term, from that of its neuron's pre-activation. */
function differentiate(each: i32, sumStrip: usize, slopes: usize, to: usize, isActive: bool, factor: f32): void {
  let z = sums + ((<usize>each) << 6);
  let from = slopes + ((<usize>each) << 6);
  let at = to + ((<usize>termCount) << 6);
  for (let strip = 0; strip < pixelStrips; strip++) {
    for (let part: usize = 0; part < 64; part += 4) {
      const isBeyond = load<f32>(z + part) > 0 != isActive;
      store<f32>(at + part, isBeyond ? factor * load<f32>(from + part) : 0);
    }
    z += sumStrip;
    from += sumStrip;
    at += termStrip;
  }
}

/** Writes a layer's activations less those at the anchor out at the pixels, and their derivatives: [strips][rows][16]. */
export function writeOut(rows: i32, values: usize, alongX: usize, alongY: usize): void {
  for (let row = 0; row < rows; row++) flatten(row, rows, termCount, flat + ((<usize>(row * termCount)) << 2));
  packPanels(flat, packed, rows, termCount);
  sumTerms(terms, values, termCount, rows);
  if (!wantGradient) return;
  sumTerms(termsX, alongX, termCount, rows);
  sumTerms(termsY, alongY, termCount, rows);
}

/** The outputs less those at the anchor, and their derivatives. */
export function finishTerms(values: usize, alongX: usize, alongY: usize): void {
  multiplyTerms(layerCount - 1);
  writeOut(layerAt(layerCount - 1).outputs, values, alongX, alongY);
}
