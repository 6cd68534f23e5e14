// Gradients of weights and biases: G[row, column] += sum over samples of delta[row] * activation[column], as blocks of
// dot products; the bias gradient is the sum of delta[row], taken along with a row's narrow block where there is one.
//
// Every entry has one accumulator of four lanes: quarter of the strip by quarter, strips ascending in each, which is how
// the rows of a tile lie in memory; then the lanes are added as (0 + 1) + (2 + 3). The order depends only on the number of
// strips in the tile.
import { multiplyAdd } from './affine';
import { tileRow } from './network';

/** Sum of each of four vectors, as the four lanes of one. */
@inline
function sums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 2, 4, 6), v128.shuffle<f32>(a, b, 1, 3, 5, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 2, 4, 6), v128.shuffle<f32>(c, d, 1, 3, 5, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 2, 4, 6), v128.shuffle<f32>(ab, cd, 1, 3, 5, 7));
}

/** Adds a value, which is never -0, to an entry, which is zero where this is the `first` tile. */
@inline
function addTo(first: bool, target: usize, value: f32): void {
  store<f32>(target, first ? value : load<f32>(target) + value);
}

@inline
function addSum(first: bool, target: usize, a: v128): void {
  const lower = f32x4.extract_lane(a, 0) + f32x4.extract_lane(a, 1);
  const upper = f32x4.extract_lane(a, 2) + f32x4.extract_lane(a, 3);
  addTo(first, target, lower + upper);
}

/** Adds the sums of two vectors to an entry each. */
@inline
function addTwoSums(first: bool, target0: usize, target1: usize, a: v128, b: v128): void {
  const halves = f32x4.add(v128.shuffle<f32>(a, b, 0, 2, 4, 6), v128.shuffle<f32>(a, b, 1, 3, 5, 7));
  const both = f32x4.add(halves, v128.shuffle<f32>(halves, halves, 1, 0, 3, 2));
  addTo(first, target0, f32x4.extract_lane(both, 0));
  addTo(first, target1, f32x4.extract_lane(both, 2));
}

@inline
function addFourSums(first: bool, target: usize, a: v128, b: v128, c: v128, d: v128): void {
  const values = sums(a, b, c, d);
  v128.store(target, first ? values : f32x4.add(v128.load(target), values));
}

/** Adds the sums of one row of a block to its `columns` entries. */
@inline
function addSums(first: bool, target: usize, columns: i32, a: v128, b: v128, c: v128, d: v128, e: v128): void {
  if (columns > 3) addFourSums(first, target, a, b, c, d);
  else {
    addSum(first, target, a);
    if (columns > 1) addSum(first, target + 4, b);
    if (columns > 2) addSum(first, target + 8, c);
  }
  if (columns > 4) addSum(first, target + 16, e);
}

/**
 * Two rows by five columns. Four vectors of samples at a time: the fewer instructions besides, the better. Conditions that
 * never hold (no address is so small) cut the loop into blocks for which the registers suffice, as in panels.ts.
 */
