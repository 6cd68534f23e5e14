/** Puts pictures on canvases: small ones at once, large ones through a worker so that nothing is blocked. */
import { AskedWorker } from '../../experiments/tasks/asked-worker.ts';
import { pageWorkerStarter } from '../../experiments/tasks/page-worker.ts';
import { paint, type PaintReference } from './paint.ts';
import type { PaintStyle } from './paint-style.ts';
import type { PaintReply, PaintRequest } from './paint-worker.ts';
import type { RawPicture } from '../frames/raw-planes.ts';

/** Larger pictures go to the worker. */
const maxPixelsAtOnce = 300 * 300;

let buffer: ImageData | null = null;

/** Draws a picture now; the canvas takes the picture's size. */
export function paintNow(
  canvas: HTMLCanvasElement,
  picture: RawPicture,
  style: PaintStyle,
  reference: PaintReference,
): void {
  const { width, height } = picture;
  if (buffer?.width !== width || buffer.height !== height) buffer = new ImageData(width, height);
  paint(picture, style, reference, new Uint32Array(buffer.data.buffer));
  putPixels(canvas, buffer);
}

const contexts = new WeakMap<HTMLCanvasElement, CanvasRenderingContext2D | null>();

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D | null {
  const known = contexts.get(canvas);
  if (known !== undefined) return known;
  const context = canvas.getContext('2d', { alpha: false });
  contexts.set(canvas, context);
  return context;
}

function putPixels(canvas: HTMLCanvasElement, image: ImageData): void {
  if (canvas.width !== image.width || canvas.height !== image.height) {
    canvas.width = image.width;
    canvas.height = image.height;
  }
  contextOf(canvas)?.putImageData(image, 0, 0);
}

const paintWorker = new AskedWorker<PaintRequest, PaintReply, PaintReply>(
  pageWorkerStarter(() => new Worker(new URL('./paint-worker.ts', import.meta.url), { type: 'module' })),
  (reply) => ({ answer: reply }),
);

/** Draws a picture as soon as possible, unless `isWanted` has become false meanwhile. Whether it was drawn. */
export async function paintSoon(
  canvas: HTMLCanvasElement,
  picture: RawPicture,
  style: PaintStyle,
  reference: PaintReference,
  isWanted: () => boolean,
): Promise<boolean> {
  const { width, height } = picture;
  if (width * height <= maxPixelsAtOnce) {
    paintNow(canvas, picture, style, reference);
    return true;
  }
  const { pixels } = await paintWorker.ask((id) => ({ id, picture, style, reference })).answer;
  if (!isWanted()) return false;
  putPixels(canvas, new ImageData(new Uint8ClampedArray(pixels.buffer), width, height));
  return true;
}
