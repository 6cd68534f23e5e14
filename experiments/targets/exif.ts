/** The orientation that cameras write into their pictures (Exif 2.32, tag 0x0112). */
import type { Orientation } from './picture-rows.ts';

const orientationTag = 0x0112;
const shortType = 3;
const longType = 4;

/** Orientation from the content of an APP1 segment; null where it is no EXIF or says nothing that can be understood. */
export function orientationFromExif(segment: Uint8Array): Orientation | null {
  const isExif = [0x45, 0x78, 0x69, 0x66, 0].every((byte, at) => segment[at] === byte);
  if (!isExif || segment.length < 14) return null;
  const tiff = segment.subarray(6);
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.length);
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return null;
  const isLittle = order === 0x4949;
  if (view.getUint16(2, isLittle) !== 42) return null;
  const start = view.getUint32(4, isLittle);
  if (start + 2 > tiff.length) return null;
  const entries = view.getUint16(start, isLittle);
  for (let entry = 0; entry < entries; entry++) {
    const at = start + 2 + 12 * entry;
    if (at + 12 > tiff.length) return null;
    if (view.getUint16(at, isLittle) !== orientationTag) continue;
    const type = view.getUint16(at + 2, isLittle);
    if (type !== shortType && type !== longType) return null;
    return maybeOrientation(
      type === shortType ? view.getUint16(at + 8, isLittle) : view.getUint32(at + 8, isLittle),
    );
  }
  return null;
}

function maybeOrientation(value: number): Orientation | null {
  return 1 <= value && value <= 8 ? (value as Orientation) : null;
}
