/** From the components of a JPEG file to grey and RGB (ITU-T T.871; Adobe technical note 5116). */
import type { JpegFrame } from './jpeg-frame.ts';

/** How colours are stored. Inverted CMYK, as Adobe writes it: 255 is no ink. */
export type JpegColours = 'grey' | 'rgb' | 'ycc' | 'cmyk' | 'inverted-cmyk' | 'inverted-ycck';

/** What is stored, by the rules of libjpeg: the JFIF marker speaks first, then Adobe's, then the names of the components. */
export function coloursOf(
  { components }: JpegFrame,
  hasJfif: boolean,
  adobeTransform: number | null,
): JpegColours {
  if (components.length === 1) return 'grey';
  if (components.length === 4) {
    if (adobeTransform === null) return 'cmyk';
    return adobeTransform === 0 ? 'inverted-cmyk' : 'inverted-ycck';
  }
  if (hasJfif) return 'ycc';
  if (adobeTransform !== null) return adobeTransform === 0 ? 'rgb' : 'ycc';
  return String.fromCharCode(...components.map(({ id }) => id)) === 'RGB' ? 'rgb' : 'ycc';
}

/** The samples of a component: stored blocks side by side. */
export interface Plane {
  readonly samples: Uint8Array;
  readonly stride: number;
}

const offsets = Float64Array.from({ length: 256 }, (_, level) => level - 128);
const redFromCr = offsets.map((offset) => 1.402 * offset);
const greenFromCb = offsets.map((offset) => 0.3441363 * offset);
const greenFromCr = offsets.map((offset) => 0.71413636 * offset);
const blueFromCb = offsets.map((offset) => 1.772 * offset);

/** A level from 0 to 255, what is behind the point cut off. */
function level(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value | 0;
}

/** Rows of a frame's pixels from the top, each [width, 1 or 3], in an array that is used again. */
export function* pixelRows(
  frame: JpegFrame,
  planes: readonly Plane[],
  colours: JpegColours,
): Generator<Uint8Array> {
  const { width, height, components } = frame;
  const places = components.map(({ across }) =>
    Uint16Array.from({ length: width }, (_, x) => Math.floor((x * across) / frame.across)),
  );
  const lines = components.map(() => new Uint8Array(width));
  const row = new Uint8Array(colours === 'grey' ? width : 3 * width);
  for (let y = 0; y < height; y++) {
    components.forEach(({ down }, component) => {
      const { samples, stride } = planes[component];
      const start = Math.floor((y * down) / frame.down) * stride;
      const line = lines[component];
      const place = places[component];
      for (let x = 0; x < width; x++) line[x] = samples[start + place[x]];
    });
    writeRow(row, lines, colours);
    yield row;
  }
}

function writeRow(row: Uint8Array, lines: readonly Uint8Array[], colours: JpegColours): void {
  const [first, second, third, fourth] = lines;
  if (colours === 'grey') row.set(first);
  else if (colours === 'rgb') {
    for (let x = 0, at = 0; x < first.length; x++) {
      row[at++] = first[x];
      row[at++] = second[x];
      row[at++] = third[x];
    }
  } else if (colours === 'ycc') writeColours(row, first, second, third);
  else {
    if (colours === 'inverted-ycck') writeColours(row, first, second, third);
    else writeRow(row, lines, 'rgb');
    // What stands in the row now is without ink at 255, or, as other programs write it, at 0.
    const isInverted = colours !== 'cmyk';
    for (let x = 0, at = 0; x < first.length; x++) {
      const black = isInverted ? 255 - fourth[x] : fourth[x];
      for (let end = at + 3; at < end; at++) {
        const ink = inkOf(row[at], colours);
        row[at] = level(255 - level255(ink * (1 - black / 255) + black));
      }
    }
  }
}

/** Ink from what a row holds; converted YCCK holds it already. */
function inkOf(stored: number, colours: JpegColours): number {
  return colours === 'inverted-cmyk' ? 255 - stored : stored;
}

function level255(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

function writeColours(row: Uint8Array, luma: Uint8Array, cb: Uint8Array, cr: Uint8Array): void {
  for (let x = 0, at = 0; x < luma.length; x++) {
    const y = luma[x];
    row[at++] = level(y + redFromCr[cr[x]]);
    row[at++] = level(y - greenFromCb[cb[x]] - greenFromCr[cr[x]]);
    row[at++] = level(y + blueFromCb[cb[x]]);
  }
}
