/** What a random change of the weights does that is as large: without it a flicker's parts say nothing. */
import { layoutFromShape, type Network } from '../network/shape.ts';
import { normalVariates } from '../random/normal.ts';
import { streamIds } from '../random/philox.ts';
import { flickerParts, type FlickerParts } from './flicker.ts';

/** The change along a random direction, and how many times as long it is as the one that it is held against. */
export interface NullParts {
  readonly parts: FlickerParts;
  readonly length: number;
}

/** Relative difference of the linear parts that is let pass. */
const tolerance = 1e-3;
const mostTries = 60;

/**
 * Parts of a change of `before` along normal direction number `index` of a seed, as long in every layer as that to `after`,
 * times a factor that makes its linear part `linear`. Null where no factor up to 2^40 does. Float64, the same bits everywhere.
 */
export function nullParts(
  before: Network,
  after: Network,
  linear: number,
  side: number,
  seed: number,
  index: number,
): NullParts | null {
  const direction = randomDirection(before, after, seed, index);
  const at = (length: number): FlickerParts => {
    const parameters = before.parameters.map((value, place) => value + length * direction[place]);
    return flickerParts(before, { ...before, parameters }, side);
  };
  let [low, high] = [0, 1];
  let parts = at(high);
  while (parts.linear < linear * (1 - tolerance)) {
    if (high > 2 ** 40) return null;
    [low, high] = [high, 2 * high];
    parts = at(high);
  }
  for (let attempt = 0; attempt < mostTries; attempt++) {
    if (Math.abs(parts.linear / linear - 1) <= tolerance) return { parts, length: high };
    if (parts.linear < linear) low = high;
    else {
      const middle = (low + high) / 2;
      const inner = at(middle);
      if (inner.linear < linear * (1 - tolerance)) low = middle;
      else [high, parts] = [middle, inner];
    }
    if (low >= high) break;
  }
  return null;
}

/** A normal direction, float64, scaled in every layer to the length of the change from `before` to `after`. */
function randomDirection(before: Network, after: Network, seed: number, index: number): Float64Array {
  const direction = normalVariates(seed, streamIds.flicker, index, 0, before.parameters.length);
  for (const { weightOffset, biasOffset, outputs } of layoutFromShape(before.shape)) {
    const end = biasOffset + outputs;
    let [own, wanted] = [0, 0];
    for (let place = weightOffset; place < end; place++) {
      const change = after.parameters[place] - before.parameters[place];
      own += direction[place] * direction[place];
      wanted += change * change;
    }
    const factor = Math.sqrt(wanted / own);
    for (let place = weightOffset; place < end; place++) direction[place] *= factor;
  }
  return direction;
}
