/** How large the pictures of a grid are so that all of it fits, as far as that is possible. */
import { isLine, type GridChoice, type GridPlan } from './grid-axes.ts';

/** The room for a grid and what it holds; pixels. */
export interface GridSpace {
  /** Room for the grid in CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly rows: number;
  /** Blocks of a further axis, a little apart. */
  readonly columnBlocks: number;
  readonly rowBlocks: number;
  /** Whether the pictures follow a single axis: their row is broken where that makes them larger. */
  readonly isLine: boolean;
  readonly hasRowTitles: boolean;
  readonly hasOuterColumns: boolean;
  /** Width by height of the pictures. */
  readonly aspect: number;
  /** Whether pictures lie close together, with nothing below them. */
  readonly isCompact?: boolean;
}

/** Sizes of a grid's pictures in pixels, and how many go across. */
export interface GridFit {
  /** Size of a picture. */
  readonly width: number;
  readonly height: number;
  /** Pictures beside one another. */
  readonly across: number;
}

const smallest = 88;
const largest = 560;
/** Additional gap in front of a block. */
export const blockGap = 16;
/** Gaps, error bar and caption, headings, titles, padding: as the style sheets have them. */
const columnGap = 10;
/** Between small pictures, in both directions. */
export const compactGap = 2;
const rowExtra = 38;
const headRow = 28;
const titleWidth = 118;
const padding = { width: 44, height: 18 };

/** The room that a grid has, and what it puts there. */
export function gridSpace(
  room: { readonly width: number; readonly height: number; readonly aspect: number },
  plan: GridPlan<unknown>,
  choice: GridChoice,
): GridSpace {
  const blocks = (headings: GridPlan<unknown>['columns']): number =>
    headings.filter(({ startsBlock }) => startsBlock).length;
  return {
    ...room,
    columns: plan.columns.length,
    rows: plan.rows.length,
    columnBlocks: blocks(plan.columns),
    rowBlocks: blocks(plan.rows),
    isLine: isLine(choice),
    hasRowTitles: choice.y !== null || choice.outerY !== null,
    hasOuterColumns: choice.outerX !== null,
  };
}

/** How large a grid is seen: whole, or so many times as large as suits its pictures. */
export type GridZoom = number | 'whole';

/** Pictures that are narrower than this have nothing below and over them. */
export const compactBelow = 64;
/** Longer sides of pictures that a person may ask for. */
const reach = { least: 6, most: 1600 };

/**
 * Size of a picture: the longer side between 88 and 560 pixels, smaller grids than that scroll; seen whole as small as it has
 * to be.
 */
export function gridFit(space: GridSpace, zoom: GridZoom = 1): GridFit {
  const suited = fitWithin(space, smallest);
  if (zoom === 1) return suited;
  if (zoom === 'whole') {
    const { width, height } = wholeSpace(space);
    const isWhole = suited.width >= compactBelow && isWithin(space, suited);
    return isWhole ? suited : fitWithin({ ...space, width, height, isCompact: true }, reach.least);
  }
  const longest = Math.max(suited.width, suited.height);
  const scale = Math.min(reach.most, Math.max(reach.least, longest * zoom)) / longest;
  return {
    width: Math.max(1, Math.floor(suited.width * scale)),
    height: Math.max(1, Math.floor(suited.height * scale)),
    across: suited.across,
  };
}

/** Whether pictures of this size need no scrolling. */
function isWithin(space: GridSpace, { width, across }: GridFit): boolean {
  const rows = space.isLine ? Math.ceil((space.columns * space.rows) / across) : space.rows;
  const heads = space.isLine ? rows : space.hasOuterColumns ? 2 : 1;
  const titles = space.hasRowTitles && !space.isLine ? titleWidth : 0;
  return width <= roomOf(space, across, rows, titles, heads) + 1;
}

/** Room for what is seen whole: nothing of it may be cut off by a scroll bar. */
function wholeSpace({ width, height }: GridSpace): { readonly width: number; readonly height: number } {
  return { width: width - 4, height: height - 4 };
}

/** The next larger or smaller one, a quarter more or less of what is seen now. */
export function nextZoom(space: GridSpace, zoom: GridZoom, isLarger: boolean): number {
  const now = typeof zoom === 'number' ? zoom : gridFit(space, zoom).width / fitWithin(space, smallest).width;
  return Math.min(8, Math.max(0.05, now * (isLarger ? 1.25 : 0.8)));
}

function fitWithin(space: GridSpace, least: number): GridFit {
  const { aspect } = space;
  const { across, width: room } = space.isLine ? bestLine(space, least) : tableRoom(space);
  const width = Math.floor(room);
  const longest = Math.max(width, width / aspect);
  const scale = Math.min(largest, Math.max(least, longest)) / Math.max(1, longest);
  return {
    width: Math.max(1, Math.floor(Math.max(1, width) * scale)),
    height: Math.max(1, Math.floor((Math.max(1, width) * scale) / aspect)),
    across,
  };
}

/** Width that a picture may have in so many rows and columns with these headings. */
function roomOf(space: GridSpace, columns: number, rows: number, titles: number, heads: number): number {
  const gaps = blockGap * (space.columnBlocks - 1);
  const [beside, below] = space.isCompact === true ? [compactGap, compactGap] : [columnGap, rowExtra];
  const across = space.width - padding.width - titles - gaps - beside * columns;
  const down =
    space.height - padding.height - headRow * heads - blockGap * (space.rowBlocks - 1) - below * rows;
  return Math.min(across / Math.max(1, columns), (down / Math.max(1, rows)) * space.aspect);
}

function tableRoom(space: GridSpace): { across: number; width: number } {
  const { columns, rows, hasRowTitles, hasOuterColumns } = space;
  const titles = hasRowTitles ? titleWidth : 0;
  return { across: columns, width: roomOf(space, columns, rows, titles, hasOuterColumns ? 2 : 1) };
}

/** The break of a line that makes its pictures largest; where all are too small, as many as the width holds. */
function bestLine(space: GridSpace, smallestSide = smallest): { across: number; width: number } {
  // An entry whose cells are a heat map has no pictures yet.
  const count = Math.max(1, space.columns * space.rows);
  const most = space.aspect >= 1 ? largest : largest * space.aspect;
  const least = space.aspect >= 1 ? smallestSide : smallestSide * space.aspect;
  const breaks = Array.from({ length: count }, (_, at) => {
    const rows = Math.ceil(count / (count - at));
    const across = Math.ceil(count / rows);
    return {
      across,
      width: Math.min(most, roomOf({ ...space, columnBlocks: 1, rowBlocks: 1 }, across, rows, 0, rows)),
    };
  });
  const best = breaks.reduce((a, b) => (b.width > a.width ? b : a));
  if (best.width >= least) return best;
  const across = Math.floor((space.width - padding.width) / (least + columnGap));
  return { across: Math.min(count, Math.max(1, across)), width: least };
}

/**
 * Width of the panel beside the grid: what the grid leaves free where its height limits it, between `narrowest` and
 * `widest`.
 */
export function panelWidth(
  space: GridSpace,
  { narrowest, widest }: { readonly narrowest: number; readonly widest: number },
): number {
  const fit = gridFit({ ...space, width: space.width - narrowest });
  const titles = space.hasRowTitles && !space.isLine ? titleWidth : 0;
  const gaps = blockGap * (space.columnBlocks - 1);
  const used = padding.width + titles + gaps + (fit.width + columnGap) * fit.across;
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
  const beside = gridFit({ ...space, width: space.width - panel.width });
  const below = gridFit({ ...space, height: space.height - panel.height });
  return below.width > beside.width * 1.1;
}
