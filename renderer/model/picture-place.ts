/** Where in the app a picture was drawn from, by the recipe inside it. */
import type { View } from '../../experiments/engines/engine.ts';
import type { Recipe } from '../../experiments/formats/recipe.ts';

/** What a picture shows of an entry. */
export interface PicturePlace {
  readonly entryId: string;
  /** The one cell it shows; null for grids. */
  readonly cellId: string | null;
  /** The latest epoch it shows; null where it shows none. */
  readonly epoch: number | null;
  /** The part of the plane; null where that is the unit square, or not told. */
  readonly view: View | null;
}

/** The place of a picture's recipe; null where it is not of an entry. Recipes are words of strangers: odd ones tell less. */
export function picturePlace({ entry, cells, drawing }: Recipe): PicturePlace | null {
  if (entry === null || !/^[0-9a-f]{8}$/.test(entry.id)) return null;
  const [cell] = cells;
  const isCell = cells.length === 1 && drawing.kind === 'frame' && /^[0-9a-f]{16}$/.test(cell.id);
  const epochs = cells.flatMap(({ epoch }) => epoch ?? []);
  return {
    entryId: entry.id,
    cellId: isCell ? cell.id : null,
    epoch: epochs.length === 0 ? null : epochs.reduce((latest, epoch) => Math.max(latest, epoch)),
    view: isCell ? viewOf(drawing.options) : null,
  };
}

function viewOf(options: Recipe['drawing']['options']): View | null {
  const [x0, y0, x1, y1] = ['x0', 'y0', 'x1', 'y1'].map((name) => options[name]);
  const isView = [x0, y0, x1, y1].every((value) => typeof value === 'number' && Math.abs(value) <= 1e6);
  if (!isView) return null;
  const view = { x0, y0, x1, y1 } as View;
  if (!(view.x0 < view.x1 && view.y0 < view.y1)) return null;
  return view.x0 === 0 && view.y0 === 0 && view.x1 === 1 && view.y1 === 1 ? null : view;
}
