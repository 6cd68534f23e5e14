/** Counts of a complex, and the identities between them. */
import type { Complex } from './complex.ts';

/** Numbers of a complex's parts. */
export interface ComplexCounts {
  readonly regions: number;
  readonly vertices: number;
  readonly edges: number;
  /** Edges on the view's border. */
  readonly boundaryEdges: number;
  /** Vertices on the view's border, the four corners left out. */
  readonly boundaryVertices: number;
  readonly interiorVertices: number;
  /** V - E + F, which is 1 for every subdivision of a rectangle. */
  readonly eulerCharacteristic: number;
  /** Sides of a region on average; exactly 4 for generic weights. */
  readonly meanSides: number;
  /** Neighbours of a region on average: (4 F - boundary edges) / F for generic weights, always below 4. */
  readonly meanDegree: number;
}

/** All counts of a complex. */
export function complexCounts(complex: Complex): ComplexCounts {
  const { regionCount, vertexCount, edgeCount, sideVertices, edgeRegions } = complex;
  let boundaryEdges = 0;
  for (let edge = 0; edge < edgeCount; edge++) if (edgeRegions[2 * edge + 1] < 0) boundaryEdges++;
  return {
    regions: regionCount,
    vertices: vertexCount,
    edges: edgeCount,
    boundaryEdges,
    boundaryVertices: boundaryEdges - 4,
    interiorVertices: vertexCount - boundaryEdges,
    eulerCharacteristic: vertexCount - edgeCount + regionCount,
    meanSides: sideVertices.length / regionCount,
    meanDegree: (2 * (edgeCount - boundaryEdges)) / regionCount,
  };
}
