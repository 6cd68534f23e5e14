/** How far two computations of the same frame agree, and what is still called agreement. */
import { boundaryPlane, levelsFromValues } from '../engines/frame-planes.ts';
import type { Preview } from '../records/snapshot.ts';

/** Values [n, outputs] and hashes uint32 [n, 2] of the same n pixels. */
export interface ComparedFrame {
  readonly values: Float32Array;
  readonly hashes: Uint32Array;
}

/** Agreement of two frames. Differences are relative to the larger of 1 and the largest absolute value. */
export interface FrameAgreement {
  readonly pixels: number;
  readonly equalHashes: number;
  readonly largestDifference: number;
  /** Root of the mean square. */
  readonly typicalDifference: number;
}

/**
 * What rounding alone may do where both sides compute in float64 and round their values to float32: of networks with 360
 * to 2000 neurons, no hash of a million differed.
 */
export const frameTolerance = {
  /** Least share of equal hashes: over all frames of a cell, and in any single one. */
  equalHashes: 0.9999,
  equalHashesOfOne: 0.9995,
  /** Pixels that may differ in any case: shares of tiny frames say little. */
  strayPixels: 2,
  typicalDifference: 1e-6,
  largestDifference: 1e-5,
  /** Most 8-bit levels between a stored preview and the recomputed values. */
  levels: 1,
  /** Least share of equal boundary bits of a stored preview. */
  boundary: 0.995,
} as const;

/** The tolerance in words, for receipts. */
export const frameToleranceText =
  `hashes equal on at least ${percent(frameTolerance.equalHashes)} of a cell's pixels and ` +
  `${percent(frameTolerance.equalHashesOfOne)} of a frame's; values within ${frameTolerance.typicalDifference.toExponential()} ` +
  `typically and ${frameTolerance.largestDifference.toExponential()} at most; previews within ${frameTolerance.levels} of 255 levels ` +
  `and ${percent(frameTolerance.boundary)} of boundary pixels`;

/** Agreement of two frames of the same pixels. Throws RangeError where their sizes differ. A NaN equals a NaN. */
export function frameAgreement(a: ComparedFrame, b: ComparedFrame): FrameAgreement {
  if (a.hashes.length !== b.hashes.length || a.values.length !== b.values.length) {
    throw new RangeError('the frames have different sizes');
  }
  let equalHashes = 0;
  for (let at = 0; at < a.hashes.length; at += 2) {
    if (a.hashes[at] === b.hashes[at] && a.hashes[at + 1] === b.hashes[at + 1]) equalHashes++;
  }
  let [scale, largest, squares] = [1, 0, 0];
  for (let at = 0; at < a.values.length; at++) {
    const [left, right] = [a.values[at], b.values[at]];
    if (Object.is(left, right)) continue;
    // What is not a number on one side only is as different as can be.
    const difference = Number.isFinite(left - right) ? Math.abs(left - right) : Infinity;
    largest = Math.max(largest, difference);
    squares += difference * difference;
  }
  for (const value of a.values) if (Number.isFinite(value)) scale = Math.max(scale, Math.abs(value));
  return {
    pixels: a.hashes.length / 2,
    equalHashes,
    largestDifference: largest / scale,
    typicalDifference: Math.sqrt(squares / Math.max(1, a.values.length)) / scale,
  };
}

/** Agreements of many frames as one. */
export function totalAgreement(agreements: readonly FrameAgreement[]): FrameAgreement {
  const pixels = sum(agreements.map((one) => one.pixels));
  return {
    pixels,
    equalHashes: sum(agreements.map((one) => one.equalHashes)),
    largestDifference: Math.max(0, ...agreements.map((one) => one.largestDifference)),
    typicalDifference: Math.sqrt(
      sum(agreements.map((one) => one.pixels * one.typicalDifference ** 2)) / Math.max(1, pixels),
    ),
  };
}

/** Why a frame is outside of the tolerance, in words; null where it is within. */
export function disagreement(
  { pixels, equalHashes, largestDifference, typicalDifference }: FrameAgreement,
  leastEqual: number,
): string | null {
  if (!(equalHashes + frameTolerance.strayPixels >= leastEqual * pixels)) {
    return `only ${percent(equalHashes / pixels)} of the hashes are equal`;
  }
  if (!(typicalDifference <= frameTolerance.typicalDifference)) {
    return `values differ by ${typicalDifference.toExponential(1)} typically`;
  }
  if (!(largestDifference <= frameTolerance.largestDifference)) {
    return `a value differs by ${largestDifference.toExponential(1)}`;
  }
  return null;
}

/** Why a stored preview is not a picture of a recomputed frame, in words; null where it is. */
export function previewDisagreement(preview: Preview, frame: ComparedFrame): string | null {
  const { width, height, values, boundary } = preview;
  if (frame.hashes.length !== 2 * width * height || frame.values.length !== values.length) {
    return `the preview has another size, ${width} x ${height}`;
  }
  const levels = levelsFromValues(frame.values);
  const off = levels.findIndex((level, at) => Math.abs(level - values[at]) > frameTolerance.levels);
  if (off >= 0) {
    const outputs = values.length / (width * height);
    const pixel = Math.floor(off / outputs);
    const place = `column ${pixel % width}, row ${Math.floor(pixel / width)}`;
    return `the preview shows level ${values[off]} at ${place}, the weights give ${levels[off]}`;
  }
  const { bits } = boundaryPlane(frame.hashes, width, height);
  let different = 0;
  for (let pixel = 0; pixel < width * height; pixel++) {
    if (((bits[pixel >> 3] ^ boundary[pixel >> 3]) >> (7 - (pixel & 7))) & 1) different++;
  }
  const share = 1 - different / (width * height);
  return share >= frameTolerance.boundary
    ? null
    : `only ${percent(share)} of the preview's boundary pixels agree with the weights`;
}

/** "99.994 %", never rounded up to 100. */
export function percent(share: number): string {
  return `${Math.floor(1e5 * share) / 1e3} %`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
