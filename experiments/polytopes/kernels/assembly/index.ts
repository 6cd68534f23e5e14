// Subdivision of the plane by the creases of a leaky-ReLU network: entry points for TypeScript.
import { cutPolygons } from './cut';
import { classifySlot, evaluateLayer } from './dense';
import { bindLayer, bindLayout, Chunk, headerBytes, Layer, Mesh, Other, Scratch } from './state';

export { cutPolygons } from './cut';

export function setLayout(at: usize): void {
  bindLayout(at);
}

/** Starts a chunk whose sections TypeScript has filled; slots must be findable by their vertices. */
export function loadChunk(slots: i32, polygons: i32, entries: i32): void {
  Chunk.slots = slots;
  Chunk.polygons = polygons;
  Chunk.entries = entries;
  Chunk.current = 0;
  for (let slot = 0; slot < slots; slot++)
    store<i32>(Mesh.slotOf + (<usize>load<i32>(Chunk.vertexIds + (<usize>slot << 2)) << 2), slot);
}

/** Goes on in a layer that the chunk's rows already hold. */
export function resumeLayer(at: usize): void {
  bindLayer(at);
}

/** Evaluates a layer at every slot and makes every polygon ready to be cut by it. */
export function openLayer(at: usize, coordinates: bool): void {
  bindLayer(at);
  evaluateLayer(coordinates);
  for (let slot = 0; slot < Chunk.slots; slot++) classifySlot(slot);
  openPolygons();
}

/** The same where somebody else has evaluated the layer and noted all signs. */
export function openEvaluatedLayer(at: usize): void {
  bindLayer(at);
  openPolygons();
}

function openPolygons(): void {
  for (let polygon = 0; polygon < Chunk.polygons; polygon++)
    store<i32>(Chunk.headers + <usize>polygon * headerBytes, 0, 12);
  Chunk.current = 0;
}

/** Adds the layer's active neurons to every polygon's hash. */
export function closeLayer(): void {
  const signBytes = <usize>Layer.signBytes;
  for (let polygon = 0; polygon < Chunk.polygons; polygon++) {
    const header = Chunk.headers + <usize>polygon * headerBytes;
    const list = Chunk.lists + (<usize>load<i32>(header) << 3);
    const end = list + (<usize>load<i32>(header, 4) << 3);
    let lane0 = load<u32>(header, 16);
    let lane1 = load<u32>(header, 20);
    let sums = Layer.hashSums;
    for (let word = 0; word < Layer.words; word++) {
      let plus: u64 = 0;
      const column = Chunk.signs + (<usize>word << 3);
      for (let entry = list; entry < end; entry += 8)
        plus |= load<u64>(column + <usize>load<i32>(entry) * signBytes);
      const groups = min(8, (Layer.width - (word << 6) + 7) >> 3);
      for (let group = 0; group < groups; group++) {
        const at = sums + (<usize>(plus & 255) << 3);
        lane0 += load<u32>(at);
        lane1 += load<u32>(at, 4);
        plus >>= 8;
        sums += 2048;
      }
    }
    store<u32>(header, lane0, 16);
    store<u32>(header, lane1, 20);
  }
}

/** Evaluates the output layer and adds the chunk's polygons to the regions. The caller has made room. */
export function emitRegions(at: usize, coordinates: bool): void {
  bindLayer(at);
  evaluateLayer(coordinates);
  const outputs = Mesh.outputs;
  for (let slot = 0; slot < Chunk.slots; slot++) {
    const vertex = load<i32>(Chunk.vertexIds + (<usize>slot << 2));
    memory.copy(
      Mesh.values + (<usize>(vertex * outputs) << 3),
      Chunk.rows + <usize>slot * <usize>Chunk.rowBytes + 16,
      outputs << 3,
    );
  }
  for (let polygon = 0; polygon < Chunk.polygons; polygon++) {
    const header = Chunk.headers + <usize>polygon * headerBytes;
    const list = Chunk.lists + (<usize>load<i32>(header) << 3);
    const sides = load<i32>(header, 4);
    let to = Mesh.sideLists + (<usize>Mesh.sides << 3);
    for (let i = 0; i < sides; i++) {
      const entry = list + (<usize>i << 3);
      store<i32>(to, load<i32>(Chunk.vertexIds + (<usize>load<i32>(entry) << 2)));
      store<i32>(to, load<i32>(entry, 4), 4);
      to += 8;
    }
    store<i64>(Mesh.hashes + (<usize>Mesh.regions << 3), load<i64>(header, 16));
    Mesh.sides += sides;
    Mesh.regions++;
    store<i32>(Mesh.offsets + (<usize>Mesh.regions << 2), Mesh.sides);
  }
}

