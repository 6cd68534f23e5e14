/** Entries as cards of a list. */
import { toldState } from '../../../experiments/records/cell-state.ts';
import type { CellState } from '../../../experiments/records/snapshot.ts';
import { gridFromAxes } from '../../../experiments/figures/grid-axes.ts';
import type { CellCounts, EntryCard } from '../../contract/entries.ts';
import type { SweepCell } from '../../../experiments/sweeps/cell.ts';
import type { ShownEntry } from '../comparisons/shown-entry.ts';
import type { EntrySummary } from '../notebook/entry-summary.ts';
import type { TrashedEntry } from '../notebook/trash.ts';

/** Maximum number of rows and columns of a card's picture. */
const coverSide = 5;

/** The card of an entry. */
export function cardFromSummary(summary: EntrySummary): EntryCard {
  const { id, title, name, tags, created, cells, problem } = summary;
  const counts = countsOf(cells.map(({ state }) => state));
  const cover = coverOf(cells);
  return { id, title, name, tags, created, counts, cover, isComparison: false, trashed: false, problem };
}

/** The card of an entry that is open; `queued` names the cells that stand in the queue. */
export function cardFromEntry(entry: ShownEntry, queued: ReadonlySet<string>): EntryCard {
  const { name, title, tags, created, cells } = entry.json;
  const { id } = entry;
  const states = cells.map(({ id: cellId, state }) => {
    const isQueued = queued.size > 0 && queued.has(`${id}/${cellId}`);
    return toldState(entry.openCellState(cellId) ?? state, isQueued);
  });
  const counts = countsOf(states);
  const isComparison = entry.comparison !== undefined;
  const cover = coverOf(cells);
  return { id, title, name, tags, created, counts, cover, isComparison, trashed: false, problem: null };
}

/** The card of an entry in the trash, without its picture. */
export function cardFromTrash({ id, title, name, tags, created }: TrashedEntry): EntryCard {
  const cover = { columns: 0, cellIds: [] };
  const isComparison = false;
  return { id, title, name, tags, created, counts: {}, cover, isComparison, trashed: true, problem: null };
}

/** The card of a comparison that cannot be read. */
export function brokenComparison(id: string, name: string, problem: string): EntryCard {
  const cover = { columns: 0, cellIds: [] };
  const words = { id, title: name, name, tags: [], created: new Date(0).toISOString() };
  return { ...words, counts: {}, cover, isComparison: true, trashed: false, problem };
}

function countsOf(states: readonly CellState[]): CellCounts {
  const counts: Partial<Record<CellState, number>> = {};
  for (const state of states) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

/** The upper left of the comparison grid. */
function coverOf(cells: readonly Pick<SweepCell, 'id' | 'axes'>[]): EntryCard['cover'] {
  if (!cells.some(({ axes }) => Object.keys(axes).length > 0)) {
    const cellIds = cells.slice(0, coverSide).map(({ id }) => id);
    return { columns: cellIds.length, cellIds };
  }
  const rows = gridFromAxes(cells).cells.slice(0, coverSide);
  const columns = Math.min(coverSide, rows[0]?.length ?? 0);
  const cellIds = rows.flatMap((row) => row.slice(0, columns).map((cell) => cell?.id ?? null));
  return { columns, cellIds };
}
