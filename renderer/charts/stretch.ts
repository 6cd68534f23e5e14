/** Zooming into an axis: which stretch of it is shown, as shares of the whole, so that it stays right while the axis grows. */
import { timeOfShare, type TimeRange } from './time-range.ts';

/** A stretch of an axis: 0 is its beginning, 1 its end. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** All of an axis. */
export const wholeAxis: Stretch = { from: 0, to: 1 };

/** Nothing is enlarged more than so many times. */
const most = 1000;

/** A stretch `factor` times as long, in which the place `about` (a share of the whole axis) stays where it is. */
export function zoomedStretch({ from, to }: Stretch, factor: number, about: number): Stretch {
  const length = Math.min(1, Math.max(1 / most, (to - from) * factor));
  const place = (Math.min(to, Math.max(from, about)) - from) / (to - from);
  return withLength(about - place * length, length);
}

/** The stretch moved by a share of its length, as far as the axis goes. */
export function movedStretch({ from, to }: Stretch, by: number): Stretch {
  return withLength(from + by * (to - from), to - from);
}

/** The stretch between two places in it, each a share of the stretch. */
export function innerStretch({ from, to }: Stretch, a: number, b: number): Stretch {
  const [low, high] = [Math.max(0, Math.min(a, b)), Math.min(1, Math.max(a, b))];
  return withLength(from + low * (to - from), Math.max(1 / most, (high - low) * (to - from)));
}

function withLength(from: number, length: number): Stretch {
  const start = Math.min(1 - length, Math.max(0, from));
  return { from: start, to: start + length };
}

/** The part of a range that a stretch of it shows. */
export function rangeOfStretch(range: TimeRange, { from, to }: Stretch): TimeRange {
  return { from: timeOfShare(range, from), to: timeOfShare(range, to), isLog: range.isLog };
}

/** The stretch that a key shows next, `about` being the place that stays; null for other keys. */
export function stretchAfterKey(key: string, stretch: Stretch, about: number): Stretch | null {
  if (key === '+' || key === '=') return zoomedStretch(stretch, 0.5, about);
  if (key === '-') return zoomedStretch(stretch, 2, about);
  if (key === '<') return movedStretch(stretch, -0.25);
  if (key === '>') return movedStretch(stretch, 0.25);
  return key === '0' ? wholeAxis : null;
}
