/** The memory of one extraction's kernel instance: where its sections lie, and how they grow. */

/** Exports of kernels/assembly/index.ts. */
export interface GeometryExports {
  readonly memory: WebAssembly.Memory;
  setLayout(at: number): void;
  setMesh(vertices: number, edges: number): void;
  loadChunk(slots: number, polygons: number, entries: number): void;
  resumeLayer(at: number): void;
  openLayer(at: number, coordinates: number): void;
  openEvaluatedLayer(at: number): void;
  cutPolygons(): number;
  closeLayer(): void;
  splitChunk(): void;
  emitRegions(at: number, coordinates: number): void;
  readCounters(at: number): void;
}

/** What a network asks of the memory. */
export interface RowDemand {
  /** float64 values in a row beside x and y, even. */
  readonly rowWidth: number;
  /** float64 inputs of the widest layer, even. */
  readonly inputWidth: number;
  /** 64-bit words of signs of the widest layer. */
  readonly words: number;
  readonly outputs: number;
}

/** Room in units of each kind. */
export interface Capacity {
  readonly slots: number;
  readonly vertices: number;
  readonly edges: number;
  readonly regions: number;
  readonly sides: number;
}

/** Live counts of the kernel. */
export interface Counters {
  readonly slots: number;
  readonly polygons: number;
  readonly entries: number;
  readonly current: number;
  readonly otherSlots: number;
  readonly otherPolygons: number;
  readonly otherEntries: number;
  readonly vertices: number;
  readonly edges: number;
  readonly regions: number;
  readonly sides: number;
  readonly repairs: number;
}

/** Name of a section of the kernel's memory. */
export type SectionName =
  | 'inputs'
  | 'loop'
  | 'loopSigns'
  | 'renumbering'
  | 'scratchEntries'
  | 'vertexIds'
  | 'scales'
  | 'signs'
  | 'rows'
  | 'headers'
  | 'lists'
  | 'otherVertexIds'
  | 'otherScales'
  | 'otherSigns'
  | 'otherRows'
  | 'otherHeaders'
  | 'otherLists'
  | 'positions'
  | 'values'
  | 'slotOf'
  | 'edgeNodes'
  | 'offsets'
  | 'hashes'
  | 'sideLists';

/** Sections in the order in which they lie in memory and in the layout record. */
const sectionNames: readonly SectionName[] = [
  'inputs',
  'loop',
  'loopSigns',
  'renumbering',
  'scratchEntries',
  'vertexIds',
  'scales',
  'signs',
  'rows',
  'headers',
  'lists',
  'otherVertexIds',
  'otherScales',
  'otherSigns',
  'otherRows',
  'otherHeaders',
  'otherLists',
  'positions',
  'values',
  'slotOf',
  'edgeNodes',
  'offsets',
  'hashes',
  'sideLists',
];

/** Where the kernel finds its sections. */
export const layoutAddress = 64;
const countersAddress = 256;
/** Layer records and constants begin here. */
export const constantsAddress = 512;
const pageBytes = 65536;
const maxBytes = 65535 * pageBytes;

/** The memory of the geometry kernel: its sections, and how they grow. */
export class KernelMemory {
  readonly exports: GeometryExports;
  readonly rowBytes: number;
  readonly demand: RowDemand;
  capacity: Capacity;
  private readonly constantsEnd: number;
  private offsets: Record<SectionName, number>;

  /** `constantBytes` are kept free from `constantsAddress` on. */
  constructor(exports: GeometryExports, demand: RowDemand, constantBytes: number, capacity: Capacity) {
    this.exports = exports;
    this.demand = demand;
    this.rowBytes = 16 + 8 * demand.rowWidth;
    this.constantsEnd = align(constantsAddress + constantBytes);
    this.capacity = capacity;
    const plan = this.plan(capacity);
    this.reserve(plan.end);
    this.offsets = plan.offsets;
    this.writeLayout();
  }

  get bytes(): number {
    return this.exports.memory.buffer.byteLength;
  }

  address(section: SectionName): number {
    return this.offsets[section];
  }

  /** Bytes of an area, valid until the memory grows. */
  area(address: number, bytes: number): Uint8Array {
    return new Uint8Array(this.exports.memory.buffer, address, bytes);
  }

