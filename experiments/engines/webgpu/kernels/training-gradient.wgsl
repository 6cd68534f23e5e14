// Gradients of weights and biases from the planes: dW[o][i] = sum over samples of delta[o] a[i], dB[o] = sum of delta[o]
// (training-common.wgsl comes before). A workgroup takes one tile of one layer's matrix and one split of the samples; an
// invocation 4 rows x 4 columns. Samples ascend within a split and from round to round; the update adds the splits.
// Chunks of samples lie in two places by turns, the one after fetched into registers before a chunk is summed.

/** Side of a tile in vec4; TILE4 * TILE4 invocations. */
override TILE4: u32;
override THREADS: u32;
const chunk = 16u;

struct Tile {
  layer: u32,
  row: u32,
  column: u32,
}

@group(0) @binding(0) var<uniform> position: Position;
@group(0) @binding(1) var<uniform> bank: Bank;
@group(0) @binding(2) var<storage, read> layers: array<Layer>;
@group(0) @binding(3) var<storage, read> records: array<Record>;
@group(0) @binding(4) var<storage, read> tiles: array<Tile>;
@group(0) @binding(5) var<storage, read> activations: array<vec4f>;
@group(0) @binding(6) var<storage, read> deltas: array<vec4f>;
/** [cell][split][parameter] */
@group(0) @binding(7) var<storage, read_write> partials: array<f32>;

var<workgroup> rows: array<vec4f, 2 * chunk * TILE4>;
var<workgroup> columns: array<vec4f, 2 * chunk * TILE4>;

/** Two vec4 that an invocation fetches of each plane for a chunk; of tiles of 16 only the first. */
struct Terms {
  delta0: vec4f,
  input0: vec4f,
  delta1: vec4f,
  input1: vec4f,
}

/** The samples from `origin` on; beyond the planes' ends the last ones, which nobody uses. */
fn fetch(layer: Layer, tile: Tile, planes: vec2u, origin: u32, end: u32, thread: u32) -> Terms {
  let part = thread % TILE4;
  let delta = planes.x + min(tile.row + part, layer.outputRow - 1u);
  let input = planes.y + min(tile.column + part, layer.inputRow - 1u);
  let first = min(origin + thread / TILE4, end - 1u);
  var terms: Terms;
  terms.delta0 = deltas[delta + first * layer.outputRow];
  terms.input0 = activations[input + first * layer.inputRow];
  if (TILE4 < chunk) {
    let second = min(origin + thread / TILE4 + TILE4, end - 1u);
    terms.delta1 = deltas[delta + second * layer.outputRow];
    terms.input1 = activations[input + second * layer.inputRow];
  }
  return terms;
}

fn stage(terms: Terms, half: u32, thread: u32) {
  let place = half * chunk * TILE4 + thread;
  rows[place] = terms.delta0;
  columns[place] = terms.input0;
  if (TILE4 < chunk) {
    rows[place + THREADS] = terms.delta1;
    columns[place + THREADS] = terms.input1;
  }
}

fn put(index: u32, value: f32) {
  if (position.first > 0u) { partials[index] += value; } else { partials[index] = value; }
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let record = records[position.slot * bank.capacity + group.z];
  let start = group.y * bank.splitSamples;
  let roundEnd = min(record.samples, position.first + bank.roundSamples);
  if (position.first + start >= roundEnd) { return; }

  let end = min(start + bank.splitSamples, roundEnd - position.first);
  let tile = tiles[group.x];
  let layer = layers[tile.layer];
  let planes = vec2u(
    record.cell * bank.deltaStride + layer.deltaPlane,
    record.cell * bank.activationStride + layer.inputPlane,
  );
  let row = thread / TILE4;
  let column = thread % TILE4;
  var a = vec4f(0.0);
  var b = vec4f(0.0);
  var c = vec4f(0.0);
  var d = vec4f(0.0);
  var bias = vec4f(0.0);
  var half = 0u;
  var terms = fetch(layer, tile, planes, start, end, thread);
  for (var origin = start; origin < end; origin += chunk) {
    stage(terms, half, thread);
    workgroupBarrier();
    if (origin + chunk < end) { terms = fetch(layer, tile, planes, origin + chunk, end, thread); }
    let count = min(chunk, end - origin);
    let place = half * chunk * TILE4;
    for (var k = 0u; k < count; k++) {
      let delta = rows[place + k * TILE4 + row];
      let input = columns[place + k * TILE4 + column];
      a = fma(vec4f(delta.x), input, a);
      b = fma(vec4f(delta.y), input, b);
      c = fma(vec4f(delta.z), input, c);
      d = fma(vec4f(delta.w), input, d);
      bias += delta;
    }
    half = 1u - half;
  }

  let base = (record.cell * bank.splits + group.y) * bank.parameterStride;
  let firstRow = 4u * (tile.row + row);
  let firstColumn = 4u * (tile.column + column);
  for (var j = 0u; j < 4u; j++) {
    if (firstRow + j >= layer.outputs) { break; }
    let sums = select(select(select(d, c, j == 2u), b, j == 1u), a, j == 0u);
    let goal = base + layer.weights + (firstRow + j) * layer.inputs + firstColumn;
    for (var i = 0u; i < 4u; i++) {
      if (firstColumn + i < layer.inputs) { put(goal + i, sums[i]); }
    }
    if (firstColumn == 0u) { put(base + layer.biases + firstRow + j, bias[j]); }
  }
}
