/** A heat map's squares on a canvas: one picture of one pixel a square, enlarged without smoothing. */
import { colourTable, tableIndex } from '../../experiments/drawing/colour-map.ts';
import { shareOf, type Scale } from '../../experiments/charts/chart-scale.ts';
import type { HeatData } from '../../experiments/charts/heat-data.ts';
import { heatMapColours } from '../../experiments/charts/heat-request.ts';

const noValue = [196, 200, 204] as const;

/** Opaque RGBA of the squares, [rows, columns, 4], the highest row first; places without a cell are clear. */
export function heatPixels({ columns, rows, values, starts }: HeatData, scale: Scale): ImageData {
  const pixels = new ImageData(columns.length, rows.length);
  const table = colourTable(heatMapColours);
  for (let square = 0; square < values.length; square++) {
    if (starts[square] === starts[square + 1]) continue;
    const row = rows.length - 1 - Math.floor(square / columns.length);
    const at = 4 * (row * columns.length + (square % columns.length));
    const share = shareOf(scale, values[square]);
    const from = 3 * tableIndex(Number.isNaN(share) ? 0 : share);
    for (let channel = 0; channel < 3; channel++)
      pixels.data[at + channel] = Number.isNaN(values[square]) ? noValue[channel] : table[from + channel];
    pixels.data[at + 3] = 255;
  }
  return pixels;
}

/** Draws squares over a whole canvas of so many CSS pixels. */
export function drawHeatMap(
  canvas: HTMLCanvasElement,
  data: HeatData,
  scale: Scale,
  size: { readonly width: number; readonly height: number },
): void {
  const ratio = window.devicePixelRatio;
  canvas.width = Math.max(1, Math.round(size.width * ratio));
  canvas.height = Math.max(1, Math.round(size.height * ratio));
  const pen = canvas.getContext('2d');
  if (pen === null || data.values.length === 0) return;
  const squares = new OffscreenCanvas(data.columns.length, data.rows.length);
  squares.getContext('2d')?.putImageData(heatPixels(data, scale), 0, 0);
  pen.imageSmoothingEnabled = false;
  pen.drawImage(squares, 0, 0, canvas.width, canvas.height);
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
