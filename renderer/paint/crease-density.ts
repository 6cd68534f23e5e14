/** Opacity of creases: lone lines are drawn fully, crowds of them turn to an even tint instead of a black mess. */
import { inkLevels } from './pixel-colours.ts';

/** Share of boundary pixels around a pixel at which the opacity of its crease has fallen to half. */
const crowding = 0.3;

let inks = new Uint8Array(0);

/**
 * Ink level (1 to inkLevels - 1) of every boundary pixel, 0 elsewhere; the array is reused by the next call. The
 * neighbourhood is a square of about 1/32 of the shorter side, at least 5 pixels.
 */
export function creaseInks(boundary: Uint8Array, width: number, height: number): Uint8Array {
  const pixels = width * height;
  if (inks.length !== pixels) inks = new Uint8Array(pixels);
  const radius = Math.max(2, Math.round(Math.min(width, height) / 64));
  if (radius === 2 && width % 8 === 0) previewInks(boundary, width, height);
  else frameInks(boundary, width, height, radius);
  return inks;
}

let sums = new Uint32Array(0);

/** Any radius, by sums of all bits above and to the left. */
function frameInks(boundary: Uint8Array, width: number, height: number, radius: number): void {
  const stride = width + 1;
  if (sums.length < stride * (height + 1)) sums = new Uint32Array(stride * (height + 1));
  summedBits(boundary, width, height);
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

/** Eight bits as eight bytes of 0 or 1, in two words each, the leftmost pixel in the lowest byte. */
const spreadBits = Uint32Array.from({ length: 512 }, (_, at) => {
  const nibble = at % 2 === 0 ? at >> 5 : (at >> 1) & 15;
  return (
    ((nibble >> 3) & 1) | (((nibble >> 2) & 1) << 8) | (((nibble >> 1) & 1) << 16) | ((nibble & 1) << 24)
  );
});

let spread = new Uint32Array(0);
let columnSums = new Uint32Array(0);

/**
 * Radius 2 for widths of whole bytes: four pixels to a word, so that a grid of previews is done within a frame of the
 * screen. Counts stay below 26 and never carry from byte to byte. Missing neighbours to the left and right count as
 * having no crease.
 */
function previewInks(boundary: Uint8Array, width: number, height: number): void {
  const wordsInRow = width >> 2;
  if (spread.length < wordsInRow * height) spread = new Uint32Array(wordsInRow * height);
  for (let byte = 0; byte < boundary.length; byte++) {
    spread[2 * byte] = spreadBits[2 * boundary[byte]];
    spread[2 * byte + 1] = spreadBits[2 * boundary[byte] + 1];
  }
  // One word of nothing on either side.
  if (columnSums.length !== wordsInRow + 2) columnSums = new Uint32Array(wordsInRow + 2);
  columnSums.fill(0);
  addRow(0, wordsInRow, 1);
  if (height > 1) addRow(1, wordsInRow, 1);
  for (let row = 0; row < height; row++) {
    if (row + 2 < height) addRow(row + 2, wordsInRow, 1);
    if (row >= 3) addRow(row - 3, wordsInRow, -1);
    const rowsInside = Math.min(height, row + 3) - Math.max(0, row - 2);
    inkRow(row, wordsInRow, inkTable(5 * rowsInside));
  }
}

function addRow(row: number, wordsInRow: number, sign: 1 | -1): void {
  const from = row * wordsInRow;
  if (sign > 0) for (let word = 0; word < wordsInRow; word++) columnSums[word + 1] += spread[from + word];
  else for (let word = 0; word < wordsInRow; word++) columnSums[word + 1] -= spread[from + word];
}

function inkRow(row: number, wordsInRow: number, table: Uint8Array): void {
  let at = 4 * row * wordsInRow;
  for (let word = 0; word < wordsInRow; word++, at += 4) {
    const marks = spread[row * wordsInRow + word];
    if (marks === 0) {
      inks[at] = inks[at + 1] = inks[at + 2] = inks[at + 3] = 0;
      continue;
    }
    const left = columnSums[word];
    const middle = columnSums[word + 1];
    const right = columnSums[word + 2];
    const counts =
      middle +
      ((middle << 8) | (left >>> 24)) +
      ((middle << 16) | (left >>> 16)) +
      ((middle >>> 8) | (right << 24)) +
      ((middle >>> 16) | (right << 16));
    inks[at] = (marks & 1) !== 0 ? table[counts & 255] : 0;
    inks[at + 1] = (marks & 0x100) !== 0 ? table[(counts >>> 8) & 255] : 0;
    inks[at + 2] = (marks & 0x10000) !== 0 ? table[(counts >>> 16) & 255] : 0;
    inks[at + 3] = (marks & 0x1000000) !== 0 ? table[(counts >>> 24) & 255] : 0;
  }
}

const inkTables = new Map<number, Uint8Array>();

/** Ink level by the number of boundary pixels in a neighbourhood of so many pixels. */
function inkTable(area: number): Uint8Array {
  const known = inkTables.get(area);
  if (known !== undefined) return known;
  const table = Uint8Array.from({ length: area + 1 }, (_, count) =>
    Math.max(1, Math.round((inkLevels - 1) / (1 + count / area / crowding))),
  );
  inkTables.set(area, table);
  return table;
}
