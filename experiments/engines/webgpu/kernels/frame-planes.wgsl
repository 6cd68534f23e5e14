// What is drawn of a frame, made from its hashes and values, so that little has to be read back.

override workgroupSize: u32 = 64;

struct Area {
  width: u32,
  // Rows whose planes are made, and rows that the inputs hold (one more where a row lies below).
  rows: u32,
  heldRows: u32,
  layers: u32,
  // Number of values, and of values a pixel.
  values: u32,
  outputs: u32,
}

@group(0) @binding(0) var<uniform> area: Area;
// Hashes [row][column]; for firstLayers prefixes [layer][row][column].
@group(0) @binding(1) var<storage, read> hashes: array<vec2u>;
@group(0) @binding(2) var<storage, read> values: array<f32>;
@group(0) @binding(3) var<storage, read_write> plane: array<u32>;
@group(0) @binding(4) var<storage, read_write> count: atomic<u32>;
@group(0) @binding(5) var<storage, read_write> list: array<vec2u>;
// 256 colours for values from 0 to 1, then the colour of what is not a number: red in the lowest byte.
@group(0) @binding(6) var<storage, read> table: array<u32>;

fn differsAt(layer: u32, pixel: u32, other: u32) -> bool {
  let start = layer * area.width * area.heldRows;
  return any(hashes[start + pixel] != hashes[start + other]);
}

fn isBoundary(layer: u32, pixel: u32) -> bool {
  if (pixel % area.width + 1u < area.width && differsAt(layer, pixel, pixel + 1u)) {
    return true;
  }
  return pixel / area.width + 1u < area.heldRows && differsAt(layer, pixel, pixel + area.width);
}

// 32 pixels a thread: one bit each, most significant bit of each byte first; counts them too.
@compute @workgroup_size(workgroupSize)
fn boundary(@builtin(global_invocation_id) id: vec3u) {
  let pixels = area.width * area.rows;
  let first = 32u * id.x;
  if (first >= pixels) {
    return;
  }
  var bits = 0u;
  for (var at = 0u; at < min(32u, pixels - first); at++) {
    if (isBoundary(0u, first + at)) {
      bits |= 1u << ((at & 24u) + 7u - (at & 7u));
    }
  }
  plane[id.x] = bits;
  atomicAdd(&count, countOneBits(bits));
}

// Two pixels a thread, 16 bits each: first layer at which a pixel differs from its right or lower neighbour.
@compute @workgroup_size(workgroupSize)
fn firstLayers(@builtin(global_invocation_id) id: vec3u) {
  let pixels = area.width * area.rows;
  if (2u * id.x >= pixels) {
    return;
  }
  var pair = 0xffffffffu;
  for (var at = 0u; at < min(2u, pixels - 2u * id.x); at++) {
    for (var layer = 0u; layer < area.layers; layer++) {
      if (isBoundary(layer, 2u * id.x + at)) {
        pair = insertBits(pair, layer, 16u * at, 16u);
        break;
      }
    }
  }
  plane[id.x] = pair;
}

// By its bits: compilers may take it that no value is NaN.
fn isNotANumber(value: f32) -> bool {
  return (bitcast<u32>(value) & 0x7fffffffu) > 0x7f800000u;
}

// Four values a thread as 8-bit levels; NaN becomes 0.
@compute @workgroup_size(workgroupSize)
fn levels(@builtin(global_invocation_id) id: vec3u) {
  var word = 0u;
  for (var at = 0u; at < 4u; at++) {
    let index = 4u * id.x + at;
    if (index >= area.values) {
      break;
    }
    let value = values[index];
    if (!isNotANumber(value)) {
      word |= u32(round(clamp(255.0 * value, 0.0, 255.0))) << (8u * at);
    }
  }
  if (4u * id.x < area.values) {
    plane[id.x] = word;
  }
}

// Lists the hash of every pixel that differs from its left and its upper neighbour: each hash of the frame at least once.
@compute @workgroup_size(workgroupSize)
fn candidates(@builtin(global_invocation_id) id: vec3u) {
  let pixel = id.x;
  if (pixel >= area.width * area.rows) {
    return;
  }
  if (pixel % area.width > 0u && !differsAt(0u, pixel, pixel - 1u)) {
    return;
  }
  if (pixel >= area.width && !differsAt(0u, pixel, pixel - area.width)) {
    return;
  }
  list[atomicAdd(&count, 1u)] = hashes[pixel];
}

// Row of the colour table for a value; halves are rounded up.
fn tableRow(value: f32) -> u32 {
  if (isNotANumber(value)) {
    return 256u;
  }
  return u32(floor(clamp(255.0 * value, 0.0, 255.0) + 0.5));
}

// One pixel a thread: three outputs are red, green and blue, else the first one is looked up in the table.
@compute @workgroup_size(workgroupSize)
fn colours(@builtin(global_invocation_id) id: vec3u) {
  let pixel = id.x;
  if (pixel >= area.width * area.rows) {
    return;
  }
  let first = pixel * area.outputs;
  if (area.outputs != 3u) {
    plane[pixel] = table[tableRow(values[first])];
    return;
  }
  var word = 0xff000000u;
  for (var channel = 0u; channel < 3u; channel++) {
    let row = tableRow(values[first + channel]);
    let level = select(row, extractBits(table[256], 8u * channel, 8u), row == 256u);
    word |= level << (8u * channel);
  }
  plane[pixel] = word;
}
