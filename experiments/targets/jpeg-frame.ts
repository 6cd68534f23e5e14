/** What the segments of a JPEG file say: its frame, tables and scans (ITU-T T.81, annex B). */
import { damagedJpeg } from './jpeg-error.ts';
import { standardTables, type HuffmanTable } from './jpeg-huffman.ts';
import { checkPictureSize } from './picture-limits.ts';
import { TargetError } from './target-error.ts';

/** One component of a frame: its samples as blocks of 8 x 8. */
export interface JpegComponent {
  readonly id: number;
  /** Samples for every `Frame.across` columns and `Frame.down` rows of pixels. */
  readonly across: number;
  readonly down: number;
  readonly quantization: number;
  /** Blocks that hold samples, and blocks that are stored: whole units of all components. */
  readonly columns: number;
  readonly rows: number;
  readonly storedColumns: number;
  readonly storedRows: number;
}

/** The header of a JPEG picture: its size in pixels, its components and their sampling. */
export interface JpegFrame {
  readonly width: number;
  readonly height: number;
  readonly isProgressive: boolean;
  readonly across: number;
  readonly down: number;
  /** Units of all components side by side and one below the other. */
  readonly unitColumns: number;
  readonly unitRows: number;
  readonly components: readonly JpegComponent[];
}

/** One scan's header. */
export interface ScanHeader {
  readonly components: readonly {
    /** Place in the frame. */
    readonly index: number;
    readonly dc: number;
    readonly ac: number;
  }[];
  readonly first: number;
  readonly last: number;
  /** Bits that earlier scans and this one leave out. */
  readonly high: number;
  readonly low: number;
}

const kindsRefused: ReadonlyMap<number, string> = new Map([
  [0xc3, 'lossless'],
  [0xc5, 'hierarchical'],
  [0xc6, 'hierarchical'],
  [0xc7, 'hierarchical'],
  [0xc9, 'arithmetic-coded'],
  [0xca, 'arithmetic-coded'],
  [0xcb, 'lossless'],
  [0xcd, 'hierarchical'],
  [0xce, 'hierarchical'],
  [0xcf, 'hierarchical'],
  [0xde, 'hierarchical'],
  [0xf7, 'JPEG-LS'],
]);

/** Throws TargetError where a marker begins a kind of frame that cannot be read. */
export function checkFrameKind(marker: number): void {
  const kind = kindsRefused.get(marker);
  if (kind !== undefined) {
    throw new TargetError(
      `${kind} JPEG files cannot be read, save it as baseline or progressive JPEG, or PNG`,
    );
  }
}

/** The frame of a SOF0, SOF1 or SOF2 segment. Throws TargetError where it cannot be read. */
export function parseFrame(content: Uint8Array, isProgressive: boolean): JpegFrame {
  if (content.length < 6 || content.length < 6 + 3 * content[5]) throw damagedJpeg('its header is cut off');
  if (content[0] !== 8)
    throw new TargetError(`JPEG files of ${content[0]} bits cannot be read, save it with 8`);
  const height = (content[1] << 8) | content[2];
  const width = (content[3] << 8) | content[4];
  checkPictureSize(width, height);
  const count = content[5];
  if (count !== 1 && count !== 3 && count !== 4) {
    throw new TargetError(`JPEG files of ${count} components cannot be read, save it as grey or RGB`);
  }
  const given = Array.from({ length: count }, (_, component) => {
    const [id, factors, quantization] = content.subarray(6 + 3 * component);
    return { id, across: factors >> 4, down: factors & 15, quantization };
  });
  const isSampling = (factor: number) => 1 <= factor && factor <= 4;
  if (!given.every(({ across, down }) => isSampling(across) && isSampling(down))) {
    throw damagedJpeg('a component has no samples');
  }
  const across = Math.max(...given.map((component) => component.across));
  const down = Math.max(...given.map((component) => component.down));
  const unitColumns = Math.ceil(width / (8 * across));
  const unitRows = Math.ceil(height / (8 * down));
  const components = given.map((component) => ({
    ...component,
    columns: Math.ceil(Math.ceil((width * component.across) / across) / 8),
    rows: Math.ceil(Math.ceil((height * component.down) / down) / 8),
    storedColumns: unitColumns * component.across,
    storedRows: unitRows * component.down,
  }));
  return { width, height, isProgressive, across, down, unitColumns, unitRows, components };
}

