/** Which epochs a film shows, and for how long. */
import { FigureError } from '../figures/figure-error.ts';

/** Choice of epochs: all snapshots from `first` to `last` (both included), every `every`-th of them. */
export interface FilmRange {
  readonly first: number;
  /** Null shows up to the end. */
  readonly last: number | null;
  readonly every: number;
}

/** Seconds a film runs and stands still on its first and last picture. */
export interface FilmTiming {
  /** Frames a second, 1 to 60; each snapshot is one frame. */
  readonly frameRate: number;
  readonly holdFirst: number;
  readonly holdLast: number;
}

/** One picture of a film: the epoch it shows and the number of equal frames it lasts. */
export interface FilmMoment {
  readonly epoch: number;
  readonly frames: number;
}

/** Maximum number of pictures of a film. */
const maxMoments = 100_000;

/**
 * The moments of a film over the snapshots of its cells, ascending: an epoch is shown where any cell has a snapshot of
 * it, and the last one of the range always is. Throws FigureError where the range holds none.
 */
export function filmMoments(
  snapshots: readonly (readonly number[])[],
  range: FilmRange,
  timing: FilmTiming,
): FilmMoment[] {
  checkTiming(range, timing);
  const last = range.last ?? Infinity;
  const inRange = [...new Set(snapshots.flat())]
    .filter((epoch) => range.first <= epoch && epoch <= last)
    .sort((a, b) => a - b);
  const shown = inRange.filter((_, at) => at % range.every === 0 || at === inRange.length - 1);
  if (shown.length === 0) throw new FigureError('no snapshot lies in the epochs of the film');
  if (shown.length > maxMoments) {
    throw new FigureError(`a film has at most ${maxMoments} pictures, not ${shown.length}`);
  }
  const heldFrames = (seconds: number): number => Math.max(1, Math.round(seconds * timing.frameRate));
  return shown.map((epoch, at) => {
    if (at === shown.length - 1) return { epoch, frames: heldFrames(timing.holdLast) };
    return { epoch, frames: at === 0 ? heldFrames(timing.holdFirst) : 1 };
  });
}

function checkTiming({ every }: FilmRange, { frameRate, holdFirst, holdLast }: FilmTiming): void {
  if (!(Number.isInteger(every) && every >= 1)) {
    throw new FigureError(`every must be a whole number from 1 on, is ${every}`);
  }
  if (!(frameRate >= 1 && frameRate <= 60)) {
    throw new FigureError(`the frame rate must be from 1 to 60, is ${frameRate}`);
  }
  for (const seconds of [holdFirst, holdLast]) {
    if (!(seconds >= 0 && seconds <= 60)) {
      throw new FigureError(`a picture is held for 0 to 60 seconds, not ${seconds}`);
    }
  }
}

/** Frames of a whole film, and its length in seconds. */
export function filmLength(
  moments: readonly FilmMoment[],
  frameRate: number,
): { frames: number; seconds: number } {
  const frames = moments.reduce((sum, moment) => sum + moment.frames, 0);
  return { frames, seconds: frames / frameRate };
}
