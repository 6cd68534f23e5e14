/** Which cells may start: the one rule for the queue and for a sweep that runs by itself. */
import type { EngineName } from '../../../experiments/engines/engine.ts';

/** How many cells may run side by side. */
export interface CellPlaces {
  /** Cells that an engine trains at once. */
  readonly cellsAtOnce: (engine: EngineName) => number;
  /** Cells that may run in all; Infinity where nobody set a limit. */
  readonly limit: number;
}

/**
 * The cells to start now, in the order in which they wait: each for which its engine and the limit have a place beside
 * those that run and those before it. `running` has the engine of every cell that runs.
 */
export function nextCells<Cell extends { readonly engine: EngineName }>(
  waiting: Iterable<Cell>,
  running: Iterable<EngineName>,
  { cellsAtOnce, limit }: CellPlaces,
): Cell[] {
  const counts = new Map<EngineName, number>();
  let total = 0;
  const count = (engine: EngineName): void => {
    counts.set(engine, (counts.get(engine) ?? 0) + 1);
    total += 1;
  };
  for (const engine of running) count(engine);
  const next: Cell[] = [];
  for (const cell of waiting) {
    if (total >= limit) break;
    if ((counts.get(cell.engine) ?? 0) >= cellsAtOnce(cell.engine)) continue;
    count(cell.engine);
    next.push(cell);
  }
  return next;
}
