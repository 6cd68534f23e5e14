// Orders of points: indices sorted by (Philox word, index), for many epochs and cells at once.
// Philox4x32-10: Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
//
// `fillKeys` writes the words; in `sortKeys` a workgroup owns the keys that share their upper bits, counts how many are
// smaller than all of them, and ranks its own by comparing each with each. Atomics only collect: no result depends on
// the order in which they happen.

/** Upper bits that number the buckets, 0 to 12. */
override BUCKET_BITS: u32;
const threads = 128u;
const listed = 1024u;
const shuffleStream = 2u;

struct Job {
  seed: u32,
  epoch: u32,
  count: u32,
  /** Where its keys and its order lie. */
  offset: u32,
}

@group(0) @binding(0) var<storage, read> jobs: array<Job>;
@group(0) @binding(1) var<storage, read_write> keys: array<u32>;
@group(0) @binding(2) var<storage, read_write> orders: array<u32>;

fn multiplyHigh(a: u32, b: u32) -> u32 {
  let aLow = a & 0xffffu;
  let aHigh = a >> 16u;
  let bLow = b & 0xffffu;
  let bHigh = b >> 16u;
  // No partial sum reaches 2^32.
  let middle = aHigh * bLow + ((aLow * bLow) >> 16u);
  let cross = aLow * bHigh + (middle & 0xffffu);
  return aHigh * bHigh + (middle >> 16u) + (cross >> 16u);
}

fn philox(block: u32, subsequence: u32, seed: u32, stream: u32) -> vec4u {
  var c = vec4u(block, 0u, subsequence, 0u);
  var k = vec2u(seed, stream);
  for (var turn = 0u; turn < 10u; turn++) {
    let high0 = multiplyHigh(0xd2511f53u, c.x);
    let high1 = multiplyHigh(0xcd9e8d57u, c.z);
    c = vec4u(high1 ^ c.y ^ k.x, 0xcd9e8d57u * c.z, high0 ^ c.w ^ k.y, 0xd2511f53u * c.x);
    k += vec2u(0x9e3779b9u, 0xbb67ae85u);
  }
  return c;
}

@compute @workgroup_size(64)
fn fillKeys(@builtin(global_invocation_id) id: vec3u) {
  let job = jobs[id.y];
  let first = 4u * id.x;
  if (first >= job.count) { return; }
  let words = philox(id.x, job.epoch, job.seed, shuffleStream);
  for (var word = 0u; word < min(4u, job.count - first); word++) { keys[job.offset + first + word] = words[word]; }
}

var<workgroup> list: array<vec2u, listed>;
var<workgroup> listLength: atomic<u32>;
var<workgroup> smaller: atomic<u32>;

fn bucketOf(key: u32) -> u32 {
  return (key >> 16u) >> (16u - BUCKET_BITS);
}

/** Whether (key, index) a comes before b. */
fn precedes(a: vec2u, b: vec2u) -> bool {
  return a.x < b.x || (a.x == b.x && a.y < b.y);
}

/** Rank by comparing with all keys, for buckets that do not fit into the list. */
fn rankAmongAll(job: Job, own: vec2u) -> u32 {
  var rank = 0u;
  for (var at = 0u; at < job.count; at++) { rank += u32(precedes(vec2u(keys[job.offset + at], at), own)); }
  return rank;
}

@compute @workgroup_size(threads)
fn sortKeys(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let job = jobs[group.y];
  let bucket = group.x;
  // Workgroup memory may hold anything: some hosts have it cleared, ours need not.
  if (thread == 0u) {
    atomicStore(&listLength, 0u);
    atomicStore(&smaller, 0u);
  }
  workgroupBarrier();
  var below = 0u;
  for (var at = thread; at < job.count; at += threads) {
    let key = keys[job.offset + at];
    let other = bucketOf(key);
    below += u32(other < bucket);
    if (other == bucket) {
      let place = atomicAdd(&listLength, 1u);
      if (place < listed) { list[place] = vec2u(key, at); }
    }
  }
  atomicAdd(&smaller, below);
  workgroupBarrier();
  let length = atomicLoad(&listLength);
  if (length <= listed) {
    for (var at = thread; at < length; at += threads) {
      let own = list[at];
      var rank = atomicLoad(&smaller);
      for (var other = 0u; other < length; other++) { rank += u32(precedes(list[other], own)); }
      orders[job.offset + rank] = own.y;
    }
  } else {
    for (var at = thread; at < job.count; at += threads) {
      let key = keys[job.offset + at];
      if (bucketOf(key) == bucket) { orders[job.offset + rankAmongAll(job, vec2u(key, at))] = at; }
    }
  }
}
