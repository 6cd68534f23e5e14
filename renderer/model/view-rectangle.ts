/** Rectangles of the plane that a cell is looked at through: panning, zooming, and which pixel is where. */
import type { View } from '../../experiments/engines/engine.ts';

/** Narrower views have pixels that float32 coordinates cannot tell apart: sampled frames end here. */
export const narrowestSampledView = 1e-4;
/** Narrower views have pixels that float64 coordinates cannot tell apart: exact polytopes end here. */
export const narrowestView = 1e-11;
/** Wider views have nothing but extrapolation. */
const widestView = 8;

/** The view after zooming by a factor (above 1: closer) while a point stays where it is. */
export function zoomedView(view: View, factor: number, at: { readonly x: number; readonly y: number }): View {
  const width = view.x1 - view.x0;
  const wanted = Math.min(widestView, Math.max(narrowestView, width / factor));
  const scale = wanted / width;
  return {
    x0: at.x + (view.x0 - at.x) * scale,
    y0: at.y + (view.y0 - at.y) * scale,
    x1: at.x + (view.x1 - at.x) * scale,
    y1: at.y + (view.y1 - at.y) * scale,
  };
}

/** The view moved by shares of its own width and height, positive to the right and down. */
export function movedView(view: View, shareX: number, shareY: number): View {
  const x = (view.x1 - view.x0) * shareX;
  const y = (view.y1 - view.y0) * shareY;
  return { x0: view.x0 + x, y0: view.y0 + y, x1: view.x1 + x, y1: view.y1 + y };
}

/** The point at a place of a picture of the view, both as shares of width and height from the upper left corner. */
export function pointInView(
  view: View,
  shareX: number,
  shareY: number,
): { readonly x: number; readonly y: number } {
  return { x: view.x0 + shareX * (view.x1 - view.x0), y: view.y0 + shareY * (view.y1 - view.y0) };
}

/** Where a picture of one view lies in a picture of another of the given size: x, y, width, height in its pixels. */
export function placeInView(
  picture: View,
  view: View,
  size: { readonly width: number; readonly height: number },
): { readonly x: number; readonly y: number; readonly width: number; readonly height: number } {
  const scaleX = size.width / (view.x1 - view.x0);
  const scaleY = size.height / (view.y1 - view.y0);
  return {
    x: (picture.x0 - view.x0) * scaleX,
    y: (picture.y0 - view.y0) * scaleY,
    width: (picture.x1 - picture.x0) * scaleX,
    height: (picture.y1 - picture.y0) * scaleY,
  };
}

/** Whether two views are the same to the last bit. */
export function sameView(a: View, b: View): boolean {
  return a.x0 === b.x0 && a.y0 === b.y0 && a.x1 === b.x1 && a.y1 === b.y1;
}

/** How many times closer than the whole picture a view is: "1×", "24×", "3.2e+7×". */
export function zoomText(view: View): string {
  const zoom = 1 / (view.x1 - view.x0);
  if (zoom >= 1e5) return `${zoom.toExponential(1)}×`;
  return `${zoom >= 10 ? Math.round(zoom) : Number(zoom.toPrecision(2))}×`;
}

/** A coordinate with as many digits as a view of this width can tell apart on a screen. */
export function placeText(coordinate: number, viewWidth: number): string {
  return coordinate.toFixed(Math.min(15, Math.max(4, Math.ceil(-Math.log10(viewWidth)) + 4)));
}
