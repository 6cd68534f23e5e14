/** Finds the region that holds a point. */
import type { Complex } from './complex.ts';
import { evaluateAtPoint } from './point-evaluation.ts';
import { regionNeighbours } from './region-geometry.ts';

/** What is known about the region at a point. */
export interface RegionAtPoint {
  readonly region: number;
  readonly sides: number;
  /** Activation hash, lane 0 and lane 1. */
  readonly hash: readonly [number, number];
  /** float64 [outputs, 3]: the affine function g0 x + g1 y + g2 on the region, before any sigmoid. */
  readonly functions: Float64Array;
  /** Values of that function at the point: float64 [outputs]. */
  readonly values: Float64Array;
  readonly neighbours: readonly {
    readonly region: number;
    readonly edge: number;
    /** The neuron whose crease lies between them: layer * neuronStride + neuron. */
    readonly label: number;
  }[];
}

/** Index of a complex by place: cells of a uniform grid with the regions whose bounding boxes touch them. */
export class RegionLocator {
  private readonly complex: Complex;
  private readonly columns: number;
  private readonly cellStarts: Int32Array;
  private readonly cellRegions: Int32Array;

  constructor(complex: Complex) {
    this.complex = complex;
    this.columns = Math.min(2048, Math.max(1, Math.ceil(Math.sqrt(complex.regionCount / 2))));
    const boxes = this.cellBoxes();
    this.cellStarts = new Int32Array(this.columns * this.columns + 1);
    this.visitCells(boxes, (cell) => this.cellStarts[cell + 1]++);
    for (let cell = 1; cell < this.cellStarts.length; cell++)
      this.cellStarts[cell] += this.cellStarts[cell - 1];
    this.cellRegions = new Int32Array(this.cellStarts[this.cellStarts.length - 1]);
    const next = this.cellStarts.slice(0, -1);
    this.visitCells(boxes, (cell, region) => (this.cellRegions[next[cell]++] = region));
  }

  /** The region that holds (x, y), or the nearest one by rounding where creases meet; -1 outside the view. */
  regionAt(x: number, y: number): number {
    const { x0, y0, x1, y1 } = this.complex.view;
    if (!(x >= x0 && x <= x1 && y >= y0 && y <= y1)) return -1;
    const cell = this.row(y) * this.columns + this.column(x);
    let best = -1;
    let bestDepth = -Infinity;
    for (let at = this.cellStarts[cell]; at < this.cellStarts[cell + 1]; at++) {
      const depth = this.depth(this.cellRegions[at], x, y);
      if (depth <= bestDepth) continue;
      best = this.cellRegions[at];
      bestDepth = depth;
      if (depth > 0) break;
    }
    return best;
  }

  /** The region at (x, y) with its function and its neighbours; null outside the view. */
  query(x: number, y: number): RegionAtPoint | null {
    const { complex } = this;
    const region = this.regionAt(x, y);
    if (region < 0) return null;
    const { values, gradient } = evaluateAtPoint(complex.network, x, y);
    const functions = new Float64Array(3 * values.length);
    values.forEach((value, output) => {
      const [gx, gy] = [gradient[2 * output], gradient[2 * output + 1]];
      functions.set([gx, gy, value - gx * x - gy * y], 3 * output);
    });
    return {
      region,
      sides: complex.offsets[region + 1] - complex.offsets[region],
      hash: [complex.hashes[2 * region], complex.hashes[2 * region + 1]],
      functions,
      values,
      neighbours: regionNeighbours(complex, region).map(({ region: other, edge }) => ({
        region: other,
        edge,
        label: complex.edgeLabels[edge],
      })),
    };
  }

  /** Distance from (x, y) to the nearest side's line, negative outside. */
  private depth(region: number, x: number, y: number): number {
    const { offsets, sideVertices, positions } = this.complex;
    const end = offsets[region + 1];
    let depth = Infinity;
    let a = sideVertices[end - 1];
    for (let side = offsets[region]; side < end; side++) {
      const b = sideVertices[side];
      const dx = positions[2 * b] - positions[2 * a];
      const dy = positions[2 * b + 1] - positions[2 * a + 1];
      const length = Math.sqrt(dx * dx + dy * dy);
      if (length > 0)
        depth = Math.min(depth, (dx * (y - positions[2 * a + 1]) - dy * (x - positions[2 * a])) / length);
      a = b;
    }
    return depth;
  }

  private column(x: number): number {
    const { x0, x1 } = this.complex.view;
    return Math.min(this.columns - 1, Math.floor(((x - x0) / (x1 - x0)) * this.columns));
  }

  private row(y: number): number {
    const { y0, y1 } = this.complex.view;
    return Math.min(this.columns - 1, Math.floor(((y - y0) / (y1 - y0)) * this.columns));
  }

  /** Cells that a region's bounding box touches: int32 [F, 4], first and last column, first and last row. */
  private cellBoxes(): Int32Array {
    const { regionCount, offsets, sideVertices, positions } = this.complex;
    const boxes = new Int32Array(4 * regionCount);
    for (let region = 0; region < regionCount; region++) {
      let [lowX, highX, lowY, highY] = [Infinity, -Infinity, Infinity, -Infinity];
      for (let side = offsets[region]; side < offsets[region + 1]; side++) {
        const x = positions[2 * sideVertices[side]];
        const y = positions[2 * sideVertices[side] + 1];
        lowX = Math.min(lowX, x);
        highX = Math.max(highX, x);
        lowY = Math.min(lowY, y);
        highY = Math.max(highY, y);
      }
      boxes.set([this.column(lowX), this.column(highX), this.row(lowY), this.row(highY)], 4 * region);
    }
    return boxes;
  }

  private visitCells(boxes: Int32Array, visit: (cell: number, region: number) => void): void {
    for (let region = 0; region < this.complex.regionCount; region++)
      for (let row = boxes[4 * region + 2]; row <= boxes[4 * region + 3]; row++)
        for (let column = boxes[4 * region]; column <= boxes[4 * region + 1]; column++)
          visit(row * this.columns + column, region);
  }
}
