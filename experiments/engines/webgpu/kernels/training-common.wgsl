// What the training kernels share: the layout of a bank of cells of one shape, and the two losses.
//
// A bank trains all its cells in lock step. A slot is one step of each of them; record (slot, place) says which cell
// takes which step there. Batches longer than `roundSamples` are done in rounds, `position.first` samples apart.
//
// A plane holds a value of every neuron of a layer for every sample of a round: [sample][neuron], float32, rows padded
// to whole vec4 (what the padding holds is never used). Offsets and strides of planes count vec4.

struct Bank {
  capacity: u32,
  layers: u32,
  outputs: u32,
  parameterStride: u32,
  activationStride: u32,
  deltaStride: u32,
  pointStride: u32,
  roundSamples: u32,
  splitSamples: u32,
  splits: u32,
  journalStride: u32,
  lossTiles: u32,
}

struct Position {
  slot: u32,
  first: u32,
  layer: u32,
}

struct Layer {
  inputs: u32,
  outputs: u32,
  /** Weights [outputs, inputs] and biases [outputs] in a cell's parameters. */
  weights: u32,
  biases: u32,
  /** Planes of its inputs and of the derivatives of the loss by its sums. */
  inputPlane: u32,
  deltaPlane: u32,
  inputRow: u32,
  outputRow: u32,
  /** Pieces of its parameters in the update. */
  firstPiece: u32,
  pieces: u32,
}

struct Record {
  cell: u32,
  /** Samples of the batch; 0: the cell rests. */
  samples: u32,
  /** Where the batch begins in the orders. */
  order: u32,
  epoch: u32,
  /** 1 / (samples * outputs) */
  scale: f32,
  slope: f32,
  crossEntropy: u32,
  rule: u32,
  /** Moments count as zero before this step. */
  fresh: u32,
  rate: f32,
  secondCorrection: f32,
  firstGain: f32,
  secondKeep: f32,
  secondGain: f32,
  epsilon: f32,
  shrink: f32,
  decay: f32,
}

/** exp(x) for x <= 0, relative error below 3e-7; below -87 it stays at exp(-87). Cephes expf's reduction and polynomial. */
fn exponential(x: f32) -> f32 {
  let bounded = max(x, -87.0);
  let n = round(bounded * 1.44269504088896341);
  let r = (bounded - n * 0.693359375) - n * -2.12194440e-4;
  var p = 1.9875691500e-4;
  p = p * r + 1.3981999507e-3;
  p = p * r + 8.3334519073e-3;
  p = p * r + 4.1665795894e-2;
  p = p * r + 1.6666665459e-1;
  p = p * r + 5.0000001201e-1;
  p = p * (r * r) + r + 1.0;
  return p * bitcast<f32>((i32(n) + 127) << 23u);
}

/** log(1 + u) for 0 <= u <= 1, relative error below 3e-7: 2 artanh(u / (2 + u)) as its power series. */
fn logarithmOfOnePlus(u: f32) -> f32 {
  let s = u / (u + 2.0);
  let q = s * s;
  var p = 1.0 / 15.0;
  p = p * q + 1.0 / 13.0;
  p = p * q + 1.0 / 11.0;
  p = p * q + 1.0 / 9.0;
  p = p * q + 1.0 / 7.0;
  p = p * q + 1.0 / 5.0;
  p = p * q + 1.0 / 3.0;
  p = p * q + 1.0;
  return (s + s) * p;
}

/** x: loss of an output; y: its derivative by the output (mean squared error) or logit (cross entropy), unscaled. */
fn lossOf(z: f32, label: f32, crossEntropy: u32) -> vec2f {
  if (crossEntropy == 0u) {
    let difference = z - label;
    return vec2f(difference * difference, 2.0 * difference);
  }
  let e = exponential(-abs(z));
  // Comparisons, unlike max, hand on what is not a number.
  let linear = select(z, 0.0, z < 0.0) - z * label;
  let logistic = select(1.0, e, z < 0.0) / (1.0 + e);
  return vec2f(linear + logarithmOfOnePlus(e), logistic - label);
}

/** The bits of a tile's loss; of infinity where it is not finite, or so large that a sum of many might not be. */
fn lossBits(loss: f32) -> u32 {
  let exponent = (bitcast<u32>(loss) >> 23u) & 0xffu;
  return select(bitcast<u32>(loss), 0x7f800000u, exponent >= 223u);
}

fn leaky(z: vec4f, slope: f32) -> vec4f {
  return select(slope * z, z, z > vec4f(0.0));
}
