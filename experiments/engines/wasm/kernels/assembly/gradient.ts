// Weight gradients: G[row, column] += sum over samples of delta[row] * activation[column], as blocks of dot products.
//
// Every weight has one accumulator of four lanes (samples 0, 4, 8, 12 ... of each strip in lane 0, and so on), strips
// ascending, then lanes (0 + 1) + (2 + 3); the order depends only on the tile's number of strips.
import { multiplyAdd } from './affine';

/** Sum of each of four vectors, as the four lanes of one. */
@inline
function sums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 2, 4, 6), v128.shuffle<f32>(a, b, 1, 3, 5, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 2, 4, 6), v128.shuffle<f32>(c, d, 1, 3, 5, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 2, 4, 6), v128.shuffle<f32>(ab, cd, 1, 3, 5, 7));
}

@inline
function sum(a: v128): f32 {
  const lower = f32x4.extract_lane(a, 0) + f32x4.extract_lane(a, 1);
  return lower + (f32x4.extract_lane(a, 2) + f32x4.extract_lane(a, 3));
}

@inline
function addSums(target: usize, count: i32, a: v128, b: v128, c: v128, d: v128, e: v128): void {
  if (count >= 4) {
    v128.store(target, f32x4.add(v128.load(target), sums(a, b, c, d)));
    if (count == 5) store<f32>(target, load<f32>(target, 16) + sum(e), 16);
    return;
  }
  store<f32>(target, load<f32>(target) + sum(a));
  if (count > 1) store<f32>(target, load<f32>(target, 4) + sum(b), 4);
  if (count > 2) store<f32>(target, load<f32>(target, 8) + sum(c), 8);
}

/** Block of `rows` (1 to 3) by `columns` (1 to 5, 1 to 3 for three rows) dot products over the samples of a tile. */
@inline
function block(
  rows: i32, columns: i32, delta: usize, deltaStep: usize, activation: usize, activationStep: usize, strips: i32,
  target: usize, targetRow: usize,
): void {
  let s00 = f32x4.splat(0);
  let s01 = s00, s02 = s00, s03 = s00, s04 = s00;
  let s10 = s00, s11 = s00, s12 = s00, s13 = s00, s14 = s00;
  let s20 = s00, s21 = s00, s22 = s00;
  for (let strip = strips; strip > 0; strip--) {
    for (let part: usize = 0; part < 64; part += 16) {
      const d0 = v128.load(delta + part);
      const d1 = rows > 1 ? v128.load(delta + part, 64) : d0;
      const d2 = rows > 2 ? v128.load(delta + part, 128) : d0;
      const a0 = v128.load(activation + part);
      s00 = multiplyAdd(d0, a0, s00);
      if (rows > 1) s10 = multiplyAdd(d1, a0, s10);
      if (rows > 2) s20 = multiplyAdd(d2, a0, s20);
      if (columns > 1) {
        const a1 = v128.load(activation + part, 64);
        s01 = multiplyAdd(d0, a1, s01);
        if (rows > 1) s11 = multiplyAdd(d1, a1, s11);
        if (rows > 2) s21 = multiplyAdd(d2, a1, s21);
      }
      if (columns > 2) {
        const a2 = v128.load(activation + part, 128);
        s02 = multiplyAdd(d0, a2, s02);
        if (rows > 1) s12 = multiplyAdd(d1, a2, s12);
        if (rows > 2) s22 = multiplyAdd(d2, a2, s22);
      }
      if (columns > 3) {
        const a3 = v128.load(activation + part, 192);
        s03 = multiplyAdd(d0, a3, s03);
        if (rows > 1) s13 = multiplyAdd(d1, a3, s13);
      }
      if (columns > 4) {
        const a4 = v128.load(activation + part, 256);
        s04 = multiplyAdd(d0, a4, s04);
        if (rows > 1) s14 = multiplyAdd(d1, a4, s14);
      }
    }
    delta += deltaStep;
    activation += activationStep;
  }
  addSums(target, columns, s00, s01, s02, s03, s04);
  if (rows > 1) addSums(target + targetRow, columns, s10, s11, s12, s13, s14);
  if (rows > 2) addSums(target + 2 * targetRow, columns, s20, s21, s22, s20, s20);
}

