// Forward and backward pass layer by layer, for networks too wide for the chain (training-common.wgsl comes before): products
// of matrices in tiles of 64 samples x 64 neurons, an invocation holding 4 x 4 of them, sums ascending as in the chain.

const threads = 256u;
const side4 = 16u;
const side = 64u;
const chunk = 32u;
const pitch = side4 + 1u;

@group(0) @binding(0) var<uniform> position: Position;
@group(0) @binding(1) var<uniform> bank: Bank;
@group(0) @binding(2) var<storage, read> layers: array<Layer>;
@group(0) @binding(3) var<storage, read> records: array<Record>;
@group(0) @binding(4) var<storage, read> parameters: array<f32>;
@group(0) @binding(5) var<storage, read> points: array<f32>;
@group(0) @binding(6) var<storage, read> orders: array<u32>;
@group(0) @binding(7) var<storage, read_write> activations: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> deltas: array<vec4f>;
@group(0) @binding(9) var<storage, read_write> journal: array<atomic<u32>>;

/** Terms of the sums: [term][four samples] and [term][four neurons]. */
var<workgroup> samplesOf: array<vec4f, chunk * pitch>;
var<workgroup> weightsOf: array<vec4f, chunk * pitch>;
var<workgroup> losses: array<f32, side4>;

fn endOfRound(record: Record) -> u32 {
  return min(record.samples, position.first + bank.roundSamples);
}

fn pointOf(record: Record, place: u32) -> u32 {
  return record.cell * bank.pointStride + (2u + bank.outputs) * orders[record.order + place];
}

/** The coordinates of the round's samples into the first plane. */
@compute @workgroup_size(64)
fn gather(@builtin(global_invocation_id) id: vec3u) {
  let record = records[position.slot * bank.capacity + id.z];
  if (position.first + id.x >= endOfRound(record)) { return; }
  let at = pointOf(record, position.first + id.x);
  activations[record.cell * bank.activationStride + id.x] = vec4f(points[at], points[at + 1u], 0.0, 0.0);
}

/** Terms start.. of a plane's rows for the tile's samples, transposed; by half of the invocations. */
fn stageActivations(plane: u32, row: u32, sample: u32, start: u32, thread: u32) {
  let part = thread % (chunk / 4u);
  let quad = thread / (chunk / 4u);
  var tile: mat4x4f;
  if (start / 4u + part < row) {
    for (var s = 0u; s < 4u; s++) { tile[s] = activations[plane + (sample + 4u * quad + s) * row + start / 4u + part]; }
  }
  let turned = transpose(tile);
  for (var k = 0u; k < 4u; k++) { samplesOf[(4u * part + k) * pitch + quad] = turned[k]; }
}

fn stageDeltas(plane: u32, row: u32, sample: u32, start: u32, thread: u32) {
  let part = thread % (chunk / 4u);
  let quad = thread / (chunk / 4u);
  var tile: mat4x4f;
  if (start / 4u + part < row) {
    for (var s = 0u; s < 4u; s++) { tile[s] = deltas[plane + (sample + 4u * quad + s) * row + start / 4u + part]; }
  }
  let turned = transpose(tile);
  for (var k = 0u; k < 4u; k++) { samplesOf[(4u * part + k) * pitch + quad] = turned[k]; }
}

/** Columns start.. of four rows of the matrix each: weightsOf[column][row group]; by the other half. */
fn stageRows(layer: Layer, base: u32, neuron: u32, start: u32, thread: u32) {
  for (var at = thread; at < chunk * side4; at += threads / 2u) {
    let column = start + at % chunk;
    let row = neuron + 4u * (at / chunk);
    var four = vec4f(0.0);
    if (column < layer.inputs) {
      let origin = base + layer.weights + row * layer.inputs + column;
      if (row < layer.outputs) { four.x = parameters[origin]; }
      if (row + 1u < layer.outputs) { four.y = parameters[origin + layer.inputs]; }
      if (row + 2u < layer.outputs) { four.z = parameters[origin + 2u * layer.inputs]; }
      if (row + 3u < layer.outputs) { four.w = parameters[origin + 3u * layer.inputs]; }
    }
    weightsOf[(at % chunk) * pitch + at / chunk] = four;
  }
}

fn stageColumns(layer: Layer, base: u32, neuron: u32, start: u32, thread: u32) {
  for (var at = thread; at < chunk * side4; at += threads / 2u) {
    let row = start + at / side4;
    let column = neuron + 4u * (at % side4);
    var four = vec4f(0.0);
    if (row < layer.outputs) {
      let origin = base + layer.weights + row * layer.inputs + column;
      if (column < layer.inputs) { four.x = parameters[origin]; }
      if (column + 1u < layer.inputs) { four.y = parameters[origin + 1u]; }
      if (column + 2u < layer.inputs) { four.z = parameters[origin + 2u]; }
      if (column + 3u < layer.inputs) { four.w = parameters[origin + 3u]; }
    }
    weightsOf[(at / side4) * pitch + at % side4] = four;
  }
}

