/**
 * Drives the geometry kernel: the view is subdivided chunk by chunk, each chunk through all layers before the next.
 *
 * Everything is float64: positions, because a hundredth of a trained network's regions is narrower than float32's spacing,
 * and values, because a vertex keeps the values it was made with through all layers. A vertex is made from the two ends of
 * the edge that a crease cuts, from the negative end to the positive one, and never evaluated from its position again; so
 * its bits depend on neither the chunks nor the polygon from which the edge was reached first.
 */
import type { View } from '../engines/engine.ts';
import type { Network } from '../network/shape.ts';
import { storedChunk, loadStoredChunk, type ChunkState, type StoredChunk } from './chunk-store.ts';
import { borderLabels, complexBytesPerRegion } from './complex.ts';
import type { CommonCounts, ComplexPart } from './complex-part.ts';
import { abortedError, memoryBudgetError, regionsBudgetError } from './extraction-error.ts';
import { checkExtractionInput, defaultBudget, type ExtractionOptions } from './extraction-options.ts';
import { kernelConstants, rowDemand } from './kernel-constants.ts';
import { constantsAddress, KernelMemory, layoutAddress, type GeometryExports } from './kernel-memory.ts';

/** Bytes of rows that a full chunk has, so that the work stays in a core's second-level cache. */
const chunkRowBytes = 3 << 20;

/** One extraction at work. Chunks are sets of polygons, parted along creases that are there already. */
export class Extraction {
  private readonly network: Network;
  private readonly options: ExtractionOptions;
  private readonly memory: KernelMemory;
  private readonly layers: readonly number[];
  /** The chunk in the kernel. */
  private state: ChunkState;
  private common: CommonCounts = { vertices: 0, edges: 0, regions: 0, repairs: 0 };
  private pendingBytes = 0;
  private pendingPolygons = 0;
  private done = 0;

  /** Starts with the whole view as the kernel's chunk. `slots` limits a chunk's vertices; by default as fits the cache. */
  constructor(network: Network, view: View, options: ExtractionOptions, slots?: number) {
    checkExtractionInput(network, view);
    this.network = network;
    this.options = options;
    const instance = new WebAssembly.Instance(options.kernel);
    const demand = rowDemand(network);
    const constants = kernelConstants(network, constantsAddress);
    const exports = instance.exports as unknown as GeometryExports;
    this.memory = new KernelMemory(exports, demand, constants.bytes.length, {
      slots: slots ?? fullSlots(16 + 8 * demand.rowWidth),
      ...meshCapacity(6000),
    });
    this.memory.area(constantsAddress, constants.bytes.length).set(constants.bytes);
    this.layers = constants.layers;
    this.state = this.openView(view);
  }

  /** The view in at least `count` chunks, unless it has fewer regions; for one network and view always the same ones. */
  tiles(count: number): StoredChunk[] {
    const queue = [this.storeOwn()];
    while (queue.length < count) {
      const chunk = queue.shift();
      if (chunk === undefined) break;
      this.load(chunk);
      const half = this.advance();
      if (half !== null) queue.push(this.storeOwn(), half);
    }
    const { capacity, rowBytes } = this.memory;
    this.memory.grow({ ...capacity, slots: Math.max(capacity.slots, fullSlots(rowBytes)) });
    const { vertices, edges, regions, repairs } = this.memory.counters();
    this.common = { vertices, edges, regions, repairs };
    return queue;
  }

  /** Finishes the kernel's chunk and all that it splits into. Pauses every few milliseconds. */
  *finish(): Generator<void, void> {
    const stack: StoredChunk[] = [];
    for (;;) {
      const half = this.advance();
      this.check();
      yield;
      if (half !== null) {
        this.hold(half, 1);
        stack.push(half);
        continue;
      }
      const next = stack.pop();
      if (next === undefined) return;
      this.hold(next, -1);
      this.load(next);
    }
  }

  /** Makes a stored chunk the kernel's. */
  load(chunk: StoredChunk): void {
    if (chunk.slots > this.memory.capacity.slots)
      this.memory.grow({ ...this.memory.capacity, slots: chunk.slots });
    loadStoredChunk(this.memory, chunk);
    this.state = chunk;
    if (chunk.opened) this.memory.exports.resumeLayer(this.layers[chunk.layer] ?? 0);
  }

  /** What is finished so far; the arrays are views of the kernel's memory, valid while nothing else is done. */
  part(): ComplexPart {
    const { memory } = this;
    const { buffer } = memory.exports.memory;
    const { vertices, edges, regions, sides, repairs } = memory.counters();
    const { outputs } = this.network.shape;
    return {
      common: this.common,
      positions: new Float64Array(buffer, memory.address('positions'), 2 * vertices),
      values: new Float64Array(buffer, memory.address('values'), outputs * vertices),
      edgeNodes: new Int32Array(buffer, memory.address('edgeNodes'), 4 * edges),
      offsets: new Int32Array(buffer, memory.address('offsets'), regions + 1),
      hashes: new Uint32Array(buffer, memory.address('hashes'), 2 * regions),
      sides: new Int32Array(buffer, memory.address('sideLists'), 2 * sides),
      repairs,
    };
  }

