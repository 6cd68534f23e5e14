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
  const { channels, bytes } = picture;
  const columns = pixelIndices(width, view.x0, view.x1, picture.width);
  const rows = pixelIndices(height, view.y0, view.y1, picture.height);
  const values = new Float32Array(width * height * channels);
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const source = (rows[y] * picture.width + columns[x]) * channels;
      for (let channel = 0; channel < channels; channel++) values[at++] = shares[bytes[source + channel]];
    }
  }
  return { width, height, channels, values };
}
