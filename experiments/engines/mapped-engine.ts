/** Engines that know nothing of mapped inputs, for networks that have them: coordinates are mapped before the engine. */
import {
  mappedCoordinate,
  mappedCoordinates,
  mappedSlope,
  withoutMap,
  type InputMap,
} from '../network/input-map.ts';
import { noLayer, smallestFloat32Pixel, type Engine, type Frame, type FrameRequest } from './engine.ts';
import { emptyFrame } from './frame-arrays.ts';

/** Rows whose prefixes are held at once where rows are compared. */
const comparedRows = 127;

/**
 * The engine, with `inputs` of networks seen to: points are mapped, and frames are put together of runs of columns or rows on
 * which the mapped coordinate is affine (one each for a sine). Training data are mapped by who asks for a trainer.
 */
export function withMappedInputs(engine: Engine): Engine {
  return {
    ...engine,
    renderFrame: (request) =>
      request.network.inputs === undefined ? engine.renderFrame(request) : mappedFrame(engine, request),
    ...(engine.drawFrame === undefined
      ? {}
      : {
          drawFrame: (request) =>
            request.network.inputs === undefined
              ? (engine.drawFrame?.(request) ?? Promise.resolve({}))
              : Promise.resolve({}),
        }),
    ...(engine.scoreFrame === undefined
      ? {}
      : {
          scoreFrame: (request, levels) =>
            request.network.inputs === undefined
              ? (engine.scoreFrame?.(request, levels) ?? Promise.resolve(null))
              : Promise.resolve(null),
        }),
    evaluate: (network, coordinates) =>
      engine.evaluate(withoutMap(network), mappedCoordinates(network.inputs, coordinates)),
    lossGradient: (network, data, loss) =>
      engine.lossGradient(
        withoutMap(network),
        { ...data, coordinates: mappedCoordinates(network.inputs, data.coordinates) },
        loss,
      ),
  };
}

/** Pixels [start, end) of a side, between two mapped coordinates. */
interface Run {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
  /** Derivative of the mapped coordinate by the one in the picture. */
  readonly slope: number;
}

/** Runs of `count` pixels from x0 to x1 on which the mapped coordinate is affine. */
function runsOf(map: InputMap, x0: number, x1: number, count: number): Run[] {
  const at = (pixel: number): number => x0 + (pixel / count) * (x1 - x0);
  const runs: Run[] = [];
  for (let start = 0; start < count;) {
    const middle = at(start + 0.5);
    const slope = mappedSlope(map, middle);
    const mapped = mappedCoordinate(map, middle);
    const side = sideOf(map, middle);
    let end = start + 1;
    while (map.kind === 'fold' && end < count && sideOf(map, at(end + 0.5)) === side) end++;
    // A fold goes on beyond its line here, so that the last pixel's outer half is as wide as the others.
    const line = (coordinate: number): number =>
      map.kind === 'fold' ? mapped + slope * (coordinate - middle) : mapped;
    runs.push({ start, end, from: line(at(start)), to: line(at(end)), slope });
    start = end;
  }
  return runs;
}

/** Number of the side between two fold lines. */
function sideOf({ period, phase }: InputMap, coordinate: number): number {
  return Math.floor(2 * (coordinate / period + phase));
}

async function mappedFrame(engine: Engine, request: FrameRequest): Promise<Frame> {
  const { network, view, width, height, planes } = request;
  const map = network.inputs;
  if (map === undefined) return engine.renderFrame(request);
  const frame = emptyFrame(request);
  const { start, end } = frame.rows;
  const runs =
    map.axis === 'x' ? runsOf(map, view.x0, view.x1, width) : runsOf(map, view.y0, view.y1, height);
  const isCompared = planes.firstLayers === true;
  const step = isCompared ? comparedRows : Math.max(1, end - start);
  for (let row = start; row < end; row += step) {
    const rows = { start: row, end: Math.min(end, row + step) };
    const held = { start: row, end: isCompared ? Math.min(height, rows.end + 1) : rows.end };
    const { firstLayers, ...others } = planes;
    const heldPlanes = isCompared ? { ...others, prefixes: true } : others;
    // Only the frame as a whole goes where it is wanted.
    const wanted = { ...request, into: undefined, rows: held, planes: heldPlanes };
    const band = await mappedBand(engine, wanted, map, runs);
    copyRows(band, frame, rows);
    if (firstLayers === true) compareRows(band, frame, rows);
  }
  return frame;
}

/** The precision of runs: those of a sine are one pixel wide, blocks of anchored pixels would be computed for each of them. */
function runPrecision(
  { precision, view, width, height, planes }: FrameRequest,
  { kind }: InputMap,
): FrameRequest['precision'] {
  if (kind === 'fold' || precision !== 'anchored') return precision;
  const side = Math.min((view.x1 - view.x0) / width, (view.y1 - view.y0) / height);
  if (side >= smallestFloat32Pixel) return 'float32';
  return planes.gradient === true || planes.prefixes === true ? precision : 'float64';
}

