override workgroupSize: u32 = 64;
override factor: f32 = 2.0;

@group(0) @binding(0) var<storage, read> input: array<f32>;
@group(0) @binding(1) var<storage, read_write> output: array<f32>;

@compute @workgroup_size(workgroupSize)
fn multiply(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < arrayLength(&input)) {
    output[id.x] = factor * input[id.x];
  }
}
