/** The truth as an engine's frames see it. */
import type { View } from '../engines/engine.ts';
import type { Picture, TruthFrame } from './picture.ts';

/** Index of the picture pixel along one side that holds each of `count` frame pixel centres; clamped at the edges. */
function pixelIndices(count: number, start: number, end: number, size: number): Int32Array {
  return Int32Array.from({ length: count }, (_, index) => {
    const position = start + ((index + 0.5) / count) * (end - start);
    return Math.min(Math.max(Math.floor(position * size), 0), size - 1);
  });
}

/** Levels as shares of 255. */
const shares = Float32Array.from({ length: 256 }, (_, level) => level / 255);

/**
 * Truth at the pixel centres of a width x height frame over a view: the value in [0, 1] of the picture pixel that holds
 * the centre. The picture fills the unit square whatever its sides; outside of it its edge pixels go on.
 */
export function truthFrame(picture: Picture, view: View, width: number, height: number): TruthFrame {
  const { channels } = picture;
  const values = new Float32Array(width * height * channels);
  truthRows(picture, view, width, height)({ start: 0, end: height }, values);
  return { width, height, channels, values };
}

/** Writes rows of `truthFrame` to an array of their size. */
export function truthRows(
  picture: Picture,
  view: View,
  width: number,
  height: number,
): (rows: { readonly start: number; readonly end: number }, into: Float32Array) => void {
  const { channels, bytes } = picture;
  const columns = pixelIndices(width, view.x0, view.x1, picture.width);
  const lines = pixelIndices(height, view.y0, view.y1, picture.height);
  // Most frames have the picture's own columns.
  const isWhole = width === picture.width && columns.every((column, x) => column === x);
  return ({ start, end }, into) => {
    if (isWhole) {
      for (let y = start; y < end; y++)
        writeShares(
          bytes,
          lines[y] * width * channels,
          into.subarray((y - start) * width * channels, (y - start + 1) * width * channels),
        );
      return;
    }
    let at = 0;
    for (let y = start; y < end; y++) {
      const line = lines[y] * picture.width * channels;
      for (let x = 0; x < width; x++) {
        const from = line + columns[x] * channels;
        for (let channel = 0; channel < channels; channel++) into[at++] = shares[bytes[from + channel]];
      }
    }
  };
}

function writeShares(bytes: Uint8Array, from: number, into: Float32Array): void {
  for (let at = 0; at < into.length; at++) into[at] = shares[bytes[from + at]];
}
