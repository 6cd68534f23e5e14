/** A heat map's squares on a canvas: a picture of one pixel a square. */
import { colourTable, tableIndex } from '../../experiments/drawing/colour-map.ts';
import { shareOf, type Scale } from '../../experiments/charts/chart-scale.ts';
import type { HeatData } from '../../experiments/charts/heat-data.ts';
import { heatMapColours } from '../../experiments/charts/heat-request.ts';

/** Of values that there are none of. */
const noValue = [196, 200, 204] as const;

/** Opaque RGBA of the squares, [rows, columns, 4], the highest row first; places without a cell are clear. */
function heatPixels({ columns, rows, values, starts }: HeatData, scale: Scale): ImageData {
  const pixels = new ImageData(columns.length, rows.length);
  const table = colourTable(heatMapColours);
  for (let row = 0; row < rows.length; row++) {
    let at = 4 * (rows.length - 1 - row) * columns.length;
    for (let column = 0; column < columns.length; column++, at += 4) {
      const square = row * columns.length + column;
      if (starts[square] === starts[square + 1]) continue;
      const value = values[square];
      const share = shareOf(scale, value);
      const from = 3 * tableIndex(Number.isNaN(share) ? 0 : share);
      const isKnown = !Number.isNaN(value);
      pixels.data[at] = isKnown ? table[from] : noValue[0];
      pixels.data[at + 1] = isKnown ? table[from + 1] : noValue[1];
      pixels.data[at + 2] = isKnown ? table[from + 2] : noValue[2];
      pixels.data[at + 3] = 255;
    }
  }
  return pixels;
}

/** Draws squares over a whole canvas, a pixel for each: the page enlarges them. */
export function drawHeatMap(canvas: HTMLCanvasElement, data: HeatData, scale: Scale): void {
  const [width, height] = [data.columns.length, data.rows.length];
  // A canvas that keeps its size keeps its memory.
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  if (data.values.length > 0) canvas.getContext('2d')?.putImageData(heatPixels(data, scale), 0, 0);
}

/** A range of squares: from one corner to the other, both included. */
export interface SquareRange {
  readonly column: number;
  readonly row: number;
  readonly toColumn: number;
  readonly toRow: number;
}

/** Ids of the cells in a range of squares. */
export function idsInRange(data: HeatData, range: SquareRange): Set<string> {
  const [left, right] = [range.column, range.toColumn].sort((a, b) => a - b);
  const [low, high] = [range.row, range.toRow].sort((a, b) => a - b);
  const ids = new Set<string>();
  for (let row = low; row <= high; row++) {
    const [first, last] = [row * data.columns.length + left, row * data.columns.length + right];
    for (let at = data.starts[first]; at < data.starts[last + 1]; at++)
      ids.add(data.cells[data.order[at]].id);
  }
  return ids;
}
