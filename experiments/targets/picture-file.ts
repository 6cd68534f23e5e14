/** Pictures from files, whatever their name says. */
import { jpegSignature, rowsFromJpeg } from './jpeg.ts';
import type { Picture } from './picture.ts';
import { maxFileBytes } from './picture-limits.ts';
import type { PictureRows } from './picture-rows.ts';
import { pngSignature } from './png-chunks.ts';
import { ownPointsOfPng, rowsFromPng } from './png.ts';
import { TargetError } from './target-error.ts';

/** A picture and what there is to say about how it was read, one line each. */
export interface PictureReading {
  readonly picture: Picture;
  readonly remarks: readonly string[];
}

function startsWith(bytes: Uint8Array, signature: readonly number[], at = 0): boolean {
  return signature.every((byte, index) => bytes[at + index] === byte);
}

/** Other kinds of files that people take for pictures of ours: how they begin, where, and what they are. */
const otherKinds: readonly (readonly [string, number, string])[] = [
  ['GIF8', 0, 'a GIF picture'],
  ['WEBP', 8, 'a WebP picture'],
  ['ftypheic', 4, 'a HEIC picture, as telephones keep them'],
  ['ftypheix', 4, 'a HEIC picture, as telephones keep them'],
  ['ftyphevc', 4, 'a HEIC picture, as telephones keep them'],
  ['ftypmif1', 4, 'a HEIF picture, as telephones keep them'],
  ['ftypmsf1', 4, 'a HEIF picture, as telephones keep them'],
  ['ftypavif', 4, 'an AVIF picture'],
  ['ftypavis', 4, 'an AVIF picture'],
  ['\0\0\0\x0cJXL ', 0, 'a JPEG XL picture'],
  ['\xff\x0a', 0, 'a JPEG XL picture'],
  ['\0\0\0\x0cjP  ', 0, 'a JPEG 2000 picture'],
  ['\xff\x4f\xff\x51', 0, 'a JPEG 2000 picture'],
  ['II*\0', 0, 'a TIFF picture'],
  ['MM\0*', 0, 'a TIFF picture'],
  ['8BPS', 0, 'a Photoshop picture'],
  ['\0\0\x01\0', 0, 'an icon'],
  ['DDS ', 0, 'a DDS texture'],
  ['#?RADIANCE', 0, 'an HDR picture'],
  ['gimp xcf', 0, 'a GIMP picture'],
  ['qoif', 0, 'a QOI picture'],
  ['%PDF', 0, 'a PDF document'],
  ['%!PS', 0, 'a PostScript document'],
  ['version https://git-lfs', 0, 'a Git LFS pointer, not the picture itself; fetch it with git lfs pull'],
  ['PK\x03\x04', 0, 'a zip archive'],
  ['<svg', 0, 'an SVG drawing'],
  ['<!DOCTYPE html', 0, 'a web page'],
  ['<html', 0, 'a web page'],
];

/** What a file is that is neither PNG nor JPEG; null where it is nothing that is known. */
function otherKind(bytes: Uint8Array): string | null {
  if (bytes.length === 0) return 'empty';
  const known = otherKinds.find(([start, at]) =>
    startsWith(
      bytes,
      [...start].map((letter) => letter.charCodeAt(0)),
      at,
    ),
  );
  if (known !== undefined) return known[2];
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, 1000)).trimStart();
  if (/^(?:\xef\xbb\xbf)?<(?:\?xml|!--)[^]*<svg\b/i.test(text)) return 'an SVG drawing';
  if (/^<(?:!doctype html|html)\b/i.test(text)) return 'a web page';
  if (/^P[1-7]\s/.test(text)) return 'a PNM picture';
  return text.startsWith('BM') && bytes.length > 54 ? 'a BMP picture' : null;
}

function rowsFromFile(bytes: Uint8Array): PictureRows {
  if (bytes.length > maxFileBytes) {
    throw new TargetError(`the file has ${bytes.length} bytes, picture files have at most ${maxFileBytes}`);
  }
  if (startsWith(bytes, pngSignature)) return rowsFromPng(bytes);
  if (startsWith(bytes, jpegSignature)) return rowsFromJpeg(bytes);
  const kind = otherKind(bytes);
  const advice = kind?.startsWith('a Git') === true ? '' : '; save it as PNG or JPEG';
  throw new TargetError(
    kind === null || kind === 'empty'
      ? `the file is ${kind === null ? '' : 'empty, '}neither a PNG nor a JPEG picture`
      : `the file is ${kind}, neither a PNG nor a JPEG${advice}`,
  );
}

/** Whether a picture is grey and all of it of one level. */
export function hasOneLevel({ channels, bytes }: Picture): boolean {
  const [first] = bytes;
  return channels === 1 && bytes.every((byte) => byte === first);
}

/** The picture of a PNG or JPEG file with remarks. Throws TargetError where it is neither, damaged or too large. */
export function readPictureFile(bytes: Uint8Array): PictureReading {
  const rows = rowsFromFile(bytes);
  const picture = withOwnPoints(bytes, rows.picture());
  const remarks: string[] = [...(picture.own?.remarks ?? [])];
  const { factor, storedSize: stored } = rows;
  if (factor > 1) {
    remarks.push(
      `the picture was reduced from ${stored.width} x ${stored.height} to ${picture.width} x ${picture.height} pixels: each is the mean of ${factor} x ${factor}`,
    );
  }
  if (hasOneLevel(picture)) {
    const why = picture.bytes[0] === 255 ? '; transparent parts lie over white' : '';
    remarks.push(`the picture has one colour only${why}`);
  }
  return { picture, remarks };
}

/** The picture of a PNG or JPEG file, told apart by their first bytes. Throws TargetError where it is neither, damaged or too large. */
export function pictureFromFile(bytes: Uint8Array): Picture {
  return withOwnPoints(bytes, rowsFromFile(bytes).picture());
}

/** A picture with the points that its file carries. */
function withOwnPoints(bytes: Uint8Array, picture: Picture): Picture {
  if (!startsWith(bytes, pngSignature)) return picture;
  const own = ownPointsOfPng(bytes, picture.channels);
  return own === null ? picture : { ...picture, own };
}
