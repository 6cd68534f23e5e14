/** Which rows of a long list are there to be seen, where all are of one height. */

/** A row that is drawn, and the elements that it is drawn with: those of a row that went out of sight. */
export interface DrawnRow {
  readonly index: number;
  readonly slot: number;
}

/** Rows that are drawn above and below those in sight, so that a scroll shows them at once. */
const spare = 4;

/** Rows in sight and around them, [from, to); `slots` of them have elements. */
export interface RowWindow {
  readonly from: number;
  readonly to: number;
  readonly slots: number;
}

/** The window of `count` rows when row `first` is the uppermost and `inSight` fit below one another. */
export function rowWindow(count: number, first: number, inSight: number): RowWindow {
  const slots = Math.min(count, inSight + 2 * spare);
  const from = Math.max(0, Math.min(first - spare, count - slots));
  return { from, to: from + slots, slots };
}

/**
 * The rows of a window, ascending, and one apart from it, which stays there wherever the window is; -1 for none. A row
 * keeps its slot as long as it is in the window.
 */
export function drawnRows({ from, to, slots }: RowWindow, apart: number): DrawnRow[] {
  const rows = Array.from({ length: to - from }, (_, at) => ({
    index: from + at,
    slot: (from + at) % slots,
  }));
  if (apart < 0) return rows;
  const single = { index: apart, slot: -1 };
  return apart < from ? [single, ...rows] : [...rows, single];
}
