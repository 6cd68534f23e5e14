/** How long cells that train and wait will still take, by what each has to compute. Estimates for people. */

/** A cell that trains, waits or is done. */
export interface CellWork {
  readonly epoch: number;
  readonly epochs: number;
  /** Floating-point operations of training it to its last epoch. */
  readonly operations: number;
  /** Training seconds so far. */
  readonly seconds: number;
  /** Present speed where it trains and that is known. */
  readonly epochsPerSecond: number | null;
}

function operationsOf({ operations, epochs }: CellWork, count: number): number {
  return (operations / Math.max(1, epochs)) * count;
}

/** Operations a second of one cell among others: of those that train now, else of what was trained so far; null unknown. */
export function operationsPerSecond(cells: readonly CellWork[]): number | null {
  const live = cells.flatMap((cell) =>
    cell.epochsPerSecond === null ? [] : operationsOf(cell, cell.epochsPerSecond),
  );
  if (live.length > 0) return live.reduce((sum, speed) => sum + speed, 0) / live.length;
  const trained = cells.filter(({ epoch, seconds }) => epoch > 0 && seconds > 0);
  const seconds = trained.reduce((sum, cell) => sum + cell.seconds, 0);
  return seconds > 0
    ? trained.reduce((sum, cell) => sum + operationsOf(cell, cell.epoch), 0) / seconds
    : null;
}

/**
 * Seconds until the last cell is done, `places` of them side by side, those that wait in their order; null while no
 * speed is known. `done` only tells speeds.
 */
export function secondsUntilDone(
  running: readonly CellWork[],
  waiting: readonly CellWork[],
  done: readonly CellWork[],
  places: number,
): number | null {
  // What has only begun is slow at first and tells nothing yet.
  const known = running.filter(({ epochsPerSecond }) => epochsPerSecond !== null);
  const speed = operationsPerSecond([...known, ...waiting, ...done]);
  if (running.length + waiting.length === 0) return 0;
  if (speed === null) return null;
  const secondsOf = (cell: CellWork): number => {
    const epochs = Math.max(0, cell.epochs - cell.epoch);
    return cell.epochsPerSecond === null ? operationsOf(cell, epochs) / speed : epochs / cell.epochsPerSecond;
  };
  const loads = running.map(secondsOf);
  while (loads.length < places || loads.length === 0) loads.push(0);
  for (const cell of waiting) loads[loads.indexOf(Math.min(...loads))] += secondsOf(cell);
  return Math.max(...loads);
}