/** The header of a scan of a frame. Throws TargetError where it does not fit. */
export function parseScan(content: Uint8Array, frame: JpegFrame): ScanHeader {
  const count = content[0] ?? 0;
  if (count < 1 || count > 4 || content.length < 4 + 2 * count)
    throw damagedJpeg('the header of a scan is cut off');
  const components = Array.from({ length: count }, (_, place) => {
    const [id, tables] = content.subarray(1 + 2 * place);
    const index = frame.components.findIndex((component) => component.id === id);
    if (index === -1) throw damagedJpeg('a scan of a component that it has not');
    return { index, dc: tables >> 4, ac: tables & 15 };
  });
  if (new Set(components.map(({ index }) => index)).size !== count)
    throw damagedJpeg('a scan has a component twice');
  const [first, last, approximation] = content.subarray(1 + 2 * count);
  if (!frame.isProgressive) return { components, first: 0, last: 63, high: 0, low: 0 };
  const [high, low] = [approximation >> 4, approximation & 15];
  const isBand = first === 0 ? last === 0 : first <= last && last <= 63 && count === 1;
  if (!isBand || low > 13 || (high !== 0 && high !== low + 1)) throw damagedJpeg('a scan of no known kind');
  return { components, first, last, high, low };
}

/** Tables that segments have given so far; those that nobody gives are the standard's own. */
export class JpegTables {
  readonly #dc: HuffmanTable[] = [...standardTables.dc];
  readonly #ac: HuffmanTable[] = [...standardTables.ac];
  readonly #quantization: Int32Array[] = [];

  /** Takes in a DHT segment. */
  addHuffman(content: Uint8Array): void {
    for (let at = 0; at + 17 <= content.length;) {
      const [spec] = content.subarray(at);
      const counts = content.slice(at + 1, at + 17);
      const total = counts.reduce((sum, count) => sum + count, 0);
      const symbols = content.slice(at + 17, at + 17 + total);
      if (symbols.length !== total || total > 256) throw damagedJpeg('a Huffman table is cut off');
      (spec >> 4 === 0 ? this.#dc : this.#ac)[spec & 15] = { counts, symbols };
      at += 17 + total;
    }
  }

  /** Takes in a DQT segment. */
  addQuantization(content: Uint8Array): void {
    for (let at = 0; at < content.length;) {
      const spec = content[at];
      const bytes = spec >> 4 === 0 ? 1 : 2;
      if (spec >> 4 > 1 || at + 1 + 64 * bytes > content.length)
        throw damagedJpeg('a quantisation table is cut off');
      const table = new Int32Array(64);
      for (let place = 0; place < 64; place++) {
        const from = at + 1 + place * bytes;
        table[zigzag[place]] = bytes === 1 ? content[from] : (content[from] << 8) | content[from + 1];
      }
      this.#quantization[spec & 15] = table;
      at += 1 + 64 * bytes;
    }
  }

  /** A Huffman table. Throws TargetError where there is none of this number. */
  huffman(kind: 'dc' | 'ac', number: number): HuffmanTable {
    const table = (kind === 'dc' ? this.#dc : this.#ac).at(number);
    if (table === undefined) throw damagedJpeg('a Huffman table is missing');
    return table;
  }

  /** A quantisation table, in the order of the rows of a block. Throws TargetError where there is none of this number. */
  quantization(number: number): Int32Array {
    const table = this.#quantization.at(number);
    if (table === undefined) throw damagedJpeg('a quantisation table is missing');
    return table;
  }
}

/** Places of a block's coefficients, row by row, in the order of the file. */
export const zigzag = Uint8Array.of(
  ...[
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7,
    14, 21,
  ],
  ...[
    28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53,
    60, 61,
  ],
  ...[54, 47, 55, 62, 63],
);
