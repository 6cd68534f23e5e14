// Forward and backward pass of a tile of samples through all layers, for networks whose layers fit into workgroup memory
// (training-common.wgsl comes before). The values of the current layer lie in workgroup memory as [neuron][sample]; an
// invocation holds 4 neurons x 4 samples in registers. Weights are staged in chunks of CHUNK rows of the sum, in two places
// by turns; the chunk after is fetched into registers before a chunk is summed, so that nobody waits for memory.
//
// Each sum is one chain of multiply-adds, bias first, terms ascending: it depends neither on the tile nor on the chunk.

/** Widest layer and samples of a tile in vec4; WIDTH4 * TILE4 invocations. */
override WIDTH4: u32;
override TILE4: u32;
/** Rows of weights staged at a time: 1, 2 or 4 times TILE4. */
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
var<workgroup> weights: array<vec4f, 2 * CHUNK * (WIDTH4 + 1)>;
var<workgroup> losses: array<f32, TILE4>;

/** One column of four rows of a matrix; beyond its end its last ones, which nobody uses. */
fn fourRows(layer: Layer, base: u32, start: u32, at: u32) -> vec4f {
  let row = 4u * (at / CHUNK);
  let column = min(start + at % CHUNK, layer.inputs - 1u);
  let last = layer.outputs - 1u;
  let origin = base + layer.weights + column;
  return vec4f(
    parameters[origin + min(row, last) * layer.inputs],
    parameters[origin + min(row + 1u, last) * layer.inputs],
    parameters[origin + min(row + 2u, last) * layer.inputs],
    parameters[origin + min(row + 3u, last) * layer.inputs],
  );
}

/** An invocation's part of the weights of columns start..: [column][row group]. */
fn fetchRows(layer: Layer, base: u32, start: u32, thread: u32) -> mat4x4f {
  var part: mat4x4f;
  part[0] = fourRows(layer, base, start, thread);
  if (CHUNK > TILE4) { part[1] = fourRows(layer, base, start, thread + THREADS); }
  if (CHUNK > 2u * TILE4) {
    part[2] = fourRows(layer, base, start, thread + 2u * THREADS);
    part[3] = fourRows(layer, base, start, thread + 3u * THREADS);
  }
  return part;
}

/** Where row or column and group of an item of fetchRows lie in a staged chunk. */
fn placeOfRows(at: u32) -> u32 {
  return (at % CHUNK) * (WIDTH4 + 1u) + at / CHUNK;
}

fn stageRows(part: mat4x4f, half: u32, thread: u32) {
  let goal = half * CHUNK * (WIDTH4 + 1u);
  weights[goal + placeOfRows(thread)] = part[0];
  if (CHUNK > TILE4) { weights[goal + placeOfRows(thread + THREADS)] = part[1]; }
  if (CHUNK > 2u * TILE4) {
    weights[goal + placeOfRows(thread + 2u * THREADS)] = part[2];
    weights[goal + placeOfRows(thread + 3u * THREADS)] = part[3];
  }
}

/** Four columns of one row of a matrix; beyond its end its last ones, which nobody uses. */
fn fourColumns(layer: Layer, base: u32, start: u32, at: u32) -> vec4f {
  let row = min(start + at / WIDTH4, layer.outputs - 1u);
  let column = 4u * (at % WIDTH4);
  let last = layer.inputs - 1u;
  let origin = base + layer.weights + row * layer.inputs;
  return vec4f(
    parameters[origin + min(column, last)],
    parameters[origin + min(column + 1u, last)],
    parameters[origin + min(column + 2u, last)],
    parameters[origin + min(column + 3u, last)],
  );
}

/** An invocation's part of the weights of rows start..: [row][column group]. */
fn fetchColumns(layer: Layer, base: u32, start: u32, thread: u32) -> mat4x4f {
  var part: mat4x4f;
  part[0] = fourColumns(layer, base, start, thread);
  if (CHUNK > TILE4) { part[1] = fourColumns(layer, base, start, thread + THREADS); }
  if (CHUNK > 2u * TILE4) {
    part[2] = fourColumns(layer, base, start, thread + 2u * THREADS);
    part[3] = fourColumns(layer, base, start, thread + 3u * THREADS);
  }
  return part;
}

fn placeOfColumns(at: u32) -> u32 {
  return (at / WIDTH4) * (WIDTH4 + 1u) + at % WIDTH4;
}

