/** Level sets of a network, exact on its polytopes. */
import { logarithm } from '../random/elementary.ts';
import type { Complex } from './complex.ts';

/** The level set of an output: segments float64 [n, 4], the region of each, their length in all. */
export interface LevelSet {
  /** float64 [segments, 4]: x, y of both ends, the smaller values on the left in a frame with y up. */
  readonly segments: Float64Array;
  /** int32 [segments]: the region a segment crosses. */
  readonly regions: Int32Array;
  /** Length of all segments. */
  readonly length: number;
}

/**
 * Where one output (0 by default) has the value `level`, after the sigmoid if the network has one. An edge on which the
 * output is the level all along counts once, for the region below it.
 */
export function levelSet(complex: Complex, level: number, output = 0): LevelSet {
  const { outputs } = complex.network.shape;
  if (!(Number.isInteger(output) && output >= 0 && output < outputs))
    throw new RangeError(`Output ${output} of a network with ${outputs}.`);
  const affineLevel = levelBeforeSigmoid(complex, level);
  const { offsets, sideVertices, positions, values } = complex;
  const segments: number[] = [];
  const regions: number[] = [];
  const ends = new Float64Array(4);
  let length = 0;
  for (let region = 0; region < complex.regionCount; region++) {
    const start = offsets[region];
    const end = offsets[region + 1];
    let found = 0;
    let a = sideVertices[end - 1];
    let fa = values[outputs * a + output] - affineLevel;
    for (let side = start; side < end; side++) {
      const b = sideVertices[side];
      const fb = values[outputs * b + output] - affineLevel;
      if (fa < 0 !== fb < 0) {
        // From the lower end, so that both regions beside an edge find the same point.
        const [low, high, fLow, fHigh] = fa < 0 ? [a, b, fa, fb] : [b, a, fb, fa];
        const t = fLow / (fLow - fHigh);
        const at = fa < 0 ? 0 : 2;
        ends[at] = positions[2 * low] + t * (positions[2 * high] - positions[2 * low]);
        ends[at + 1] = positions[2 * low + 1] + t * (positions[2 * high + 1] - positions[2 * low + 1]);
        found++;
      }
      a = b;
      fa = fb;
    }
    if (found < 2) continue;
    segments.push(ends[0], ends[1], ends[2], ends[3]);
    regions.push(region);
    const dx = ends[2] - ends[0];
    const dy = ends[3] - ends[1];
    length += Math.sqrt(dx * dx + dy * dy);
  }
  return { segments: Float64Array.from(segments), regions: Int32Array.from(regions), length };
}

function levelBeforeSigmoid(complex: Complex, level: number): number {
  if (complex.network.output === 'affine') return level;
  if (!(level > 0 && level < 1)) throw new RangeError(`A sigmoid never has the value ${level}.`);
  return logarithm(level / (1 - level));
}
