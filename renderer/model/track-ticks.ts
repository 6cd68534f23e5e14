/** Labels along the scrubber, whose frames lie evenly however unevenly they lie in time. */
export interface TrackTick {
  /** Place along the track, 0 to 1. */
  readonly share: number;
  readonly position: number;
}

/** Rows of round numbers up to `last`, finest first: multiples of 1, 2 and 5, then powers of ten. */
function candidateRows(last: number): number[][] {
  const step = 10 ** Math.floor(Math.log10(Math.max(last, 1)));
  const units = [step / 10, step / 5, step / 2, step].filter((unit) => Number.isInteger(unit) && unit > 0);
  const multiples = units.map((unit) =>
    Array.from({ length: Math.floor(last / unit) }, (_, at) => unit * (at + 1)),
  );
  return [...multiples, Array.from({ length: 12 }, (_, power) => 10 ** power)].map((row) =>
    row.filter((value) => value < last),
  );
}

/** The ticks of a row of round numbers; null where two of them are too close to each other. */
function ticksOfRow(row: readonly number[], positions: Float64Array, gap: number): TrackTick[] | null {
  const ticks: TrackTick[] = [];
  for (const position of row) {
    const share = shareOfTime(positions, position);
    if (share - (ticks.at(-1)?.share ?? -1) < gap) return null;
    ticks.push({ share, position });
  }
  return ticks;
}

/**
 * The first and the last frame, and round numbers between them at least `gap` (a share of the track) apart: the finest
 * row that fits, or powers of ten as far as they do.
 */
export function trackTicks(positions: Float64Array, gap: number): TrackTick[] {
  const last = positions.at(-1);
  if (last === undefined || positions.length < 2) return [];
  const rows = candidateRows(last);
  const fitting = rows
    .map((row) => ticksOfRow(row, positions, gap))
    .find((ticks) => ticks !== null && ticks.length > 1);
  const between = (fitting ?? sparse(rows.at(-1) ?? [], positions, gap)).filter(
    ({ share }) => share >= gap && share <= 1 - gap,
  );
  return [{ share: 0, position: positions[0] }, ...between, { share: 1, position: last }];
}

/** Of a row that does not fit, those ticks that do, from the right. */
function sparse(row: readonly number[], positions: Float64Array, gap: number): TrackTick[] {
  const ticks: TrackTick[] = [];
  for (const position of [...row].reverse()) {
    const share = shareOfTime(positions, position);
    if ((ticks[0]?.share ?? 1) - share >= gap) ticks.unshift({ share, position });
  }
  return ticks;
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
