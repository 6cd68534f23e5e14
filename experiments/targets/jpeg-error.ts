/** What is said of a JPEG file that cannot be read. */
import { TargetError } from './target-error.ts';

/** The error of a damaged file: what is wrong with it. */
export function damagedJpeg(what: string): TargetError {
  return new TargetError(`the JPEG file is damaged: ${what}`);
}
