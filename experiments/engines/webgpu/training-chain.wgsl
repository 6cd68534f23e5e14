// Forward and backward pass of a tile of samples through all layers, for networks whose layers fit into workgroup memory
// (training-common.wgsl comes before). The values of the current layer lie in workgroup memory as [neuron][sample]; an
// invocation holds 4 neurons x 4 samples in registers. Weights are staged in chunks of CHUNK rows of the sum.
//
// Each sum is one chain of multiply-adds, bias first, terms ascending: it depends neither on the tile nor on the chunk.

/** Widest layer and samples of a tile in vec4; rows of weights staged at a time; WIDTH4 * TILE4 invocations. */
override WIDTH4: u32;
override TILE4: u32;
override CHUNK: u32;
override THREADS: u32;

@group(0) @binding(0) var<uniform> position: Position;
@group(0) @binding(1) var<uniform> bank: Bank;
@group(0) @binding(2) var<storage, read> layers: array<Layer>;
@group(0) @binding(3) var<storage, read> records: array<Record>;
@group(0) @binding(4) var<storage, read> parameters: array<f32>;
/** Per point: x, y, labels. */
@group(0) @binding(5) var<storage, read> points: array<f32>;
@group(0) @binding(6) var<storage, read> orders: array<u32>;
@group(0) @binding(7) var<storage, read_write> activations: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> deltas: array<vec4f>;
/** [capacity] epoch whose loss is not finite, then per record: losses of tiles, squared norms of pieces. */
@group(0) @binding(9) var<storage, read_write> journal: array<atomic<u32>>;

var<workgroup> values: array<vec4f, 4 * WIDTH4 * TILE4>;
var<workgroup> weights: array<vec4f, CHUNK * (WIDTH4 + 1)>;
var<workgroup> losses: array<f32, TILE4>;

/** Weights from four rows of the matrix, columns from..: weights[column][row group]. */
fn stageRows(layer: Layer, base: u32, start: u32, thread: u32) {
  for (var at = thread; at < CHUNK * WIDTH4; at += THREADS) {
    let column = start + at % CHUNK;
    let row = 4u * (at / CHUNK);
    var four = vec4f(0.0);
    if (column < layer.inputs) {
      let origin = base + layer.weights + row * layer.inputs + column;
      if (row < layer.outputs) { four.x = parameters[origin]; }
      if (row + 1u < layer.outputs) { four.y = parameters[origin + layer.inputs]; }
      if (row + 2u < layer.outputs) { four.z = parameters[origin + 2u * layer.inputs]; }
      if (row + 3u < layer.outputs) { four.w = parameters[origin + 3u * layer.inputs]; }
    }
    weights[(at % CHUNK) * (WIDTH4 + 1u) + at / CHUNK] = four;
  }
}

/** Rows from.. of the matrix: weights[row][column group]. */
fn stageColumns(layer: Layer, base: u32, start: u32, thread: u32) {
  for (var at = thread; at < CHUNK * WIDTH4; at += THREADS) {
    let row = start + at / WIDTH4;
    let column = 4u * (at % WIDTH4);
    var four = vec4f(0.0);
    if (row < layer.outputs) {
      let origin = base + layer.weights + row * layer.inputs + column;
      if (column < layer.inputs) { four.x = parameters[origin]; }
      if (column + 1u < layer.inputs) { four.y = parameters[origin + 1u]; }
      if (column + 2u < layer.inputs) { four.z = parameters[origin + 2u]; }
      if (column + 3u < layer.inputs) { four.w = parameters[origin + 3u]; }
    }
    weights[(at / WIDTH4) * (WIDTH4 + 1u) + at % WIDTH4] = four;
  }
}