/** All rows of a request that does not compare them. */
async function mappedBand(
  engine: Engine,
  request: FrameRequest,
  map: InputMap,
  runs: readonly Run[],
): Promise<Frame> {
  const band = emptyFrame(request);
  const { rows } = band;
  const shared = { ...request, network: withoutMap(request.network), precision: runPrecision(request, map) };
  for (const { start, end, from, to, slope } of runs) {
    if (map.axis === 'x') {
      const view = { ...request.view, x0: from, x1: to };
      const part = await engine.renderFrame({ ...shared, view, width: end - start });
      placePart(part, band, start, 0, { column: slope, row: 1 });
      continue;
    }
    const within = { start: Math.max(start, rows.start), end: Math.min(end, rows.end) };
    if (within.start >= within.end) continue;
    const view = { ...request.view, y0: from, y1: to };
    const part = await engine.renderFrame({
      ...shared,
      view,
      height: end - start,
      rows: { start: within.start - start, end: within.end - start },
    });
    placePart(part, band, 0, within.start - rows.start, { column: 1, row: slope });
  }
  return band;
}

/** Copies a part's planes to its place in a band; gradients are those by the picture's coordinates. */
function placePart(
  part: Frame,
  band: Frame,
  column: number,
  row: number,
  slopes: { readonly column: number; readonly row: number },
): void {
  const { outputs, width } = part;
  const rows = part.rows.end - part.rows.start;
  const layers = part.prefixes === undefined ? 0 : part.prefixes.length / (2 * rows * width);
  const bandPixels = (band.rows.end - band.rows.start) * band.width;
  for (let at = 0; at < rows; at++) {
    const from = at * width;
    const to = (row + at) * band.width + column;
    band.values.set(part.values.subarray(outputs * from, outputs * (from + width)), outputs * to);
    if (part.hashes !== undefined)
      band.hashes?.set(part.hashes.subarray(2 * from, 2 * (from + width)), 2 * to);
    for (let layer = 0; layer < layers; layer++) {
      const begin = layer * rows * width + from;
      band.prefixes?.set(
        part.prefixes?.subarray(2 * begin, 2 * (begin + width)) ?? [],
        2 * (layer * bandPixels + to),
      );
    }
    if (part.gradient === undefined || band.gradient === undefined) continue;
    for (let index = 0; index < outputs * width; index++) {
      band.gradient[2 * (outputs * to + index)] = slopes.column * part.gradient[2 * (outputs * from + index)];
      band.gradient[2 * (outputs * to + index) + 1] =
        slopes.row * part.gradient[2 * (outputs * from + index) + 1];
    }
  }
}

/** Copies rows of a band, which begins with them, to their place in the frame. */
function copyRows(band: Frame, frame: Frame, rows: Frame['rows']): void {
  const { width, outputs } = frame;
  const pixels = (rows.end - rows.start) * width;
  const to = (rows.start - frame.rows.start) * width;
  frame.values.set(band.values.subarray(0, outputs * pixels), outputs * to);
  if (band.hashes !== undefined) frame.hashes?.set(band.hashes.subarray(0, 2 * pixels), 2 * to);
  if (band.gradient !== undefined)
    frame.gradient?.set(band.gradient.subarray(0, 2 * outputs * pixels), 2 * outputs * to);
  if (band.prefixes === undefined || frame.prefixes === undefined) return;
  const held = (band.rows.end - band.rows.start) * width;
  const whole = (frame.rows.end - frame.rows.start) * width;
  for (let layer = 0; 2 * layer * held < band.prefixes.length; layer++) {
    const from = 2 * layer * held;
    frame.prefixes.set(band.prefixes.subarray(from, from + 2 * pixels), 2 * (layer * whole + to));
  }
}

/** Fills in the first layer at which each pixel's prefix differs from that of its right or lower neighbour in the band. */
function compareRows({ prefixes, rows: held }: Frame, frame: Frame, rows: Frame['rows']): void {
  const { width, firstLayers } = frame;
  if (prefixes === undefined || firstLayers === undefined) return;
  const heldPixels = (held.end - held.start) * width;
  const pixels = (rows.end - rows.start) * width;
  const to = (rows.start - frame.rows.start) * width;
  const layers = prefixes.length / (2 * heldPixels);
  const differs = (layer: number, at: number, other: number): boolean => {
    const [a, b] = [2 * (layer * heldPixels + at), 2 * (layer * heldPixels + other)];
    return prefixes[a] !== prefixes[b] || prefixes[a + 1] !== prefixes[b + 1];
  };
  for (let at = 0; at < pixels; at++) {
    const hasRight = at % width < width - 1;
    const hasLower = at + width < heldPixels;
    let first = noLayer;
    for (let layer = 0; layer < layers && first === noLayer; layer++) {
      if ((hasRight && differs(layer, at, at + 1)) || (hasLower && differs(layer, at, at + width)))
        first = layer;
    }
    firstLayers[to + at] = first;
  }
}
