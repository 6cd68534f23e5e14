/** The marks of a cloud of cells on a canvas: thousands of them, without an element for each. */
import type { ChartPanel } from '../../experiments/charts/chart-data.ts';
import { plotPlace, type PlotRequest } from '../../experiments/charts/chart-plot.ts';

/** Above so many points marks are drawn on a canvas. */
export const mostElements = 1500;

/** How many points a panel has. */
export function pointCount({ lines }: ChartPanel): number {
  return lines.reduce((sum, { points }) => sum + points.length, 0);
}

/** Draws a dot for each point over a canvas of so many CSS pixels; colours as the lines have them. */
export function drawCloud(
  canvas: HTMLCanvasElement,
  request: PlotRequest,
  size: { readonly width: number; readonly height: number },
): void {
  const ratio = window.devicePixelRatio;
  canvas.width = Math.max(1, Math.round(size.width * ratio));
  canvas.height = Math.max(1, Math.round(size.height * ratio));
  const pen = canvas.getContext('2d');
  if (pen === null) return;
  pen.scale(ratio, ratio);
  pen.globalAlpha = 0.7;
  for (const line of request.panel.lines) {
    pen.fillStyle = request.look(line).colour;
    pen.beginPath();
    for (const point of line.points) {
      const [x, y] = plotPlace(request, point);
      if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
      pen.moveTo(x + 2, y);
      pen.arc(x, y, 2, 0, 2 * Math.PI);
    }
    pen.fill();
  }
}
