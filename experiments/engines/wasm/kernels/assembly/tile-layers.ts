// The layers of a tile of training, forward and backward: panel after panel of neurons, each over some strips. The next panel's
// work is the same as this one's, which processors foresee; in narrow layers that counts.
import { forwardPanel } from './forward-panel';
import { tileRow } from './network';
import { Finish, fivesOf, foursOf, panel } from './panels';

/** Strips that all panels take before the next ones: few enough for the first-level cache. */
const chunkStrips: i32 = 4;

/** `height` rows, eight samples at a time from `source` to `last`. */
@inline
function tileRows(
  height: i32, finish: Finish, source: usize, last: usize, target: usize, side: usize, weights: usize, step: usize,
  biases: usize, length: usize, slopes: v128,
): void {
  for (; source < last; source += 32) {
    const end = source + length;
    if (finish == Finish.Leaky) forwardPanel(height, source, end, target, weights, step, biases, slopes);
    else panel(finish, height, false, tileRow, source, end, target, side, weights, step, biases, slopes, 0, 0);
    target += 32;
    side += 32;
  }
}

/** All rows, with weights as [rows, inputs] forward and [inputs, rows] backward; only derivatives read `side`. */
@inline
function layer(
  finish: Finish, source: usize, target: usize, weights: usize, biases: usize, inputs: i32, rows: i32, strips: i32,
  slope: f32, side: usize,
): void {
  const slopes = f32x4.splat(slope);
  const step = (<usize>(finish == Finish.Leaky ? inputs : rows)) << 2;
  const neuron: usize = finish == Finish.Leaky ? step : 4;
  const length = tileRow * inputs;
  const last = source + ((<usize>strips) << 6);
  const few = rows - 5 * fivesOf(rows);
  const fewer = few - 4 * foursOf(few);
  let left = rows;
  for (; left > few; left -= 5) {
    tileRows(5, finish, source, last, target, side, weights, step, biases, length, slopes);
    target += 5 * tileRow;
    side += 5 * tileRow;
    weights += 5 * neuron;
    biases += 20;
  }
  for (; left > fewer; left -= 4) {
    tileRows(4, finish, source, last, target, side, weights, step, biases, length, slopes);
    target += 4 * tileRow;
    side += 4 * tileRow;
    weights += 4 * neuron;
    biases += 16;
  }
  for (; left > 2; left -= 3) {
    tileRows(3, finish, source, last, target, side, weights, step, biases, length, slopes);
    target += 3 * tileRow;
    side += 3 * tileRow;
    weights += 3 * neuron;
    biases += 12;
  }
  if (left == 2) tileRows(2, finish, source, last, target, side, weights, step, biases, length, slopes);
  else if (left == 1) tileRows(1, finish, source, last, target, side, weights, step, biases, length, slopes);
}

/** target = leaky(W source + b), W [rows, inputs]. */
export function layerForward(
  source: usize, target: usize, weights: usize, biases: usize, inputs: i32, rows: i32, strips: i32, slope: f32,
): void {
  for (; strips > 0; strips -= chunkStrips) {
    layer(Finish.Leaky, source, target, weights, biases, inputs, rows, min(strips, chunkStrips), slope, 0);
    source += chunkStrips << 6;
    target += chunkStrips << 6;
  }
}

/**
 * Turns the `activations` of the layer below, of `rows` neurons, into its delta, from that of a layer of `outputs` neurons
 * with W [outputs, rows].
 */
export function layerBackward(
  delta: usize, activations: usize, weights: usize, outputs: i32, rows: i32, strips: i32, slope: f32,
): void {
  for (; strips > 0; strips -= chunkStrips) {
    const here = min(strips, chunkStrips);
    layer(Finish.Derivative, delta, activations, weights, 0, outputs, rows, here, slope, activations);
    delta += chunkStrips << 6;
    activations += chunkStrips << 6;
  }
}
