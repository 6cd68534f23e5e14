/** What is accepted from a picture file, checked before anything is decoded. */
import { TargetError } from './target-error.ts';

/** Longest side of a picture in pixels. */
export const maxSide = 4096;
/** Longest picture file in bytes: more than the largest uncompressed picture of 16 bit and four channels. */
export const maxFileBytes = 160 * 1024 * 1024;

/** Throws TargetError unless both sides are from 1 to 4096 pixels. */
export function checkPictureSize(width: number, height: number): void {
  const isWithin = (side: number) => 1 <= side && side <= maxSide;
  if (!(isWithin(width) && isWithin(height))) {
    throw new TargetError(
      `the picture is ${width} x ${height} pixels, at most ${maxSide} x ${maxSide} are allowed`,
    );
  }
}