  /** Subdivides the kernel's chunk until it is finished (null) or parted in two; then the half that is put aside. */
  private advance(): StoredChunk | null {
    const { exports } = this.memory;
    const last = this.layers.length - 1;
    for (;;) {
      const { layer, opened, weight } = this.state;
      const record = this.layers[layer] ?? 0;
      if (layer === last) break;
      if (!opened) {
        this.openLayer(record, layer === 0);
        this.state = { ...this.state, opened: true, words: this.words(layer) };
      }
      const code = exports.cutPolygons();
      if (code === 0) {
        exports.closeLayer();
        this.state = { ...this.state, layer: layer + 1, opened: false };
        this.done += weight / this.layers.length;
      } else if (code === 2) this.growMesh();
      else if (this.memory.counters().polygons > 1) return this.split();
      else this.memory.grow({ ...this.memory.capacity, slots: 2 * this.memory.capacity.slots });
    }
    this.emit();
    this.done += this.state.weight / this.layers.length;
    return null;
  }

  private openLayer(record: number, isFirst: boolean): void {
    const { exports } = this.memory;
    const { evaluateLayer } = this.options;
    if (evaluateLayer === undefined) return exports.openLayer(record, isFirst ? 1 : 0);
    evaluateLayer(exports.memory, layoutAddress, record, this.memory.counters().slots, isFirst);
    exports.openEvaluatedLayer(record);
  }

  private split(): StoredChunk {
    this.memory.exports.splitChunk();
    const counters = this.memory.counters();
    const { weight } = this.state;
    const share = counters.otherPolygons / (counters.polygons + counters.otherPolygons);
    this.state = { ...this.state, weight: weight * (1 - share) };
    return storedChunk(this.memory, 'other', {
      ...this.state,
      weight: weight * share,
      slots: counters.otherSlots,
      polygons: counters.otherPolygons,
      entries: counters.otherEntries,
    });
  }

  private storeOwn(): StoredChunk {
    const { slots, polygons, entries } = this.memory.counters();
    return storedChunk(this.memory, 'own', { ...this.state, slots, polygons, entries });
  }

  private emit(): void {
    const { exports } = this.memory;
    for (;;) {
      const { polygons, entries, regions, sides } = this.memory.counters();
      const { capacity } = this.memory;
      if (regions + polygons <= capacity.regions && sides + entries <= capacity.sides) break;
      this.growMesh();
    }
    const layer = this.layers.length - 1;
    exports.emitRegions(this.layers[layer] ?? 0, layer === 0 ? 1 : 0);
  }

  private growMesh(): void {
    const { capacity } = this.memory;
    const grown = { ...capacity, ...meshCapacity(2 * capacity.vertices) };
    const { bytes } = this.options.budget ?? defaultBudget;
    if (this.memory.bytesFor(grown) > bytes) throw memoryBudgetError(bytes, this.done);
    this.memory.grow(grown);
  }

  private hold(chunk: StoredChunk, sign: 1 | -1): void {
    this.pendingBytes += sign * chunk.bytes.length;
    this.pendingPolygons += sign * chunk.polygons;
  }

  private check(): void {
    const budget = this.options.budget ?? defaultBudget;
    const { regions, polygons } = this.memory.counters();
    const known = regions + this.pendingPolygons + (this.state.layer < this.layers.length - 1 ? polygons : 0);
    const bytes = this.memory.bytes + this.pendingBytes + known * complexBytesPerRegion;
    const before = this.common.regions;
    const inAll = before + (this.options.regionsInAll?.(known - before) ?? known - before);
    if (inAll > budget.regions) throw regionsBudgetError(budget.regions, this.done);
    if (bytes > budget.bytes) throw memoryBudgetError(budget.bytes, this.done);
    if (this.options.signal?.aborted === true) throw abortedError();
    this.options.onProgress?.({ done: Math.min(1, this.done), regions });
  }

  private words(layer: number): number {
    const width = this.network.shape.hidden[layer] ?? 0;
    return Math.ceil(width / 64);
  }

  /** Writes the view's rectangle as the only polygon, its corners as vertices and its sides as edges. */
  private openView({ x0, y0, x1, y1 }: View): ChunkState {
    const { memory } = this;
    const { buffer } = memory.exports.memory;
    const corners = [x0, y0, x1, y0, x1, y1, x0, y1];
    new Float64Array(buffer, memory.address('positions'), 8).set(corners);
    const rows = new Float64Array(buffer, memory.address('rows'), (4 * memory.rowBytes) / 8);
    for (let i = 0; i < 8; i++) rows[(i >> 1) * (memory.rowBytes / 8) + (i & 1)] = corners[i] ?? 0;
    const edges = new Int32Array(buffer, memory.address('edgeNodes'), 16);
    const list = new Int32Array(buffer, memory.address('lists'), 8);
    const ids = new Int32Array(buffer, memory.address('vertexIds'), 4);
    borderLabels.forEach((label, side) => {
      edges.set([side, -1, -1, label], 4 * side);
      list.set([side, side], 2 * side);
      ids[side] = side;
    });
    new Int32Array(buffer, memory.address('headers'), 6).set([0, 4, 4, 0, 0, 0]);
    memory.exports.setMesh(4, 4);
    memory.exports.loadChunk(4, 1, 4);
    return { layer: 0, opened: false, words: 0, weight: 1, slots: 4, polygons: 1, entries: 4 };
  }
}

/** Vertices of a full chunk. */
function fullSlots(rowBytes: number): number {
  return Math.min(16384, Math.max(512, Math.floor(chunkRowBytes / rowBytes)));
}

/** Room for a mesh of so many vertices: as many regions, 3 edges (cut ones are kept) and 4 sides each. */
function meshCapacity(vertices: number): {
  vertices: number;
  edges: number;
  regions: number;
  sides: number;
} {
  return {
    vertices,
    edges: 3 * vertices + 64,
    regions: vertices,
    sides: Math.ceil(4.1 * vertices),
  };
}
