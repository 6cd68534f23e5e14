/** Spikes of a loss, and quiet times between them. */

/** A spike: the step at which the loss jumps, and the last local minimum before it. */
export interface Spike {
  readonly step: number;
  readonly base: number;
}

/** Transitions are followed for so many steps after a base. */
export const followedSteps = 24;

const medianSteps = 50;
const jump = 5;
const apart = 100;
const baseWithin = 12;
const quietDistance = 150;

/**
 * Spikes of a series, losses[t] being that of the weights after step t: a loss above 5 times the median of the 50 before it, no
 * such one in the 100 steps before, with a local minimum in the 12 steps before it, and known 24 steps beyond that.
 */
export function spikesOf(losses: ArrayLike<number>): Spike[] {
  const spikes: Spike[] = [];
  let last = -Infinity;
  for (let step = medianSteps; step < losses.length; step++) {
    if (!(losses[step] > jump * medianOf(losses, step - medianSteps, step))) continue;
    const isFirst = step - last > apart;
    last = step;
    const base = isFirst ? baseBefore(losses, step) : null;
    if (base !== null && base + followedSteps < losses.length) spikes.push({ step, base });
  }
  return spikes;
}

/** Up to `count` steps at least 150 from every spike and from the first 150 steps, spread evenly. */
export function quietSteps(losses: ArrayLike<number>, count: number): number[] {
  const isLoud = new Uint8Array(losses.length);
  for (let step = medianSteps; step < losses.length; step++)
    if (losses[step] > jump * medianOf(losses, step - medianSteps, step))
      isLoud.fill(1, Math.max(0, step - quietDistance), step + quietDistance);
  const quiet: number[] = [];
  for (let step = quietDistance; step + followedSteps < losses.length; step++)
    if (isLoud[step] === 0) quiet.push(step);
  return spread(quiet, count);
}

/** Up to `count` of a list, evenly, its ends among them. */
export function spread<Item>(items: readonly Item[], count: number): Item[] {
  if (items.length <= count) return [...items];
  if (count === 1) return items.slice(0, 1);
  return Array.from({ length: count }, (_, at) => items[Math.round((at * (items.length - 1)) / (count - 1))]);
}

/** The last local minimum at most 12 steps before a step. */
function baseBefore(losses: ArrayLike<number>, step: number): number | null {
  for (let base = step - 1; base >= Math.max(1, step - baseWithin); base--)
    if (losses[base] <= losses[base - 1] && losses[base] < losses[base + 1]) return base;
  return null;
}

function medianOf(losses: ArrayLike<number>, from: number, to: number): number {
  const values = Float64Array.from({ length: to - from }, (_, at) => losses[from + at]).sort();
  const middle = values.length >> 1;
  return values.length % 2 === 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}
