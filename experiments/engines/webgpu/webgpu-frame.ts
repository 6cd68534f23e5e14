/** Frames and values at points on a device. */
import { inputCount, type Network } from '../../network/shape.ts';
import type { Frame, FrameRequest } from '../engine.ts';
import { checkFrame, emptyFrame } from '../frame-arrays.ts';
import { GpuNetwork, type PassOptions } from './frame-kernel.ts';
import { centres } from './frame-layout.ts';
import type { GpuContext } from './gpu-context.ts';
import { withLease } from './gpu-lease.ts';
import { firstLayerPlane, type PlaneInput } from './gpu-planes.ts';
import type { Pacer } from './pacer.ts';

/** Largest buffer that a band of a frame may take, in bytes. */
const bandBytes = 64 * 2 ** 20;

/** A frame or band. Throws RangeError where the rows do not lie in the frame or a layer is too wide for the device. */
export async function renderGpuFrame(
  context: GpuContext,
  pacer: Pacer,
  request: FrameRequest,
): Promise<Frame> {
  checkFrame(request);
  const frame = emptyFrame(request);
  await forEachBand(context, pacer, request, request.planes.firstLayers === true, (band) =>
    keepBand(context, frame, band),
  );
  return frame;
}

/** Some rows of a frame on the device. */
export interface Band extends PlaneInput {
  /** First row. */
  readonly start: number;
  /** Slopes float32 [rows, width, outputs, 2] where they were asked for. */
  readonly slopes: GPUBuffer | null;
}

/**
 * Computes a frame band by band, with the row below each where `below` asks for it. A band's number of rows is a multiple
 * of 32 but for the last one's, if there are several. `use` must be done with a band's buffers when it resolves.
 */
export function forEachBand(
  context: GpuContext,
  pacer: Pacer,
  request: FrameRequest,
  below: boolean,
  use: (band: Band) => Promise<void>,
): Promise<void> {
  const { start, end } = request.rows ?? { start: 0, end: request.height };
  const step = bandRows(request);
  return withLease(context, async (lease) => {
    const gpu = new GpuNetwork(context, lease, request.network);
    const coordinates = lease.upload('frame/centres', centres(request.view, request.width, request.height));
    for (let row = start; row < end; row += step) {
      const rows = { start: row, end: Math.min(end, row + step) };
      await computeBand(context, pacer, gpu, { ...request, rows }, below, coordinates, use);
    }
  });
}

/** Rows at a time: as many as keep every buffer small. */
function bandRows({ network, width, planes }: FrameRequest): number {
  const layers = planes.prefixes === true || planes.firstLayers === true ? network.shape.hidden.length : 1;
  const pixelBytes = 8 * Math.max(layers, network.shape.outputs);
  return Math.max(32, 32 * Math.floor(bandBytes / (32 * pixelBytes * width)));
}

function computeBand(
  context: GpuContext,
  pacer: Pacer,
  gpu: GpuNetwork,
  { network, width, height, planes, rows }: FrameRequest & { rows: { start: number; end: number } },
  below: boolean,
  coordinates: GPUBuffer,
  use: (band: Band) => Promise<void>,
): Promise<void> {
  const { hidden, outputs } = network.shape;
  const { start, end } = rows;
  const hasPrefixes = planes.prefixes === true || planes.firstLayers === true;
  const hashKind = hasPrefixes ? 'prefixes' : planes.hashes === true ? 'last' : 'none';
  const layers = hasPrefixes ? hidden.length : 1;
  // The row below a band belongs to its last row's neighbours.
  const heldRows = (below ? Math.min(height, end + 1) : end) - start;
  const held = heldRows * width;
  const pixels = (end - start) * width;
  const first = start * width;
  return withLease(context, async (lease) => {
    const values = lease.acquire('frame/values', 4 * held * outputs);
    const hashes = lease.acquire('frame/hashes', hashKind === 'none' ? 4 : 8 * held * layers);
    const slopes = planes.gradient === true ? lease.acquire('frame/slopes', 8 * pixels * outputs) : null;
    const pass: PassOptions = { isDual: false, arePoints: false, hashes: hashKind };
    const range = { first, end: first + held, width, origin: first, stride: held };
    await gpu.run(pass, range, { coordinates, results: values, hashes }, pacer);
    if (slopes !== null) {
      const dual: PassOptions = { isDual: true, arePoints: false, hashes: 'none' };
      await gpu.run(dual, { ...range, end: first + pixels }, { coordinates, results: slopes, hashes }, pacer);
    }
    await use({ start, width, rows: end - start, heldRows, outputs, layers, hashes, values, slopes });
  });
}

/** Reads a band back into its place in the frame. */
async function keepBand(context: GpuContext, frame: Frame, band: Band): Promise<void> {
  const { width, rows, heldRows, outputs, layers, hashes, values, slopes, start } = band;
  const at = (start - frame.rows.start) * width;
  const pixels = rows * width;
  const held = heldRows * width;
  const whole = frame.values.length / outputs;
  frame.values.set(await context.readFloats(values, pixels * outputs), at * outputs);
  frame.hashes?.set(await context.readWords(hashes, 2 * pixels, 2 * held * (layers - 1)), 2 * at);
  frame.firstLayers?.set(await firstLayerPlane(context, band), at);
  for (let layer = 0; frame.prefixes !== undefined && layer < layers; layer++) {
    frame.prefixes.set(
      await context.readWords(hashes, 2 * pixels, 2 * held * layer),
      2 * (layer * whole + at),
    );
  }
  if (slopes === null) return;
  frame.gradient?.set(await context.readFloats(slopes, 2 * pixels * outputs), 2 * at * outputs);
}

/** Values float32 [n, outputs] at points float32 [n, 2]. */
export function evaluateGpu(
  context: GpuContext,
  pacer: Pacer,
  network: Network,
  points: Float32Array,
): Promise<Float32Array> {
  const count = points.length / inputCount;
  if (!Number.isInteger(count)) throw new RangeError('Coordinates must come in pairs (x, y).');
  const { outputs } = network.shape;
  return withLease(context, async (lease) => {
    if (count === 0) return new Float32Array(0);
    const gpu = new GpuNetwork(context, lease, network);
    const coordinates = lease.upload('points/coordinates', planar(points));
    const results = lease.acquire('points/values', 4 * count * outputs);
    const hashes = lease.acquire('points/no hashes', 4);
    const pass: PassOptions = { isDual: false, arePoints: true, hashes: 'none' };
    const range = { first: 0, end: count, width: count, origin: 0, stride: count };
    await gpu.run(pass, range, { coordinates, results, hashes }, pacer);
    return context.readFloats(results, count * outputs);
  });
}

/** All x, then all y. */
function planar(points: Float32Array): Float32Array {
  const count = points.length / inputCount;
  const all = new Float32Array(points.length);
  for (let at = 0; at < count; at++) {
    all[at] = points[2 * at];
    all[count + at] = points[2 * at + 1];
  }
  return all;
}