/** Coordinate along an axis (0 or 1) of the first vertex of a polygon. */
// @ts-ignore: decorator
@inline
function keyOf(polygon: i32, axis: i32): f64 {
  const header = Chunk.headers + <usize>polygon * headerBytes;
  const slot = load<i32>(Chunk.lists + (<usize>load<i32>(header) << 3));
  return load<f64>(Chunk.rows + <usize>slot * <usize>Chunk.rowBytes + (<usize>axis << 3));
}

/** A coordinate that leaves between three and five eighths of the polygons below it, or as near as bisection comes. */
function splitThreshold(axis: i32, low: f64, high: f64): f64 {
  const polygons = Chunk.polygons;
  let threshold = 0.5 * (low + high);
  for (let step = 0; step < 60; step++) {
    let below = 0;
    for (let polygon = 0; polygon < polygons; polygon++) below += i32(keyOf(polygon, axis) < threshold);
    if (below * 8 < polygons * 3) low = threshold;
    else if (below * 8 > polygons * 5) high = threshold;
    else break;
    threshold = 0.5 * (low + high);
  }
  return threshold;
}

/** Divides the chunk's polygons by place: 1 in loopSigns for those that go to the other chunk. */
function chooseSides(): void {
  let lowX = f64.MAX_VALUE;
  let lowY = f64.MAX_VALUE;
  let highX = -f64.MAX_VALUE;
  let highY = -f64.MAX_VALUE;
  const polygons = Chunk.polygons;
  for (let polygon = 0; polygon < polygons; polygon++) {
    const x = keyOf(polygon, 0);
    const y = keyOf(polygon, 1);
    lowX = min(lowX, x);
    highX = max(highX, x);
    lowY = min(lowY, y);
    highY = max(highY, y);
  }
  const axis = highX - lowX >= highY - lowY ? 0 : 1;
  const threshold = axis == 0 ? splitThreshold(0, lowX, highX) : splitThreshold(1, lowY, highY);
  let moved = 0;
  for (let polygon = 0; polygon < polygons; polygon++) {
    const side = i32(keyOf(polygon, axis) >= threshold);
    moved += side;
    store<i8>(Scratch.loopSigns + <usize>polygon, <i8>side);
  }
  if (moved * 8 >= polygons && moved * 8 <= polygons * 7) return;
  for (let polygon = 0; polygon < polygons; polygon++)
    store<i8>(Scratch.loopSigns + <usize>polygon, <i8>i32(polygon * 2 >= polygons));
}

/** Moves every slot to the halves that use it. */
function divideSlots(): void {
  const rowBytes = <usize>Chunk.rowBytes;
  const signBytes = <usize>Layer.signBytes;
  let kept = 0;
  let moved = 0;
  for (let slot = 0; slot < Chunk.slots; slot++) {
    const renumbering = Scratch.renumbering + (<usize>slot << 3);
    const vertex = load<i32>(Chunk.vertexIds + (<usize>slot << 2));
    if (load<i32>(renumbering, 4) >= 0) {
      store<i32>(renumbering, moved, 4);
      store<i32>(Other.vertexIds + (<usize>moved << 2), vertex);
      memory.copy(Other.scales + (<usize>moved << 3), Chunk.scales + (<usize>slot << 3), 8);
      memory.copy(Other.signs + <usize>moved * signBytes, Chunk.signs + <usize>slot * signBytes, signBytes);
      memory.copy(Other.rows + <usize>moved * rowBytes, Chunk.rows + <usize>slot * rowBytes, rowBytes);
      moved++;
    }
    if (load<i32>(renumbering) >= 0) {
      store<i32>(renumbering, kept);
      if (kept != slot) {
        store<i32>(Chunk.vertexIds + (<usize>kept << 2), vertex);
        store<i32>(Mesh.slotOf + (<usize>vertex << 2), kept);
        memory.copy(Chunk.scales + (<usize>kept << 3), Chunk.scales + (<usize>slot << 3), 8);
        memory.copy(Chunk.signs + <usize>kept * signBytes, Chunk.signs + <usize>slot * signBytes, signBytes);
        memory.copy(Chunk.rows + <usize>kept * rowBytes, Chunk.rows + <usize>slot * rowBytes, rowBytes);
      }
      kept++;
    }
  }
  Chunk.slots = kept;
  Other.slots = moved;
}

