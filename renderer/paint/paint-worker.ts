/** Colours large frames off the main thread. */
import { paint, type PaintReference } from './paint.ts';
import type { PaintStyle } from './paint-style.ts';
import type { RawPicture } from '../frames/raw-planes.ts';

/** Messages to the painting worker. */
export interface PaintRequest {
  readonly id: number;
  readonly picture: RawPicture;
  readonly style: PaintStyle;
  readonly reference: PaintReference;
}

/** Messages from the painting worker: RGBA pixels. */
export interface PaintReply {
  readonly id: number;
  readonly pixels: Uint32Array<ArrayBuffer>;
}

self.addEventListener('message', ({ data }: MessageEvent<PaintRequest>) => {
  const { id, picture, style, reference } = data;
  const pixels = new Uint32Array(picture.width * picture.height);
  paint(picture, style, reference, pixels);
  const reply: PaintReply = { id, pixels };
  self.postMessage(reply, { transfer: [pixels.buffer] });
});
