/** Decoys: points that are trained on for a while beside the points of a cell, so that its black points become dots. */
import type { TrainingData } from '../engines/engine.ts';
import { uniformVariates } from '../random/normal.ts';
import { streamIds } from '../random/philox.ts';
import { TargetError } from './target-error.ts';

/** White points away from all black points, and black ones close around each; they are no points of any measure. */
export interface DecoySettings {
  /** Number of white decoys. */
  readonly points: number;
  /** Least distance of a white decoy from every black training point, in sides of the square. */
  readonly distance: number;
  /** How often each black training point is repeated, within 0.4 of that distance. */
  readonly repeat: number;
  /** Epochs after which the decoys are gone. */
  readonly until: number;
}

/** Subsequences of the decoys' stream. */
const whiteSubsequence = 0;
const blackSubsequence = 1;

/** Draws for each decoy that is wanted before there is said to be no room. */
const mostDraws = 200;

/** How near a repeated point is, in parts of the decoys' distance. */
const nearShare = 0.4;

/** The points of a cell with its decoys behind them. Throws TargetError where labels are colours, or the decoys find no room. */
export function withDecoys(data: TrainingData, settings: DecoySettings, seed: number): TrainingData {
  const count = data.coordinates.length / 2;
  if (data.labels.length !== count) throw new TargetError('decoys are for black and white pictures');
  const black: (readonly [number, number])[] = [];
  for (let point = 0; point < count; point++) {
    if (data.labels[point] >= 0.5) continue;
    black.push([data.coordinates[2 * point], data.coordinates[2 * point + 1]]);
  }
  const white = whitePlaces(black, settings, seed);
  const repeated = repeatedPlaces(black, settings, seed);
  const coordinates = new Float32Array(data.coordinates.length + white.length + repeated.length);
  coordinates.set(data.coordinates);
  coordinates.set(white, data.coordinates.length);
  coordinates.set(repeated, data.coordinates.length + white.length);
  const labels = new Float32Array(coordinates.length / 2);
  labels.set(data.labels);
  labels.fill(1, count, count + white.length / 2);
  return { coordinates, labels };
}

/** Uniform places, in the order of the stream, that keep their distance. */
function whitePlaces(
  black: readonly (readonly [number, number])[],
  { points, distance }: DecoySettings,
  seed: number,
): number[] {
  const places: number[] = [];
  const least = distance * distance;
  for (let drawn = 0; places.length < 2 * points; drawn += points) {
    if (drawn >= mostDraws * points)
      throw new TargetError(
        `decoys: ${places.length / 2} of ${points} find a place ${distance} from every black point`,
      );
    const uniforms = uniformVariates(seed, streamIds.decoys, whiteSubsequence, 2 * drawn, 2 * points);
    for (let at = 0; at < uniforms.length && places.length < 2 * points; at += 2) {
      const [x, y] = [uniforms[at], uniforms[at + 1]];
      if (black.every(([bx, by]) => (x - bx) * (x - bx) + (y - by) * (y - by) >= least)) places.push(x, y);
    }
  }
  return places;
}

/** Places around each black point, uniform on a disc by rejection, kept inside of the square. */
function repeatedPlaces(
  black: readonly (readonly [number, number])[],
  { distance, repeat }: DecoySettings,
  seed: number,
): number[] {
  const radius = nearShare * distance;
  const wanted = black.length * repeat;
  const places: number[] = [];
  const inside = (value: number): number => Math.min(1, Math.max(0, value));
  for (let drawn = 0; places.length < 2 * wanted; drawn += wanted) {
    const uniforms = uniformVariates(seed, streamIds.decoys, blackSubsequence, 2 * drawn, 2 * wanted);
    for (let at = 0; at < uniforms.length && places.length < 2 * wanted; at += 2) {
      const [dx, dy] = [2 * uniforms[at] - 1, 2 * uniforms[at + 1] - 1];
      if (dx * dx + dy * dy > 1) continue;
      const [x, y] = black[Math.floor(places.length / 2 / repeat)];
      places.push(inside(x + radius * dx), inside(y + radius * dy));
    }
  }
  return places;
}
