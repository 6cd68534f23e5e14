// Gradients of weights and biases: G[row, column] += sum over samples of delta[row] * activation[column], as blocks of
// dot products; the bias gradient is the sum of delta[row], taken along with the first block of a row.
//
// Every entry has one accumulator of four lanes: quarter of the strip by quarter, strips ascending in each; then the
// lanes are added as (0 + 1) + (2 + 3). The order depends only on the number of strips in the tile.
import { multiplyAdd } from './affine';
import { stripBytes } from './network';

/** Sum of each of four vectors, as the four lanes of one. */
@inline
function sums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 2, 4, 6), v128.shuffle<f32>(a, b, 1, 3, 5, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 2, 4, 6), v128.shuffle<f32>(c, d, 1, 3, 5, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 2, 4, 6), v128.shuffle<f32>(ab, cd, 1, 3, 5, 7));
}

@inline
function addSum(target: usize, a: v128): void {
  const lower = f32x4.extract_lane(a, 0) + f32x4.extract_lane(a, 1);
  const upper = f32x4.extract_lane(a, 2) + f32x4.extract_lane(a, 3);
  store<f32>(target, load<f32>(target) + (lower + upper));
}

@inline
function addSums(target: usize, count: i32, a: v128, b: v128, c: v128, d: v128): void {
  if (count == 4) v128.store(target, f32x4.add(v128.load(target), sums(a, b, c, d)));
  else {
    addSum(target, a);
    if (count > 1) addSum(target + 4, b);
    if (count > 2) addSum(target + 8, c);
  }
}

/**
 * `rows` (1 to 3) by `columns` (1 to 4, 1 to 2 for three rows) entries, and the rows' bias gradients where `bias` is not
 * zero; constants wherever it is called. At most 15 vectors are alive in the inner loop.
 */
@inline
function block(
  rows: i32, columns: i32, delta: usize, deltaStrip: usize, activation: usize, activationStrip: usize, strips: i32,
  target: usize, targetRow: usize, withBias: bool, bias: usize,
): void {
  const zero = f32x4.splat(0);
  let s00 = zero, s01 = zero, s02 = zero, s03 = zero;
  let s10 = zero, s11 = zero, s12 = zero, s13 = zero;
  let s20 = zero, s21 = zero;
  let b0 = zero, b1 = zero, b2 = zero;
  const end = delta + deltaStrip * strips;
  for (let quarter: usize = 0; quarter < 64; quarter += 16) {
    let a = activation + quarter;
    const last = end + quarter;
    for (let d = delta + quarter; d < last; d += deltaStrip) {
      const d0 = v128.load(d);
      const d1 = rows > 1 ? v128.load(d, 64) : d0;
      const d2 = rows > 2 ? v128.load(d, 128) : d0;
      if (withBias) b0 = f32x4.add(b0, d0);
      if (withBias && rows > 1) b1 = f32x4.add(b1, d1);
      if (withBias && rows > 2) b2 = f32x4.add(b2, d2);
      const a0 = v128.load(a);
      s00 = multiplyAdd(d0, a0, s00);
      if (rows > 1) s10 = multiplyAdd(d1, a0, s10);
      if (rows > 2) s20 = multiplyAdd(d2, a0, s20);
      if (columns > 1) {
        const a1 = v128.load(a, 64);
        s01 = multiplyAdd(d0, a1, s01);
        if (rows > 1) s11 = multiplyAdd(d1, a1, s11);
        if (rows > 2) s21 = multiplyAdd(d2, a1, s21);
      }
      if (columns > 2) {
        const a2 = v128.load(a, 128);
        s02 = multiplyAdd(d0, a2, s02);
        if (rows > 1) s12 = multiplyAdd(d1, a2, s12);
      }
      if (columns > 3) {
        const a3 = v128.load(a, 192);
        s03 = multiplyAdd(d0, a3, s03);
        if (rows > 1) s13 = multiplyAdd(d1, a3, s13);
      }
      a += activationStrip;
    }
  }
  addSums(target, columns, s00, s01, s02, s03);
  if (rows > 1) addSums(target + targetRow, columns, s10, s11, s12, s13);
  if (rows > 2) addSums(target + 2 * targetRow, columns, s20, s21, zero, zero);
  if (withBias) addSum(bias, b0);
  if (withBias && rows > 1) addSum(bias + 4, b1);
  if (withBias && rows > 2) addSum(bias + 8, b2);
}

