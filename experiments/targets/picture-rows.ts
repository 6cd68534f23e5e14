/** A picture from its rows: reduced where it is too large, turned as its file says. */
import type { Picture } from './picture.ts';
import { reductionFactor } from './picture-limits.ts';

/** How a stored picture is to be shown, as EXIF counts it: 1 as it is, 6 turned to the right, 8 to the left, and so on. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** Orientations that show the stored columns, or the stored rows, in the reverse order; from 5 on rows become columns. */
const reversesColumns: readonly Orientation[] = [2, 3, 7, 8];
const reversesRows: readonly Orientation[] = [3, 4, 6, 7];

interface StoredPicture {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly orientation?: Orientation;
}

/** Takes the rows of a stored picture from the top and makes a picture of them. */
export class PictureRows {
  /** Pixels a side of the stored picture that become one. */
  readonly factor: number;
  readonly #stored: Required<StoredPicture>;
  readonly #width: number;
  readonly #height: number;
  readonly #bytes: Uint8Array;
  /** Sums over the rows that become one; empty where nothing is reduced. */
  readonly #sums: Uint32Array;
  /** Stored pixels that the first, partly filled block lacks where the order is reversed. */
  readonly #lackingColumns: number;
  readonly #lackingRows: number;
  #rows = 0;

  constructor({ orientation = 1, ...stored }: StoredPicture) {
    const { width, height, channels } = stored;
    const factor = reductionFactor(width, height);
    const lacking = (length: number) => (factor - (length % factor)) % factor;
    this.factor = factor;
    this.#stored = { ...stored, orientation };
    this.#width = Math.ceil(width / factor);
    this.#height = Math.ceil(height / factor);
    this.#bytes = new Uint8Array(this.#width * this.#height * channels);
    this.#sums = new Uint32Array(factor === 1 ? 0 : this.#width * channels);
    // Blocks are whole at the left and the top of what is shown.
    this.#lackingColumns = reversesColumns.includes(orientation) ? lacking(width) : 0;
    this.#lackingRows = reversesRows.includes(orientation) ? lacking(height) : 0;
  }

  /** Takes the next row: [width, channels], 8 bits a sample. */
  add(row: Uint8Array): void {
    const { height } = this.#stored;
    const at = this.#rows++;
    if (this.factor === 1) {
      this.#bytes.set(row, at * row.length);
      return;
    }
    this.#addUp(row);
    const place = at + this.#lackingRows;
    if ((place + 1) % this.factor === 0 || at === height - 1)
      this.#reduce(Math.floor(place / this.factor), at);
  }

  #addUp(row: Uint8Array): void {
    const { width, channels } = this.#stored;
    let inBlock = this.#lackingColumns;
    let to = 0;
    for (let column = 0, from = 0; column < width; column++) {
      for (let channel = 0; channel < channels; channel++) this.#sums[to + channel] += row[from++];
      if (++inBlock === this.factor) {
        inBlock = 0;
        to += channels;
      }
    }
  }

  /** Writes the means of the rows that were added up. */
  #reduce(block: number, lastRow: number): void {
    const { width, height, channels } = this.#stored;
    const start = Math.max(0, block * this.factor - this.#lackingRows);
    const rows = Math.min(lastRow, height - 1) - start + 1;
    for (let column = 0, at = 0; column < this.#width; column++) {
      const left = Math.max(0, column * this.factor - this.#lackingColumns);
      const right = Math.min(width, (column + 1) * this.factor - this.#lackingColumns);
      const pixels = rows * (right - left);
      for (let channel = 0; channel < channels; channel++, at++) {
        this.#bytes[block * this.#width * channels + at] = Math.round(this.#sums[at] / pixels);
      }
    }
    this.#sums.fill(0);
  }

  /** Sides of the stored picture as it is shown. */
  get storedSize(): { readonly width: number; readonly height: number } {
    const { width, height, orientation } = this.#stored;
    return orientation >= 5 ? { width: height, height: width } : { width, height };
  }

  /** The picture of all rows: turned, and one channel where the colours are all grey. */
  picture(): Picture {
    const { channels, orientation } = this.#stored;
    const upright = { width: this.#width, height: this.#height, channels, bytes: this.#bytes };
    return withoutEqualChannels(orientation === 1 ? upright : turned(upright, orientation));
  }
}

function turned(picture: Picture, orientation: Orientation): Picture {
  const { channels, bytes } = picture;
  const isTransposed = orientation >= 5;
  const [width, height] = isTransposed ? [picture.height, picture.width] : [picture.width, picture.height];
  const isMirrored = reversesColumns.includes(orientation);
  const isUpsideDown = reversesRows.includes(orientation);
  const shown = new Uint8Array(bytes.length);
  let to = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [across, down] = isTransposed ? [y, x] : [x, y];
      const column = isMirrored ? picture.width - 1 - across : across;
      const row = isUpsideDown ? picture.height - 1 - down : down;
      const from = (row * picture.width + column) * channels;
      for (let channel = 0; channel < channels; channel++) shown[to++] = bytes[from + channel];
    }
  }
  return { width, height, channels, bytes: shown };
}

/** The grey channel alone where all channels are equal everywhere, else the picture itself. */
function withoutEqualChannels(picture: Picture): Picture {
  const { width, height, bytes } = picture;
  if (picture.channels === 1) return picture;
  const grey = new Uint8Array(width * height);
  for (let pixel = 0; pixel < grey.length; pixel++) {
    const red = bytes[3 * pixel];
    if (bytes[3 * pixel + 1] !== red || bytes[3 * pixel + 2] !== red) return picture;
    grey[pixel] = red;
  }
  return { width, height, channels: 1, bytes: grey };
}
