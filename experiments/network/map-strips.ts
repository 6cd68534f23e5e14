/** Strips of a view on which a folded coordinate is affine. */
import { mappedCoordinate, type InputMap } from './input-map.ts';

/** A strip of a view: where it begins and ends, and what the network sees there. */
export interface FoldStrip {
  readonly from: number;
  readonly to: number;
  /** 0 or 1 on a fold line. */
  readonly mappedFrom: number;
  readonly mappedTo: number;
}

/** Fold lines nearer to the end of a view are taken for it, as a share of the view. */
const nearestLine = 1e-12;

/** Strips between `from` and `to`, ascending; there is at least one. Throws RangeError where there are more than `most`. */
export function foldStrips(map: InputMap, from: number, to: number, most: number): FoldStrip[] {
  const { period, phase } = map;
  const turns = (coordinate: number): number => coordinate / period + phase;
  const [first, last] = [Math.floor(2 * turns(from)), Math.ceil(2 * turns(to))];
  if (!(last - first <= most)) throw new RangeError(`More than ${most} folds lie between ${from} and ${to}.`);
  const margin = nearestLine * (to - from);
  const strips: FoldStrip[] = [];
  let start = { at: from, mapped: mappedCoordinate(map, from) };
  for (let half = first; half <= last; half++) {
    const at = (half / 2 - phase) * period;
    if (at >= to - margin) break;
    const end = { at, mapped: half % 2 === 0 ? 1 : 0 };
    if (at > from + margin)
      strips.push({ from: start.at, to: at, mappedFrom: start.mapped, mappedTo: end.mapped });
    if (at > from - margin) start = strips.length === 0 ? { at: from, mapped: end.mapped } : end;
  }
  strips.push({ from: start.at, to, mappedFrom: start.mapped, mappedTo: endOf(map, to, margin) });
  return strips;
}

/** What the network sees at the end of a view; 0 or 1 where a fold line is as good as there. */
function endOf(map: InputMap, to: number, margin: number): number {
  const half = Math.round(2 * (to / map.period + map.phase));
  const line = (half / 2 - map.phase) * map.period;
  if (Math.abs(line - to) <= margin) return half % 2 === 0 ? 1 : 0;
  return mappedCoordinate(map, to);
}
