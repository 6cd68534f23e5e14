// A tile of columns goes through all layers of a network; activations live in registers and workgroup memory only.
// A column is a pixel. With isDual, four columns hold one pixel's value and its slopes along x and y instead.
// Each thread computes a block of 8 neurons x 8 columns of every layer (two vec4 wide).

override columnBlocks: u32 = 1;
override neuronBlocks: u32 = 1;
override threads: u32 = 1;
override tileSize: u32 = 16;
override layerCount: u32 = 1;
override outputCount: u32 = 1;
override slope: f32 = 0.01;
override isDual: bool = false;
override isSigmoid: bool = false;
override arePoints: bool = false;
override withHash: bool = true;
override withPrefixes: bool = false;

struct Range {
  // First pixel, and the end of the pixels, of this dispatch.
  first: u32,
  end: u32,
  // Pixels in a row of the frame (or all points).
  width: u32,
  // First pixel of the result buffers, and pixels in a layer of the prefixes.
  origin: u32,
  stride: u32,
}

struct Layer {
  inputs: u32,
  blocks: u32,
  // Places of the first weight and the first bias, in vec4; blocks of all layers before this one.
  weights: u32,
  biases: u32,
  blocksBefore: u32,
}

@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<storage, read> layers: array<Layer>;
// Hidden layers: weights [input][neuron] and biases [neuron], neurons padded to 8; output layer: [input][4], [4].
@group(0) @binding(2) var<storage, read> parameters: array<vec4f>;
// Two neurons' coefficients: lane 0, lane 1, lane 0, lane 1; neurons padded to 8 as in the biases.
@group(0) @binding(3) var<storage, read> coefficients: array<vec4u>;
// x of each column of the frame, then y of each row; for points x of each, then y of each.
@group(0) @binding(4) var<storage, read> coordinates: array<f32>;
// Values [pixel][output]; with isDual slopes [pixel][output][2].
@group(0) @binding(5) var<storage, read_write> results: array<f32>;
// [pixel][2]; with prefixes [layer][pixel][2].
@group(0) @binding(6) var<storage, read_write> hashes: array<u32>;

// Activations [neuron][column] as bits, because partial hashes and outputs pass through here too.
var<workgroup> tile: array<vec4u, tileSize>;

fn pixelsInTile() -> u32 {
  return select(8u, 2u, isDual) * columnBlocks;
}

fn coordinatesOf(pixel: u32) -> vec2f {
  if (arePoints) {
    return vec2f(coordinates[pixel], coordinates[range.width + pixel]);
  }
  return vec2f(coordinates[pixel % range.width], coordinates[range.width + pixel / range.width]);
}

fn loadInputs(first: u32, thread: u32) {
  let vectors = 2u * columnBlocks;
  for (var at = thread; at < vectors; at += threads) {
    var x: vec4f;
    var y: vec4f;
    if (isDual) {
      let point = coordinatesOf(min(first + at, range.end - 1u));
      x = vec4f(point.x, 1.0, 0.0, 0.0);
      y = vec4f(point.y, 0.0, 1.0, 0.0);
    } else {
      for (var lane = 0u; lane < 4u; lane++) {
        let point = coordinatesOf(min(first + 4u * at + lane, range.end - 1u));
        x[lane] = point.x;
        y[lane] = point.y;
      }
    }
    tile[at] = bitcast<vec4u>(x);
    tile[vectors + at] = bitcast<vec4u>(y);
  }
}

fn isActive(z: vec4f) -> vec4<bool> {
  if (isDual) {
    return vec4<bool>(z.x > 0.0);
  }
  return z > vec4f(0.0);
}

fn activation(z: vec4f) -> vec4u {
  return bitcast<vec4u>(select(slope * z, z, isActive(z)));
}

fn term(z: vec4f, coefficient: u32) -> vec4u {
  return select(vec4u(0u), vec4u(coefficient), z > vec4f(0.0));
}

// Adds up what the threads hold of the hashes of their columns and writes it; the tile must be free.
fn writeHashes(first: u32, thread: u32, layer: u32, h00: vec4u, h01: vec4u, h10: vec4u, h11: vec4u) {
  let columnBlock = thread % columnBlocks;
  let neuronBlock = thread / columnBlocks;
  let vectors = 2u * columnBlocks;
  let at = 2u * neuronBlock * vectors + columnBlock;
  tile[at] = h00;
  tile[at + columnBlocks] = h01;
  tile[at + vectors] = h10;
  tile[at + vectors + columnBlocks] = h11;
  workgroupBarrier();
  for (var item = thread; item < 2u * vectors; item += threads) {
    var sum = vec4u(0u);
    for (var block = 0u; block < neuronBlocks; block++) {
      sum += tile[2u * block * vectors + item];
    }
    let lane = item / vectors;
    let pixel = first + 4u * (item % vectors);
    for (var column = 0u; column < 4u; column++) {
      if (pixel + column < range.end) {
        hashes[2u * (layer * range.stride + pixel + column - range.origin) + lane] = sum[column];
      }
    }
  }
}

