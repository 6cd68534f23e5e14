/** Opacity of creases: lone lines are drawn fully, crowds of them turn to an even tint instead of a black mess. */
import { inkLevels } from './colour-words.ts';

/** Share of boundary pixels around a pixel at which the opacity of its crease has fallen to half. */
const crowding = 0.3;

let sums = new Uint32Array(0);
let inks = new Uint8Array(0);

/**
 * Ink level (1 to inkLevels - 1) of every boundary pixel, 0 elsewhere; the array is reused by the next call. The
 * neighbourhood is a square of 1/32 of the shorter side, at least 5 pixels.
 */
export function creaseInks(boundary: Uint8Array, width: number, height: number): Uint8Array {
  const pixels = width * height;
  const stride = width + 1;
  if (sums.length < stride * (height + 1)) sums = new Uint32Array(stride * (height + 1));
  if (inks.length !== pixels) inks = new Uint8Array(pixels);
  summedBits(boundary, width, height);
  const radius = Math.max(2, Math.round(Math.min(width, height) / 64));
  const table = inkTable((2 * radius + 1) ** 2);
  for (let row = 0, at = 0; row < height; row++) {
    const top = Math.max(0, row - radius) * stride;
    const bottom = Math.min(height, row + radius + 1) * stride;
    const rowsInside = (bottom - top) / stride;
    for (let column = 0; column < width; column++, at++) {
      if ((boundary[at >> 3] & (128 >> (at & 7))) === 0) {
        inks[at] = 0;
        continue;
      }
      const left = column < radius ? 0 : column - radius;
      const right = column + radius + 1 > width ? width : column + radius + 1;
      const count = sums[bottom + right] - sums[bottom + left] - sums[top + right] + sums[top + left];
      const area = rowsInside * (right - left);
      inks[at] = table[Math.round((count / area) * (table.length - 1))];
    }
  }
  return inks;
}

/** Sums of all bits above and to the left, [height + 1, width + 1], the first row and column 0. */
function summedBits(boundary: Uint8Array, width: number, height: number): void {
  const stride = width + 1;
  sums.fill(0, 0, stride);
  for (let row = 0, at = 0; row < height; row++) {
    const above = row * stride;
    const here = above + stride;
    let line = 0;
    sums[here] = 0;
    for (let column = 1; column <= width; column++, at++) {
      if ((boundary[at >> 3] & (128 >> (at & 7))) !== 0) line++;
      sums[here + column] = sums[above + column] + line;
    }
  }
}

const inkTables = new Map<number, Uint8Array>();

/** Ink level by the share of boundary pixels in a full neighbourhood of so many pixels. */
function inkTable(area: number): Uint8Array {
  const known = inkTables.get(area);
  if (known !== undefined) return known;
  const table = Uint8Array.from({ length: area + 1 }, (_, count) =>
    Math.max(1, Math.round((inkLevels - 1) / (1 + count / area / crowding))),
  );
  inkTables.set(area, table);
  return table;
}
