/** How large the pictures of a grid are so that all of it fits, as far as that is possible. */

export interface GridSpace {
  /** Room for the grid in CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly rows: number;
  readonly columnBlocks: number;
  readonly rowBlocks: number;
  readonly hasRowTitles: boolean;
  readonly hasOuterColumns: boolean;
  /** Width by height of the pictures. */
  readonly aspect: number;
}

export interface CellSize {
  readonly width: number;
  readonly height: number;
}

const smallest = 88;
const largest = 560;
/** Gaps, error bar and caption, headings, titles, padding: as the style sheets have them. */
const columnGap = 10;
const rowExtra = 38;
const headRow = 28;
const titleWidth = 118;
const padding = { width: 44, height: 18 };

/** Size of a picture: the longer side between 88 and 560 pixels, smaller grids than that scroll. */
export function gridCellSize(space: GridSpace): CellSize {
  const { columns, rows, aspect } = space;
  const across = space.width - padding.width - (space.hasRowTitles ? titleWidth : 0) - columnGap * columns;
  const heads = headRow * (space.hasOuterColumns ? 2 : 1);
  const down = space.height - padding.height - heads - rowExtra * rows;
  const byWidth = across / Math.max(1, columns);
  const byHeight = (down / Math.max(1, rows)) * aspect;
  const width = Math.floor(Math.min(byWidth, byHeight));
  const longest = Math.max(width, width / aspect);
  const scale = Math.min(largest, Math.max(smallest, longest)) / Math.max(1, longest);
  return {
    width: Math.max(1, Math.floor(Math.max(1, width) * scale)),
    height: Math.max(1, Math.floor((Math.max(1, width) * scale) / aspect)),
  };
}

/**
 * Width of the panel beside the grid: what the grid leaves free where its height limits it, between `narrowest` and
 * `widest`.
 */
export function panelWidth(
  space: GridSpace,
  { narrowest, widest }: { readonly narrowest: number; readonly widest: number },
): number {
  const size = gridCellSize({ ...space, width: space.width - narrowest });
  const titles = space.hasRowTitles ? titleWidth : 0;
  const used = padding.width + titles + (size.width + columnGap) * space.columns;
  return Math.min(widest, Math.max(narrowest, space.width - used));
}

/**
 * Whether charts go below the grid: where that makes the pictures larger than having the charts beside it. `panel` is
 * the width of charts beside, and the height of charts below.
 */
export function chartsGoBelow(
  space: GridSpace,
  panel: { readonly width: number; readonly height: number },
): boolean {
  const beside = gridCellSize({ ...space, width: space.width - panel.width });
  const below = gridCellSize({ ...space, height: space.height - panel.height });
  return below.width > beside.width * 1.1;
}
