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

/** What a level of a picture, 0 to 255, stands for: its share of 255, as float32. */
export const levelShares = Float32Array.from({ length: 256 }, (_, level) => level / 255);

/**
 * Truth at the pixel centres of a width x height frame over a view: the value in [0, 1] of the picture pixel that holds
 * the centre. The picture fills the unit square whatever its sides; outside of it its edge pixels go on.
 */
export function truthFrame(picture: Picture, view: View, width: number, height: number): TruthFrame {
  const levels = truthLevels(picture, view, width, height)({ start: 0, end: height });
  return {
    width,
    height,
    channels: picture.channels,
    values: Float32Array.from(levels, (level) => levelShares[level]),
  };
}

/**
 * Rows of `truthFrame` as levels, 0 to 255 for 0 to 1, uint8 [rows, width, channels]: the picture's own bytes where the frame
 * has its columns one by one, else one array that the next call writes to again.
 */
export function truthLevels(
  picture: Picture,
  view: View,
  width: number,
  height: number,
): (rows: { readonly start: number; readonly end: number }) => Uint8Array {
  const { channels, bytes } = picture;
  const columns = pixelIndices(width, view.x0, view.x1, picture.width);
  const lines = pixelIndices(height, view.y0, view.y1, picture.height);
  const isWhole =
    width === picture.width &&
    height === picture.height &&
    columns.every((column, x) => column === x) &&
    lines.every((line, y) => line === y);
  const rowBytes = width * channels;
  if (isWhole) return ({ start, end }) => bytes.subarray(start * rowBytes, end * rowBytes);
  let levels = new Uint8Array(0);
  return ({ start, end }) => {
    const length = (end - start) * rowBytes;
    if (levels.length < length) levels = new Uint8Array(length);
    let at = 0;
    for (let y = start; y < end; y++) {
      const line = lines[y] * picture.width * channels;
      for (let x = 0; x < width; x++) {
        const from = line + columns[x] * channels;
        for (let channel = 0; channel < channels; channel++) levels[at++] = bytes[from + channel];
      }
    }
    return levels.subarray(0, length);
  };
}
