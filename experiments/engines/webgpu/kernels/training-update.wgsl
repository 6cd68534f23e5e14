// One step of the optimiser with PyTorch's update rules (training-common.wgsl comes before): the splits of the gradient are
// added in order, its squared norm is taken piece by piece, the parameters follow.

const threads = 64u;

const adam = 0u;
const adamw = 1u;
const sgd = 2u;
const momentum = 3u;
const rmsprop = 4u;
/** The gradient of the batch is left in the first split; no parameter changes. */
const noUpdate = 0xffffffffu;
/** 2^-120: what is smaller could get stuck where a device takes subnormals for zero. */
const smallestMoment = 7.52316385e-37;

/** A part of one layer's parameters. */
struct Piece {
  start: u32,
  count: u32,
}

@group(0) @binding(0) var<uniform> position: Position;
@group(0) @binding(1) var<uniform> bank: Bank;
@group(0) @binding(2) var<storage, read> records: array<Record>;
@group(0) @binding(3) var<storage, read> pieces: array<Piece>;
@group(0) @binding(4) var<storage, read_write> partials: array<f32>;
@group(0) @binding(5) var<storage, read_write> parameters: array<f32>;
@group(0) @binding(6) var<storage, read_write> firstMoments: array<f32>;
@group(0) @binding(7) var<storage, read_write> secondMoments: array<f32>;
@group(0) @binding(8) var<storage, read_write> journal: array<atomic<u32>>;

var<workgroup> squares: array<f32, threads>;
var<workgroup> stopped: u32;

/** Dying moments become zero, as in the other engines. */
fn kept(x: f32) -> f32 {
  return select(x, 0.0, abs(x) < smallestMoment);
}

fn update(at: u32, gradientOfLoss: f32, record: Record) {
  let weight = parameters[at] * record.shrink;
  let gradient = gradientOfLoss + weight * record.decay;
  if (record.rule == sgd) {
    parameters[at] = weight - record.rate * gradient;
    return;
  }
  let m = select(firstMoments[at], 0.0, record.fresh == 1u);
  if (record.rule == momentum) {
    let buffer = m * record.firstGain + gradient;
    parameters[at] = weight - record.rate * buffer;
    firstMoments[at] = kept(buffer);
  } else if (record.rule == rmsprop) {
    let square = m * record.secondKeep + record.secondGain * (gradient * gradient);
    parameters[at] = weight - record.rate * gradient / (sqrt(square) + record.epsilon);
    firstMoments[at] = kept(square);
  } else {
    let v = select(secondMoments[at], 0.0, record.fresh == 1u);
    let m1 = m + (gradient - m) * record.firstGain;
    let v1 = v * record.secondKeep + record.secondGain * (gradient * gradient);
    parameters[at] = weight - record.rate * m1 / (sqrt(v1) * record.secondCorrection + record.epsilon);
    firstMoments[at] = kept(m1);
    secondMoments[at] = kept(v1);
  }
}

@compute @workgroup_size(threads)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let entry = position.slot * bank.capacity + group.z;
  let record = records[entry];
  if (record.samples == 0u) { return; }
  // Nothing is learnt after the epoch whose loss was not finite.
  if (thread == 0u) { stopped = u32(atomicLoad(&journal[record.cell]) < record.epoch); }
  if (workgroupUniformLoad(&stopped) == 1u) { return; }

  let piece = pieces[group.x];
  let base = record.cell * bank.parameterStride;
  let partialBase = record.cell * bank.splits * bank.parameterStride;
  let used = (min(record.samples, bank.roundSamples) + bank.splitSamples - 1u) / bank.splitSamples;
  var square = 0.0;
  for (var at = piece.start + thread; at < piece.start + piece.count; at += threads) {
    var gradient = 0.0;
    for (var split = 0u; split < used; split++) { gradient += partials[partialBase + split * bank.parameterStride + at]; }
    square += gradient * gradient;
    if (record.rule == noUpdate) { partials[partialBase + at] = gradient; } else { update(base + at, gradient, record); }
  }
  squares[thread] = square;
  for (var reach = threads / 2u; reach > 0u; reach /= 2u) {
    workgroupBarrier();
    if (thread < reach) { squares[thread] += squares[thread + reach]; }
  }
  if (thread == 0u) {
    let goal = bank.capacity + entry * bank.journalStride + bank.lossTiles + group.x;
    atomicStore(&journal[goal], bitcast<u32>(squares[0]));
  }
}