fn biasOf(layer: Layer, base: u32, row: u32) -> f32 {
  if (row >= layer.outputs) { return 0.0; }
  return parameters[base + layer.biases + row];
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let entry = position.slot * bank.capacity + group.z;
  let record = records[entry];
  let firstSample = 4u * TILE4 * group.x;
  let end = min(record.samples, position.first + bank.roundSamples);
  if (position.first + firstSample >= end) { return; }

  let base = record.cell * bank.parameterStride;
  let pointBase = record.cell * bank.pointStride;
  let pointWords = 2u + bank.outputs;
  let activationBase = record.cell * bank.activationStride;
  let deltaBase = record.cell * bank.deltaStride;
  let quad = thread % TILE4;
  let block = thread / TILE4;
  /** First of the four samples in the round. */
  let sample = firstSample + 4u * quad;

  // Samples beyond the batch repeat its last one; their derivative is zero.
  var at: vec4u;
  for (var s = 0u; s < 4u; s++) {
    let place = min(position.first + sample + s, end - 1u);
    at[s] = pointBase + pointWords * orders[record.order + place];
  }
  if (block == 0u) {
    let x = vec4f(points[at.x], points[at.y], points[at.z], points[at.w]);
    let y = vec4f(points[at.x + 1u], points[at.y + 1u], points[at.z + 1u], points[at.w + 1u]);
    values[quad] = x;
    values[TILE4 + quad] = y;
    for (var s = 0u; s < 4u; s++) { activations[activationBase + sample + s] = vec4f(x[s], y[s], 0.0, 0.0); }
  }

  var a: vec4f;
  var b: vec4f;
  var c: vec4f;
  var d: vec4f;
  for (var index = 0u; index < bank.layers; index++) {
    let layer = layers[index];
    let busy = 4u * block < layer.outputs;
    a = vec4f(biasOf(layer, base, 4u * block));
    b = vec4f(biasOf(layer, base, 4u * block + 1u));
    c = vec4f(biasOf(layer, base, 4u * block + 2u));
    d = vec4f(biasOf(layer, base, 4u * block + 3u));
    for (var start = 0u; start < layer.inputs; start += CHUNK) {
      stageRows(layer, base, start, thread);
      workgroupBarrier();
      if (busy) {
        let count = min(CHUNK, layer.inputs - start);
        for (var k = 0u; k < count; k++) {
          let value = values[(start + k) * TILE4 + quad];
          let weight = weights[k * (WIDTH4 + 1u) + block];
          a = fma(vec4f(weight.x), value, a);
          b = fma(vec4f(weight.y), value, b);
          c = fma(vec4f(weight.z), value, c);
          d = fma(vec4f(weight.w), value, d);
        }
      }
      workgroupBarrier();
    }
    if (index + 1u == bank.layers) { break; }
    if (busy) {
      a = leaky(a, record.slope);
      b = leaky(b, record.slope);
      c = leaky(c, record.slope);
      d = leaky(d, record.slope);
      let goal = 4u * block * TILE4 + quad;
      values[goal] = a;
      values[goal + TILE4] = b;
      values[goal + 2u * TILE4] = c;
      values[goal + 3u * TILE4] = d;
      let plane = activationBase + layers[index + 1u].inputPlane;
      for (var s = 0u; s < 4u; s++) {
        activations[plane + (sample + s) * layer.outputRow + block] = vec4f(a[s], b[s], c[s], d[s]);
      }
    }
  }

  if (block == 0u) {
    let plane = deltaBase + layers[bank.layers - 1u].deltaPlane;
    var loss = 0.0;
    for (var s = 0u; s < 4u; s++) {
      let z = vec4f(a[s], b[s], c[s], d[s]);
      var delta = vec4f(0.0);
      for (var output = 0u; output < bank.outputs; output++) {
        let both = lossOf(z[output], points[at[s] + 2u + output], record.crossEntropy);
        let isValid = position.first + sample + s < end;
        loss += select(0.0, both.x, isValid);
        delta[output] = select(0.0, both.y * record.scale, isValid);
      }
      deltas[plane + sample + s] = delta;
      a[s] = delta.x;
      b[s] = delta.y;
      c[s] = delta.z;
    }
    values[quad] = a;
    if (bank.outputs > 1u) { values[TILE4 + quad] = b; }
    if (bank.outputs > 2u) { values[2u * TILE4 + quad] = c; }
    losses[quad] = loss;
  }
  workgroupBarrier();
  if (thread == 0u) {
    var loss = 0.0;
    for (var part = 0u; part < TILE4; part++) { loss += losses[part]; }
    let bits = lossBits(loss);
    let tile = position.first / (4u * TILE4) + group.x;
    atomicStore(&journal[bank.capacity + entry * bank.journalStride + tile], bits);
    if (bits == 0x7f800000u) { atomicMin(&journal[record.cell], record.epoch); }
  }

  for (var index = bank.layers - 1u; index > 0u; index--) {
    let layer = layers[index];
    let busy = 4u * block < layer.inputs;
    a = vec4f(0.0);
    b = vec4f(0.0);
    c = vec4f(0.0);
    d = vec4f(0.0);
    for (var start = 0u; start < layer.outputs; start += CHUNK) {
      stageColumns(layer, base, start, thread);
      workgroupBarrier();
      if (busy) {
        let count = min(CHUNK, layer.outputs - start);
        for (var k = 0u; k < count; k++) {
          let value = values[(start + k) * TILE4 + quad];
          let weight = weights[k * (WIDTH4 + 1u) + block];
          a = fma(vec4f(weight.x), value, a);
          b = fma(vec4f(weight.y), value, b);
          c = fma(vec4f(weight.z), value, c);
          d = fma(vec4f(weight.w), value, d);
        }
      }
      workgroupBarrier();
    }
    if (busy) {
      let plane = activationBase + layer.inputPlane;
      let goal = deltaBase + layers[index - 1u].deltaPlane;
      for (var s = 0u; s < 4u; s++) {
        let row = (sample + s) * layer.inputRow + block;
        let isActive = activations[plane + row] > vec4f(0.0);
        let delta = vec4f(a[s], b[s], c[s], d[s]) * select(vec4f(record.slope), vec4f(1.0), isActive);
        deltas[goal + row] = delta;
        a[s] = delta.x;
        b[s] = delta.y;
        c[s] = delta.z;
        d[s] = delta.w;
      }
      let place = 4u * block * TILE4 + quad;
      values[place] = a;
      values[place + TILE4] = b;
      values[place + 2u * TILE4] = c;
      values[place + 3u * TILE4] = d;
    }
  }
}
