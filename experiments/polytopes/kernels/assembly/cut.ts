// Cutting polygons along the creases of one layer.
import { classifySlot } from './dense';
import { Chunk, edgeBytes, headerBytes, Layer, Mesh, Scratch } from './state';

/** First neuron from the polygon's next one on with a strictly positive and a strictly negative vertex; -1: none. */
function nextCandidate(header: usize): i32 {
  const next = load<i32>(header, 12);
  if (next >= Layer.width) return -1;
  const list = Chunk.lists + (<usize>load<i32>(header) << 3);
  const end = list + (<usize>load<i32>(header, 4) << 3);
  const signBytes = <usize>Layer.signBytes;
  const wordBytes = signBytes >> 1;
  const signs = Chunk.signs;
  let mask: u64 = u64.MAX_VALUE << (next & 63);
  for (let word = next >> 6; word < Layer.words; word++) {
    let plus: u64 = 0;
    let minus: u64 = 0;
    const column = signs + (<usize>word << 3);
    for (let entry = list; entry < end; entry += 8) {
      const at = column + <usize>load<i32>(entry) * signBytes;
      plus |= load<u64>(at);
      minus |= load<u64>(at + wordBytes);
    }
    const both = plus & minus & mask;
    if (both != 0) return (word << 6) + <i32>ctz(both);
    mask = u64.MAX_VALUE;
  }
  return -1;
}

/** New slot on the edge between two slots of strictly opposite sign, all values interpolated, its own value 0. */
function interpolateSlot(a: i32, b: i32, neuron: i32, vertex: i32): i32 {
  const rowBytes = <usize>Chunk.rowBytes;
  const ownValue: usize = 16 + (<usize>neuron << 3);
  let negative = Chunk.rows + <usize>a * rowBytes;
  let positive = Chunk.rows + <usize>b * rowBytes;
  if (load<f64>(negative + ownValue) > 0) {
    const swap = negative;
    negative = positive;
    positive = swap;
  }
  const low = load<f64>(negative + ownValue);
  const t = f64x2.splat(low / (low - load<f64>(positive + ownValue)));
  const slot = Chunk.slots++;
  const row = Chunk.rows + <usize>slot * rowBytes;
  const end: usize = 16 + (<usize>Layer.paddedWidth << 3);
  for (let i: usize = 0; i < end; i += 16) {
    const from = v128.load(negative + i);
    v128.store(row + i, f64x2.add(from, f64x2.mul(t, f64x2.sub(v128.load(positive + i), from))));
  }
  store<f64>(row + ownValue, 0);
  store<f64>(
    Chunk.scales + (<usize>slot << 3),
    max(load<f64>(Chunk.scales + (<usize>a << 3)), load<f64>(Chunk.scales + (<usize>b << 3))),
  );
  store<i32>(Chunk.vertexIds + (<usize>slot << 2), vertex);
  store<i32>(Mesh.slotOf + (<usize>vertex << 2), slot);
  v128.store(Mesh.positions + (<usize>vertex << 4), v128.load(row));
  classifySlot(slot);
  return slot;
}

/** Adds an edge without children. */
function addEdge(start: i32, label: i32): void {
  const node = Mesh.edgeNodes + <usize>(Mesh.edges++) * edgeBytes;
  store<i32>(node, start);
  store<i32>(node, -1, 4);
  store<i32>(node, -1, 8);
  store<i32>(node, label, 12);
}

/** Slot of the vertex where the edge between slots a and b is cut; made if neither side of the edge has cut it yet. */
function cutEdge(edge: i32, a: i32, b: i32, neuron: i32): i32 {
  const node = Mesh.edgeNodes + <usize>edge * edgeBytes;
  if (load<i32>(node, 8) >= 0) {
    const vertex = load<i32>(node, 4);
    const slot = load<i32>(Mesh.slotOf + (<usize>vertex << 2));
    if (slot < Chunk.slots && load<i32>(Chunk.vertexIds + (<usize>slot << 2)) == vertex) return slot;
    return interpolateSlot(a, b, neuron, vertex);
  }
  const vertex = Mesh.vertices++;
  store<i32>(node, vertex, 4);
  store<i32>(node, Mesh.edges, 8);
  const label = load<i32>(node, 12);
  addEdge(load<i32>(node), label);
  addEdge(vertex, label);
  return interpolateSlot(a, b, neuron, vertex);
}

