/** Labels along the scrubber, whose frames lie evenly however unevenly they lie in time. */
import { nearestTo } from './time-axis.ts';

export interface TrackTick {
  /** Place along the track, 0 to 1. */
  readonly share: number;
  readonly position: number;
}

/** Round numbers up to `last`: powers of ten, then multiples of 1, 2 and 5 of the right size. */
function candidates(last: number): number[] {
  const step = 10 ** Math.floor(Math.log10(Math.max(last, 1)));
  const powers = Array.from({ length: 12 }, (_, power) => 10 ** power);
  const multiples = [step, step / 2, step / 5, step / 10].flatMap((unit) =>
    Array.from({ length: Math.min(100, Math.floor(last / unit)) }, (_, at) => unit * (at + 1)),
  );
  return [...powers, ...multiples].filter((value) => value > 0 && value < last && Number.isInteger(value));
}

/** The first and last frame and round numbers between them, at least `gap` (a share of the track) apart. */
export function trackTicks(positions: Float64Array, gap: number): TrackTick[] {
  const count = positions.length;
  const last = positions.at(-1);
  if (last === undefined || count < 2) return [];
  const ticks: TrackTick[] = [
    { share: 0, position: positions[0] },
    { share: 1, position: last },
  ];
  for (const position of candidates(last)) {
    const at = nearestTo(positions, position);
    const share = at / (count - 1);
    const isExact = Math.abs(positions[at] - position) <= (last - positions[0]) * 0.002;
    if (isExact && ticks.every((tick) => Math.abs(tick.share - share) >= gap))
      ticks.push({ share, position });
  }
  return ticks.sort((a, b) => a.share - b.share);
}

/** Place of a moment along the track, 0 to 1: frames lie evenly, moments between them in proportion. */
export function shareOfTime(positions: Float64Array, time: number): number {
  const count = positions.length;
  if (count < 2) return 0;
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (positions[middle] <= time) low = middle;
    else high = middle - 1;
  }
  if (low === count - 1) return 1;
  const part = (time - positions[low]) / (positions[low + 1] - positions[low]);
  return (low + Math.min(1, Math.max(0, part))) / (count - 1);
}
