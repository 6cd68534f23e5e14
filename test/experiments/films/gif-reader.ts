/** A reader of GIF89a written from the format's description: an independent look at what the encoder wrote. */

export interface GifFrame {
  /** The whole picture after this frame, transparent pixels as before: [red, green, blue]. */
  readonly pixels: readonly (readonly [number, number, number])[];
  readonly hundredths: number;
}

/** Frames of a GIF whose frames all cover the whole picture and share the global palette. */
export function gifFrames(bytes: Uint8Array): GifFrame[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (Buffer.from(bytes.subarray(0, 6)).toString('latin1') !== 'GIF89a') throw new Error('not a GIF89a');
  const [width, height] = [view.getUint16(6, true), view.getUint16(8, true)];
  const paletteSize = 2 << (bytes[10] & 7);
  const palette = Array.from({ length: paletteSize }, (_, at): [number, number, number] => [
    bytes[13 + 3 * at],
    bytes[14 + 3 * at],
    bytes[15 + 3 * at],
  ]);
  const frames: GifFrame[] = [];
  let at = 13 + 3 * paletteSize;
  let control = { hundredths: 0, transparent: -1 };
  let pixels: (readonly [number, number, number])[] = Array.from({ length: width * height }, () => [0, 0, 0]);
  for (;;) {
    const kind = bytes[at++];
    if (kind === 0x3b) return frames;
    if (kind === 0x21) {
      if (bytes[at] === 0xf9) {
        const flags = bytes[at + 2];
        control = {
          hundredths: view.getUint16(at + 3, true),
          transparent: (flags & 1) === 1 ? bytes[at + 5] : -1,
        };
      }
      at = blocks(bytes, at + 1).next;
      continue;
    }
    if (kind !== 0x2c) throw new Error(`unknown block ${kind}`);
    if (view.getUint16(at + 4, true) !== width || (bytes[at + 8] & 0x80) !== 0)
      throw new Error('a partial frame');
    const codeSize = bytes[at + 9];
    const { data, next } = blocks(bytes, at + 10);
    const indices = lzw(data, codeSize);
    if (indices.length !== width * height) throw new Error(`${indices.length} pixels in a frame`);
    pixels = indices.map((index, pixel) => (index === control.transparent ? pixels[pixel] : palette[index]));
    frames.push({ pixels, hundredths: control.hundredths });
    at = next;
  }
}

function blocks(bytes: Uint8Array, start: number): { data: number[]; next: number } {
  const data: number[] = [];
  let at = start;
  while (bytes[at] !== 0) {
    data.push(...bytes.subarray(at + 1, at + 1 + bytes[at]));
    at += 1 + bytes[at];
  }
  return { data, next: at + 1 };
}

/** GIF's variant of LZW: codes of growing width, least significant bit first. */
function lzw(data: readonly number[], codeSize: number): number[] {
  const clear = 1 << codeSize;
  const output: number[] = [];
  let table: number[][] = [];
  let width = 0;
  let before: number[] | null = null;
  const reset = (): void => {
    table = Array.from({ length: clear + 2 }, (_, code) => (code < clear ? [code] : []));
    width = codeSize + 1;
    before = null;
  };
  reset();
  let position = 0;
  for (;;) {
    let code = 0;
    for (let bit = 0; bit < width; bit++, position++) {
      code |= ((data[position >> 3] >> (position & 7)) & 1) << bit;
    }
    if (code === clear) {
      reset();
      continue;
    }
    if (code === clear + 1) return output;
    const last: number[] | null = before;
    const entry: number[] = table[code] ?? [...(last ?? []), (last ?? [0])[0]];
    output.push(...entry);
    if (last !== null && table.length < 4096) table.push([...last, entry[0]]);
    if (table.length === 1 << width && width < 12) width += 1;
    before = entry;
  }
}