fn squashed(z: f32) -> f32 {
  return select(z, 1.0 / (1.0 + exp(-z)), isSigmoid);
}

fn writeResult(first: u32, vector: u32, output: u32, z: vec4f) {
  if (isDual) {
    let pixel = first + vector;
    if (pixel < range.end) {
      let value = squashed(z.x);
      let factor = select(1.0, value * (1.0 - value), isSigmoid);
      let to = 2u * ((pixel - range.origin) * outputCount + output);
      results[to] = factor * z.y;
      results[to + 1u] = factor * z.z;
    }
    return;
  }
  for (var column = 0u; column < 4u; column++) {
    let pixel = first + 4u * vector + column;
    if (pixel < range.end) {
      results[(pixel - range.origin) * outputCount + output] = squashed(z[column]);
    }
  }
}

// The affine output layer: its inputs are shared out among the threads that have the same columns.
fn writeOutputs(first: u32, thread: u32) {
  let layer = layers[layerCount];
  let vectors = 2u * columnBlocks;
  let slices = max(1u, threads / vectors);
  let share = (layer.inputs + slices - 1u) / slices;
  let unit = select(vec4f(1.0), vec4f(1.0, 0.0, 0.0, 0.0), isDual);
  let bias = parameters[layer.biases];
  if (slices == 1u) {
    for (var vector = thread; vector < vectors; vector += threads) {
      var sums = array<vec4f, 3>(bias.x * unit, bias.y * unit, bias.z * unit);
      for (var k = 0u; k < layer.inputs; k++) {
        let weight = parameters[layer.weights + k];
        let a = bitcast<vec4f>(tile[k * vectors + vector]);
        sums[0] = fma(vec4f(weight.x), a, sums[0]);
        sums[1] = fma(vec4f(weight.y), a, sums[1]);
        sums[2] = fma(vec4f(weight.z), a, sums[2]);
      }
      for (var output = 0u; output < outputCount; output++) {
        writeResult(first, vector, output, sums[output]);
      }
    }
    return;
  }
  let vector = thread % vectors;
  let slice = thread / vectors;
  var sum0 = select(vec4f(0.0), bias.x * unit, slice == 0u);
  var sum1 = select(vec4f(0.0), bias.y * unit, slice == 0u);
  var sum2 = select(vec4f(0.0), bias.z * unit, slice == 0u);
  if (slice < slices) {
    for (var k = slice * share; k < min(layer.inputs, (slice + 1u) * share); k++) {
      let weight = parameters[layer.weights + k];
      let a = bitcast<vec4f>(tile[k * vectors + vector]);
      sum0 = fma(vec4f(weight.x), a, sum0);
      sum1 = fma(vec4f(weight.y), a, sum1);
      sum2 = fma(vec4f(weight.z), a, sum2);
    }
  }
  workgroupBarrier();
  if (slice < slices) {
    let at = slice * outputCount * vectors + vector;
    tile[at] = bitcast<vec4u>(sum0);
    if (outputCount > 1u) { tile[at + vectors] = bitcast<vec4u>(sum1); }
    if (outputCount > 2u) { tile[at + 2u * vectors] = bitcast<vec4u>(sum2); }
  }
  workgroupBarrier();
  for (var item = thread; item < outputCount * vectors; item += threads) {
    var sum = vec4f(0.0);
    for (var part = 0u; part < slices; part++) {
      sum += bitcast<vec4f>(tile[part * outputCount * vectors + item]);
    }
    writeResult(first, item % vectors, item / vectors, sum);
  }
}

