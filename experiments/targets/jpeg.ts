/** Pictures from JPEG files. */
import { orientationFromExif } from './exif.ts';
import { coloursOf, pixelRows, type Plane } from './jpeg-colour.ts';
import { damagedJpeg } from './jpeg-error.ts';
import {
  checkFrameKind,
  JpegTables,
  parseFrame,
  parseScan,
  type JpegFrame,
  type ScanHeader,
} from './jpeg-frame.ts';
import { huffmanLookup, nextMarker } from './jpeg-huffman.ts';
import { readScan, type BlockSink } from './jpeg-scan.ts';
import { writeSamples } from './jpeg-transform.ts';
import { PictureRows, type Orientation } from './picture-rows.ts';
import { TargetError } from './target-error.ts';

export const jpegSignature = [0xff, 0xd8, 0xff] as const;

/** Scans of a progressive file; usual files have about ten. */
const maxScans = 64;
/** Coefficients of a progressive file that are kept in memory, in bytes. */
const maxCoefficientBytes = 512 * 2 ** 20;

const marker = {
  startOfScan: 0xda,
  end: 0xd9,
  huffman: 0xc4,
  quantization: 0xdb,
  restarts: 0xdd,
  jfif: 0xe0,
  exif: 0xe1,
  adobe: 0xee,
};

/**
 * The rows of a JPEG file, baseline or progressive, as they are to be shown. Throws TargetError where the file is damaged
 * or too large; the size is read from the header before anything is decoded.
 */
export function rowsFromJpeg(bytes: Uint8Array): PictureRows {
  return new JpegFile(bytes).read();
}

