/** Exact regions as a frame of pixels, and how sampled hashes agree with it. */
import type { Complex } from './complex.ts';
import { evaluateAtPoint } from './point-evaluation.ts';

/**
 * The region at every pixel centre of a width x height frame over the complex's view: int32 [height, width], row-major
 * from y0. A centre on a crease gets one of the regions beside it.
 */
export function regionFrame(complex: Complex, width: number, height: number): Int32Array {
  const { view, offsets, sideVertices, positions, regionCount } = complex;
  const frame = new Int32Array(width * height).fill(-1);
  const columnWidth = (view.x1 - view.x0) / width;
  const rowHeight = (view.y1 - view.y0) / height;
  for (let region = 0; region < regionCount; region++) {
    let [low, high] = [Infinity, -Infinity];
    for (let side = offsets[region]; side < offsets[region + 1]; side++) {
      const y = positions[2 * sideVertices[side] + 1];
      low = Math.min(low, y);
      high = Math.max(high, y);
    }
    const firstRow = Math.max(0, Math.ceil((low - view.y0) / rowHeight - 0.5));
    const lastRow = Math.min(height - 1, Math.floor((high - view.y0) / rowHeight - 0.5));
    for (let row = firstRow; row <= lastRow; row++) {
      const [left, right] = chordAt(complex, region, view.y0 + (row + 0.5) * rowHeight);
      const first = Math.max(0, Math.ceil((left - view.x0) / columnWidth - 0.5));
      const last = Math.min(width - 1, Math.floor((right - view.x0) / columnWidth - 0.5));
      if (first <= last) frame.fill(region, row * width + first, row * width + last + 1);
    }
  }
  return frame;
}

/** Where the line at height y crosses a region: smallest and largest x. */
function chordAt(complex: Complex, region: number, y: number): [number, number] {
  const { offsets, sideVertices, positions } = complex;
  const end = offsets[region + 1];
  let left = Infinity;
  let right = -Infinity;
  let a = 2 * sideVertices[end - 1];
  for (let side = offsets[region]; side < end; side++) {
    const b = 2 * sideVertices[side];
    const ya = positions[a + 1];
    const yb = positions[b + 1];
    if (Math.min(ya, yb) <= y && y <= Math.max(ya, yb)) {
      const xa = positions[a];
      const x = ya === yb ? xa : xa + ((y - ya) / (yb - ya)) * (positions[b] - xa);
      left = Math.min(left, x);
      right = Math.max(right, x);
    }
    a = b;
  }
  return [left, right];
}

export interface HashAgreement {
  readonly pixels: number;
  /** Distinct sampled hashes; never more than there are regions. */
  readonly sampledHashes: number;
  /** Distinct sampled hashes that belong to none of the complex's regions. */
  readonly foreignHashes: number;
  /** Pixels whose sampled hash is not that of the region at their centre. */
  readonly mismatches: number;
  /** Mismatches farther from every crease than `tolerance` pixels: there should be none. */
  readonly unexplained: number;
}

/**
 * Compares a sampled frame's hashes (uint32 [height, width, 2]) over the complex's view with the exact regions. A sampled
 * pixel lies at its centre rounded to float32 and may have been computed in float32, so it can fall on the wrong side of a
 * crease that is closer than `tolerance` pixels.
 */
export function hashAgreement(
  complex: Complex,
  hashes: Uint32Array,
  width: number,
  height: number,
  tolerance = 0.05,
): HashAgreement {
  const frame = regionFrame(complex, width, height);
  const known = new Set<string>();
  for (let region = 0; region < complex.regionCount; region++) known.add(hashKey(complex.hashes, region));
  const sampled = new Set<string>();
  const { view, network } = complex;
  const pixel = Math.min((view.x1 - view.x0) / width, (view.y1 - view.y0) / height);
  let mismatches = 0;
  let unexplained = 0;
  for (let at = 0; at < frame.length; at++) {
    sampled.add(hashKey(hashes, at));
    const region = frame[at];
    const same =
      region >= 0 &&
      hashes[2 * at] === complex.hashes[2 * region] &&
      hashes[2 * at + 1] === complex.hashes[2 * region + 1];
    if (same) continue;
    mismatches++;
    const x = view.x0 + (((at % width) + 0.5) / width) * (view.x1 - view.x0);
    const y = view.y0 + ((Math.floor(at / width) + 0.5) / height) * (view.y1 - view.y0);
    if (evaluateAtPoint(network, x, y).creaseDistance > tolerance * pixel) unexplained++;
  }
  let foreignHashes = 0;
  for (const hash of sampled) if (!known.has(hash)) foreignHashes++;
  return { pixels: frame.length, sampledHashes: sampled.size, foreignHashes, mismatches, unexplained };
}

function hashKey(hashes: Uint32Array, index: number): string {
  return `${hashes[2 * index]},${hashes[2 * index + 1]}`;
}
