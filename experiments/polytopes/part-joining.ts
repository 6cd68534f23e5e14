/** The complex of a view, joined from those of its tiles. */

import type { View } from '../engines/engine.ts';
import type { Network } from '../network/shape.ts';
import type { ComplexPart } from './complex-part.ts';
import type { Complex } from './complex.ts';
import { alignParts, type Alignment } from './part-alignment.ts';

/**
 * The complex of parts that hold all of the view's regions between them. Edges that two parts share are matched by their
 * place in the tree of cuts, not by coordinates: both parts cut them by the same neurons in the same order.
 */
export function complexFromParts(parts: readonly ComplexPart[], network: Network, view: View): Complex {
  const alignment = alignParts(parts);
  const builder = new ComplexBuilder(parts, alignment, network.shape.outputs);
  parts.forEach((part, index) => builder.add(part, index));
  return { network, view, ...builder.result(), repairs: totalRepairs(parts) };
}
/** Puts the arrays of a complex together, part after part. */
export class ComplexBuilder {
  private readonly alignment: Alignment;
  private readonly positions: Float64Array;
  private readonly values: Float64Array;
  private readonly offsets: Int32Array;
  private readonly sideVertices: Int32Array;
  private readonly sideEdges: Int32Array;
  private readonly edgeVertices: Int32Array;
  private readonly edgeRegions: Int32Array;
  private readonly edgeLabels: Int32Array;
  private readonly hashes: Uint32Array;
  private readonly outputs: number;
  private readonly sharedEdges: Int32Array;
  private edges = 0;
  private regions = 0;
  private sides = 0;

  constructor(parts: readonly ComplexPart[], alignment: Alignment, outputs: number) {
    let regions = 0;
    let sides = 0;
    parts.forEach((part, index) => {
      const first = firstOwnRegion(part, index);
      regions += part.offsets.length - 1 - first;
      sides += part.sides.length / 2 - part.offsets[first];
    });
    this.alignment = alignment;
    this.outputs = outputs;
    this.positions = new Float64Array(2 * alignment.vertices);
    this.values = new Float64Array(outputs * alignment.vertices);
    this.offsets = new Int32Array(regions + 1);
    this.hashes = new Uint32Array(2 * regions);
    this.sideVertices = new Int32Array(sides);
    this.sideEdges = new Int32Array(sides);
    this.edgeVertices = new Int32Array(2 * alignment.leafEdges);
    this.edgeRegions = new Int32Array(2 * alignment.leafEdges).fill(-1);
    this.edgeLabels = new Int32Array(alignment.leafEdges);
    this.sharedEdges = new Int32Array(alignment.sharedNodes).fill(-1);
  }

  add(part: ComplexPart, index: number): void {
    this.addVertices(part, index);
    const first = firstOwnRegion(part, index);
    this.hashes.set(part.hashes.subarray(2 * first), 2 * this.regions);
    const edgeIds = this.alignment.edgeIds[index];
    const vertexIds = this.alignment.vertexIds[index];
    const { offsets, sides, edgeNodes } = part;
    for (let region = first; region < offsets.length - 1; region++) {
      const start = offsets[region];
      const end = offsets[region + 1];
      for (let side = start; side < end; side++) {
        const node = sides[2 * side + 1];
        const vertex = vertexIds[sides[2 * side]];
        if (sides[2 * side] < part.common.vertices) this.addValues(part, sides[2 * side], vertex);
        const known = edgeIds[node];
        let edge = known < -1 ? this.sharedEdges[-2 - known] : known;
        if (edge < 0) {
          edge = this.edges++;
          this.edgeVertices[2 * edge] = vertex;
          this.edgeVertices[2 * edge + 1] = vertexIds[sides[2 * (side + 1 === end ? start : side + 1)]];
          this.edgeLabels[edge] = edgeNodes[4 * node + 3];
          this.edgeRegions[2 * edge] = this.regions;
          if (known < -1) this.sharedEdges[-2 - known] = edge;
          else edgeIds[node] = edge;
        } else this.edgeRegions[2 * edge + 1] = this.regions;
        this.sideVertices[this.sides] = vertex;
        this.sideEdges[this.sides++] = edge;
      }
      this.offsets[++this.regions] = this.sides;
    }
  }

  result(): Omit<Complex, 'network' | 'view' | 'repairs'> {
    const { positions, values, offsets, sideVertices, sideEdges, edgeVertices, edgeRegions } = this;
    return {
      vertexCount: this.alignment.vertices,
      edgeCount: this.edges,
      regionCount: this.regions,
      positions,
      values,
      offsets,
      sideVertices,
      sideEdges,
      edgeVertices,
      edgeRegions,
      edgeLabels: this.edgeLabels,
      hashes: this.hashes,
    };
  }

  /** Copies the vertices' coordinates, and the values of those that the part made after the tiles were shared out. */
  private addVertices(part: ComplexPart, index: number): void {
    const ids = this.alignment.vertexIds[index];
    for (let vertex = 0; vertex < ids.length; vertex++) {
      const to = ids[vertex];
      this.positions[2 * to] = part.positions[2 * vertex];
      this.positions[2 * to + 1] = part.positions[2 * vertex + 1];
      if (vertex >= part.common.vertices) this.addValues(part, vertex, to);
    }
  }

  /** Copies one vertex's values. A part knows those of a common vertex only if one of its own regions has it as a corner. */
  private addValues(part: ComplexPart, from: number, to: number): void {
    const { outputs } = this;
    for (let output = 0; output < outputs; output++)
      this.values[outputs * to + output] = part.values[outputs * from + output];
  }
}

/** Repairs of all parts, those of their common beginning counted once. */
export function totalRepairs(parts: readonly ComplexPart[]): number {
  return parts.reduce((sum, part, index) => sum + part.repairs - (index === 0 ? 0 : part.common.repairs), 0);
}
/** First region of a part that no earlier part has. */
export function firstOwnRegion(part: ComplexPart, index: number): number {
  return index === 0 ? 0 : part.common.regions;
}
