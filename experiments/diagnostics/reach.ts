/** How far from its black points a network still draws the truth's black: look-up, dots and shapes part here. */
import type { PointMap } from './point-map.ts';
import { classThreshold } from './truth-error.ts';

/**
 * Recall of the truth's black pixels by distance to the nearest black point: one share for each pair of neighbouring
 * bounds (in mean spacings, the lower one included), null where no black pixel of the truth lies there. Values and truth
 * float32 [height, width] of the map's size.
 */
export function reach(
  values: Float32Array,
  truth: Float32Array,
  { blackDistance }: PointMap,
  bounds: readonly number[],
): (number | null)[] {
  const bins = bounds.length - 1;
  const there = new Float64Array(bins);
  const found = new Float64Array(bins);
  for (let at = 0; at < values.length; at++) {
    if (!(truth[at] < classThreshold)) continue;
    const bin = bounds.findIndex((bound, index) => index > 0 && blackDistance[at] < bound) - 1;
    if (bin < 0) continue;
    there[bin]++;
    if (values[at] < classThreshold) found[bin]++;
  }
  return Array.from(there, (count, bin) => (count === 0 ? null : found[bin] / count));
}
