/** What is drawn of a frame, made on the device: only that is read back. */
import { distinctCount } from '../frame-planes.ts';
import type { DrawnFrame, DrawRequest } from '../engine.ts';
import { checkFrame } from '../frame-arrays.ts';
import type { GpuContext } from './gpu-context.ts';
import { boundaryBits, candidateHashes, colourPlane, levelPlane } from './gpu-planes.ts';
import type { Pacer } from './pacer.ts';
import { forEachBand, type Band } from './webgpu-frame.ts';

/** The planes of a drawing that are asked for. Throws RangeError as renderGpuFrame does. */
export async function drawGpuFrame(
  context: GpuContext,
  pacer: Pacer,
  { draw, ...request }: DrawRequest,
): Promise<DrawnFrame> {
  const hashes = draw.boundary === true || draw.distinct === true;
  const frameRequest = { ...request, planes: { hashes } };
  checkFrame(frameRequest);
  const { width, height, network } = request;
  const pixels = width * height;
  const values = pixels * network.shape.outputs;
  const boundary = { bits: new Uint8Array(draw.boundary === true ? (pixels + 7) >> 3 : 0), count: 0 };
  const candidates: Uint32Array[] = [];
  const drawn = {
    ...(draw.values === true ? { values: new Float32Array(values) } : {}),
    ...(draw.levels === true ? { levels: new Uint8Array(values) } : {}),
    ...(draw.colours === undefined ? {} : { colours: new Uint8Array(4 * pixels) }),
  };
  const use = async (band: Band): Promise<void> => {
    const at = band.start * width;
    const count = band.rows * width * band.outputs;
    drawn.values?.set(await context.readFloats(band.values, count), at * band.outputs);
    drawn.levels?.set(await levelPlane(context, band), at * band.outputs);
    if (draw.colours !== undefined)
      drawn.colours?.set(await colourPlane(context, band, draw.colours), 4 * at);
    if (draw.distinct === true) candidates.push(await candidateHashes(context, band));
    if (draw.boundary !== true) return;
    const part = await boundaryBits(context, band);
    boundary.bits.set(part.bits, at / 8);
    boundary.count += part.count;
  };
  await forEachBand(context, pacer, frameRequest, draw.boundary === true, use);
  return {
    ...drawn,
    ...(draw.boundary === true ? { boundary } : {}),
    ...(draw.distinct === true ? { distinct: distinctCount(joined(candidates)) } : {}),
  };
}

function joined(parts: readonly Uint32Array[]): Uint32Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const all = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
