/** Pictures from files, whatever their name says. */
import { jpegSignature, pictureFromJpeg } from './jpeg.ts';
import type { Picture } from './picture.ts';
import { maxFileBytes } from './picture-limits.ts';
import { pngSignature } from './png-chunks.ts';
import { pictureFromPng } from './png.ts';
import { TargetError } from './target-error.ts';

function startsWith(bytes: Uint8Array, signature: readonly number[]): boolean {
  return signature.every((byte, index) => bytes[index] === byte);
}

/** The picture of a PNG or JPEG file, told apart by their first bytes. Throws TargetError where it is neither, damaged or too large. */
export function pictureFromFile(bytes: Uint8Array): Picture {
  if (bytes.length > maxFileBytes) {
    throw new TargetError(`the file has ${bytes.length} bytes, picture files have at most ${maxFileBytes}`);
  }
  if (startsWith(bytes, pngSignature)) return pictureFromPng(bytes);
  if (startsWith(bytes, jpegSignature)) return pictureFromJpeg(bytes);
  throw new TargetError('the file is neither a PNG nor a JPEG picture');
}
