/** The affine function that a network is on each region, from the values at the region's vertices. */
import type { Complex } from './complex.ts';

/**
 * Affine functions of all regions: float64 [F, outputs, 3], f(x, y) = g0 x + g1 y + g2 before any sigmoid. Taken from
 * the widest triangle at a region's first vertex. Where a region is so thin that coordinates no longer resolve its width,
 * the slope across it is unknown and set to 0.
 */
export function affineFunctions(complex: Complex): Float64Array {
  const { outputs } = complex.network.shape;
  const { positions, values } = complex;
  const functions = new Float64Array(3 * outputs * complex.regionCount);
  const resolution = 64 * Number.EPSILON * largestCoordinate(complex);
  for (let region = 0; region < complex.regionCount; region++) {
    const [a, b, c] = widestTriangle(complex, region);
    const x = positions[2 * a];
    const y = positions[2 * a + 1];
    const bx = positions[2 * b] - x;
    const by = positions[2 * b + 1] - y;
    const cx = positions[2 * c] - x;
    const cy = positions[2 * c + 1] - y;
    const twiceArea = bx * cy - by * cx;
    const squared = bx * bx + by * by;
    const thin = Math.abs(twiceArea) <= resolution * Math.sqrt(squared);
    for (let output = 0; output < outputs; output++) {
      const f = values[outputs * a + output];
      const fb = values[outputs * b + output] - f;
      const fc = values[outputs * c + output] - f;
      const along = squared > 0 ? fb / squared : 0;
      const gx = thin ? along * bx : (fb * cy - fc * by) / twiceArea;
      const gy = thin ? along * by : (fc * bx - fb * cx) / twiceArea;
      functions.set([gx, gy, f - gx * x - gy * y], 3 * (outputs * region + output));
    }
  }
  return functions;
}

/** Largest difference between a region's affine function and the network's value at one of its vertices: float64 [F]. */
export function affineResiduals(complex: Complex, functions: Float64Array): Float64Array {
  const { outputs } = complex.network.shape;
  const { positions, values, offsets, sideVertices } = complex;
  const residuals = new Float64Array(complex.regionCount);
  for (let region = 0; region < complex.regionCount; region++)
    for (let side = offsets[region]; side < offsets[region + 1]; side++) {
      const vertex = sideVertices[side];
      for (let output = 0; output < outputs; output++) {
        const at = 3 * (outputs * region + output);
        const value = functions[at] * positions[2 * vertex] + functions[at + 1] * positions[2 * vertex + 1];
        const difference = Math.abs(value + functions[at + 2] - values[outputs * vertex + output]);
        if (!(difference <= residuals[region])) residuals[region] = difference;
      }
    }
  return residuals;
}

/**
 * Jump of the slope across every edge: the Euclidean norm over outputs of the difference of the gradients beside it,
 * float64 [E]; 0 on the view's border.
 */
export function slopeJumps(complex: Complex, functions: Float64Array): Float64Array {
  const { outputs } = complex.network.shape;
  const jumps = new Float64Array(complex.edgeCount);
  for (let edge = 0; edge < complex.edgeCount; edge++) {
    const other = complex.edgeRegions[2 * edge + 1];
    if (other < 0) continue;
    const from = 3 * outputs * complex.edgeRegions[2 * edge];
    const to = 3 * outputs * other;
    let squared = 0;
    for (let output = 0; output < outputs; output++) {
      const dx = functions[from + 3 * output] - functions[to + 3 * output];
      const dy = functions[from + 3 * output + 1] - functions[to + 3 * output + 1];
      squared += dx * dx + dy * dy;
    }
    jumps[edge] = Math.sqrt(squared);
  }
  return jumps;
}

/** Dirichlet energy over the view: sum over regions and outputs of |gradient|^2 times area (Dherin et al. 2022). */
export function dirichletEnergy(complex: Complex, functions: Float64Array, areas: Float64Array): number {
  const { outputs } = complex.network.shape;
  let energy = 0;
  for (let region = 0; region < complex.regionCount; region++)
    for (let output = 0; output < outputs; output++) {
      const at = 3 * (outputs * region + output);
      energy += (functions[at] * functions[at] + functions[at + 1] * functions[at + 1]) * areas[region];
    }
  return energy;
}

function largestCoordinate({ view }: Complex): number {
  return Math.max(Math.abs(view.x0), Math.abs(view.x1), Math.abs(view.y0), Math.abs(view.y1));
}

/** A region's first vertex, the vertex farthest from it, and the one farthest from the line through both. */
function widestTriangle(complex: Complex, region: number): [number, number, number] {
  const { offsets, sideVertices, positions } = complex;
  const start = offsets[region];
  const end = offsets[region + 1];
  const a = sideVertices[start];
  const x = positions[2 * a];
  const y = positions[2 * a + 1];
  let b = a;
  let farthest = -1;
  for (let side = start + 1; side < end; side++) {
    const dx = positions[2 * sideVertices[side]] - x;
    const dy = positions[2 * sideVertices[side] + 1] - y;
    if (dx * dx + dy * dy > farthest) {
      farthest = dx * dx + dy * dy;
      b = sideVertices[side];
    }
  }
  const bx = positions[2 * b] - x;
  const by = positions[2 * b + 1] - y;
  let c = a;
  let widest = -1;
  for (let side = start + 1; side < end; side++) {
    const vertex = sideVertices[side];
    const width = Math.abs(bx * (positions[2 * vertex + 1] - y) - by * (positions[2 * vertex] - x));
    if (vertex !== b && width > widest) {
      widest = width;
      c = vertex;
    }
  }
  return [a, b, c];
}
