// Anchors: the network at points, in float64. Pixels near an anchor are then computed as differences from it, whose rounding
// errors are in proportion to what changes between the two and not to the coordinates, so that a frame is as exact as its
// pixels need at any zoom. (The perturbation method of deep fractal zooms, K. I. Martin 2013, with the kink of the leaky
// ReLU where a pixel lies on the other side of a crease than its anchor.)
import { exactActivate, exactPoints, exactRow, openExact, pointsAtOnce } from './exact';
import { layerAt, layerCount, neuronCount } from './network';

/** Bytes of a neuron in an anchor, three float32: see `writeNeuron`. */
export const neuronBytes: usize = 12;

let exactSlope: f64 = 0;
/** Bytes of an anchor: its hidden neurons, layer after layer, then float32 [outputs], before any sigmoid. */
export let anchorBytes: usize = 0;

/** `negativeSlope` without rounding. */
export function openAnchors(negativeSlope: f64): void {
  exactSlope = negativeSlope;
  anchorBytes = (<usize>neuronCount) * neuronBytes + ((<usize>layerAt(layerCount - 1).outputs) << 2);
  openExact(negativeSlope);
}

/** The anchors of `count` points, float64 x [count] and y [count], one after another. */
export function computeAnchors(x: usize, y: usize, count: i32, to: usize): void {
  for (let first = 0; first < count; first += pointsAtOnce) {
    const points = exactPoints();
    for (let point = 0; point < pointsAtOnce; point++) {
      const from = (<usize>min(first + point, count - 1)) << 3;
      store<f64>(points + ((<usize>point) << 3), load<f64>(x + from));
      store<f64>(points + ((<usize>(pointsAtOnce + point)) << 3), load<f64>(y + from));
    }
    computeSome(min(pointsAtOnce, count - first), to + anchorBytes * first);
  }
}

function computeSome(count: i32, at: usize): void {
  for (let index = 0; index < layerCount; index++) {
    const hidden = index < layerCount - 1;
    const rows = layerAt(index).outputs;
    for (let row = 0; row < rows; row++) {
      const z = exactRow(index, row);
      for (let point = 0; point < count; point++) {
        const value = load<f64>(z + ((<usize>point) << 3));
        if (hidden) writeNeuron(at + anchorBytes * point, value);
        else store<f32>(at + anchorBytes * point, <f32>value);
      }
      at += hidden ? neuronBytes : 4;
    }
    if (hidden) exactActivate(index);
  }
}

/**
 * A neuron with pre-activation z at the anchor and z + d at a pixel: its activation's difference is the larger one of
 * d + [1] and slope d + [2], the former where z + d is positive. The term of the anchor's own side is zero.
 */
@inline
function writeNeuron(at: usize, z: f64): void {
  const jump = <f32>((exactSlope - 1) * abs(<f64><f32>z));
  store<f32>(at, <f32>z);
  store<f32>(at, z > 0 ? 0 : jump, 4);
  store<f32>(at, z > 0 ? jump : 0, 8);
}