/** Walks the polygon into the loop scratch, cutting every edge between strictly opposite signs; length of the loop. */
function walkPolygon(header: usize, neuron: i32): i32 {
  const sides = load<i32>(header, 4);
  const list = Chunk.lists + (<usize>load<i32>(header) << 3);
  const bit = <u64>(neuron & 63);
  const wordBytes = <usize>Layer.words << 3;
  const signs = Chunk.signs + (<usize>(neuron >> 6) << 3);
  const signBytes = <usize>Layer.signBytes;
  const loop = Scratch.loop;
  const loopSigns = Scratch.loopSigns;
  let length = 0;
  let slot = load<i32>(list);
  let at = signs + <usize>slot * signBytes;
  let sign = <i32>((load<u64>(at) >> bit) & 1) - <i32>((load<u64>(at + wordBytes) >> bit) & 1);
  const firstSlot = slot;
  const firstSign = sign;
  for (let i = 0; i < sides; i++) {
    const entry = list + (<usize>i << 3);
    const edge = load<i32>(entry, 4);
    let nextSlot = firstSlot;
    let nextSign = firstSign;
    if (i + 1 < sides) {
      nextSlot = load<i32>(entry, 8);
      at = signs + <usize>nextSlot * signBytes;
      nextSign = <i32>((load<u64>(at) >> bit) & 1) - <i32>((load<u64>(at + wordBytes) >> bit) & 1);
    }
    store<i32>(loop + (<usize>length << 3), slot);
    store<i32>(loop + (<usize>length << 3), edge, 4);
    store<i8>(loopSigns + <usize>length, <i8>sign);
    length++;
    if (sign * nextSign < 0) {
      const middle = cutEdge(edge, slot, nextSlot, neuron);
      const node = Mesh.edgeNodes + <usize>edge * edgeBytes;
      const child = load<i32>(node, 8);
      const forward = load<i32>(node) == load<i32>(Chunk.vertexIds + (<usize>slot << 2));
      store<i32>(loop + (<usize>(length - 1) << 3), forward ? child : child + 1, 4);
      store<i32>(loop + (<usize>length << 3), middle);
      store<i32>(loop + (<usize>length << 3), forward ? child + 1 : child, 4);
      store<i8>(loopSigns + <usize>length, 0);
      length++;
    }
    slot = nextSlot;
    sign = nextSign;
  }
  return length;
}

/** Index in the loop of a strictly positive vertex; of the largest one where rounding left several positive runs. */
function positiveStart(length: i32, neuron: i32): i32 {
  const signs = Scratch.loopSigns;
  let runs = 0;
  let start = -1;
  let previous = load<i8>(signs + <usize>(length - 1));
  for (let i = 0; i < length; i++) {
    const sign = load<i8>(signs + <usize>i);
    if (sign > 0) {
      if (previous <= 0) runs++;
      start = i;
    }
    previous = sign;
  }
  if (runs <= 1) return start;
  Mesh.repairs++;
  const own = Chunk.rows + 16 + (<usize>neuron << 3);
  let largest: f64 = 0;
  for (let i = 0; i < length; i++) {
    const slot = load<i32>(Scratch.loop + (<usize>i << 3));
    const value = load<f64>(own + <usize>slot * <usize>Chunk.rowBytes);
    if (value > largest && load<i8>(signs + <usize>i) > 0) {
      largest = value;
      start = i;
    }
  }
  return start;
}

/** Copies the loop from one index to another (cyclically, both included) and closes it with the chord. */
function copyArc(from: i32, to: i32, length: i32, chord: i32, target: usize): void {
  let at = target;
  for (let i = from; ; ) {
    store<i64>(at, load<i64>(Scratch.loop + (<usize>i << 3)));
    if (i == to) break;
    at += 8;
    if (++i == length) i = 0;
  }
  store<i32>(at, chord, 4);
}

/** Cuts a polygon along one neuron's crease: the positive part stays in its place, the other becomes the last polygon. */
function cutPolygon(polygon: i32, neuron: i32): void {
  const header = Chunk.headers + <usize>polygon * headerBytes;
  const length = walkPolygon(header, neuron);
  const inside = positiveStart(length, neuron);
  const signs = Scratch.loopSigns;
  let first = inside;
  while (load<i8>(signs + <usize>first) > 0) if (--first < 0) first = length - 1;
  let last = inside;
  while (load<i8>(signs + <usize>last) > 0) if (++last == length) last = 0;
  let positive = last - first + 1;
  if (positive <= 0) positive += length;
  const negative = length - positive + 2;
  const chord = Mesh.edges;
  const firstSlot = load<i32>(Scratch.loop + (<usize>first << 3));
  addEdge(load<i32>(Chunk.vertexIds + (<usize>firstSlot << 2)), Layer.label + neuron);

  if (positive > load<i32>(header, 8)) {
    store<i32>(header, Chunk.entries);
    store<i32>(header, positive, 8);
    Chunk.entries += positive;
  }
  store<i32>(header, positive, 4);
  store<i32>(header, neuron + 1, 12);
  copyArc(first, last, length, chord, Chunk.lists + (<usize>load<i32>(header) << 3));

  const other = Chunk.headers + <usize>(Chunk.polygons++) * headerBytes;
  store<i32>(other, Chunk.entries);
  store<i32>(other, negative, 4);
  store<i32>(other, negative, 8);
  store<i32>(other, neuron + 1, 12);
  store<i64>(other, load<i64>(header, 16), 16);
  copyArc(last, first, length, chord, Chunk.lists + (<usize>Chunk.entries << 3));
  Chunk.entries += negative;
}

/** 0: every polygon of the chunk is cut by every neuron of the layer. 1: the chunk is full. 2: the mesh is full. */
export function cutPolygons(): i32 {
  while (Chunk.current < Chunk.polygons) {
    const header = Chunk.headers + <usize>Chunk.current * headerBytes;
    for (let neuron = nextCandidate(header); neuron >= 0; neuron = nextCandidate(header)) {
      const sides = load<i32>(header, 4);
      if (
        Chunk.slots + sides > Chunk.slotCapacity ||
        Chunk.polygons >= Chunk.polygonCapacity ||
        Chunk.entries + 4 * sides + 4 > Chunk.entryCapacity
      )
        return 1;
      if (Mesh.vertices + sides > Mesh.vertexCapacity || Mesh.edges + 2 * sides + 1 > Mesh.edgeCapacity)
        return 2;
      cutPolygon(Chunk.current, neuron);
    }
    Chunk.current++;
  }
  return 0;
}