class JpegFile {
  readonly #bytes: Uint8Array;
  readonly #tables = new JpegTables();
  #frame: JpegFrame | null = null;
  #samples: FrameSamples | null = null;
  #hasJfif = false;
  #adobeTransform: number | null = null;
  #orientation: Orientation = 1;
  #restartEvery = 0;
  #scans = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  read(): PictureRows {
    const hasEnd = this.#readSegments();
    const frame = this.#frame;
    const samples = this.#samples;
    if (frame === null) throw damagedJpeg('it has no header');
    if (samples === null) throw damagedJpeg('it has a header and no picture');
    const planes = samples.planes(hasEnd);
    const colours = coloursOf(frame, this.#hasJfif, this.#adobeTransform);
    const channels = colours === 'grey' ? 1 : 3;
    const rows = new PictureRows({ ...frame, channels, orientation: this.#orientation });
    for (const row of pixelRows(frame, planes, colours)) rows.add(row);
    return rows;
  }

  /** Reads everything up to the end marker; whether there is one. */
  #readSegments(): boolean {
    let at = 2;
    for (;;) {
      at = nextMarker(this.#bytes, at);
      if (at >= this.#bytes.length) return false;
      const kind = this.#bytes[at + 1];
      at += 2;
      if (kind === marker.end) return true;
      // Restart markers and TEM stand alone; outside of a scan they mean nothing.
      if ((0xd0 <= kind && kind <= 0xd8) || kind === 1) continue;
      const length = (this.#bytes[at] << 8) | this.#bytes[at + 1];
      // A length beyond the end: the file is cut, or these are no segment's bytes.
      if (!(length >= 2)) continue;
      const content = this.#bytes.subarray(at + 2, at + length);
      if (kind === marker.startOfScan) at = this.#scan(content, at + length);
      else {
        this.#segment(kind, content);
        at += length;
      }
    }
  }

  #segment(kind: number, content: Uint8Array): void {
    checkFrameKind(kind);
    if (kind === 0xc0 || kind === 0xc1 || kind === 0xc2) this.#startFrame(content, kind === 0xc2);
    else if (kind === marker.huffman) this.#tables.addHuffman(content);
    else if (kind === marker.quantization) this.#tables.addQuantization(content);
    else if (kind === marker.restarts) this.#restartEvery = (content[0] << 8) | content[1];
    else if (kind === marker.jfif) this.#hasJfif ||= startsWith(content, 'JFIF\0');
    else if (kind === marker.exif) this.#orientation = orientationFromExif(content) ?? this.#orientation;
    else if (kind === marker.adobe && startsWith(content, 'Adobe') && content.length >= 12) {
      this.#adobeTransform = content[11];
    }
  }

  #startFrame(content: Uint8Array, isProgressive: boolean): void {
    if (this.#frame !== null) throw damagedJpeg('it has two headers');
    const frame = parseFrame(content, isProgressive);
    // Every block of 8 x 8 pixels takes at least one bit.
    if (Math.ceil(frame.width / 8) * Math.ceil(frame.height / 8) > 8 * this.#bytes.length) {
      throw damagedJpeg('it ends early');
    }
    this.#frame = frame;
  }

  #scan(content: Uint8Array, at: number): number {
    const frame = this.#frame;
    if (frame === null) throw damagedJpeg('it has no header');
    if (++this.#scans > maxScans) throw damagedJpeg(`it has more than ${maxScans} scans`);
    const header = parseScan(content, frame);
    this.#samples ??= new FrameSamples(frame);
    this.#samples.begin(header, this.#tables);
    const needsDc = header.first === 0 && header.high === 0;
    const needsAc = header.last > 0;
    const none = new Uint16Array(0);
    const tables = header.components.map(({ index, dc, ac }) => ({
      index,
      dc: needsDc ? huffmanLookup(this.#tables.huffman('dc', dc)) : none,
      ac: needsAc ? huffmanLookup(this.#tables.huffman('ac', ac)) : none,
    }));
    const restartEvery = this.#restartEvery;
    return readScan({ data: this.#bytes, at, frame, header, tables, restartEvery, sink: this.#samples });
  }
}

function startsWith(content: Uint8Array, text: string): boolean {
  return [...text].every((letter, at) => content[at] === letter.charCodeAt(0));
}

/** The samples of a frame's components: at once where a scan says everything of a block, else from coefficients that are kept. */
class FrameSamples implements BlockSink {
  readonly #frame: JpegFrame;
  readonly #planes: readonly Plane[];
  readonly #quantization: (Int32Array | undefined)[] = [];
  /** Of a progressive frame: all coefficients, by component. */
  readonly #coefficients: readonly Int16Array[];
  /** Of a progressive frame: bits that are still left out, by component and coefficient. */
  readonly #missing: readonly Uint8Array[];
  readonly #block: { values: Int16Array; offset: number } = { values: new Int16Array(64), offset: 0 };

  constructor(frame: JpegFrame) {
    this.#frame = frame;
    const { components, isProgressive } = frame;
    const blocks = components.map(({ storedColumns, storedRows }) => storedColumns * storedRows);
    const bytes = blocks.reduce((sum, count) => sum + 128 * count, 0);
    if (isProgressive && bytes > maxCoefficientBytes) {
      throw new TargetError(
        'the progressive JPEG file is too large to be read, save it as baseline JPEG or smaller',
      );
    }
    this.#planes = components.map(({ storedColumns }, component) => ({
      samples: new Uint8Array(64 * blocks[component]),
      stride: 8 * storedColumns,
    }));
    this.#coefficients = isProgressive ? blocks.map((count) => new Int16Array(64 * count)) : [];
    this.#missing = components.map(() => new Uint8Array(64).fill(255));
  }

  /** Notes what a scan is going to say. Throws TargetError where a quantisation table is missing. */
  begin({ components, first, last, low }: ScanHeader, tables: JpegTables): void {
    for (const { index } of components) {
      this.#quantization[index] ??= tables.quantization(this.#frame.components[index].quantization);
      this.#missing[index].fill(low, first, last + 1);
    }
  }

  block(component: number, index: number): { readonly values: Int16Array; readonly offset: number } {
    const block = this.#block;
    if (this.#frame.isProgressive) {
      block.values = this.#coefficients[component];
      block.offset = 64 * index;
    } else block.values.fill(0);
    return block;
  }

  done(component: number, index: number): void {
    if (!this.#frame.isProgressive) this.#transform(component, index, this.#block.values, 0);
  }

  #transform(component: number, index: number, coefficients: Int16Array, offset: number): void {
    const { storedColumns } = this.#frame.components[component];
    const { samples, stride } = this.#planes[component];
    const row = Math.floor(index / storedColumns);
    const at = 8 * (row * stride + index - row * storedColumns);
    const quantization = this.#quantization[component];
    if (quantization !== undefined) writeSamples(coefficients, offset, quantization, samples, at, stride);
  }

  /** The samples of all components. Throws TargetError where a scan is missing; without an end marker all bits must be there. */
  planes(hasEnd: boolean): readonly Plane[] {
    if (this.#missing.some((bits) => bits[0] === 255)) throw damagedJpeg('a component has no scan');
    if (!hasEnd && this.#missing.some((bits) => bits.some((left) => left > 0)))
      throw damagedJpeg('it ends early');
    this.#coefficients.forEach((coefficients, component) => {
      for (let index = 0; 64 * index < coefficients.length; index++) {
        this.#transform(component, index, coefficients, 64 * index);
      }
    });
    return this.#planes;
  }
}
