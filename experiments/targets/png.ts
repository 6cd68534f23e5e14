/** Pictures from and to PNG files. */
import { convertIndexedToRgb, decode, encode, type DecodedPng } from 'fast-png';
import type { Picture } from './picture.ts';
import { pngParts, type PngParts } from './png-chunks.ts';
import { pictureFromSamples, type DecodedSamples } from './samples.ts';
import { TargetError } from './target-error.ts';

/** One sample a byte from lines of packed samples of 1, 2 or 4 bits. */
function unpackedSamples(
  packed: ArrayLike<number>,
  width: number,
  height: number,
  depth: number,
): Uint8Array {
  const samples = new Uint8Array(width * height);
  const lineBytes = Math.ceil((width * depth) / 8);
  const mask = (1 << depth) - 1;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const bit = column * depth;
      const byte = packed[row * lineBytes + (bit >> 3)];
      samples[row * width + column] = (byte >> (8 - depth - (bit & 7))) & mask;
    }
  }
  return samples;
}

function samplesFromPng({ header, transparentColour }: PngParts, decoded: DecodedPng): DecodedSamples {
  const { width, height, depth } = header;
  const common = { width, height, transparentColour };
  if (header.colourType === 3) {
    const channels = decoded.palette?.[0]?.length ?? 3;
    return { ...common, channels, maximum: 255, samples: convertIndexedToRgb(decoded) };
  }
  const { channels } = decoded;
  if (depth < 8) {
    const samples = unpackedSamples(decoded.data, width, height, depth);
    return { ...common, channels, maximum: (1 << depth) - 1, samples };
  }
  const samples = depth === 16 ? Uint16Array.from(decoded.data) : Uint8Array.from(decoded.data);
  return { ...common, channels, maximum: depth === 16 ? 65535 : 255, samples };
}

/**
 * The picture of a PNG file: grey, palette or colour, 1 to 16 bits, alpha laid over white. Throws TargetError where the
 * file is damaged or the picture is larger than 4096 x 4096; the size is read from the header before anything else.
 */
export function pictureFromPng(bytes: Uint8Array): Picture {
  try {
    const parts = pngParts(bytes);
    if (parts.header.isInterlaced && parts.header.depth < 8) {
      throw new TargetError(
        'interlaced PNG files need at least 8 bits a channel, save it without interlacing',
      );
    }
    return pictureFromSamples(samplesFromPng(parts, decode(parts.file, { checkCrc: true })));
  } catch (error) {
    if (error instanceof TargetError) throw error;
    throw new TargetError(
      `the PNG file is damaged: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** A PNG file of a picture, 8 bits a channel: pictureFromPng gives the same picture back. */
export function pngFromPicture({ width, height, channels, bytes }: Picture): Uint8Array {
  return encode({ width, height, channels, depth: 8, data: bytes });
}
