/** What extractions hand over: finished regions of some chunks, and their joining into one complex. */
import type { View } from '../engines/engine.ts';
import type { Network } from '../network/shape.ts';
import type { Complex } from './complex.ts';

/** Regions of some of a view's chunks, with the vertices and the tree of edges that they refer to. */
export interface ComplexPart {
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

/** The complex of a part that holds all of the view's regions. */
export function complexFromPart(part: ComplexPart, network: Network, view: View): Complex {
  const { edgeNodes, sides } = part;
  const sideCount = sides.length / 2;
  const regionCount = part.offsets.length - 1;
  let edgeCount = 0;
  for (let node = 2; node < edgeNodes.length; node += 4) if ((edgeNodes[node] ?? 0) < 0) edgeCount++;
  const edgeIds = new Int32Array(edgeNodes.length / 4).fill(-1);
  const sideVertices = new Int32Array(sideCount);
  const sideEdges = new Int32Array(sideCount);
  const edgeVertices = new Int32Array(2 * edgeCount);
  const edgeRegions = new Int32Array(2 * edgeCount).fill(-1);
  const edgeLabels = new Int32Array(edgeCount);
  let nextEdge = 0;
  for (let region = 0; region < regionCount; region++) {
    const start = part.offsets[region];
    const end = part.offsets[region + 1];
    for (let side = start; side < end; side++) {
      const vertex = sides[2 * side];
      const node = sides[2 * side + 1];
      let edge = edgeIds[node];
      if (edge < 0) {
        edge = nextEdge++;
        edgeIds[node] = edge;
        edgeVertices[2 * edge] = vertex;
        edgeVertices[2 * edge + 1] = sides[2 * (side + 1 === end ? start : side + 1)];
        edgeLabels[edge] = edgeNodes[4 * node + 3];
        edgeRegions[2 * edge] = region;
      } else edgeRegions[2 * edge + 1] = region;
      sideVertices[side] = vertex;
      sideEdges[side] = edge;
    }
  }
  return {
    network,
    view,
    vertexCount: part.positions.length / 2,
    edgeCount,
    regionCount,
    positions: part.positions.slice(),
    values: part.values.slice(),
    offsets: part.offsets.slice(),
    sideVertices,
    sideEdges,
    edgeVertices,
    edgeRegions,
    edgeLabels,
    hashes: part.hashes.slice(),
    repairs: part.repairs,
  };
}
