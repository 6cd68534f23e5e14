// Dense products in float64 SIMD: the values of a layer at every vertex of the chunk, and their signs. Sums run over the
// inputs in ascending order for every neuron, whatever the vertex's place, so that a vertex has the same bits in every
// chunk.
import { Chunk, Layer, Scratch } from './state';

const blockRows: i32 = 16;

/**
 * Gathers up to 16 rows' inputs, activated unless they are coordinates, as [groups of four rows, inputs, 4], and notes
 * each row's largest magnitude.
 */
function gatherInputs(firstSlot: i32, count: i32, coordinates: bool): void {
  const rowBytes = <usize>Chunk.rowBytes;
  const inputs = Layer.inputs;
  const groupBytes = <usize>((inputs + 1) & ~1) << 5;
  const slope = f64x2.splat(Layer.slope);
  const zero = f64x2.splat(0);
  for (let r = 0; r < count; r++) {
    let from = Chunk.rows + <usize>(firstSlot + r) * rowBytes + (coordinates ? 0 : 16);
    let to = Scratch.inputs + <usize>(r >> 2) * groupBytes + (<usize>(r & 3) << 3);
    let largest = zero;
    for (let i = 0; i < inputs; i += 2) {
      let value = v128.load(from);
      if (!coordinates) value = v128.bitselect(value, f64x2.mul(value, slope), f64x2.gt(value, zero));
      v128.store_lane<f64>(to, value, 0);
      v128.store_lane<f64>(to, value, 1, 32);
      largest = f64x2.max(largest, f64x2.abs(value));
      from += 16;
      to += 64;
    }
    store<f64>(
      Chunk.scales + (<usize>(firstSlot + r) << 3),
      max(f64x2.extract_lane(largest, 0), f64x2.extract_lane(largest, 1)),
    );
  }
}

/** Four rows by four neurons. */
// @ts-ignore: decorator
@inline
function multiplyFour(inputs: usize, panel: usize, bias: usize, to: usize, rowBytes: usize): void {
  let a0 = v128.load(bias);
  let a1 = v128.load(bias, 16);
  let b0 = a0;
  let b1 = a1;
  let c0 = a0;
  let c1 = a1;
  let d0 = a0;
  let d1 = a1;
  const end = panel + (<usize>Layer.inputs << 5);
  while (panel < end) {
    const w0 = v128.load(panel);
    const w1 = v128.load(panel, 16);
    let h = v128.load64_splat(inputs);
    a0 = f64x2.add(a0, f64x2.mul(w0, h));
    a1 = f64x2.add(a1, f64x2.mul(w1, h));
    h = v128.load64_splat(inputs, 8);
    b0 = f64x2.add(b0, f64x2.mul(w0, h));
    b1 = f64x2.add(b1, f64x2.mul(w1, h));
    h = v128.load64_splat(inputs, 16);
    c0 = f64x2.add(c0, f64x2.mul(w0, h));
    c1 = f64x2.add(c1, f64x2.mul(w1, h));
    h = v128.load64_splat(inputs, 24);
    d0 = f64x2.add(d0, f64x2.mul(w0, h));
    d1 = f64x2.add(d1, f64x2.mul(w1, h));
    panel += 32;
    inputs += 32;
  }
  v128.store(to, a0);
  v128.store(to, a1, 16);
  to += rowBytes;
  v128.store(to, b0);
  v128.store(to, b1, 16);
  to += rowBytes;
  v128.store(to, c0);
  v128.store(to, c1, 16);
  to += rowBytes;
  v128.store(to, d0);
  v128.store(to, d1, 16);
}

/** Four rows by two neurons. */
// @ts-ignore: decorator
@inline
function multiplyTwo(inputs: usize, panel: usize, bias: usize, to: usize, rowBytes: usize): void {
  let a = v128.load(bias);
  let b = a;
  let c = a;
  let d = a;
  const end = panel + (<usize>Layer.inputs << 4);
  while (panel < end) {
    const w = v128.load(panel);
    a = f64x2.add(a, f64x2.mul(w, v128.load64_splat(inputs)));
    b = f64x2.add(b, f64x2.mul(w, v128.load64_splat(inputs, 8)));
    c = f64x2.add(c, f64x2.mul(w, v128.load64_splat(inputs, 16)));
    d = f64x2.add(d, f64x2.mul(w, v128.load64_splat(inputs, 24)));
    panel += 16;
    inputs += 32;
  }
  v128.store(to, a);
  v128.store(to + rowBytes, b);
  v128.store(to + 2 * rowBytes, c);
  v128.store(to + 3 * rowBytes, d);
}

/** Replaces every slot's values by the layer's pre-activations; rows beyond the last slot serve as padding. */
export function evaluateLayer(coordinates: bool): void {
  const rowBytes = <usize>Chunk.rowBytes;
  const groupBytes = <usize>((Layer.inputs + 1) & ~1) << 5;
  const panelBytes = <usize>Layer.inputs << 5;
  const padded = Layer.paddedWidth;
  for (let first = 0; first < Chunk.slots; first += blockRows) {
    const count = min(blockRows, Chunk.slots - first);
    gatherInputs(first, count, coordinates);
    const groups = (count + 3) >> 2;
    let panel = Layer.weights;
    let bias = Layer.biases;
    let rows = Chunk.rows + <usize>first * rowBytes + 16;
    let neuron = 0;
    for (; neuron + 4 <= padded; neuron += 4) {
      for (let group = 0; group < groups; group++)
        multiplyFour(
          Scratch.inputs + <usize>group * groupBytes,
          panel,
          bias,
          rows + <usize>(group << 2) * rowBytes,
          rowBytes,
        );
      panel += panelBytes;
      bias += 32;
      rows += 32;
    }
    if (neuron < padded)
      for (let group = 0; group < groups; group++)
        multiplyTwo(
          Scratch.inputs + <usize>group * groupBytes,
          panel,
          bias,
          rows + <usize>(group << 2) * rowBytes,
          rowBytes,
        );
  }
}

/** Decides the strict signs of a slot's values. */
export function classifySlot(slot: i32): void {
  let value = Chunk.rows + <usize>slot * <usize>Chunk.rowBytes + 16;
  let weightTolerance = Layer.weightTolerances;
  let biasTolerance = Layer.biasTolerances;
  const scale = v128.load64_splat(Chunk.scales + (<usize>slot << 3));
  let to = Chunk.signs + <usize>slot * <usize>Layer.signBytes;
  const wordBytes = <usize>Layer.words << 3;
  const padded = Layer.paddedWidth;
  for (let neuron = 0; neuron < padded; ) {
    const end = min(padded, neuron + 64);
    let plus: u64 = 0;
    let minus: u64 = 0;
    for (let bit: u64 = 0; neuron < end; neuron += 2) {
      const z = v128.load(value);
      const tolerance = f64x2.add(f64x2.mul(v128.load(weightTolerance), scale), v128.load(biasTolerance));
      plus |= <u64>i64x2.bitmask(f64x2.gt(z, tolerance)) << bit;
      minus |= <u64>i64x2.bitmask(f64x2.lt(z, f64x2.neg(tolerance))) << bit;
      value += 16;
      weightTolerance += 16;
      biasTolerance += 16;
      bit += 2;
    }
    store<u64>(to, plus);
    store<u64>(to + wordBytes, minus);
    to += 8;
  }
}