/** One panel of two rows: columns in blocks of 5, 4 and 3 (2 and 1 only where there are no more). */
function panel2(
  delta: usize, deltaStep: usize, activation: usize, activationStep: usize, strips: i32, target: usize, columns: i32,
): void {
  const row = (<usize>columns) << 2;
  let left = columns;
  while (left > 0) {
    let width = 5;
    if (left < 5) width = left;
    else if (left == 6) width = 3;
    else if (left == 7 || left == 8 || left == 11 || left == 12) width = 4;
    if (width == 5) block(2, 5, delta, deltaStep, activation, activationStep, strips, target, row);
    else if (width == 4) block(2, 4, delta, deltaStep, activation, activationStep, strips, target, row);
    else if (width == 3) block(2, 3, delta, deltaStep, activation, activationStep, strips, target, row);
    else if (width == 2) block(2, 2, delta, deltaStep, activation, activationStep, strips, target, row);
    else block(2, 1, delta, deltaStep, activation, activationStep, strips, target, row);
    left -= width;
    activation += (<usize>width) << 6;
    target += (<usize>width) << 2;
  }
}

function panel3(
  delta: usize, deltaStep: usize, activation: usize, activationStep: usize, strips: i32, target: usize, columns: i32,
): void {
  const row = (<usize>columns) << 2;
  let left = columns;
  while (left > 0) {
    const width = left == 1 ? 1 : left == 2 || left == 4 ? 2 : 3;
    if (width == 3) block(3, 3, delta, deltaStep, activation, activationStep, strips, target, row);
    else if (width == 2) block(3, 2, delta, deltaStep, activation, activationStep, strips, target, row);
    else block(3, 1, delta, deltaStep, activation, activationStep, strips, target, row);
    left -= width;
    activation += (<usize>width) << 6;
    target += (<usize>width) << 2;
  }
}

function panel1(
  delta: usize, deltaStep: usize, activation: usize, activationStep: usize, strips: i32, target: usize, columns: i32,
): void {
  let left = columns;
  while (left > 0) {
    const width = left >= 5 ? 5 : 1;
    if (width == 5) block(1, 5, delta, deltaStep, activation, activationStep, strips, target, 0);
    else block(1, 1, delta, deltaStep, activation, activationStep, strips, target, 0);
    left -= width;
    activation += (<usize>width) << 6;
    target += (<usize>width) << 2;
  }
}

/** Adds the gradient of W [rows, columns] from delta [strips][rows][16] and activation [strips][columns][16] to `target`. */
export function addWeightGradient(
  delta: usize, activation: usize, rows: i32, columns: i32, strips: i32, target: usize,
): void {
  const deltaStep = (<usize>rows) << 6;
  const activationStep = (<usize>columns) << 6;
  const targetRow = (<usize>columns) << 2;
  let left = rows;
  while (left > 0) {
    const height = left == 1 ? 1 : left == 3 ? 3 : 2;
    if (height == 2) panel2(delta, deltaStep, activation, activationStep, strips, target, columns);
    else if (height == 3) panel3(delta, deltaStep, activation, activationStep, strips, target, columns);
    else panel1(delta, deltaStep, activation, activationStep, strips, target, columns);
    left -= height;
    delta += (<usize>height) << 6;
    target += targetRow * height;
  }
}

/** Adds the sum of delta [strips][rows][16] over the samples to `target` [rows]. */
export function addBiasGradient(delta: usize, rows: i32, strips: i32, target: usize): void {
  const step = (<usize>rows) << 6;
  for (let row = 0; row < rows; row++) {
    let s0 = f32x4.splat(0);
    let s1 = s0, s2 = s0, s3 = s0;
    let from = delta;
    for (let strip = strips; strip > 0; strip--) {
      s0 = f32x4.add(s0, v128.load(from));
      s1 = f32x4.add(s1, v128.load(from, 16));
      s2 = f32x4.add(s2, v128.load(from, 32));
      s3 = f32x4.add(s3, v128.load(from, 48));
      from += step;
    }
    store<f32>(target, load<f32>(target) + sum(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3))));
    target += 4;
    delta += 64;
  }
}
