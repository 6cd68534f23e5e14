/** How dark creases are drawn: early layers strongly, late ones faintly, crowds of them lightly. */
import { noLayer, type Frame } from '../engines/engine.ts';

/** Look of the creases. */
export interface CreaseStyle {
  /** Opacity of a lone crease of the first layer, 0 to 1. */
  readonly opacity: number;
  /**
   * Share of inked pixels at which opacity has fallen to half. Above it crowded creases turn to an even tint instead
   * of a black mess; Infinity draws every crease alike.
   */
  readonly crowding: number;
  /** Layer at which opacity has fallen to half; Infinity draws all layers alike. Needs the plane of first layers. */
  readonly layerFade: number;
}

/** Lines over a prediction that stay readable from a few polytopes to tens of thousands. */
export const lineCreaseStyle: CreaseStyle = { opacity: 1, crowding: 0.3, layerFade: 10 };

/** Lines that carry the picture alone, coloured by layer. */
export const layerCreaseStyle: CreaseStyle = { opacity: 1, crowding: 1, layerFade: Infinity };

/** Ink of a picture whose pixels are blocks of factor x factor frame pixels, both float32 [height, width]. */
export interface CreaseInk {
  /** Opacity of the line in the pixel, 0 to 1. */
  readonly opacity: Float32Array;
  /** Mean first differing layer of the block's boundary pixels, in [0, 1] over the hidden layers; 0 without any. */
  readonly layer: Float32Array;
}

/**
 * Ink of a whole frame's creases, from its first layers or, without them, its hashes; null where it has neither.
 * `factor` divides width and height.
 */
export function creaseInk(
  frame: Frame,
  hiddenLayers: number,
  factor: number,
  style: CreaseStyle,
): CreaseInk | null {
  const layers = frame.firstLayers ?? layersFromHashes(frame);
  if (layers === null) return null;
  const fadesByLayer = frame.firstLayers !== undefined;
  const width = frame.width / factor;
  const height = (frame.rows.end - frame.rows.start) / factor;
  const ink = new Float32Array(width * height);
  const layer = new Float32Array(width * height);
  const counts = new Uint32Array(width * height);
  for (let row = 0, at = 0; row < height * factor; row++) {
    const target = Math.floor(row / factor) * width;
    for (let column = 0; column < frame.width; column++, at++) {
      const first = layers[at];
      if (first === noLayer) continue;
      const pixel = target + Math.floor(column / factor);
      ink[pixel] += fadesByLayer ? 1 / (1 + first / style.layerFade) : 1;
      layer[pixel] += first;
      counts[pixel]++;
    }
  }
  const area = factor * factor;
  const layerScale = Math.max(1, hiddenLayers - 1);
  for (let pixel = 0; pixel < ink.length; pixel++) {
    ink[pixel] /= area;
    if (counts[pixel] > 0) layer[pixel] /= counts[pixel] * layerScale;
  }
  const crowd = smoothed(ink, width, height, crowdRadius(width, height));
  for (let pixel = 0; pixel < ink.length; pixel++) {
    ink[pixel] *= style.opacity / (1 + crowd[pixel] / style.crowding);
  }
  return { opacity: ink, layer };
}

/** Layer 0 on boundary pixels: a pixel whose hash differs from its right or lower neighbour's. */
function layersFromHashes(frame: Frame): Uint16Array | null {
  const { hashes, width } = frame;
  if (hashes === undefined) return null;
  const pixels = hashes.length / 2;
  const layers = new Uint16Array(pixels).fill(noLayer);
  for (let at = 0; at < pixels; at++) {
    const right = (at + 1) % width !== 0 ? at + 1 : at;
    const below = at + width < pixels ? at + width : at;
    if (differs(hashes, at, right) || differs(hashes, at, below)) layers[at] = 0;
  }
  return layers;
}

function differs(hashes: Uint32Array, a: number, b: number): boolean {
  return hashes[2 * a] !== hashes[2 * b] || hashes[2 * a + 1] !== hashes[2 * b + 1];
}

/** Reach of the neighbourhood whose ink counts as a crowd: 1/64 of the shorter side, at least 2 pixels. */
function crowdRadius(width: number, height: number): number {
  return Math.max(2, Math.round(Math.min(width, height) / 64));
}

/** Two box means, one after the other, of radius `radius`; edges take the mean of what lies inside. */
export function smoothed(plane: Float32Array, width: number, height: number, radius: number): Float32Array {
  let result = plane;
  for (let pass = 0; pass < 2; pass++) {
    const across = boxMean(result, height, width, width, 1, radius);
    result = boxMean(across, width, height, 1, width, radius);
  }
  return result;
}

/** Running means along lines: `lines` of them, each of `length` values `step` apart, starting `lineStep` apart. */
function boxMean(
  plane: Float32Array,
  lines: number,
  length: number,
  lineStep: number,
  step: number,
  radius: number,
): Float32Array {
  const means = new Float32Array(plane.length);
  for (let line = 0; line < lines; line++) {
    const start = line * lineStep;
    let sum = 0;
    for (let ahead = 0; ahead < Math.min(radius, length); ahead++) sum += plane[start + ahead * step];
    for (let at = 0; at < length; at++) {
      if (at + radius < length) sum += plane[start + (at + radius) * step];
      if (at - radius > 0) sum -= plane[start + (at - radius - 1) * step];
      const inside = Math.min(length - 1, at + radius) - Math.max(0, at - radius) + 1;
      means[start + at * step] = sum / inside;
    }
  }
  return means;
}
