/** What extractions hand over: finished regions of some of a view's chunks, and their joining into one complex. */

/** How much of a part is the same in every part of the same view: what came before the tiles were shared out. */
export interface CommonCounts {
  readonly vertices: number;
  readonly edges: number;
  readonly regions: number;
  readonly repairs: number;
}

/** Regions of some of a view's chunks, with the vertices and the tree of edges that they refer to. */
export interface ComplexPart {
  readonly common: CommonCounts;
  /** float64 [vertices, 2] */
  readonly positions: Float64Array;
  /** float64 [vertices, outputs] */
  readonly values: Float64Array;
  /** int32 [edges, 4]: start vertex, middle vertex, first child (the second follows it; -1: none), label. */
  readonly edgeNodes: Int32Array;
  /** int32 [regions + 1] */
  readonly offsets: Int32Array;
  /** uint32 [regions, 2] */
  readonly hashes: Uint32Array;
  /** int32 [sides, 2]: vertex, and the edge from it to the next vertex. */
  readonly sides: Int32Array;
  readonly repairs: number;
}

/** A copy of a part whose arrays stand alone, each on its own buffer, to be sent to another thread. */
export function copiedPart(part: ComplexPart): ComplexPart {
  return {
    common: part.common,
    positions: part.positions.slice(),
    values: part.values.slice(),
    edgeNodes: part.edgeNodes.slice(),
    offsets: part.offsets.slice(),
    hashes: part.hashes.slice(),
    sides: part.sides.slice(),
    repairs: part.repairs,
  };
}
