// Networks in float64 at eight points at a time: each value is the sum of the bias and then the products, inputs
// ascending, as a plain loop in any language would compute it.
import { allocate } from './arena';
import { layerAt, maxWidth } from './network';

/** Points that are evaluated at once. */
export const pointsAtOnce: i32 = 8;
/** Bytes of a row of a float64 plane [rows][8]. */
const rowBytes: usize = 64;

let slopes: v128 = f64x2.splat(0);
let planeA: usize = 0;
let planeB: usize = 0;
/** The plane whose rows are the last layer's outputs. */
let source: usize = 0;
let target: usize = 0;

/** Prepares evaluations of the open network; `negativeSlope` without rounding. */
export function openExact(negativeSlope: f64): void {
  slopes = f64x2.splat(negativeSlope);
  planeA = allocate(<f64>maxWidth * <f64>rowBytes);
  planeB = allocate(<f64>maxWidth * <f64>rowBytes);
}

/** Begins an evaluation: the plane to be filled, x [8] and then y [8]. */
export function exactPoints(): usize {
  source = planeA;
  target = planeB;
  return source;
}

/** Address of the pre-activations float64 [8] of neuron `row` of the layer that comes next; layers ascend, and so do rows. */
@inline
export function exactRow(index: i32, row: i32): usize {
  const layer = layerAt(index);
  const to = target + (<usize>row) * rowBytes;
  let weight = layer.weights + ((<usize>(row * layer.inputs)) << 2);
  const bias = f64x2.splat(<f64>load<f32>(layer.biases + ((<usize>row) << 2)));
  let z0 = bias, z1 = bias, z2 = bias, z3 = bias;
  const end = source + (<usize>layer.inputs) * rowBytes;
  for (let a = source; a < end; a += rowBytes) {
    const w = f64x2.splat(<f64>load<f32>(weight));
    z0 = f64x2.add(z0, f64x2.mul(w, v128.load(a)));
    z1 = f64x2.add(z1, f64x2.mul(w, v128.load(a, 16)));
    z2 = f64x2.add(z2, f64x2.mul(w, v128.load(a, 32)));
    z3 = f64x2.add(z3, f64x2.mul(w, v128.load(a, 48)));
    weight += 4;
  }
  v128.store(to, z0);
  v128.store(to, z1, 16);
  v128.store(to, z2, 32);
  v128.store(to, z3, 48);
  return to;
}

/** Ends a hidden layer: pre-activations become activations. */
export function exactActivate(index: i32): void {
  const end = target + (<usize>layerAt(index).outputs) * rowBytes;
  for (let at = target; at < end; at += 16) {
    const z = v128.load(at);
    v128.store(at, f64x2.pmax(z, f64x2.mul(z, slopes)));
  }
  const freed = source;
  source = target;
  target = freed;
}