@inline
function wideBlock(first: bool, delta: usize, end: usize, activation: usize, target: usize, row: usize): void {
  const zero = f32x4.splat(0);
  let s00 = zero, s01 = zero, s02 = zero, s03 = zero, s04 = zero;
  let s10 = zero, s11 = zero, s12 = zero, s13 = zero, s14 = zero;
  let d0: v128, d1: v128, a: v128;
  for (; delta < end; delta += 64) {
    d0 = v128.load(delta); d1 = v128.load(delta, tileRow);
    a = v128.load(activation); s00 = multiplyAdd(d0, a, s00); s10 = multiplyAdd(d1, a, s10);
    a = v128.load(activation, tileRow); s01 = multiplyAdd(d0, a, s01); s11 = multiplyAdd(d1, a, s11);
    if (activation == 0) break;
    a = v128.load(activation, 2 * tileRow); s02 = multiplyAdd(d0, a, s02); s12 = multiplyAdd(d1, a, s12);
    a = v128.load(activation, 3 * tileRow); s03 = multiplyAdd(d0, a, s03); s13 = multiplyAdd(d1, a, s13);
    if (activation == 1) break;
    a = v128.load(activation, 4 * tileRow); s04 = multiplyAdd(d0, a, s04); s14 = multiplyAdd(d1, a, s14);
    if (delta == 1) break;
    d0 = v128.load(delta, 16); d1 = v128.load(delta, tileRow + 16);
    a = v128.load(activation, 16); s00 = multiplyAdd(d0, a, s00); s10 = multiplyAdd(d1, a, s10);
    a = v128.load(activation, tileRow + 16); s01 = multiplyAdd(d0, a, s01); s11 = multiplyAdd(d1, a, s11);
    if (activation == 2) break;
    a = v128.load(activation, 2 * tileRow + 16); s02 = multiplyAdd(d0, a, s02); s12 = multiplyAdd(d1, a, s12);
    a = v128.load(activation, 3 * tileRow + 16); s03 = multiplyAdd(d0, a, s03); s13 = multiplyAdd(d1, a, s13);
    if (activation == 3) break;
    a = v128.load(activation, 4 * tileRow + 16); s04 = multiplyAdd(d0, a, s04); s14 = multiplyAdd(d1, a, s14);
    if (delta == 2) break;
    d0 = v128.load(delta, 32); d1 = v128.load(delta, tileRow + 32);
    a = v128.load(activation, 32); s00 = multiplyAdd(d0, a, s00); s10 = multiplyAdd(d1, a, s10);
    a = v128.load(activation, tileRow + 32); s01 = multiplyAdd(d0, a, s01); s11 = multiplyAdd(d1, a, s11);
    if (activation == 4) break;
    a = v128.load(activation, 2 * tileRow + 32); s02 = multiplyAdd(d0, a, s02); s12 = multiplyAdd(d1, a, s12);
    a = v128.load(activation, 3 * tileRow + 32); s03 = multiplyAdd(d0, a, s03); s13 = multiplyAdd(d1, a, s13);
    if (activation == 5) break;
    a = v128.load(activation, 4 * tileRow + 32); s04 = multiplyAdd(d0, a, s04); s14 = multiplyAdd(d1, a, s14);
    if (delta == 3) break;
    d0 = v128.load(delta, 48); d1 = v128.load(delta, tileRow + 48);
    a = v128.load(activation, 48); s00 = multiplyAdd(d0, a, s00); s10 = multiplyAdd(d1, a, s10);
    a = v128.load(activation, tileRow + 48); s01 = multiplyAdd(d0, a, s01); s11 = multiplyAdd(d1, a, s11);
    if (activation == 6) break;
    a = v128.load(activation, 2 * tileRow + 48); s02 = multiplyAdd(d0, a, s02); s12 = multiplyAdd(d1, a, s12);
    a = v128.load(activation, 3 * tileRow + 48); s03 = multiplyAdd(d0, a, s03); s13 = multiplyAdd(d1, a, s13);
    if (activation == 7) break;
    a = v128.load(activation, 4 * tileRow + 48); s04 = multiplyAdd(d0, a, s04); s14 = multiplyAdd(d1, a, s14);
    activation += 64;
  }
  addFourSums(first, target, s00, s01, s02, s03);
  addFourSums(first, target + row, s10, s11, s12, s13);
  addTwoSums(first, target + 16, target + row + 16, s04, s14);
}

/** `rows` (1 or 2) by `columns` (1 to 5) entries, and the rows' biases where `withBias`: constants wherever it is called. */
@inline
function block(
  first: bool, rows: i32, columns: i32, withBias: bool, delta: usize, end: usize, activation: usize, target: usize,
  row: usize, bias: usize,
): void {
  const zero = f32x4.splat(0);
  let s00 = zero, s01 = zero, s02 = zero, s03 = zero, s04 = zero;
  let s10 = zero, s11 = zero, s12 = zero, s13 = zero, s14 = zero;
  let b0 = zero, b1 = zero;
  for (; delta < end; delta += 16) {
    const d0 = v128.load(delta);
    const d1 = rows > 1 ? v128.load(delta, tileRow) : d0;
    if (withBias) b0 = f32x4.add(b0, d0);
    if (withBias && rows > 1) b1 = f32x4.add(b1, d1);
    const a0 = v128.load(activation);
    s00 = multiplyAdd(d0, a0, s00);
    if (rows > 1) s10 = multiplyAdd(d1, a0, s10);
    const a1 = columns > 1 ? v128.load(activation, tileRow) : a0;
    if (columns > 1) s01 = multiplyAdd(d0, a1, s01);
    if (columns > 1 && rows > 1) s11 = multiplyAdd(d1, a1, s11);
    if (columns > 3 && delta == 0) break;
    const a2 = columns > 2 ? v128.load(activation, 2 * tileRow) : a0;
    if (columns > 2) s02 = multiplyAdd(d0, a2, s02);
    if (columns > 2 && rows > 1) s12 = multiplyAdd(d1, a2, s12);
    const a3 = columns > 3 ? v128.load(activation, 3 * tileRow) : a0;
    if (columns > 3) s03 = multiplyAdd(d0, a3, s03);
    if (columns > 3 && rows > 1) s13 = multiplyAdd(d1, a3, s13);
    const a4 = columns > 4 ? v128.load(activation, 4 * tileRow) : a0;
    if (columns > 4) s04 = multiplyAdd(d0, a4, s04);
    if (columns > 4 && rows > 1) s14 = multiplyAdd(d1, a4, s14);
    activation += 16;
  }
  addSums(first, target, columns, s00, s01, s02, s03, s04);
  if (rows > 1) addSums(first, target + row, columns, s10, s11, s12, s13, s14);
  if (withBias) addSum(first, bias, b0);
  if (withBias && rows > 1) addSum(first, bias + 4, b1);
}

