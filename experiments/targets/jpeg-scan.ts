/** The coefficients of a JPEG file's scans (ITU-T T.81, annexes F.2 and G). */
import { damagedJpeg } from './jpeg-error.ts';
import { zigzag, type JpegFrame, type ScanHeader } from './jpeg-frame.ts';
import { BitReader, type HuffmanLookup } from './jpeg-huffman.ts';

/** Where a scan's blocks go. */
export interface BlockSink {
  /** Coefficients of a block, 64 from `offset`, as earlier scans left them. */
  block(component: number, index: number): { readonly values: Int16Array; readonly offset: number };
  /** Called once the scan has done with a block. */
  done(component: number, index: number): void;
}

interface ScanComponent {
  readonly index: number;
  readonly dc: HuffmanLookup;
  readonly ac: HuffmanLookup;
}

/** What it takes to read a scan. */
export interface ScanRequest {
  readonly data: Uint8Array;
  /** Where its coded data begin. */
  readonly at: number;
  readonly frame: JpegFrame;
  readonly header: ScanHeader;
  readonly tables: readonly ScanComponent[];
  /** Units between restart markers; 0 where there are none. */
  readonly restartEvery: number;
  readonly sink: BlockSink;
}

/** Reads a scan; returns where the marker after it is. Throws TargetError where it is damaged. */
export function readScan(request: ScanRequest): number {
  return new Scan(request).read();
}

class Scan {
  readonly #request: ScanRequest;
  readonly #reader: BitReader;
  /** DC values of the blocks before, by component. */
  readonly #before = new Int32Array(4);
  /** Blocks that still come without coefficients. */
  #emptyBlocks = 0;

  constructor(request: ScanRequest) {
    this.#request = request;
    this.#reader = new BitReader(request.data, request.at);
  }

  read(): number {
    const { frame, tables, restartEvery } = this.#request;
    const [single] = tables;
    const component = frame.components[single.index];
    const isSingle = tables.length === 1;
    const columns = isSingle ? component.columns : frame.unitColumns;
    const units = columns * (isSingle ? component.rows : frame.unitRows);
    for (let unit = 0, restarts = 0; unit < units; unit++) {
      if (restartEvery > 0 && unit > 0 && unit % restartEvery === 0) {
        this.#reader.restart(restarts++);
        this.#before.fill(0);
        this.#emptyBlocks = 0;
      }
      const row = Math.floor(unit / columns);
      const column = unit - row * columns;
      if (isSingle) this.#block(single, row * component.storedColumns + column);
      else this.#unit(row, column);
      this.#reader.check();
    }
    return this.#reader.end();
  }

  #unit(row: number, column: number): void {
    for (const table of this.#request.tables) {
      const { across, down, storedColumns } = this.#request.frame.components[table.index];
      for (let y = 0; y < down; y++) {
        const start = (row * down + y) * storedColumns + column * across;
        for (let x = 0; x < across; x++) this.#block(table, start + x);
      }
    }
  }

  #block(table: ScanComponent, index: number): void {
    const { frame, header, sink } = this.#request;
    const { values, offset } = sink.block(table.index, index);
    if (!frame.isProgressive) this.#baseline(table, values, offset);
    else if (header.first === 0) this.#progressiveMean(table, values, offset);
    else if (header.high === 0) this.#firstBits(table, values, offset);
    else this.#furtherBits(table, values, offset);
    sink.done(table.index, index);
  }

  #mean({ index, dc }: ScanComponent): number {
    const length = this.#reader.symbol(dc);
    if (length > 15) throw damagedJpeg('a code of no meaning');
    return (this.#before[index] += this.#reader.extended(length));
  }

  #baseline(table: ScanComponent, values: Int16Array, offset: number): void {
    const reader = this.#reader;
    values[offset] = this.#mean(table);
    for (let place = 1; place < 64; place++) {
      const symbol = reader.symbol(table.ac);
      const length = symbol & 15;
      if (length === 0) {
        if (symbol !== 0xf0) break;
        place += 15;
        continue;
      }
      place += symbol >> 4;
      if (place > 63) throw damagedJpeg('a block has too many coefficients');
      values[offset + zigzag[place]] = reader.extended(length);
    }
  }

  #progressiveMean(table: ScanComponent, values: Int16Array, offset: number): void {
    const { high, low } = this.#request.header;
    if (high === 0) values[offset] = this.#mean(table) << low;
    else if (this.#reader.bits(1) === 1) values[offset] |= 1 << low;
  }

  #firstBits(table: ScanComponent, values: Int16Array, offset: number): void {
    if (this.#emptyBlocks > 0) {
      this.#emptyBlocks--;
      return;
    }
    const { first, last, low } = this.#request.header;
    for (let place = first; place <= last; place++) {
      const symbol = this.#reader.symbol(table.ac);
      const run = symbol >> 4;
      const length = symbol & 15;
      if (length === 0) {
        if (run < 15) {
          this.#emptyBlocks = this.#runOfBlocks(run) - 1;
          return;
        }
        place += 15;
        continue;
      }
      place += run;
      if (place > last) throw damagedJpeg('a block has too many coefficients');
      values[offset + zigzag[place]] = this.#reader.extended(length) << low;
    }
  }

  #runOfBlocks(length: number): number {
    return (1 << length) + (length === 0 ? 0 : this.#reader.bits(length));
  }

  #furtherBits(table: ScanComponent, values: Int16Array, offset: number): void {
    const { first, last, low } = this.#request.header;
    let place = first;
    while (this.#emptyBlocks === 0 && place <= last) {
      const symbol = this.#reader.symbol(table.ac);
      const run = symbol >> 4;
      const length = symbol & 15;
      if (length > 1) throw damagedJpeg('a code of no meaning');
      if (length === 0 && run < 15) {
        this.#emptyBlocks = this.#runOfBlocks(run);
        break;
      }
      const fresh = length === 0 ? 0 : this.#reader.bits(1) === 1 ? 1 << low : -1 << low;
      place = this.#refine(values, offset, place, run);
      if (place > last) {
        if (fresh !== 0) throw damagedJpeg('a block has too many coefficients');
        break;
      }
      if (fresh !== 0) values[offset + zigzag[place]] = fresh;
      place++;
    }
    if (this.#emptyBlocks > 0) {
      this.#refine(values, offset, place, 64);
      this.#emptyBlocks--;
    }
  }

  /** Adds a bit to coefficients that are there already, until `zeros` of the others are passed; the place of the next one. */
  #refine(values: Int16Array, offset: number, from: number, zeros: number): number {
    const { last, low } = this.#request.header;
    let place = from;
    for (let passed = 0; place <= last; place++) {
      const at = offset + zigzag[place];
      if (values[at] === 0) {
        if (passed === zeros) return place;
        passed++;
      } else if (this.#reader.bits(1) === 1) values[at] += values[at] < 0 ? -1 << low : 1 << low;
    }
    return place;
  }
}
