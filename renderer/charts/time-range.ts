/** The stretch of time that charts show, on a linear or a logarithmic scale. */

/** The stretch of time that charts show. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
  readonly isLog: boolean;
}

/** A range for a scale; a logarithmic one begins at 1 at the latest, since it has no place for 0. */
export function timeRange(
  { from, to }: { readonly from: number; readonly to: number },
  isLog: boolean,
): TimeRange {
  if (!isLog) return { from, to, isLog };
  const start = from > 0 ? from : Math.min(1, to / 10);
  return { from: start, to: Math.max(to, start * 1.001), isLog };
}

/** Place of a moment in a range, 0 to 1. */
export function shareOfRange({ from, to, isLog }: TimeRange, time: number): number {
  const share = isLog
    ? Math.log(Math.max(time, from) / from) / Math.log(to / from)
    : (time - from) / (to - from);
  return Math.min(1, Math.max(0, share));
}

/** The moment at a place of a range. */
export function timeOfShare({ from, to, isLog }: TimeRange, share: number): number {
  return isLog ? from * (to / from) ** share : from + share * (to - from);
}
