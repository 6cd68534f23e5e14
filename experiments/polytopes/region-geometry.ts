/** Areas, centroids and neighbours of regions. */
import type { Complex } from './complex.ts';

/** Areas of all regions: float64 [F]. Slivers may come out a rounding below 0. */
export function regionAreas(complex: Complex): Float64Array {
  const areas = new Float64Array(complex.regionCount);
  const { offsets, sideVertices, positions } = complex;
  for (let region = 0; region < areas.length; region++) {
    const start = offsets[region];
    const end = offsets[region + 1];
    const x = positions[2 * sideVertices[start]];
    const y = positions[2 * sideVertices[start] + 1];
    let twice = 0;
    for (let side = start + 1; side + 1 < end; side++) {
      const a = 2 * sideVertices[side];
      const b = 2 * sideVertices[side + 1];
      twice += (positions[a] - x) * (positions[b + 1] - y) - (positions[b] - x) * (positions[a + 1] - y);
    }
    areas[region] = 0.5 * twice;
  }
  return areas;
}

/** Sum with one error term carried along (Neumaier 1974), so that its error does not grow with the number of terms. */
export function compensatedSum(values: Float64Array): number {
  let sum = 0;
  let lost = 0;
  for (const value of values) {
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return sum + lost;
}

/** Means of every region's vertices, inside the region: float64 [F, 2]. */
export function regionCentres(complex: Complex): Float64Array {
  const centres = new Float64Array(2 * complex.regionCount);
  const { offsets, sideVertices, positions } = complex;
  for (let region = 0; region < complex.regionCount; region++) {
    const start = offsets[region];
    const end = offsets[region + 1];
    let x = 0;
    let y = 0;
    for (let side = start; side < end; side++) {
      x += positions[2 * sideVertices[side]];
      y += positions[2 * sideVertices[side] + 1];
    }
    centres[2 * region] = x / (end - start);
    centres[2 * region + 1] = y / (end - start);
  }
  return centres;
}

/** A neighbour of a region and the edge between them. */
export interface Neighbour {
  readonly region: number;
  readonly edge: number;
}

/** Neighbours of a region in the order of its sides; sides on the view's border have none. */
export function regionNeighbours(complex: Complex, region: number): Neighbour[] {
  const neighbours: Neighbour[] = [];
  for (let side = complex.offsets[region]; side < complex.offsets[region + 1]; side++) {
    const edge = complex.sideEdges[side];
    const [first, second] = [complex.edgeRegions[2 * edge], complex.edgeRegions[2 * edge + 1]];
    const other = first === region ? second : first;
    if (other >= 0) neighbours.push({ region: other, edge });
  }
  return neighbours;
}

/** Number of neighbours of every region: int32 [F]. */
export function regionDegrees(complex: Complex): Int32Array {
  const degrees = new Int32Array(complex.regionCount);
  for (let edge = 0; edge < complex.edgeCount; edge++) {
    const second = complex.edgeRegions[2 * edge + 1];
    if (second < 0) continue;
    degrees[complex.edgeRegions[2 * edge]]++;
    degrees[second]++;
  }
  return degrees;
}
