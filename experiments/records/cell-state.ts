/** State of a cell, derived from what its records say. */
import type { TimedEvent } from './record-codec.ts';
import type { CellState } from './snapshot.ts';

/**
 * State of a cell whose events are `events` (in order) and whose goal is `epochs`: the last event's word. A start
 * without a final word is 'running' where somebody is at work on it and 'interrupted' where nobody is. A cell that
 * finished at an earlier goal than today's is 'queued' again.
 */
export function cellState(
  events: readonly TimedEvent[],
  epochs: number,
  atWork: false,
): Exclude<CellState, 'running' | 'unfinished'>;
export function cellState(events: readonly TimedEvent[], epochs: number, atWork: boolean): CellState;
export function cellState(events: readonly TimedEvent[], epochs: number, atWork: boolean): CellState {
  const last = events.at(-1)?.event;
  if (last === undefined) return 'queued';
  switch (last.kind) {
    case 'started':
    case 'resumed':
      return atWork ? 'running' : 'interrupted';
    case 'finished':
      return last.reason === 'goal' && last.epoch < epochs ? 'queued' : 'finished';
    default:
      return last.kind;
  }
}

/**
 * State of a cell as people are told: 'queued' is what stands in the queue; what only has not begun, or not gone on to a
 * later goal, is 'unfinished'.
 */
export function toldState(state: CellState, isInQueue: boolean): CellState {
  return state === 'queued' && !isInQueue ? 'unfinished' : state;
}
