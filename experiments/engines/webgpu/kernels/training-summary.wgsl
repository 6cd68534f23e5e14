// What the host reads of each step (training-common.wgsl comes before): per record the sum of the losses of its samples,
// then the squared norm of the gradient of each layer.

const threads = 64u;

/** Samples of a tile whose loss is one number. */
override LOSS_SAMPLES: u32;

@group(0) @binding(0) var<uniform> bank: Bank;
@group(0) @binding(1) var<storage, read> layers: array<Layer>;
@group(0) @binding(2) var<storage, read> records: array<Record>;
@group(0) @binding(3) var<storage, read> journal: array<u32>;
@group(0) @binding(4) var<storage, read_write> summary: array<f32>;

@compute @workgroup_size(threads)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let entry = group.x * bank.capacity + group.z;
  let samples = records[entry].samples;
  let origin = bank.capacity + entry * bank.journalStride;
  for (var number = thread; number <= bank.layers; number += threads) {
    var start = origin;
    var count = (samples + LOSS_SAMPLES - 1u) / LOSS_SAMPLES;
    if (number > 0u) {
      start = origin + bank.lossTiles + layers[number - 1u].firstPiece;
      count = select(0u, layers[number - 1u].pieces, samples > 0u);
    }
    var sum = 0.0;
    for (var at = start; at < start + count; at++) { sum += bitcast<f32>(journal[at]); }
    summary[entry * (bank.layers + 1u) + number] = sum;
  }
}
