/** Huffman-coded data of JPEG files (ITU-T T.81, annex F.2). */
import { damagedJpeg } from './jpeg-error.ts';

/** A table as a DHT segment gives it: how many codes have 1, 2, ... 16 bits, and what they mean. */
export interface HuffmanTable {
  readonly counts: Uint8Array;
  readonly symbols: Uint8Array;
}

/** For every 16 bits that may come next: length of the code that they begin with in the upper byte (0: none), its symbol in the lower. */
export type HuffmanLookup = Uint16Array;

/** The lookup of a table. Throws TargetError where it has more codes than there can be. */
export function huffmanLookup({ counts, symbols }: HuffmanTable): HuffmanLookup {
  const lookup = new Uint16Array(65_536);
  let from = 0;
  let at = 0;
  for (let length = 1; length <= 16; length++) {
    const span = 1 << (16 - length);
    for (let code = 0; code < counts[length - 1]; code++, from += span) {
      if (from + span > lookup.length) throw damagedJpeg('a Huffman table has too many codes');
      lookup.fill((length << 8) | symbols[at++], from, from + span);
    }
  }
  return lookup;
}

const table = (counts: readonly number[], symbols: string): HuffmanTable => ({
  counts: Uint8Array.from([...counts, ...new Array<number>(16 - counts.length).fill(0)]),
  symbols: Uint8Array.from(symbols.match(/../g) ?? [], (pair) => parseInt(pair, 16)),
});

/** The tables of annex K.3, which motion JPEG leaves out of its frames: luminance first. */
export const standardTables: {
  readonly dc: readonly [HuffmanTable, HuffmanTable];
  readonly ac: readonly [HuffmanTable, HuffmanTable];
} = {
  dc: [
    table([0, 1, 5, 1, 1, 1, 1, 1, 1], '000102030405060708090a0b'),
    table([0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1], '000102030405060708090a0b'),
  ],
  ac: [
    table(
      [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125],
      '01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728' +
        '292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a83848586878889' +
        '8a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2' +
        'e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa',
    ),
    table(
      [0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 119],
      '0001020311040521310612415107617113223281081442' +
        '91a1b1c109233352f0156272d10a162434e125f11718191a262728292a35363738393a434445464748494a535455565758' +
        '595a636465666768696a737475767778797a82838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4' +
        'b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa',
    ),
  ],
};

/** Bits of entropy-coded data; it ends at the next marker. */
export class BitReader {
  readonly #data: Uint8Array;
  #at: number;
  #bits = 0;
  #count = 0;
  /** Bits at hand that are not in the file. */
  #invented = 0;

  constructor(data: Uint8Array, at: number) {
    this.#data = data;
    this.#at = at;
  }

  #fill(): void {
    while (this.#count <= 16) {
      let byte = 0;
      const next = this.#data[this.#at];
      if (this.#at < this.#data.length && (next !== 0xff || this.#data[this.#at + 1] === 0)) {
        byte = next;
        this.#at += next === 0xff ? 2 : 1;
      } else this.#invented += 8;
      this.#bits = ((this.#bits << 8) | byte) & 0xffffff;
      this.#count += 8;
    }
  }

  /** The next symbol. Throws TargetError where no code begins like this. */
  symbol(lookup: HuffmanLookup): number {
    if (this.#count < 16) this.#fill();
    const found = lookup[(this.#bits >>> (this.#count - 16)) & 0xffff];
    if (found < 256) throw damagedJpeg('a code that is in no table');
    this.#count -= found >> 8;
    return found & 0xff;
  }

  /** The next bits, at most 16, as a number. */
  bits(length: number): number {
    if (this.#count < 16) this.#fill();
    this.#count -= length;
    return (this.#bits >>> this.#count) & ((1 << length) - 1);
  }

  /** A number of so many bits, the lower half of whose values stand for negative ones (figure F.12). */
  extended(length: number): number {
    if (length === 0) return 0;
    const value = this.bits(length);
    return value < 1 << (length - 1) ? value - (1 << length) + 1 : value;
  }

  /** Throws TargetError where more bits were read than there are. */
  check(): void {
    if (this.#count < this.#invented) throw damagedJpeg('it ends early');
  }

  /** Passes over the restart marker RSTn that must come next. Throws TargetError where it does not. */
  restart(number: number): void {
    this.#at = nextMarker(this.#data, this.#at);
    if (this.#data[this.#at + 1] !== 0xd0 + (number & 7)) throw damagedJpeg('a part of a scan is missing');
    this.#at += 2;
    this.#bits = 0;
    this.#count = 0;
    this.#invented = 0;
  }

  /** Where the marker is that ends the scan; the data's end where there is none. */
  end(): number {
    return nextMarker(this.#data, this.#at);
  }
}

/** Where the next marker begins from `at` on, fill bytes and whatever else lies before it passed over; the end where there is none. */
export function nextMarker(data: Uint8Array, at: number): number {
  for (let found = data.indexOf(0xff, at); found !== -1; found = data.indexOf(0xff, found + 1)) {
    const marker = data[found + 1];
    if (marker !== undefined && marker !== 0 && marker !== 0xff) return found;
  }
  return data.length;
}
