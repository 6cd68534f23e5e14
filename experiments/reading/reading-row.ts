/** A statement of a paper beside what is measured here. */

/** One line of a table: what is stated, between which bounds it is expected here, what was measured. */
export interface ReadingRow {
  readonly what: string;
  /** What the paper, or theory, says. */
  readonly paper: string;
  /** Bounds within which a figure here bears it out. */
  readonly low: number;
  readonly high: number;
  readonly measured: number;
  /** Whether theory fixes the figure: then it must come out. */
  readonly isTheory: boolean;
}

/** Whether the measured figure lies within its bounds. */
export function bearsOut({ low, high, measured }: ReadingRow): boolean {
  return low <= measured && measured <= high;
}
