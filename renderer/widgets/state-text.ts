/** States of cells in words. */
import type { CellCounts } from '../../electron/contract/entries.ts';
import type { CellState } from '../../experiments/records/snapshot.ts';
import { counted } from '../model/number-text.ts';

const order: readonly CellState[] = [
  'running',
  'queued',
  'paused',
  'failed',
  'interrupted',
  'unfinished',
  'cancelled',
  'finished',
];

/** How many cells are in each state. */
export function countsOf(cells: readonly { readonly state: CellState }[]): CellCounts {
  const counts: Partial<Record<CellState, number>> = {};
  for (const { state } of cells) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

/** "3 running, 12 queued"; "15 cells finished" where all are. */
export function countsText(counts: CellCounts): string {
  const present = order.filter((state) => (counts[state] ?? 0) > 0);
  if (present.length === 0) return 'no cells';
  const [only] = present;
  if (present.length === 1 && only !== undefined) return `${counted(counts[only] ?? 0, 'cell')} ${only}`;
  return present.map((state) => `${counts[state] ?? 0} ${state}`).join(', ');
}
