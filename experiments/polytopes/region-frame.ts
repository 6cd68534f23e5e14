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
  const scaleX = width / (view.x1 - view.x0);
  const scaleY = height / (view.y1 - view.y0);
  // Where the centre line of a row crosses the region, in pixels.
  const lefts = new Float64Array(height);
  const rights = new Float64Array(height);
  for (let region = 0; region < regionCount; region++) {
    const end = offsets[region + 1];
    let firstRow = height;
    let lastRow = -1;
    for (let side = offsets[region]; side < end; side++) {
      const y = (positions[2 * sideVertices[side] + 1] - view.y0) * scaleY - 0.5;
      firstRow = Math.min(firstRow, Math.ceil(y));
      lastRow = Math.max(lastRow, Math.floor(y));
    }
    firstRow = Math.max(0, firstRow);
    lastRow = Math.min(height - 1, lastRow);
    if (firstRow > lastRow) continue;
    lefts.fill(Infinity, firstRow, lastRow + 1);
    rights.fill(-Infinity, firstRow, lastRow + 1);
    let a = 2 * sideVertices[end - 1];
    for (let side = offsets[region]; side < end; side++) {
      const b = 2 * sideVertices[side];
      const xa = (positions[a] - view.x0) * scaleX - 0.5;
      const ya = (positions[a + 1] - view.y0) * scaleY - 0.5;
      const xb = (positions[b] - view.x0) * scaleX - 0.5;
      const yb = (positions[b + 1] - view.y0) * scaleY - 0.5;
      const from = Math.max(firstRow, Math.ceil(Math.min(ya, yb)));
      const to = Math.min(lastRow, Math.floor(Math.max(ya, yb)));
      for (let row = from; row <= to; row++) {
        const x = ya === yb ? xa : xa + ((row - ya) / (yb - ya)) * (xb - xa);
        lefts[row] = Math.min(lefts[row], x, ya === yb ? xb : x);
        rights[row] = Math.max(rights[row], x, ya === yb ? xb : x);
      }
      a = b;
    }
    for (let row = firstRow; row <= lastRow; row++) {
      const last = Math.min(width - 1, Math.floor(rights[row]));
      for (let column = Math.max(0, Math.ceil(lefts[row])); column <= last; column++)
        frame[row * width + column] = region;
    }
  }
  return frame;
}

/** How exact hashes and sampled ones agree over the pixels of a frame. */
export interface HashAgreement {
  readonly pixels: number;
  /** Distinct sampled hashes; never more than there are regions. */
  readonly sampledHashes: number;
  /** Distinct sampled hashes that belong to none of the complex's regions. */
  readonly foreignHashes: number;
  /** Pixels whose sampled hash is not that of the region at their centre. */
  readonly mismatches: number;
  /** 1 where more known hashes were sampled than there are regions, which cannot be; else 0. */
  readonly tooMany: number;
  /** Mismatches farther from every crease than `tolerance` pixels: there should be none. */
  readonly unexplained: number;
  /** Distance in the plane of the farthest mismatch from a crease, 0 without mismatches. */
  readonly farthest: number;
}

/**
 * Compares a sampled frame's hashes (uint32 [height, width, 2]) over the complex's view with the exact regions. A sampled
 * pixel may have been computed in float32, so it can fall on the wrong side of a crease that is closer than `tolerance`
 * pixels.
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
  let farthest = 0;
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
    const distance = evaluateAtPoint(network, x, y).creaseDistance;
    farthest = Math.max(farthest, distance);
    if (distance > tolerance * pixel) unexplained++;
  }
  let foreignHashes = 0;
  for (const hash of sampled) if (!known.has(hash)) foreignHashes++;
  const tooMany = Number(sampled.size - foreignHashes > complex.regionCount);
  return {
    tooMany,
    pixels: frame.length,
    sampledHashes: sampled.size,
    foreignHashes,
    mismatches,
    unexplained,
    farthest,
  };
}

function hashKey(hashes: Uint32Array, index: number): string {
  return `${hashes[2 * index]},${hashes[2 * index + 1]}`;
}
