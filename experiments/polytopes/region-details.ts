/** Everything about the region at a point: its polygon, its function, and what lies beyond each of its creases. */
import { neuronStride, type Complex } from './complex.ts';
import { regionAreas } from './region-geometry.ts';
import type { RegionLocator } from './region-locator.ts';
import { regionHashText } from './regions-csv.ts';

/** A region beyond a crease. */
export interface NeighbourDetails {
  /** The neuron whose crease lies between: hidden layer and index, both from 1; 0 on a fold of the inputs. */
  readonly layer: number;
  readonly neuron: number;
  /** Jump of the slope across the crease. */
  readonly jump: number;
  readonly area: number;
  /** float64 [sides, 2] */
  readonly outline: Float64Array;
  /** A point inside. */
  readonly centre: { readonly x: number; readonly y: number };
}

/** One region: its shape and its affine function. */
export interface RegionDetails {
  readonly sides: number;
  readonly area: number;
  /** 16 hexadecimal digits. */
  readonly hash: string;
  /** float64 [outputs], before any sigmoid, at the point. */
  readonly values: Float64Array;
  /** float64 [outputs, 3]: g0 x + g1 y + g2, before any sigmoid. */
  readonly functions: Float64Array;
  /** float64 [sides, 2] */
  readonly outline: Float64Array;
  /** In the order of the sides; those on the view's border have none. */
  readonly neighbours: readonly NeighbourDetails[];
}

/** Details of the region at (x, y); null outside the complex's view. `jumps` as slopeJumps returns them. */
export function regionDetails(
  locator: RegionLocator,
  complex: Complex,
  jumps: Float64Array,
  x: number,
  y: number,
): RegionDetails | null {
  const found = locator.query(x, y);
  if (found === null) return null;
  return {
    sides: found.sides,
    area: areaOf(complex, found.region),
    hash: regionHashText(complex, found.region),
    values: found.values,
    functions: found.functions,
    outline: outlineOf(complex, found.region),
    neighbours: found.neighbours.map(({ region, edge, label }) => {
      const outline = outlineOf(complex, region);
      return {
        layer: label < 0 ? 0 : Math.floor(label / neuronStride) + 1,
        neuron: label < 0 ? 0 : (label % neuronStride) + 1,
        jump: jumps[edge],
        area: areaOf(complex, region),
        outline,
        centre: meanOf(outline),
      };
    }),
  };
}

function outlineOf({ offsets, sideVertices, positions }: Complex, region: number): Float64Array {
  const vertices = sideVertices.subarray(offsets[region], offsets[region + 1]);
  return Float64Array.from(
    { length: 2 * vertices.length },
    (_, at) => positions[2 * vertices[at >> 1] + (at & 1)],
  );
}

function areaOf(complex: Complex, region: number): number {
  const { offsets } = complex;
  const own = { ...complex, regionCount: 1, offsets: offsets.subarray(region, region + 2) };
  return regionAreas(own)[0];
}

function meanOf(outline: Float64Array): { x: number; y: number } {
  let [x, y] = [0, 0];
  for (let at = 0; at < outline.length; at += 2) {
    x += outline[at];
    y += outline[at + 1];
  }
  return { x: (2 * x) / outline.length, y: (2 * y) / outline.length };
}