  counters(): Counters {
    this.exports.readCounters(countersAddress);
    const c = new Int32Array(this.exports.memory.buffer, countersAddress, 12);
    const at = (index: number): number => c[index] ?? 0;
    return {
      slots: at(0),
      polygons: at(1),
      entries: at(2),
      current: at(3),
      otherSlots: at(4),
      otherPolygons: at(5),
      otherEntries: at(6),
      vertices: at(7),
      edges: at(8),
      regions: at(9),
      sides: at(10),
      repairs: at(11),
    };
  }

  /** Bytes that a capacity needs in all. */
  bytesFor(capacity: Capacity): number {
    return this.plan(capacity).end;
  }

  /** Makes room; no capacity may shrink. Everything keeps its contents and moves up. */
  grow(capacity: Capacity): void {
    const old = this.offsets;
    const oldPlan = this.plan(this.capacity);
    const plan = this.plan(capacity);
    this.reserve(plan.end);
    const bytes = new Uint8Array(this.exports.memory.buffer);
    for (let i = sectionNames.length - 1; i >= 0; i--) {
      const name = sectionNames[i];
      if (name === undefined) continue;
      bytes.copyWithin(plan.offsets[name], old[name], old[name] + oldPlan.sizes[name]);
    }
    this.capacity = capacity;
    this.offsets = plan.offsets;
    this.writeLayout();
  }

  private plan(capacity: Capacity): {
    offsets: Record<SectionName, number>;
    sizes: Record<SectionName, number>;
    end: number;
  } {
    const sizes = sectionSizes(this.demand, capacity);
    const offsets = { ...sizes };
    let end = this.constantsEnd;
    for (const name of sectionNames) {
      offsets[name] = end;
      end = align(end + sizes[name]);
    }
    return { offsets, sizes, end };
  }

  private reserve(bytes: number): void {
    if (bytes > maxBytes) throw new RangeError(`A kernel's memory cannot hold ${bytes} bytes.`);
    const missing = bytes - this.bytes;
    if (missing > 0) this.exports.memory.grow(Math.ceil(missing / pageBytes));
  }

  private writeLayout(): void {
    const { slots, vertices, edges, regions, sides } = this.capacity;
    const fields = new Uint32Array(this.exports.memory.buffer, layoutAddress, 9 + sectionNames.length);
    fields.set([slots, polygonsFor(slots), entriesFor(slots), this.rowBytes, this.demand.outputs]);
    fields.set([vertices, edges, regions, sides], 5);
    fields.set(
      sectionNames.map((name) => this.offsets[name]),
      9,
    );
    this.exports.setLayout(layoutAddress);
  }
}

/** Polygons for which a chunk of so many slots has room. */
export function polygonsFor(slots: number): number {
  return slots + 8;
}

/** List entries for which a chunk of so many slots has room: 4 a polygon, and the gaps that cuts leave. */
export function entriesFor(slots: number): number {
  return 12 * slots + 64;
}

function align(bytes: number): number {
  return Math.ceil(bytes / 64) * 64;
}

function sectionSizes(demand: RowDemand, capacity: Capacity): Record<SectionName, number> {
  const { slots, vertices, edges, regions, sides } = capacity;
  const polygons = polygonsFor(slots);
  const entries = entriesFor(slots);
  // Products work on blocks of 16 rows, the last of which may reach beyond the slots.
  const rows = (slots + 16) * (16 + 8 * demand.rowWidth);
  const signs = slots * 16 * demand.words;
  return {
    inputs: 16 * 8 * demand.inputWidth,
    loop: 16 * slots,
    loopSigns: Math.max(2 * slots, polygons),
    renumbering: 8 * slots,
    scratchEntries: 8 * entries,
    vertexIds: 4 * slots,
    scales: 8 * slots,
    signs,
    rows,
    headers: 24 * polygons,
    lists: 8 * entries,
    otherVertexIds: 4 * slots,
    otherScales: 8 * slots,
    otherSigns: signs,
    otherRows: rows,
    otherHeaders: 24 * polygons,
    otherLists: 8 * entries,
    positions: 16 * vertices,
    values: 8 * demand.outputs * vertices,
    slotOf: 4 * vertices,
    edgeNodes: 16 * edges,
    offsets: 4 * (regions + 1),
    hashes: 8 * regions,
    sideLists: 8 * sides,
  };
}
