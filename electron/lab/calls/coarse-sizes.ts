/** Which coarser frames are worth drawing before the one that was asked for. */

/** Operations of a first frame that is there before anybody waits: some hundredths of a second on two cores. */
const promptOperations = 1.5e9;
/** The next frame takes at most this many times as long as the one before. */
const step = 4;
const smallestSide = 16;

/** Factors by which coarser frames are smaller, largest first; empty where the frame itself comes at once. */
export function coarseFactors(operations: number, width: number, height: number): number[] {
  const factors: number[] = [];
  let factor = 1;
  while (
    operations / (factor * factor) > promptOperations &&
    Math.min(width, height) / factor > smallestSide
  ) {
    factor *= 2;
  }
  for (; factor > 1; factor = Math.floor(factor / step)) factors.push(factor);
  return factors;
}
