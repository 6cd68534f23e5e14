/** What is known of cells without opening their records: the index says it, and that the records are still those. */
import type { SweepCell } from '../../../experiments/sweeps/cell.ts';
import type { EntryStore } from '../notebook/entry-store.ts';
import type { CellOutcome } from './sweep-run.ts';

/** How a cell ended with which nothing is left to do; null where there is, or nobody knows. */
export async function toldOutcome(
  entry: EntryStore,
  { id, label, epochs }: SweepCell,
): Promise<CellOutcome | null> {
  const row = entry.told(id);
  if (row?.state !== 'finished' || !(row.reach === Infinity || (row.lastEpoch ?? -1) >= epochs)) return null;
  if (!(await entry.isAsTold(id))) return null;
  const { state, lastEpoch, seconds } = row;
  return { id, label, state, epochs: lastEpoch ?? 0, seconds, message: null, failure: null };
}

/** Whether nothing is recorded of a cell. */
export async function isUntouched(entry: EntryStore, { id }: SweepCell): Promise<boolean> {
  return entry.told(id) === undefined && (await entry.isAsTold(id));
}
