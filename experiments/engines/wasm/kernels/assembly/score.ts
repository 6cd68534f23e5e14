// Sums of values against the levels of a picture.

/** Below it, values and levels are dark. */
const threshold: f32 = 0.5;

/**
 * Adds pixels of one output to sums float64 [4]: squared differences of values float32 from levels uint8 / 255, one after
 * another in float64; then how many are dark in the values, in the levels, and in both.
 */
export function scoreLevels(values: usize, levels: usize, count: i32, sums: usize): void {
  let squares = load<f64>(sums);
  let darkValues: i32 = 0;
  let darkTruth: i32 = 0;
  let darkBoth: i32 = 0;
  for (let pixel = 0; pixel < count; pixel++) {
    const value = load<f32>(values + ((<usize>pixel) << 2));
    const share = <f32>load<u8>(levels + <usize>pixel) / 255;
    const difference = <f64>value - <f64>share;
    squares += difference * difference;
    const predicted = i32(value < threshold);
    const actual = i32(share < threshold);
    darkValues += predicted;
    darkTruth += actual;
    darkBoth += predicted & actual;
  }
  store<f64>(sums, squares);
  store<f64>(sums, load<f64>(sums, 8) + <f64>darkValues, 8);
  store<f64>(sums, load<f64>(sums, 16) + <f64>darkTruth, 16);
  store<f64>(sums, load<f64>(sums, 24) + <f64>darkBoth, 24);
}
