/** Training points on a picture. */
import type { PointSet } from '../../electron/contract/frames.ts';
import type { View } from '../../experiments/engines/engine.ts';

/** Draws points of a view on a canvas of `width` x `height` CSS pixels: their label as grey or colour, rimmed. */
export function drawPoints(
  context: CanvasRenderingContext2D,
  { coordinates, labels }: PointSet,
  outputs: number,
  view: View,
  size: { readonly width: number; readonly height: number },
): void {
  const count = coordinates.length / 2;
  const scaleX = size.width / (view.x1 - view.x0);
  const scaleY = size.height / (view.y1 - view.y0);
  // Many points are small, few are large; zoomed in they grow.
  const spacing = Math.sqrt((scaleX * scaleY) / Math.max(1, count));
  const radius = Math.min(4.5, Math.max(1, spacing / 5));
  for (let at = 0; at < count; at++) {
    const x = (coordinates[2 * at] - view.x0) * scaleX;
    const y = (coordinates[2 * at + 1] - view.y0) * scaleY;
    if (x < -radius || y < -radius || x > size.width + radius || y > size.height + radius) continue;
    const grey = labels[at * outputs];
    const channel = (output: number): number =>
      Math.round(255 * Math.min(1, Math.max(0, outputs === 3 ? labels[at * outputs + output] : grey)));
    const isLight = channel(0) + channel(1) + channel(2) > 382;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fillStyle = `rgb(${channel(0)} ${channel(1)} ${channel(2)})`;
    context.fill();
    if (radius >= 1.5) {
      context.lineWidth = 1;
      context.strokeStyle = isLight ? '#1d6fb8' : '#f3a83b';
      context.stroke();
    }
  }
}

/** Fills a canvas with 8-bit levels, one or three channels. */
export function drawLevels(
  canvas: HTMLCanvasElement,
  picture: { width: number; height: number; channels: number; levels: Uint8Array },
): void {
  const { width, height, channels, levels } = picture;
  const image = new ImageData(width, height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      image.data[4 * pixel + channel] = levels[pixel * channels + (channels === 3 ? channel : 0)];
    }
    image.data[4 * pixel + 3] = 255;
  }
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d')?.putImageData(image, 0, 0);
}
