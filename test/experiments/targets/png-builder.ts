/** PNG files made by hand, so that tests can make any kind of them, damaged ones too. */
import { zlibSync } from 'fflate';
import { crc32 } from 'node:zlib';

export interface PngRecipe {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colourType: number;
  readonly interlace?: number;
  /** Packed bytes of each line, without the filter byte. */
  readonly lines: readonly (readonly number[])[];
  readonly chunks?: readonly { readonly type: string; readonly content: readonly number[] }[];
}

export function pngChunk(type: string, content: ArrayLike<number>): number[] {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), Uint8Array.from(content)]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return [...length, ...body, ...checksum];
}

export function pngFile(recipe: PngRecipe): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(recipe.width, 0);
  header.writeUInt32BE(recipe.height, 4);
  header.set([recipe.depth, recipe.colourType, 0, 0, recipe.interlace ?? 0], 8);
  const raw = Uint8Array.from(recipe.lines.flatMap((line) => [0, ...line]));
  return Uint8Array.from([
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    ...pngChunk('IHDR', header),
    ...(recipe.chunks ?? []).flatMap(({ type, content }) => pngChunk(type, content)),
    ...pngChunk('IDAT', zlibSync(raw)),
    ...pngChunk('IEND', []),
  ]);
}

/** Lines of an interlaced picture, pass after pass: packed samples of so many bits. */
export function adam7Lines(
  width: number,
  height: number,
  depth: number,
  sample: (x: number, y: number) => number,
): number[][] {
  const lines: number[][] = [];
  const passes = [
    [0, 0, 8, 8],
    [4, 0, 8, 8],
    [0, 4, 4, 8],
    [2, 0, 4, 4],
    [0, 2, 2, 4],
    [1, 0, 2, 2],
    [0, 1, 1, 2],
  ];
  for (const [x0, y0, dx, dy] of passes) {
    for (let y = y0; y < height && x0 < width; y += dy) {
      let bits = '';
      for (let x = x0; x < width; x += dx) bits += sample(x, y).toString(2).padStart(depth, '0');
      const bytes = bits.padEnd(Math.ceil(bits.length / 8) * 8, '0').match(/.{8}/g) ?? [];
      lines.push(bytes.map((byte) => parseInt(byte, 2)));
    }
  }
  return lines;
}
