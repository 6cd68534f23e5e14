/** How many sides the regions of a complex have that do not touch its border: what random lines have a law for. */
import type { Complex } from './complex.ts';

/** Numbers of sides that shares are told of. */
export const sideNumbers = [3, 4, 5, 6, 7] as const;

/**
 * Shares of typical polygons of a Poisson line process by number of sides: of triangles 2 - pi^2/6 (Miles 1964), of quadrilaterals
 * pi^2 ln 2 - 1/3 - 7 pi^2/36 - 7 zeta(3)/2 (Tanner 1983); from five sides on published simulations.
 */
export const poissonSideShares: readonly number[] = [0.355066, 0.381466, 0.1873, 0.0596, 0.0129];

/** Regions that do not touch the border, and their shares by `sideNumbers`; null where there are none. */
export interface SideFigures {
  readonly inside: number;
  readonly shares: readonly (number | null)[];
}

/** Shares of the regions inside, by `sideNumbers`; null where none lies inside. */
export function sideShares(complex: Complex): readonly (number | null)[] {
  return sideFigures(complex).shares;
}

/** How many regions of a complex lie inside, and how many sides they have. */
export function sideFigures(complex: Complex): SideFigures {
  const counts = new Float64Array(sideNumbers.length);
  let inside = 0;
  for (let region = 0; region < complex.regionCount; region++) {
    const [from, to] = [complex.offsets[region], complex.offsets[region + 1]];
    if (touchesBorder(complex, from, to)) continue;
    inside++;
    const at = to - from - sideNumbers[0];
    if (at < counts.length) counts[at]++;
  }
  return { inside, shares: Array.from(counts, (count) => (inside === 0 ? null : count / inside)) };
}

function touchesBorder({ sideEdges, edgeRegions }: Complex, from: number, to: number): boolean {
  for (let side = from; side < to; side++) if (edgeRegions[2 * sideEdges[side] + 1] < 0) return true;
  return false;
}