/** `columns` (1 to 4) entries of 1 or 2 rows, with the rows' biases. */
@inline
function narrowBlock(
  first: bool, rows: i32, columns: i32, delta: usize, end: usize, activation: usize, target: usize, row: usize,
  bias: usize,
): void {
  if (columns == 4) block(first, rows, 4, true, delta, end, activation, target, row, bias);
  else if (columns == 3) block(first, rows, 3, true, delta, end, activation, target, row, bias);
  else if (columns == 2) block(first, rows, 2, true, delta, end, activation, target, row, bias);
  else block(first, rows, 1, true, delta, end, activation, target, row, bias);
}

/** The gradients of five biases. */
@inline
function fiveBiases(first: bool, delta: usize, end: usize, target: usize): void {
  const zero = f32x4.splat(0);
  let s0 = zero, s1 = zero, s2 = zero, s3 = zero, s4 = zero;
  for (; delta < end; delta += 16) {
    s0 = f32x4.add(s0, v128.load(delta));
    s1 = f32x4.add(s1, v128.load(delta, tileRow));
    s2 = f32x4.add(s2, v128.load(delta, 2 * tileRow));
    s3 = f32x4.add(s3, v128.load(delta, 3 * tileRow));
    s4 = f32x4.add(s4, v128.load(delta, 4 * tileRow));
  }
  addSums(first, target, 5, s0, s1, s2, s3, s4);
}

/** The gradient of one bias. */
@inline
function oneBias(first: bool, delta: usize, end: usize, target: usize): void {
  let sum = f32x4.splat(0);
  for (; delta < end; delta += 16) sum = f32x4.add(sum, v128.load(delta));
  addSum(first, target, sum);
}

/** The gradients of all biases, where no narrow block takes them along. */
@inline
function addBiases(first: bool, delta: usize, bytes: usize, rows: i32, target: usize): void {
  for (; rows > 4; rows -= 5) {
    fiveBiases(first, delta, delta + bytes, target);
    delta += 5 * tileRow;
    target += 20;
  }
  for (; rows > 0; rows--) {
    oneBias(first, delta, delta + bytes, target);
    delta += tileRow;
    target += 4;
  }
}

@inline
function addLayer(
  first: bool, delta: usize, activation: usize, rows: i32, columns: i32, strips: i32, target: usize, bias: usize,
): void {
  const row = (<usize>columns) << 2;
  const bytes = (<usize>strips) << 6;
  const narrow = columns % 5;
  if (narrow == 0) addBiases(first, delta, bytes, rows, bias);
  for (; rows > 0; rows -= 2) {
    const end = delta + bytes;
    const both = rows > 1;
    let a = activation + tileRow * narrow;
    let to = target + ((<usize>narrow) << 2);
    if (narrow > 0) {
      if (both) narrowBlock(first, 2, narrow, delta, end, activation, target, row, bias);
      else narrowBlock(first, 1, narrow, delta, end, activation, target, row, bias);
    }
    for (let left = columns - narrow; left > 0; left -= 5) {
      if (both) wideBlock(first, delta, end, a, to, row);
      else block(first, 1, 5, false, delta, end, a, to, row, 0);
      a += 5 * tileRow;
      to += 20;
    }
    delta += 2 * tileRow;
    target += 2 * row;
    bias += 8;
  }
}

/**
 * Adds the gradient of a layer's weights [rows, columns] to `target` and that of its biases [rows] to `bias`, from the
 * tiles `delta` of `rows` and `activation` of `columns` rows. In the `first` tile of a batch both count as zeros.
 */
export function addGradient(
  first: bool, delta: usize, activation: usize, rows: i32, columns: i32, strips: i32, target: usize, bias: usize,
): void {
  if (first) addLayer(true, delta, activation, rows, columns, strips, target, bias);
  else addLayer(false, delta, activation, rows, columns, strips, target, bias);
}
