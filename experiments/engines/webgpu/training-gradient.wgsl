// Gradients of weights and biases from the planes: dW[o][i] = sum over samples of delta[o] a[i], dB[o] = sum of delta[o]
// (training-common.wgsl comes before). A workgroup takes one tile of one layer's matrix and one split of the samples; an
// invocation 4 rows x 4 columns. Samples ascend within a split and from round to round; the update adds the splits.

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

var<workgroup> rows: array<vec4f, chunk * TILE4>;
var<workgroup> columns: array<vec4f, chunk * TILE4>;

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
  let deltaPlane = record.cell * bank.deltaStride + layer.deltaPlane;
  let inputPlane = record.cell * bank.activationStride + layer.inputPlane;
  let row = thread / TILE4;
  let column = thread % TILE4;
  var a = vec4f(0.0);
  var b = vec4f(0.0);
  var c = vec4f(0.0);
  var d = vec4f(0.0);
  var bias = vec4f(0.0);
  for (var origin = start; origin < end; origin += chunk) {
    for (var at = thread; at < chunk * TILE4; at += THREADS) {
      let sample = origin + at / TILE4;
      let part = at % TILE4;
      var delta = vec4f(0.0);
      var input = vec4f(0.0);
      if (sample < end) {
        if (tile.row + part < layer.outputRow) { delta = deltas[deltaPlane + sample * layer.outputRow + tile.row + part]; }
        if (tile.column + part < layer.inputRow) {
          input = activations[inputPlane + sample * layer.inputRow + tile.column + part];
        }
      }
      rows[at] = delta;
      columns[at] = input;
    }
    workgroupBarrier();
    let count = min(chunk, end - origin);
    for (var k = 0u; k < count; k++) {
      let delta = rows[k * TILE4 + row];
      let input = columns[k * TILE4 + column];
      a = fma(vec4f(delta.x), input, a);
      b = fma(vec4f(delta.y), input, b);
      c = fma(vec4f(delta.z), input, c);
      d = fma(vec4f(delta.w), input, d);
      bias += delta;
    }
    workgroupBarrier();
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
