/** How strongly a crease is drawn: by its jump in slope, so that pictures of deep networks stay readable. */
import { logarithm } from '../random/elementary.ts';
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
/** Classes of jumps in a factor of e. */
const classesPerE = 32;
const classCount = 128 * classesPerE;

/**
 * Jumps, lengths and opacities. Opacity is full at the jump that a tenth of the creases' length exceeds (to within 3 %)
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
  const opacities = Float32Array.from(jumps, (jump) => Math.min(1, Math.sqrt(Math.sqrt(jump / full))));
  return { jumps, lengths, opacities };
}

/** The jump above which a tenth of the length of all creases with a jump lies; 1 where there are none. */
function fullJump(jumps: Float64Array, lengths: Float64Array): number {
  const largest = jumps.reduce((most, jump) => Math.max(most, jump), 0);
  if (!(largest > 0)) return 1;
  const byClass = new Float64Array(classCount);
  const least = new Float64Array(classCount).fill(Infinity);
  let total = 0;
  jumps.forEach((jump, edge) => {
    if (!(jump > 0)) return;
    const at = Math.min(classCount - 1, Math.floor(classesPerE * logarithm(largest / jump)));
    byClass[at] += lengths[edge];
    least[at] = Math.min(least[at], jump);
    total += lengths[edge];
  });
  let rest = fullShare * total;
  for (let at = 0; at < classCount; at++) {
    rest -= byClass[at];
    if (rest <= 0 && least[at] < Infinity) return least[at];
  }
  return largest;
}
