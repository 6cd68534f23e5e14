/** How many regions there are to a pixel. */
import type { Complex } from './complex.ts';
import { regionAreas, regionCentres } from './region-geometry.ts';

/** Regions below so many pixels count where their centre lies, larger ones are spread over the pixels they hold. */
const smallPixels = 4;

/**
 * Regions per pixel over the complex's view: float32 [height, width]. `frame` has the region at every pixel centre
 * (regionFrame). The plane sums to about the number of regions.
 */
export function regionDensity(
  complex: Complex,
  frame: Int32Array,
  width: number,
  height: number,
): Float32Array {
  const { x0, y0, x1, y1 } = complex.view;
  const pixel = ((x1 - x0) * (y1 - y0)) / (width * height);
  const areas = regionAreas(complex);
  const centres = regionCentres(complex);
  const density = new Float32Array(width * height);
  for (let at = 0; at < frame.length; at++) {
    const area = frame[at] < 0 ? 0 : areas[frame[at]];
    if (area >= smallPixels * pixel) density[at] = pixel / area;
  }
  for (let region = 0; region < areas.length; region++) {
    if (areas[region] >= smallPixels * pixel) continue;
    const column = Math.floor(((centres[2 * region] - x0) / (x1 - x0)) * width);
    const row = Math.floor(((centres[2 * region + 1] - y0) / (y1 - y0)) * height);
    density[Math.min(height - 1, Math.max(0, row)) * width + Math.min(width - 1, Math.max(0, column))]++;
  }
  return density;
}
