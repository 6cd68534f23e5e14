/** Which training point is nearest to each pixel of a frame, and how far the nearest black point is. */
import type { TrainingData } from '../engines/engine.ts';
import { nearestPoint, pointGrid } from './point-grid.ts';
import { classThreshold } from './truth-error.ts';

/** Row-major over width x height pixel centres of the unit square; points of one output. */
export interface PointMap {
  readonly width: number;
  readonly height: number;
  /** Number of the nearest point. */
  readonly nearest: Uint32Array;
  /** Distance to the nearest point labelled black, in mean spacings 1 / sqrt(points); Infinity where there is none. */
  readonly blackDistance: Float64Array;
}

/** The map of training points, at least one, over a frame. */
export function pointMap({ coordinates, labels }: TrainingData, width: number, height: number): PointMap {
  const points = coordinates.length >> 1;
  const all = pointGrid(coordinates);
  const black = Array.from({ length: points }, (_, point) => point).filter(
    (point) => labels[point] < classThreshold,
  );
  const blackCoordinates = Float32Array.from(
    black.flatMap((point) => [...coordinates.subarray(2 * point, 2 * point + 2)]),
  );
  const blackGrid = black.length === 0 ? null : pointGrid(blackCoordinates);
  const nearest = new Uint32Array(width * height);
  const blackDistance = new Float64Array(width * height).fill(Infinity);
  let guess = -1;
  let blackGuess = -1;
  for (let at = 0; at < nearest.length; at++) {
    const x = ((at % width) + 0.5) / width;
    const y = (Math.floor(at / width) + 0.5) / height;
    guess = nearestPoint(all, x, y, -1, guess);
    nearest[at] = guess;
    if (blackGrid === null) continue;
    blackGuess = nearestPoint(blackGrid, x, y, -1, blackGuess);
    const dx = blackGrid.x[blackGuess] - x;
    const dy = blackGrid.y[blackGuess] - y;
    blackDistance[at] = Math.sqrt((dx * dx + dy * dy) * points);
  }
  return { width, height, nearest, blackDistance };
}
