/** What is accepted from a picture file, checked before anything is decoded. */
import { TargetError } from './target-error.ts';

/** Maximum side of a picture in pixels; larger files are reduced to it. */
export const maxSide = 4096;
/** Maximum number of pixels of a picture file: more than the 108 megapixels of today's telephones. */
const maxPixels = 2 ** 27;
/** Maximum side of a picture file in pixels: the most that JPEG can say. */
const maxFileSide = 65_535;
/** Maximum size of a picture file in bytes: more than 4096 x 4096 uncompressed pixels of 16 bit and four channels. */
export const maxFileBytes = 160 * 1024 * 1024;

/** Throws TargetError unless a file of so many pixels can be read, reduced or not. */
export function checkPictureSize(width: number, height: number): void {
  const size = `${width} x ${height} pixels`;
  if (!(width >= 1 && height >= 1)) throw new TargetError(`the picture is ${size}: there is nothing in it`);
  if (width <= maxFileSide && height <= maxFileSide && width * height <= maxPixels) return;
  throw new TargetError(
    `the picture is ${size}; files of at most ${maxFileSide} pixels a side and ${maxPixels} in all can be read, save it smaller`,
  );
}

/** Pixels a side that become one: 1 unless a side is longer than 4096. */
export function reductionFactor(width: number, height: number): number {
  return Math.ceil(Math.max(width, height) / maxSide);
}
