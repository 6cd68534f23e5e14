/** Where everything of a film's frame lies, in the film's pixels. */
import { FigureError } from '../figures/figure-error.ts';
import { textWidth } from '../figures/text-width.ts';

/** A rectangle in pixels. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What is to be laid out: a grid of pictures that share one aspect. */
export interface FilmPlan {
  readonly width: number;
  readonly height: number;
  readonly rows: number;
  readonly columns: number;
  /** Whether the single row may be broken into several. */
  readonly canWrap: boolean;
  /** Pictures in the single row, where it may be broken. */
  readonly count: number;
  /** Width and height of the true picture. */
  readonly aspect: { readonly width: number; readonly height: number };
  /** Film pixels in x and y that one rendered pixel covers. */
  readonly zoom: number;
  /** Titles of rows, measured for the room they need; empty where rows have none. */
  readonly rowTitles: readonly string[];
  /** False leaves out every word: pictures fill the film. */
  readonly hasLabels: boolean;
}

/** Where the parts of a film's frame lie, in pixels. */
export interface FilmLayout {
  readonly rows: number;
  readonly columns: number;
  /** Size of every picture as it is rendered, before zooming. */
  readonly rendered: { readonly width: number; readonly height: number };
  readonly zoom: number;
  /** Font size in pixels; null without labels. */
  readonly type: number;
  /** Place of the picture in (row, column). */
  panel(row: number, column: number): Rectangle;
  /** Right edge of row titles. */
  readonly titleRight: number;
  /** The time line at the lower edge. */
  readonly timeline: Rectangle;
}

const smallest = 16;

/** The layout with the largest pictures. Throws FigureError where they would be smaller than 16 pixels. */
export function filmLayout(plan: FilmPlan): FilmLayout {
  if (!plan.canWrap) return layoutOf(plan, plan.rows, plan.columns);
  const layouts = Array.from({ length: plan.count }, (_, at) => at + 1).flatMap((columns) => {
    try {
      return [layoutOf(plan, Math.ceil(plan.count / columns), columns)];
    } catch (error) {
      if (error instanceof FigureError) return [];
      throw error;
    }
  });
  const best = layouts.sort((a, b) => b.rendered.width - a.rendered.width || a.rows - b.rows).at(0);
  if (best === undefined) throw tooSmall(plan);
  return best;
}

/** Font size that reads well at the film's size. */
function typeSize({ width, height }: FilmPlan): number {
  return Math.max(9, Math.round(Math.min(height / 54, width / 84)));
}

function layoutOf(plan: FilmPlan, rows: number, columns: number): FilmLayout {
  const { width, height, zoom, aspect, hasLabels } = plan;
  const type = typeSize(plan);
  const margin = hasLabels ? Math.round(1.4 * type) : 0;
  const gap = hasLabels ? Math.round(1.1 * type) : 2 * zoom;
  const top = hasLabels ? Math.round(3.9 * type) : 0;
  const bottom = hasLabels ? Math.round(3.6 * type) : 0;
  const above = hasLabels ? Math.round(1.5 * type) : 0;
  const below = hasLabels ? Math.round(1.5 * type) : 0;
  const titles = plan.rowTitles.map((title) => textWidth(title, type, 600));
  const gutter = hasLabels && titles.length > 0 ? Math.ceil(Math.max(...titles)) + type : 0;
  const roomX = (width - 2 * margin - gutter - (columns - 1) * gap) / columns;
  const roomY = (height - top - bottom - (rows - 1) * gap) / rows - above - below;
  const longer = Math.max(aspect.width, aspect.height);
  const byX = roomX / (zoom * (aspect.width / longer));
  const byY = roomY / (zoom * (aspect.height / longer));
  const side = Math.floor(Math.min(byX, byY));
  if (!(side >= smallest)) throw tooSmall(plan);
  const rendered = {
    width: Math.max(1, Math.round((side * aspect.width) / longer)),
    height: Math.max(1, Math.round((side * aspect.height) / longer)),
  };
  const size = { width: rendered.width * zoom, height: rendered.height * zoom };
  const gridWidth = columns * size.width + (columns - 1) * gap;
  const rowHeight = above + size.height + below;
  const gridHeight = rows * rowHeight + (rows - 1) * gap;
  const left = Math.floor(gutter + (width - gutter - gridWidth) / 2);
  const first = Math.floor(top + (height - top - bottom - gridHeight) / 2);
  return {
    rows,
    columns,
    rendered,
    zoom,
    type,
    panel: (row, column) => ({
      x: left + column * (size.width + gap),
      y: first + row * (rowHeight + gap) + above,
      ...size,
    }),
    titleRight: left - Math.round(0.7 * type),
    timeline: {
      x: left - gutter,
      y: height - bottom + Math.round(1.9 * type),
      width: gridWidth + gutter,
      height: Math.max(2, Math.round(type / 5)),
    },
  };
}

function tooSmall({ width, height }: FilmPlan): FigureError {
  return new FigureError(
    `${width} x ${height} pixels are too few for the pictures of this film; make it larger`,
  );
}