fn stageColumns(part: mat4x4f, half: u32, thread: u32) {
  let goal = half * CHUNK * (WIDTH4 + 1u);
  weights[goal + placeOfColumns(thread)] = part[0];
  if (CHUNK > TILE4) { weights[goal + placeOfColumns(thread + THREADS)] = part[1]; }
  if (CHUNK > 2u * TILE4) {
    weights[goal + placeOfColumns(thread + 2u * THREADS)] = part[2];
    weights[goal + placeOfColumns(thread + 3u * THREADS)] = part[3];
  }
}

fn fourBiases(layer: Layer, base: u32, row: u32) -> vec4f {
  let origin = base + layer.biases;
  let last = layer.outputs - 1u;
  return vec4f(
    parameters[origin + min(row, last)],
    parameters[origin + min(row + 1u, last)],
    parameters[origin + min(row + 2u, last)],
    parameters[origin + min(row + 3u, last)],
  );
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
  var half = 0u;
  var layer = layers[0];
  var bias = fourBiases(layer, base, 4u * block);
  var part = fetchRows(layer, base, 0u, thread);
  for (var index = 0u; index < bank.layers; index++) {
    let next = layers[min(index + 1u, bank.layers - 1u)];
    let busy = 4u * block < layer.outputs;
    a = vec4f(bias.x);
    b = vec4f(bias.y);
    c = vec4f(bias.z);
    d = vec4f(bias.w);
    for (var start = 0u; start < layer.inputs; start += CHUNK) {
      stageRows(part, half, thread);
      workgroupBarrier();
      if (start + CHUNK < layer.inputs) {
        part = fetchRows(layer, base, start + CHUNK, thread);
      } else if (index + 1u < bank.layers) {
        bias = fourBiases(next, base, 4u * block);
        part = fetchRows(next, base, 0u, thread);
      }
      if (busy) {
        let count = min(CHUNK, layer.inputs - start);
        let place = half * CHUNK * (WIDTH4 + 1u) + block;
        for (var k = 0u; k < count; k++) {
          let value = values[(start + k) * TILE4 + quad];
          let weight = weights[place + k * (WIDTH4 + 1u)];
          a = fma(vec4f(weight.x), value, a);
          b = fma(vec4f(weight.y), value, b);
          c = fma(vec4f(weight.z), value, c);
          d = fma(vec4f(weight.w), value, d);
        }
      }
      half = 1u - half;
    }
    if (index + 1u == bank.layers) { break; }
    // Every invocation has read the layer's inputs.
    workgroupBarrier();
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
      let plane = activationBase + next.inputPlane;
      for (var s = 0u; s < 4u; s++) {
        activations[plane + (sample + s) * layer.outputRow + block] = vec4f(a[s], b[s], c[s], d[s]);
      }
    }
    layer = next;
  }
  part = fetchColumns(layer, base, 0u, thread);
  workgroupBarrier();

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
    let next = layers[index - 1u];
    let busy = 4u * block < layer.inputs;
    let plane = activationBase + layer.inputPlane + sample * layer.inputRow + min(block, layer.inputRow - 1u);
    var inputs: mat4x4f;
    for (var s = 0u; s < 4u; s++) { inputs[s] = activations[plane + s * layer.inputRow]; }
    a = vec4f(0.0);
    b = vec4f(0.0);
    c = vec4f(0.0);
    d = vec4f(0.0);
    for (var start = 0u; start < layer.outputs; start += CHUNK) {
      stageColumns(part, half, thread);
      workgroupBarrier();
      if (start + CHUNK < layer.outputs) {
        part = fetchColumns(layer, base, start + CHUNK, thread);
      } else if (index > 1u) {
        part = fetchColumns(next, base, 0u, thread);
      }
      if (busy) {
        let count = min(CHUNK, layer.outputs - start);
        let place = half * CHUNK * (WIDTH4 + 1u) + block;
        for (var k = 0u; k < count; k++) {
          let value = values[(start + k) * TILE4 + quad];
          let weight = weights[place + k * (WIDTH4 + 1u)];
          a = fma(vec4f(weight.x), value, a);
          b = fma(vec4f(weight.y), value, b);
          c = fma(vec4f(weight.z), value, c);
          d = fma(vec4f(weight.w), value, d);
        }
      }
      half = 1u - half;
    }
    // Every invocation has read the derivatives of the layer above.
    workgroupBarrier();
    if (busy) {
      let goal = deltaBase + next.deltaPlane + sample * layer.inputRow + block;
      for (var s = 0u; s < 4u; s++) {
        let isActive = inputs[s] > vec4f(0.0);
        let delta = vec4f(a[s], b[s], c[s], d[s]) * select(vec4f(record.slope), vec4f(1.0), isActive);
        deltas[goal + s * layer.inputRow] = delta;
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
    layer = next;
  }
}