/** Columns of a panel's first block, so that blocks of `full` columns follow, and after a first one of 2 another of 2. */
@inline
function firstColumns(columns: i32, full: i32): i32 {
  const rest = columns % full;
  return rest > 0 ? rest : 2;
}

/** Two rows: blocks of 4 columns. */
function panel2(
  delta: usize, deltaStrip: usize, activation: usize, activationStrip: usize, strips: i32, target: usize, columns: i32,
  bias: usize,
): void {
  const row = (<usize>columns) << 2;
  let width = firstColumns(columns, 4);
  if (width == 3) block(2, 3, delta, deltaStrip, activation, activationStrip, strips, target, row, true, bias);
  else if (width == 2) block(2, 2, delta, deltaStrip, activation, activationStrip, strips, target, row, true, bias);
  else block(2, 1, delta, deltaStrip, activation, activationStrip, strips, target, row, true, bias);
  for (let left = columns - width; left > 0; left -= width) {
    activation += (<usize>width) << 6;
    target += (<usize>width) << 2;
    width = min(left, 4);
    if (width == 4) block(2, 4, delta, deltaStrip, activation, activationStrip, strips, target, row, false, 0);
    else block(2, 2, delta, deltaStrip, activation, activationStrip, strips, target, row, false, 0);
  }
}

/** Three rows, the last ones of an odd number: blocks of 2 columns. */
function panel3(
  delta: usize, deltaStrip: usize, activation: usize, activationStrip: usize, strips: i32, target: usize, columns: i32,
  bias: usize,
): void {
  const row = (<usize>columns) << 2;
  let width = firstColumns(columns, 2);
  if (width == 2) block(3, 2, delta, deltaStrip, activation, activationStrip, strips, target, row, true, bias);
  else block(3, 1, delta, deltaStrip, activation, activationStrip, strips, target, row, true, bias);
  for (let left = columns - width; left > 0; left -= 2) {
    activation += (<usize>width) << 6;
    target += (<usize>width) << 2;
    width = 2;
    block(3, 2, delta, deltaStrip, activation, activationStrip, strips, target, row, false, 0);
  }
}

/** The only row of a layer of one neuron. */
function panel1(
  delta: usize, deltaStrip: usize, activation: usize, activationStrip: usize, strips: i32, target: usize, columns: i32,
  bias: usize,
): void {
  let width = firstColumns(columns, 4);
  if (width == 3) block(1, 3, delta, deltaStrip, activation, activationStrip, strips, target, 0, true, bias);
  else if (width == 2) block(1, 2, delta, deltaStrip, activation, activationStrip, strips, target, 0, true, bias);
  else block(1, 1, delta, deltaStrip, activation, activationStrip, strips, target, 0, true, bias);
  for (let left = columns - width; left > 0; left -= width) {
    activation += (<usize>width) << 6;
    target += (<usize>width) << 2;
    width = min(left, 4);
    if (width == 4) block(1, 4, delta, deltaStrip, activation, activationStrip, strips, target, 0, false, 0);
    else block(1, 2, delta, deltaStrip, activation, activationStrip, strips, target, 0, false, 0);
  }
}

/**
 * Adds the gradient of a layer's weights [rows, columns] to `target` and that of its biases [rows] to `bias`, from the
 * planes `delta` of `rows` and `activation` of `columns` rows.
 */
export function addGradient(
  delta: usize, activation: usize, rows: i32, columns: i32, strips: i32, target: usize, bias: usize,
): void {
  const deltaStrip = stripBytes(rows);
  const activationStrip = stripBytes(columns);
  const targetRow = (<usize>columns) << 2;
  let left = rows;
  while (left > 0) {
    const height = left == 1 ? 1 : left == 3 ? 3 : 2;
    if (height == 2) panel2(delta, deltaStrip, activation, activationStrip, strips, target, columns, bias);
    else if (height == 3) panel3(delta, deltaStrip, activation, activationStrip, strips, target, columns, bias);
    else panel1(delta, deltaStrip, activation, activationStrip, strips, target, columns, bias);
    left -= height;
    delta += (<usize>height) << 6;
    target += targetRow * height;
    bias += (<usize>height) << 2;
  }
}