/** Notes for every slot which halves use it. */
function markSlots(): void {
  memory.fill(Scratch.renumbering, 255, <usize>Chunk.slots << 3);
  for (let polygon = 0; polygon < Chunk.polygons; polygon++) {
    const header = Chunk.headers + <usize>polygon * headerBytes;
    const list = Chunk.lists + (<usize>load<i32>(header) << 3);
    const end = list + (<usize>load<i32>(header, 4) << 3);
    const column = Scratch.renumbering + (<usize>load<i8>(Scratch.loopSigns + <usize>polygon) << 2);
    for (let entry = list; entry < end; entry += 8)
      store<i32>(column + (<usize>load<i32>(entry) << 3), 0);
  }
}

/** Splits the chunk by place into itself and the other one. Needs two polygons. */
export function splitChunk(): void {
  chooseSides();
  markSlots();
  divideSlots();
  let kept = 0;
  let keptEntries = 0;
  let moved = 0;
  let movedEntries = 0;
  for (let polygon = 0; polygon < Chunk.polygons; polygon++) {
    const side = load<i8>(Scratch.loopSigns + <usize>polygon);
    const header = Chunk.headers + <usize>polygon * headerBytes;
    const sides = load<i32>(header, 4);
    const offset = side == 0 ? keptEntries : movedEntries;
    const list = Chunk.lists + (<usize>load<i32>(header) << 3);
    const target = (side == 0 ? Scratch.entries : Other.lists) + (<usize>offset << 3);
    for (let i = 0; i < sides; i++) {
      const entry = list + (<usize>i << 3);
      const renumbering = Scratch.renumbering + (<usize>load<i32>(entry) << 3) + (<usize>side << 2);
      store<i32>(target + (<usize>i << 3), load<i32>(renumbering));
      store<i32>(target + (<usize>i << 3), load<i32>(entry, 4), 4);
    }
    const to =
      side == 0
        ? Chunk.headers + <usize>kept * headerBytes
        : Other.headers + <usize>moved * headerBytes;
    memory.copy(to, header, headerBytes);
    store<i32>(to, offset);
    store<i32>(to, sides, 8);
    if (side == 0) {
      kept++;
      keptEntries += sides;
    } else {
      moved++;
      movedEntries += sides;
    }
  }
  memory.copy(Chunk.lists, Scratch.entries, <usize>keptEntries << 3);
  Chunk.polygons = kept;
  Chunk.entries = keptEntries;
  Chunk.current = 0;
  Other.polygons = moved;
  Other.entries = movedEntries;
}

/** Writes the counters that TypeScript reads: int32 [12] at `at`. */
export function readCounters(at: usize): void {
  store<i32>(at, Chunk.slots);
  store<i32>(at, Chunk.polygons, 4);
  store<i32>(at, Chunk.entries, 8);
  store<i32>(at, Chunk.current, 12);
  store<i32>(at, Other.slots, 16);
  store<i32>(at, Other.polygons, 20);
  store<i32>(at, Other.entries, 24);
  store<i32>(at, Mesh.vertices, 28);
  store<i32>(at, Mesh.edges, 32);
  store<i32>(at, Mesh.regions, 36);
  store<i32>(at, Mesh.sides, 40);
  store<i32>(at, Mesh.repairs, 44);
}

/** Sets the mesh's counters, once, after TypeScript has written the window's vertices and edges. */
export function setMesh(vertices: i32, edges: i32): void {
  Mesh.vertices = vertices;
  Mesh.edges = edges;
  Mesh.regions = 0;
  Mesh.sides = 0;
  Mesh.repairs = 0;
}
