/** A picture that shows points where nobody knows the true one. */
import type { OwnPoints, Picture } from './picture.ts';

/** Sides in pixels, as of built-in pictures; radius of a point. */
const size = 1024;
const radius = 7;
/** The ground: neither black nor white. */
const ground = 190;

/** Points as discs in their own levels on grey; later points lie over earlier ones. */
export function drawnPoints(
  { coordinates, labels }: Pick<OwnPoints, 'coordinates' | 'labels'>,
  channels: Picture['channels'],
): Picture {
  const bytes = new Uint8Array(channels * size * size).fill(ground);
  for (let point = 0; point < coordinates.length / 2; point++) {
    const [x, y] = [coordinates[2 * point] * size, coordinates[2 * point + 1] * size];
    for (let row = Math.max(0, Math.floor(y - radius)); row < Math.min(size, y + radius); row++) {
      for (let column = Math.max(0, Math.floor(x - radius)); column < Math.min(size, x + radius); column++) {
        const [dx, dy] = [column + 0.5 - x, row + 0.5 - y];
        if (dx * dx + dy * dy > radius * radius) continue;
        for (let channel = 0; channel < channels; channel++) {
          bytes[channels * (row * size + column) + channel] = Math.round(
            255 * labels[channels * point + channel],
          );
        }
      }
    }
  }
  return { width: size, height: size, channels, bytes };
}
