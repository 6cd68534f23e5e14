/** Puts what is seen of one or two cells on the screen. */
import type { View } from '../../../experiments/engines/engine.ts';
import type { CompareMode } from '../../model/comparison.ts';
import { placeInView, sameView } from '../../model/view-rectangle.ts';
import type { SeenPolytopes } from '../../polytopes/polytope-view.ts';
import { isExactGround } from '../../polytopes/complex-paint.ts';
import type { SeenPicture } from '../../paint/frame-view.ts';
import { paint } from '../../paint/paint.ts';

/** A cell's picture and the canvas that holds it in colour. */
export interface SceneSide {
  readonly seen: SeenPicture | null;
  readonly canvas: HTMLCanvasElement;
}

/** Everything that the stage of a cell draws. */
export interface Scene {
  readonly view: View;
  readonly a: SceneSide;
  readonly b: SceneSide | null;
  readonly comparison: { readonly mode: CompareMode };
  readonly exact: PolytopeSide;
  readonly exactB: PolytopeSide | null;
}

/** A cell's exact polytopes, drawn over its frame. */
export interface PolytopeSide {
  readonly seen: SeenPolytopes | null;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Draws a scene on a canvas of `size` CSS pixels. `swipe` is the share of A; `isB` says which one blinking shows. */
export function drawScene(
  canvas: HTMLCanvasElement,
  scene: Scene,
  size: Size,
  swipe: number,
  isB: boolean,
): void {
  const density = window.devicePixelRatio || 1;
  const pixels = { width: Math.round(size.width * density), height: Math.round(size.height * density) };
  if (canvas.width !== pixels.width || canvas.height !== pixels.height) {
    canvas.width = pixels.width;
    canvas.height = pixels.height;
  }
  const context = canvas.getContext('2d');
  if (context === null) return;
  context.clearRect(0, 0, pixels.width, pixels.height);
  const { a, b, view, comparison, exact, exactB } = scene;
  const drawA = (): void => drawExactly(context, a, exact, view, pixels);
  const drawB = (): void => {
    if (b !== null) drawExactly(context, b, exactB, view, pixels);
  };
  if (b === null || comparison.mode === 'off') return drawA();
  if (comparison.mode === 'difference') return drawDifference(context, a, b, view, pixels);
  if (comparison.mode === 'blink') return isB ? drawB() : drawA();
  drawA();
  context.save();
  context.beginPath();
  context.rect(swipe * pixels.width, 0, pixels.width, pixels.height);
  context.clip();
  context.clearRect(0, 0, pixels.width, pixels.height);
  drawB();
  context.restore();
}

/** A frame, and over it the exact polytopes of the same moment; those of another view move along until its own come. */
function drawExactly(
  context: CanvasRenderingContext2D,
  frame: SceneSide,
  exact: PolytopeSide | null,
  view: View,
  size: Size,
): void {
  const seen = exact?.seen ?? null;
  if (seen === null || frame.seen?.epoch !== seen.request.epoch) {
    drawSide(context, frame, view, size);
    return;
  }
  const place = placeInView(seen.request.view, view, size);
  const isWhole = sameView(seen.request.view, view) && isExactGround(seen.request.style.ground);
  if (!isWhole) drawSide(context, frame, view, size);
  // Moved only: pixel by pixel, without sampling anew.
  const isMoved = Math.abs(place.width / seen.bitmap.width - 1) < 1e-3;
  context.imageSmoothingEnabled = !isMoved;
  context.imageSmoothingQuality = 'low';
  if (isMoved) context.drawImage(seen.bitmap, Math.round(place.x), Math.round(place.y));
  else context.drawImage(seen.bitmap, place.x, place.y, place.width, place.height);
}

function drawSide(
  context: CanvasRenderingContext2D,
  { seen, canvas }: SceneSide,
  view: View,
  size: Size,
): void {
  if (seen === null || canvas.width === 0) return;
  const place = placeInView(seen.view, view, size);
  // Pixels that are shown larger than they are stay sharp: their edges are the truth.
  context.imageSmoothingEnabled = place.width / canvas.width < 2;
  context.imageSmoothingQuality = place.width < 0.75 * canvas.width ? 'high' : 'low';
  context.drawImage(canvas, place.x, place.y, place.width, place.height);
}

let differenceCanvas: HTMLCanvasElement | null = null;

/** A minus B in the colours of errors; only where both are known at the same pixels. */
function drawDifference(
  context: CanvasRenderingContext2D,
  a: SceneSide,
  b: SceneSide,
  view: View,
  size: Size,
): void {
  const first = a.seen;
  const second = b.seen;
  const isSame =
    first !== null &&
    second !== null &&
    second.picture.values instanceof Uint8Array &&
    first.picture.values.length === second.picture.values.length &&
    first.picture.width === second.picture.width &&
    first.view.x0 === second.view.x0 &&
    first.view.x1 === second.view.x1;
  if (!isSame || !(second.picture.values instanceof Uint8Array)) return drawSide(context, a, view, size);
  differenceCanvas ??= document.createElement('canvas');
  const { width, height } = first.picture;
  differenceCanvas.width = width;
  differenceCanvas.height = height;
  const image = new ImageData(width, height);
  const style = { ground: 'error', creases: false, map: 'grey' } as const;
  paint(first.picture, style, { truth: second.picture.values }, new Uint32Array(image.data.buffer));
  differenceCanvas.getContext('2d')?.putImageData(image, 0, 0);
  drawSide(context, { seen: first, canvas: differenceCanvas }, view, size);
}

/** Outlines a polygon given in the plane, [sides, 2], and fills it with the same colour, faintly. */
export function drawOutline(
  context: CanvasRenderingContext2D,
  outline: Float64Array,
  view: View,
  size: Size,
  colour: string,
): void {
  const scaleX = size.width / (view.x1 - view.x0);
  const scaleY = size.height / (view.y1 - view.y0);
  context.beginPath();
  for (let at = 0; at < outline.length; at += 2)
    context.lineTo((outline[at] - view.x0) * scaleX, (outline[at + 1] - view.y0) * scaleY);
  context.closePath();
  context.fillStyle = colour;
  context.globalAlpha = 0.3;
  context.fill();
  context.globalAlpha = 1;
  context.lineJoin = 'round';
  context.lineWidth = 3.5;
  context.strokeStyle = '#fff';
  context.stroke();
  context.lineWidth = 1.8;
  context.strokeStyle = colour;
  context.stroke();
}

/** What of a scene the probe needs. */
export interface ProbedScene {
  readonly view: View;
  readonly a: SceneSide;
  readonly probeAt: { readonly x: number; readonly y: number } | null;
}

/** Tints every pixel of the polytope under the probe, where the frame on the screen knows its hashes. */
export function tintPolytope(
  context: CanvasRenderingContext2D,
  canvas: HTMLCanvasElement,
  scene: ProbedScene,
): void {
  const { seen } = scene.a;
  const hashed = seen?.hashed;
  const hashes = hashed?.hashes;
  const { probeAt } = scene;
  if (seen === null || hashed === null || hashed === undefined || hashes === undefined || probeAt === null)
    return;
  const { width, height } = hashed;
  const { view } = seen;
  const column = Math.floor(((probeAt.x - view.x0) / (view.x1 - view.x0)) * width);
  const row = Math.floor(((probeAt.y - view.y0) / (view.y1 - view.y0)) * height);
  if (column < 0 || row < 0 || column >= width || row >= height) return;
  const at = row * width + column;
  const image = new ImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const tint = new Uint32Array(Uint8Array.of(29, 111, 184, 110).buffer)[0];
  for (let pixel = 0; pixel < pixels.length; pixel++) {
    if (hashes[2 * pixel] === hashes[2 * at] && hashes[2 * pixel + 1] === hashes[2 * at + 1])
      pixels[pixel] = tint;
  }
  const layer = document.createElement('canvas');
  layer.width = width;
  layer.height = height;
  layer.getContext('2d')?.putImageData(image, 0, 0);
  const place = placeInView(view, scene.view, canvas);
  context.imageSmoothingEnabled = false;
  context.drawImage(layer, place.x, place.y, place.width, place.height);
}