@compute @workgroup_size(threads)
fn frame(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let first = range.first + group.x * pixelsInTile();
  let columnBlock = thread % columnBlocks;
  let neuronBlock = thread / columnBlocks;
  let vectors = 2u * columnBlocks;
  let unit = select(vec4f(1.0), vec4f(1.0, 0.0, 0.0, 0.0), isDual);
  var h00 = vec4u(0u);
  var h01 = vec4u(0u);
  var h10 = vec4u(0u);
  var h11 = vec4u(0u);
  loadInputs(first, thread);
  workgroupBarrier();
  for (var index = 0u; index < layerCount; index++) {
    let layer = layers[index];
    let works = neuronBlock < layer.blocks;
    // Rows: the neurons of the block; left and right: its first and second four columns.
    var l0: vec4f; var l1: vec4f; var l2: vec4f; var l3: vec4f;
    var l4: vec4f; var l5: vec4f; var l6: vec4f; var l7: vec4f;
    var r0: vec4f; var r1: vec4f; var r2: vec4f; var r3: vec4f;
    var r4: vec4f; var r5: vec4f; var r6: vec4f; var r7: vec4f;
    if (works) {
      let b = parameters[layer.biases + 2u * neuronBlock];
      let c = parameters[layer.biases + 2u * neuronBlock + 1u];
      l0 = b.x * unit; l1 = b.y * unit; l2 = b.z * unit; l3 = b.w * unit;
      l4 = c.x * unit; l5 = c.y * unit; l6 = c.z * unit; l7 = c.w * unit;
      r0 = l0; r1 = l1; r2 = l2; r3 = l3; r4 = l4; r5 = l5; r6 = l6; r7 = l7;
      var at = layer.weights + 2u * neuronBlock;
      var source = columnBlock;
      for (var k = 0u; k < layer.inputs; k++) {
        let left = bitcast<vec4f>(tile[source]);
        let right = bitcast<vec4f>(tile[source + columnBlocks]);
        let v = parameters[at];
        let w = parameters[at + 1u];
        l0 = fma(vec4f(v.x), left, l0); r0 = fma(vec4f(v.x), right, r0);
        l1 = fma(vec4f(v.y), left, l1); r1 = fma(vec4f(v.y), right, r1);
        l2 = fma(vec4f(v.z), left, l2); r2 = fma(vec4f(v.z), right, r2);
        l3 = fma(vec4f(v.w), left, l3); r3 = fma(vec4f(v.w), right, r3);
        l4 = fma(vec4f(w.x), left, l4); r4 = fma(vec4f(w.x), right, r4);
        l5 = fma(vec4f(w.y), left, l5); r5 = fma(vec4f(w.y), right, r5);
        l6 = fma(vec4f(w.z), left, l6); r6 = fma(vec4f(w.z), right, r6);
        l7 = fma(vec4f(w.w), left, l7); r7 = fma(vec4f(w.w), right, r7);
        source += vectors;
        at += 2u * layer.blocks;
      }
      if (withHash) {
        let pair = 4u * (layer.blocksBefore + neuronBlock);
        let c0 = coefficients[pair];
        let c1 = coefficients[pair + 1u];
        let c2 = coefficients[pair + 2u];
        let c3 = coefficients[pair + 3u];
        h00 += term(l0, c0.x) + term(l1, c0.z) + term(l2, c1.x) + term(l3, c1.z)
          + term(l4, c2.x) + term(l5, c2.z) + term(l6, c3.x) + term(l7, c3.z);
        h01 += term(r0, c0.x) + term(r1, c0.z) + term(r2, c1.x) + term(r3, c1.z)
          + term(r4, c2.x) + term(r5, c2.z) + term(r6, c3.x) + term(r7, c3.z);
        h10 += term(l0, c0.y) + term(l1, c0.w) + term(l2, c1.y) + term(l3, c1.w)
          + term(l4, c2.y) + term(l5, c2.w) + term(l6, c3.y) + term(l7, c3.w);
        h11 += term(r0, c0.y) + term(r1, c0.w) + term(r2, c1.y) + term(r3, c1.w)
          + term(r4, c2.y) + term(r5, c2.w) + term(r6, c3.y) + term(r7, c3.w);
      }
    }
    // Every thread has read the layer's inputs.
    workgroupBarrier();
    if (withPrefixes) {
      writeHashes(first, thread, index, h00, h01, h10, h11);
      workgroupBarrier();
    }
    if (works) {
      var to = 8u * neuronBlock * vectors + columnBlock;
      tile[to] = activation(l0); tile[to + columnBlocks] = activation(r0); to += vectors;
      tile[to] = activation(l1); tile[to + columnBlocks] = activation(r1); to += vectors;
      tile[to] = activation(l2); tile[to + columnBlocks] = activation(r2); to += vectors;
      tile[to] = activation(l3); tile[to + columnBlocks] = activation(r3); to += vectors;
      tile[to] = activation(l4); tile[to + columnBlocks] = activation(r4); to += vectors;
      tile[to] = activation(l5); tile[to + columnBlocks] = activation(r5); to += vectors;
      tile[to] = activation(l6); tile[to + columnBlocks] = activation(r6); to += vectors;
      tile[to] = activation(l7); tile[to + columnBlocks] = activation(r7);
    }
    workgroupBarrier();
  }
  writeOutputs(first, thread);
  if (withHash && !withPrefixes) {
    workgroupBarrier();
    writeHashes(first, thread, 0u, h00, h01, h10, h11);
  }
}