/** Sums plus the products of the `count` terms that are staged; row j belongs to neuron j of the block. */
fn addProducts(sums: mat4x4f, count: u32, block: u32, quad: u32) -> mat4x4f {
  var result = sums;
  for (var k = 0u; k < count; k++) {
    let value = samplesOf[k * pitch + quad];
    let weight = weightsOf[k * pitch + block];
    result[0] = fma(vec4f(weight.x), value, result[0]);
    result[1] = fma(vec4f(weight.y), value, result[1]);
    result[2] = fma(vec4f(weight.z), value, result[2]);
    result[3] = fma(vec4f(weight.w), value, result[3]);
  }
  return result;
}

fn biasOf(layer: Layer, base: u32, row: u32) -> f32 {
  if (row >= layer.outputs) { return 0.0; }
  return parameters[base + layer.biases + row];
}

/** z = W a + b of `position.layer`; leaky for hidden layers, loss and its derivative for the last. */
@compute @workgroup_size(threads)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let entry = position.slot * bank.capacity + group.z;
  let record = records[entry];
  let firstSample = side * group.x;
  let end = endOfRound(record);
  if (position.first + firstSample >= end) { return; }

  let layer = layers[position.layer];
  let base = record.cell * bank.parameterStride;
  let activationBase = record.cell * bank.activationStride;
  let quad = thread % side4;
  let block = thread / side4;
  let firstNeuron = side * group.y;
  let neuron = firstNeuron + 4u * block;
  let sample = firstSample + 4u * quad;
  var sums: mat4x4f;
  for (var j = 0u; j < 4u; j++) { sums[j] = vec4f(biasOf(layer, base, neuron + j)); }
  for (var start = 0u; start < layer.inputs; start += chunk) {
    if (thread < threads / 2u) {
      stageActivations(activationBase + layer.inputPlane, layer.inputRow, firstSample, start, thread);
    } else {
      stageRows(layer, base, firstNeuron, start, thread - threads / 2u);
    }
    workgroupBarrier();
    sums = addProducts(sums, min(chunk, layer.inputs - start), block, quad);
    workgroupBarrier();
  }

  if (position.layer + 1u < bank.layers) {
    if (neuron < layer.outputs) {
      for (var j = 0u; j < 4u; j++) { sums[j] = leaky(sums[j], record.slope); }
      let turned = transpose(sums);
      let plane = activationBase + layers[position.layer + 1u].inputPlane;
      for (var s = 0u; s < 4u; s++) { activations[plane + (sample + s) * layer.outputRow + neuron / 4u] = turned[s]; }
    }
    return;
  }
  if (block == 0u) {
    let turned = transpose(sums);
    var loss = 0.0;
    for (var s = 0u; s < 4u; s++) {
      var delta = vec4f(0.0);
      let place = position.first + sample + s;
      if (place < end) {
        let at = pointOf(record, place) + 2u;
        for (var output = 0u; output < bank.outputs; output++) {
          let both = lossOf(turned[s][output], points[at + output], record.crossEntropy);
          loss += both.x;
          delta[output] = both.y * record.scale;
        }
      }
      deltas[record.cell * bank.deltaStride + layer.deltaPlane + sample + s] = delta;
    }
    losses[quad] = loss;
  }
  workgroupBarrier();
  if (thread == 0u) {
    var loss = 0.0;
    for (var part = 0u; part < side4; part++) { loss += losses[part]; }
    let bits = lossBits(loss);
    let tile = position.first / side + group.x;
    atomicStore(&journal[bank.capacity + entry * bank.journalStride + tile], bits);
    if (bits == 0x7f800000u) { atomicMin(&journal[record.cell], record.epoch); }
  }
}

/** From the derivatives by the sums of `position.layer` those by the sums of the layer below it. */
@compute @workgroup_size(threads)
fn backward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let record = records[position.slot * bank.capacity + group.z];
  let firstSample = side * group.x;
  if (position.first + firstSample >= endOfRound(record)) { return; }

  let layer = layers[position.layer];
  let base = record.cell * bank.parameterStride;
  let deltaBase = record.cell * bank.deltaStride;
  let quad = thread % side4;
  let block = thread / side4;
  let firstNeuron = side * group.y;
  let neuron = firstNeuron + 4u * block;
  let sample = firstSample + 4u * quad;
  var sums: mat4x4f;
  for (var start = 0u; start < layer.outputs; start += chunk) {
    if (thread < threads / 2u) {
      stageDeltas(deltaBase + layer.deltaPlane, layer.outputRow, firstSample, start, thread);
    } else {
      stageColumns(layer, base, firstNeuron, start, thread - threads / 2u);
    }
    workgroupBarrier();
    sums = addProducts(sums, min(chunk, layer.outputs - start), block, quad);
    workgroupBarrier();
  }
  if (neuron >= layer.inputs) { return; }
  let turned = transpose(sums);
  let plane = record.cell * bank.activationStride + layer.inputPlane;
  let goal = deltaBase + layers[position.layer - 1u].deltaPlane;
  for (var s = 0u; s < 4u; s++) {
    let row = (sample + s) * layer.inputRow + neuron / 4u;
    let isActive = activations[plane + row] > vec4f(0.0);
    deltas[goal + row] = turned[s] * select(vec4f(record.slope), vec4f(1.0), isActive);
  }
}
