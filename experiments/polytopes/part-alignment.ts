/** Which vertices and edges of several parts of one view are the same. */
import type { ComplexPart } from './complex-part.ts';

/** How the parts of a complex fit together. */
export interface Alignment {
  /** Vertices of all parts, each counted once. */
  readonly vertices: number;
  /** Edges without children of all parts, each counted once. */
  readonly leafEdges: number;
  /** Nodes of the trees of edges that several parts may share. */
  readonly sharedNodes: number;
  /** For each part, int32 [vertices]: id in the whole. */
  readonly vertexIds: readonly Int32Array[];
  /** For each part, int32 [edges]: -2 - (shared node), or -1 where the edge is the part's own. */
  readonly edgeIds: readonly Int32Array[];
}

/**
 * Walks the trees of cuts below the common edges of all parts side by side. A vertex that was made on an edge of one part
 * is the vertex that another part made on the same edge by the same cut.
 */
export function alignParts(parts: readonly ComplexPart[]): Alignment {
  const shared = new SharedTree(parts.length > 1 ? parts[0].common : { vertices: 0, edges: 0 });
  const vertexIds: Int32Array[] = [];
  const edgeIds: Int32Array[] = [];
  for (const part of parts) {
    const ids = new Int32Array(part.positions.length / 2).fill(-1);
    const edges = new Int32Array(part.edgeNodes.length / 4).fill(-1);
    shared.add(part, ids, edges);
    for (let vertex = 0; vertex < ids.length; vertex++) if (ids[vertex] < 0) ids[vertex] = shared.vertices++;
    vertexIds.push(ids);
    edgeIds.push(edges);
  }
  let leafEdges = shared.leaves();
  parts.forEach((part, index) => {
    const edges = edgeIds[index];
    for (let edge = 0; edge < edges.length; edge++)
      if (edges[edge] === -1 && part.edgeNodes[4 * edge + 2] < 0) leafEdges++;
  });
  return { vertices: shared.vertices, leafEdges, sharedNodes: shared.children.length, vertexIds, edgeIds };
}

class SharedTree {
  vertices: number;
  /** First child of a node; the second follows it; -1: none. */
  readonly children: number[];
  private readonly middles: number[];
  private readonly common: { readonly vertices: number; readonly edges: number };

  constructor(common: { readonly vertices: number; readonly edges: number }) {
    this.common = common;
    this.vertices = common.vertices;
    this.children = new Array<number>(common.edges).fill(-1);
    this.middles = new Array<number>(common.edges).fill(-1);
  }

  add(part: ComplexPart, vertexIds: Int32Array, edgeIds: Int32Array): void {
    for (let vertex = 0; vertex < this.common.vertices; vertex++) vertexIds[vertex] = vertex;
    const stack: number[] = [];
    for (let edge = 0; edge < this.common.edges; edge++) {
      edgeIds[edge] = -2 - edge;
      stack.push(edge);
    }
    for (let edge = stack.pop(); edge !== undefined; edge = stack.pop()) {
      const middle = part.edgeNodes[4 * edge + 1];
      const child = part.edgeNodes[4 * edge + 2];
      if (child < 0) continue;
      const node = -2 - edgeIds[edge];
      if (child < this.common.edges) {
        this.children[node] = child;
        continue;
      }
      if (this.children[node] < 0) this.divide(node);
      vertexIds[middle] = this.middles[node];
      edgeIds[child] = -2 - this.children[node];
      edgeIds[child + 1] = -3 - this.children[node];
      stack.push(child, child + 1);
    }
  }

  leaves(): number {
    let count = 0;
    for (const child of this.children) if (child < 0) count++;
    return count;
  }

  private divide(node: number): void {
    this.middles[node] = this.vertices++;
    this.children[node] = this.children.length;
    this.children.push(-1, -1);
    this.middles.push(-1, -1);
  }
}
