/** Which cells are chosen, as rows of a table are: one beside others, or everything in between. */
import type { TableRow } from '../../experiments/charts/cell-table.ts';

const idsOf = (rows: readonly TableRow[]): string[] => rows.flatMap(({ cells }) => cells.map(({ id }) => id));

/** The chosen cells with those of a row; without them where all were chosen before. */
export function toggledRow(chosen: ReadonlySet<string>, row: TableRow): ReadonlySet<string> {
  const ids = idsOf([row]);
  return ids.every((id) => chosen.has(id))
    ? new Set([...chosen].filter((id) => !ids.includes(id)))
    : new Set([...chosen, ...ids]);
}

/** The cells of all rows from the one of a cell (the first row where it is in none) to another one. */
export function rowsBetween(
  rows: readonly TableRow[],
  fromCell: string | null,
  to: TableRow,
): ReadonlySet<string> {
  const start = Math.max(
    0,
    rows.findIndex(({ cells }) => cells.some(({ id }) => id === fromCell)),
  );
  const ends = [start, rows.indexOf(to)].sort((a, b) => a - b);
  return new Set(idsOf(rows.slice(ends[0], ends[1] + 1)));
}
