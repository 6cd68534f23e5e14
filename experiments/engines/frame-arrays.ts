/** What every engine does alike with the request for a frame. */
import type { Frame, FrameRequest } from './engine.ts';

/** Throws RangeError where a frame has no pixels or its rows do not lie in it. */
export function checkFrame({ width, height, rows }: FrameRequest): void {
  if (!(Number.isInteger(width) && Number.isInteger(height) && width >= 1 && height >= 1)) {
    throw new RangeError(`A frame must be at least 1 x 1 pixels, not ${width} x ${height}.`);
  }
  if (rows === undefined) return;
  if (!(Number.isInteger(rows.start) && 0 <= rows.start && rows.start <= rows.end && rows.end <= height)) {
    throw new RangeError(`Rows ${rows.start} to ${rows.end} do not lie in a frame of ${height} rows.`);
  }
}

/** The frame or band asked for with its planes, all zeros; its values lie where they are wanted. */
export function emptyFrame({ network, width, height, rows, planes, into }: FrameRequest): Frame {
  const { hidden, outputs } = network.shape;
  const { start, end } = rows ?? { start: 0, end: height };
  const pixels = (end - start) * width;
  return {
    width,
    rows: { start, end },
    outputs,
    values: into?.subarray(0, pixels * outputs).fill(0) ?? new Float32Array(pixels * outputs),
    ...(planes.hashes === true ? { hashes: new Uint32Array(2 * pixels) } : {}),
    ...(planes.firstLayers === true ? { firstLayers: new Uint16Array(pixels) } : {}),
    ...(planes.prefixes === true ? { prefixes: new Uint32Array(2 * pixels * hidden.length) } : {}),
    ...(planes.gradient === true ? { gradient: new Float32Array(2 * pixels * outputs) } : {}),
  };
}
