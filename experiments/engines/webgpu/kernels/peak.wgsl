// Float32 peak: chains of fused multiply-add that depend on nothing but themselves.

override rounds: u32 = 64;

@group(0) @binding(0) var<storage, read_write> output: array<vec4f>;

@compute @workgroup_size(256)
fn peak(@builtin(global_invocation_id) id: vec3u) {
  let start = vec4f(f32(id.x & 7u)) * 1e-3;
  // Values that change from round to round and stay finite.
  let factor = vec4f(0.999) - start * 1e-3;
  let shift = vec4f(1e-3) + start;
  var a = start;
  var b = start + 0.1;
  var c = start + 0.2;
  var d = start + 0.3;
  var e = start + 0.4;
  var f = start + 0.5;
  var g = start + 0.6;
  var h = start + 0.7;
  for (var round = 0u; round < rounds; round++) {
    a = fma(a, factor, shift); b = fma(b, factor, shift); c = fma(c, factor, shift); d = fma(d, factor, shift);
    e = fma(e, factor, shift); f = fma(f, factor, shift); g = fma(g, factor, shift); h = fma(h, factor, shift);
    a = fma(a, factor, shift); b = fma(b, factor, shift); c = fma(c, factor, shift); d = fma(d, factor, shift);
    e = fma(e, factor, shift); f = fma(f, factor, shift); g = fma(g, factor, shift); h = fma(h, factor, shift);
  }
  output[id.x] = ((a + b) + (c + d)) + ((e + f) + (g + h));
}
