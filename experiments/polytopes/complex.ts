/** The polytope complex of a network over a view: regions, edges and vertices in typed arrays. */
import type { View } from '../engines/engine.ts';
import type { Network } from '../network/shape.ts';

/** Labels of edges on the view's border: y = y0, x = x1, y = y1, x = x0. */
export const borderLabels = [-1, -2, -3, -4] as const;

/** Label of edges on which the inputs are folded: creases of no neuron. */
export const foldLabel = -5;

/** Neurons are labelled layer * neuronStride + neuron, both from 0. */
export const neuronStride = 65536;

/**
 * Regions (convex polygons on which the network is affine), the edges between them and their vertices. All indices are
 * from 0; V, E, F and S count vertices, edges, regions and sides (S is the sum of all regions' sides).
 */
export interface Complex {
  readonly network: Network;
  readonly view: View;
  readonly vertexCount: number;
  readonly edgeCount: number;
  readonly regionCount: number;
  /** float64 [V, 2]: x, y. */
  readonly positions: Float64Array;
  /** float64 [V, outputs]: the output layer before any sigmoid. */
  readonly values: Float64Array;
  /** int32 [F + 1]: where a region's sides begin in the next two arrays. */
  readonly offsets: Int32Array;
  /** int32 [S]: vertices in order, the interior on the left in a frame with y up. */
  readonly sideVertices: Int32Array;
  /** int32 [S]: the edge from a side's vertex to the next one. */
  readonly sideEdges: Int32Array;
  /** int32 [E, 2] */
  readonly edgeVertices: Int32Array;
  /** int32 [E, 2]: the regions beside an edge; the second is -1 on the view's border. */
  readonly edgeRegions: Int32Array;
  /** int32 [E]: the neuron whose crease it is (layer * neuronStride + neuron), a border label, or the fold label. */
  readonly edgeLabels: Int32Array;
  /** uint32 [F, 2]: activation hash, lane 0 then lane 1. */
  readonly hashes: Uint32Array;
  /** Cuts where rounding left a polygon more than two crossings and all but two were passed over. */
  readonly repairs: number;
}

/** Bytes of a complex's arrays per region, rounded up: 4 sides, 2 edges and 1 vertex a region, and 3 outputs. */
export const complexBytesPerRegion = 4 * 8 + 2 * 20 + 40 + 12;
