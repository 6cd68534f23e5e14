/** Previews packed for a page that holds its entry itself: each as its difference from the one before, deflated in blocks. */
import { unzlibSync, zlibSync } from 'fflate';
import type { PreviewBlock } from './frames.ts';
import { decodeMessage, encodeMessage } from './wire.ts';

/** A block of previews in fewer bytes. */
export function packPreviews(block: PreviewBlock): Uint8Array {
  const { values, boundary, epochs } = block;
  const packed = {
    ...block,
    values: differences(values, values.length / Math.max(1, epochs.length), (now, before) => now - before),
    boundary: differences(
      boundary,
      boundary.length / Math.max(1, epochs.length),
      (now, before) => now ^ before,
    ),
  };
  return zlibSync(encodeMessage(packed), { level: 6 });
}

/** The block that was packed. */
export function unpackPreviews(bytes: Uint8Array): PreviewBlock {
  const block = decodeMessage(unzlibSync(bytes) as Uint8Array<ArrayBuffer>) as PreviewBlock;
  const { values, boundary, epochs } = block;
  restore(values, values.length / Math.max(1, epochs.length), (difference, before) => difference + before);
  restore(
    boundary,
    boundary.length / Math.max(1, epochs.length),
    (difference, before) => difference ^ before,
  );
  return block;
}

/** Each byte against the one a frame before; the first frame as it is. */
function differences(
  bytes: Uint8Array,
  frame: number,
  between: (now: number, before: number) => number,
): Uint8Array {
  return bytes.map((now, at) => (at < frame ? now : between(now, bytes[at - frame])));
}

function restore(
  bytes: Uint8Array,
  frame: number,
  sum: (difference: number, before: number) => number,
): void {
  for (let at = frame; at < bytes.length; at++) bytes[at] = sum(bytes[at], bytes[at - frame]);
}
