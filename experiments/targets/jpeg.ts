/** Pictures from JPEG files. */
import { decode } from 'jpeg-js';
import type { Picture } from './picture.ts';
import { checkPictureSize, maxSide } from './picture-limits.ts';
import { pictureFromSamples } from './samples.ts';
import { TargetError } from './target-error.ts';

export const jpegSignature = [0xff, 0xd8, 0xff] as const;

/** Scans of a progressive file; usual files have about ten. */
const maxScans = 64;
/** Memory that decoding may take; the largest picture allowed needs about 400 MB. */
const maxMegabytes = 512;

function damaged(what: string): TargetError {
  return new TargetError(`the JPEG file is damaged: ${what}`);
}

/** Whether a marker starts a frame header: SOF0 to SOF15 without DHT, JPG and DAC. */
function startsFrame(marker: number): boolean {
  return 0xc0 <= marker && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** Width and height from the first frame header (ITU-T T.81, B.2.2). */
function parseFrameHeader(bytes: Uint8Array): { width: number; height: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) throw damaged('a segment is not where it should be');
    const marker = bytes[at + 1];
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (startsFrame(marker)) {
      if (at + 9 > bytes.length) break;
      if (marker > 0xc2) throw new TargetError('lossless and arithmetic JPEG files cannot be read');
      if (bytes[at + 4] !== 8) throw new TargetError('JPEG files of other than 8 bits cannot be read');
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    }
    if (marker === 0xda || marker === 0xd9) break;
    at += 2 + view.getUint16(at + 2);
  }
  throw damaged('it has no header');
}

/** Throws where the file is too short for its pixels, or has so many scans that it was made to waste time. */
function checkPlausibility(bytes: Uint8Array, width: number, height: number): void {
  // Every block of 8 x 8 pixels takes at least one bit.
  if (Math.ceil(width / 8) * Math.ceil(height / 8) > 8 * bytes.length) throw damaged('it ends early');
  let scans = 0;
  for (let at = bytes.indexOf(0xff); at !== -1; at = bytes.indexOf(0xff, at + 1)) {
    if (bytes[at + 1] === 0xda) scans += 1;
  }
  if (scans > maxScans) throw damaged(`it has more than ${maxScans} scans`);
}

/**
 * The picture of a JPEG file, baseline or progressive. Throws TargetError where the file is damaged or the picture is
 * larger than 4096 x 4096; the size is read from the header before anything is decoded.
 */
export function pictureFromJpeg(bytes: Uint8Array): Picture {
  const { width, height } = parseFrameHeader(bytes);
  checkPictureSize(width, height);
  checkPlausibility(bytes, width, height);
  try {
    const decoded = decode(bytes, {
      useTArray: true,
      formatAsRGBA: false,
      maxResolutionInMP: (maxSide * maxSide) / 1e6,
      maxMemoryUsageInMB: maxMegabytes,
    });
    return pictureFromSamples({
      width: decoded.width,
      height: decoded.height,
      channels: 3,
      maximum: 255,
      samples: decoded.data,
      transparentColour: null,
    });
  } catch (error) {
    throw damaged(error instanceof Error ? error.message : String(error));
  }
}
