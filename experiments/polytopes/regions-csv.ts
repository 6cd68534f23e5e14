/** Regions of a complex as a CSV table. */
import { affineFunctions } from './affine-functions.ts';
import type { Complex } from './complex.ts';
import { regionAreas, regionCentres, regionDegrees } from './region-geometry.ts';

/** Hash of a region as 16 hexadecimal digits. */
export function regionHashText(complex: Complex, region: number): string {
  return [complex.hashes[2 * region + 1], complex.hashes[2 * region]]
    .map((lane) => lane.toString(16).padStart(8, '0'))
    .join('');
}

/**
 * The table in pieces of about a thousand lines, header first: region, sides, neighbours, area, centre, hash, and for each
 * output the function slope_x * x + slope_y * y + constant (before any sigmoid). Numbers are written so that reading them
 * gives the same float64.
 */
export function* regionsCsv(complex: Complex): Generator<string, void> {
  const { outputs } = complex.network.shape;
  const areas = regionAreas(complex);
  const centres = regionCentres(complex);
  const degrees = regionDegrees(complex);
  const functions = affineFunctions(complex);
  const columns = ['region', 'sides', 'neighbours', 'area', 'centre_x', 'centre_y', 'hash'];
  for (let output = 0; output < outputs; output++) {
    const suffix = outputs === 1 ? '' : `_${output}`;
    columns.push(`slope_x${suffix}`, `slope_y${suffix}`, `constant${suffix}`);
  }
  let text = `${columns.join(',')}\n`;
  for (let region = 0; region < complex.regionCount; region++) {
    const cells: (string | number)[] = [
      region,
      complex.offsets[region + 1] - complex.offsets[region],
      degrees[region],
      areas[region],
      centres[2 * region],
      centres[2 * region + 1],
      regionHashText(complex, region),
      ...functions.subarray(3 * outputs * region, 3 * outputs * (region + 1)),
    ];
    text += `${cells.join(',')}\n`;
    if (region % 1000 === 999) {
      yield text;
      text = '';
    }
  }
  yield text;
}
