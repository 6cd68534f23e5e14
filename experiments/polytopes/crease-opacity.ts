/** How strongly a crease is drawn: by its jump in slope, so that pictures of deep networks stay readable. */
import { affineFunctions, slopeJumps } from './affine-functions.ts';
import type { Complex } from './complex.ts';

/** What drawings of creases need of every edge. */
export interface CreaseStrengths {
  /** float64 [E]: jump of the slope, 0 on the view's border. */
  readonly jumps: Float64Array;
  /** float64 [E] */
  readonly lengths: Float64Array;
  /** float32 [E]: opacity in [0, 1], 0 on the view's border. */
  readonly opacities: Float32Array;
}

/** Share of the creases' length that is drawn with full opacity. */
const fullShare = 0.1;
/** Classes of fourth roots of jumps, from 0 to the largest. */
const classCount = 4096;

/**
 * Jumps, lengths and opacities. Opacity is full at the jump that a tenth of the creases' length exceeds (as good as a class is wide)
 * and falls with the fourth root below it: an eighth is left at 1 / 4096 of that jump.
 */
export function creaseStrengths(complex: Complex, functions = affineFunctions(complex)): CreaseStrengths {
  const { edgeCount, edgeVertices, positions } = complex;
  const jumps = slopeJumps(complex, functions);
  const lengths = new Float64Array(edgeCount);
  for (let edge = 0; edge < edgeCount; edge++) {
    const [a, b] = [2 * edgeVertices[2 * edge], 2 * edgeVertices[2 * edge + 1]];
    const [dx, dy] = [positions[b] - positions[a], positions[b + 1] - positions[a + 1]];
    lengths[edge] = Math.sqrt(dx * dx + dy * dy);
  }
  const full = fullJump(jumps, lengths);
  const opacities = new Float32Array(edgeCount);
  for (let edge = 0; edge < edgeCount; edge++)
    opacities[edge] = Math.min(1, Math.sqrt(Math.sqrt(jumps[edge] / full)));
  return { jumps, lengths, opacities };
}

/** The jump above which a tenth of the length of all creases with a jump lies; 1 where there are none. */
function fullJump(jumps: Float64Array, lengths: Float64Array): number {
  let largest = 0;
  for (const jump of jumps) largest = Math.max(largest, jump);
  if (!(largest > 0)) return 1;
  const byClass = new Float64Array(classCount + 1);
  let total = 0;
  for (let edge = 0; edge < jumps.length; edge++) {
    if (!(jumps[edge] > 0)) continue;
    byClass[Math.floor(classCount * Math.sqrt(Math.sqrt(jumps[edge] / largest)))] += lengths[edge];
    total += lengths[edge];
  }
  let rest = fullShare * total;
  for (let at = classCount; at > 0; at--) {
    rest -= byClass[at];
    if (rest <= 0) return largest * (at / classCount) ** 4;
  }
  return largest;
}
