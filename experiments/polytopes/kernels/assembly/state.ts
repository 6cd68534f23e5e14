// Memory and state of the subdivision. TypeScript lays the memory out and fills in the pointers; everything the kernel
// works on lies at those addresses.
//
// A row holds x, y and then the values of one layer at a vertex (float64). A chunk is a set of polygons with the rows of
// their vertices ("slots"); it is subdivided through all layers on its own. Vertices and edges have global ids. An edge is
// a node of a binary tree: cutting it gives it a middle vertex and two children, so that both polygons beside it, whenever
// they get there, find the same vertex and the same halves.

/** Sections of one chunk. */
export class Chunk {
  static slots: i32 = 0;
  static polygons: i32 = 0;
  static entries: i32 = 0;
  /** First polygon that may still have cuts in this layer. */
  static current: i32 = 0;
  static slotCapacity: i32 = 0;
  static polygonCapacity: i32 = 0;
  static entryCapacity: i32 = 0;
  static rowBytes: i32 = 0;
  /** int32 [slots]: global vertex id. */
  static vertexIds: usize = 0;
  /** float64 [slots]: largest input magnitude of the product behind the row. */
  static scales: usize = 0;
  /** uint64 [slots, 2, words]: strictly positive neurons, strictly negative neurons. */
  static signs: usize = 0;
  /** float64 [slots, rowBytes / 8] */
  static rows: usize = 0;
  /** int32 [polygons, 6]: entry offset, sides, room in entries, next neuron, hash lane 0, hash lane 1. */
  static headers: usize = 0;
  /** int32 [entries, 2]: slot, and the edge from it to the next slot. */
  static lists: usize = 0;
}

/** The second chunk that a split makes: same sections. */
export class Other {
  static slots: i32 = 0;
  static polygons: i32 = 0;
  static entries: i32 = 0;
  static vertexIds: usize = 0;
  static scales: usize = 0;
  static signs: usize = 0;
  static rows: usize = 0;
  static headers: usize = 0;
  static lists: usize = 0;
}

/** Work space. */
export class Scratch {
  /** float64 [16, inputs of the widest layer] */
  static inputs: usize = 0;
  /** int32 [slotCapacity, 2] */
  static loop: usize = 0;
  /** int8 [slotCapacity]: signs along the loop. */
  static loopSigns: usize = 0;
  /** int32 [slotCapacity, 2]: new slot of a slot in either half of a split. */
  static renumbering: usize = 0;
  /** int32 [entryCapacity, 2] */
  static entries: usize = 0;
}

/** What outlives chunks. */
export class Mesh {
  static vertices: i32 = 0;
  static edges: i32 = 0;
  static regions: i32 = 0;
  static sides: i32 = 0;
  static repairs: i32 = 0;
  static vertexCapacity: i32 = 0;
  static edgeCapacity: i32 = 0;
  static regionCapacity: i32 = 0;
  static sideCapacity: i32 = 0;
  static outputs: i32 = 0;
  /** float64 [vertices, 2] */
  static positions: usize = 0;
  /** float64 [vertices, outputs] */
  static values: usize = 0;
  /** int32 [vertices]: slot in the chunk at work; true only where that slot names the vertex. */
  static slotOf: usize = 0;
  /** int32 [edges, 4]: start vertex, middle vertex, first child (the second follows it; -1: none), label. */
  static edgeNodes: usize = 0;
  /** int32 [regions + 1] */
  static offsets: usize = 0;
  /** uint32 [regions, 2] */
  static hashes: usize = 0;
  /** int32 [sides, 2]: vertex, and the edge from it to the next vertex. */
  static sideLists: usize = 0;
}

/** The layer at work. */
export class Layer {
  static inputs: i32 = 0;
  static width: i32 = 0;
  /** Width rounded up to even; the padding neuron has no weights. */
  static paddedWidth: i32 = 0;
  static words: i32 = 0;
  static signBytes: i32 = 0;
  static slope: f64 = 0;
  /** layer * 65536 */
  static label: i32 = 0;
  /** float64 panels of four (last: two) neurons: [panels, inputs, 4]. */
  static weights: usize = 0;
  static biases: usize = 0;
  /** float64 [paddedWidth]: a value z is a sign only where |z| > weightTolerance * scale + biasTolerance. */
  static weightTolerances: usize = 0;
  static biasTolerances: usize = 0;
  /** uint32 [ceil(width / 8), 256, 2]: hash sums of every pattern of eight neurons. */
  static hashSums: usize = 0;
}

export const headerBytes: i32 = 24;
export const edgeBytes: i32 = 16;

/** Reads the layout that TypeScript wrote at `at`: int32 fields in the order below. */
export function bindLayout(at: usize): void {
  Chunk.slotCapacity = load<i32>(at);
  Chunk.polygonCapacity = load<i32>(at, 4);
  Chunk.entryCapacity = load<i32>(at, 8);
  Chunk.rowBytes = load<i32>(at, 12);
  Mesh.outputs = load<i32>(at, 16);
  Mesh.vertexCapacity = load<i32>(at, 20);
  Mesh.edgeCapacity = load<i32>(at, 24);
  Mesh.regionCapacity = load<i32>(at, 28);
  Mesh.sideCapacity = load<i32>(at, 32);
  Scratch.inputs = load<u32>(at, 36);
  Scratch.loop = load<u32>(at, 40);
  Scratch.loopSigns = load<u32>(at, 44);
  Scratch.renumbering = load<u32>(at, 48);
  Scratch.entries = load<u32>(at, 52);
  Chunk.vertexIds = load<u32>(at, 56);
  Chunk.scales = load<u32>(at, 60);
  Chunk.signs = load<u32>(at, 64);
  Chunk.rows = load<u32>(at, 68);
  Chunk.headers = load<u32>(at, 72);
  Chunk.lists = load<u32>(at, 76);
  Other.vertexIds = load<u32>(at, 80);
  Other.scales = load<u32>(at, 84);
  Other.signs = load<u32>(at, 88);
  Other.rows = load<u32>(at, 92);
  Other.headers = load<u32>(at, 96);
  Other.lists = load<u32>(at, 100);
  Mesh.positions = load<u32>(at, 104);
  Mesh.values = load<u32>(at, 108);
  Mesh.slotOf = load<u32>(at, 112);
  Mesh.edgeNodes = load<u32>(at, 116);
  Mesh.offsets = load<u32>(at, 120);
  Mesh.hashes = load<u32>(at, 124);
  Mesh.sideLists = load<u32>(at, 128);
}

/** Reads the layer record that TypeScript wrote at `at`. */
export function bindLayer(at: usize): void {
  Layer.inputs = load<i32>(at);
  Layer.width = load<i32>(at, 4);
  Layer.paddedWidth = (Layer.width + 1) & ~1;
  Layer.words = (Layer.width + 63) >> 6;
  Layer.signBytes = Layer.words << 4;
  Layer.label = load<i32>(at, 8);
  Layer.weights = load<u32>(at, 12);
  Layer.biases = load<u32>(at, 16);
  Layer.weightTolerances = load<u32>(at, 20);
  Layer.biasTolerances = load<u32>(at, 24);
  Layer.hashSums = load<u32>(at, 28);
  Layer.slope = load<f64>(at, 32);
}
