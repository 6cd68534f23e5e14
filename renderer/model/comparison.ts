/** Comparing two pictures of one view: which of them is seen, and how. */

/** How two frames are compared. */
export type CompareMode = 'off' | 'blink' | 'swipe' | 'difference';

/** What the shown cell is compared with. */
export interface Comparison {
  readonly mode: CompareMode;
  readonly cellId: string;
  /** A pinned epoch, or null: the same time as A. */
  readonly epoch: number | null;
}

/** The mode after a key for `wanted` was pressed: a second press turns it off. */
export function toggledMode(mode: CompareMode, wanted: CompareMode): CompareMode {
  return mode === wanted ? 'off' : wanted;
}
