/** Frames and values at points on the kernels. */
import { hashCoefficients } from '../../hash/activation-hash.ts';
import type { Network } from '../../network/shape.ts';
import { inputCount, parameterCount } from '../../network/shape.ts';
import type { Frame, FramePlanes, FramePrecision, FrameRequest, GreySums } from '../engine.ts';
import { checkFrame, emptyFrame } from '../frame-arrays.ts';
import type { KernelExports } from './kernels.ts';
import { floatsAt, openNetwork, wordsAt } from './kernels.ts';

/** Work between two pauses, in floating-point operations: some tens of milliseconds. */
const chunkFlops = 1e9;
const tilePixels = 128;
const largestChunk = 16384;

/** Pixels that are computed between two pauses. */
function chunkPixels(network: Network, withGradient: boolean): number {
  const pixelFlops = 2 * parameterCount(network.shape) * (withGradient ? 3 : 1);
  const tiles = Math.floor(chunkFlops / pixelFlops / tilePixels);
  return Math.max(1, Math.min(tiles, largestChunk / tilePixels)) * tilePixels;
}

/**
 * A frame or band; the instance's arena must be empty. Throws where the rows do not lie in the frame, or where float64 is
 * asked for more than values and hashes.
 */
export async function renderWasmFrame(
  kernels: KernelExports,
  request: FrameRequest,
  pause: () => Promise<void>,
): Promise<Frame> {
  checkFrame(request);
  checkPlanes(request);
  const band = new Band(kernels, request);
  await band.render(pause);
  return band.frame;
}

function checkPlanes({ precision, planes }: FrameRequest): void {
  const isMore = planes.firstLayers === true || planes.prefixes === true || planes.gradient === true;
  if (precision === 'float64' && isMore)
    throw new RangeError('Frames in float64 have values and hashes only.');
}

/** Values float32 [n, outputs] at points float32 [n, 2]; the instance's arena must be empty. */
export async function evaluateWasm(
  kernels: KernelExports,
  network: Network,
  coordinates: Float32Array,
  pause: () => Promise<void>,
): Promise<Float32Array> {
  const { outputs } = network.shape;
  const count = coordinates.length / inputCount;
  if (!Number.isInteger(count)) throw new RangeError('Coordinates must come in pairs (x, y).');
  const values = new Float32Array(count * outputs);
  const chunk = Math.min(chunkPixels(network, false), Math.max(count, 1));
  openNetwork(kernels, network);
  kernels.openFrame(chunk, 0, 0, 0, network.output === 'sigmoid' ? 1 : 0);
  const points = kernels.openPoints();
  for (let first = 0; first < count; first += chunk) {
    const here = Math.min(chunk, count - first);
    floatsAt(kernels, points, 2 * here).set(coordinates.subarray(2 * first, 2 * (first + here)));
    kernels.renderChunk(0, here, 0);
    values.set(floatsAt(kernels, kernels.valuesAddress(), here * outputs), first * outputs);
    if (first + here < count) await pause();
  }
  return values;
}

type Planes = Required<FramePlanes>;

/** As the kernels number them. */
const precisions: Readonly<Record<FramePrecision, number>> = { float32: 0, anchored: 1, float64: 2 };

const noPlanes: Planes = { hashes: false, firstLayers: false, prefixes: false, gradient: false };

/** Opens the request's network, view and planes, for chunks of up to `capacity` pixels. */
function openFrame(kernels: KernelExports, request: FrameRequest, planes: Planes, capacity: number): void {
  const { network, width, height, view } = request;
  openNetwork(kernels, network);
  kernels.openFrame(
    capacity,
    planes.hashes ? 1 : 0,
    planes.prefixes || planes.firstLayers ? 1 : 0,
    planes.gradient ? 1 : 0,
    network.output === 'sigmoid' ? 1 : 0,
  );
  const coefficients = hashCoefficients(network.shape.hidden);
  wordsAt(kernels, kernels.coefficientsAddress(), coefficients.length).set(coefficients);
  const precision = precisions[request.precision ?? 'float32'];
  kernels.setView(view.x0, view.y0, view.x1, view.y1, width, height, precision, network.slope);
}

/** Sums of a frame or band of one output against levels; the instance's arena must be empty. */
export async function scoreWasmFrame(
  kernels: KernelExports,
  request: FrameRequest,
  levels: Uint8Array,
  pause: () => Promise<void>,
): Promise<GreySums> {
  checkFrame(request);
  const { network, width, height, rows = { start: 0, end: height } } = request;
  const [start, end] = [rows.start * width, rows.end * width];
  if (network.shape.outputs !== 1 || levels.length !== end - start)
    throw new RangeError('Frames of one output are scored, against a level for each of their pixels.');
  const chunk = chunkPixels(network, false);
  openFrame(kernels, request, noPlanes, chunk);
  const [held, sums] = [kernels.allocate(chunk), kernels.allocate(8 * 4)];
  const found = (): Float64Array => new Float64Array(kernels.memory.buffer, sums, 4);
  found().fill(0);
  for (let first = start; first < end; first += chunk) {
    const count = Math.min(chunk, end - first);
    kernels.renderChunk(first, count, 0);
    const part = levels.subarray(first - start, first - start + count);
    new Uint8Array(kernels.memory.buffer, held, count).set(part);
    kernels.scoreLevels(kernels.valuesAddress(), held, count, sums);
    if (first + count < end) await pause();
  }
  const [squares, darkValues, darkTruth, darkBoth] = found();
  return { squares, darkValues, darkTruth, darkBoth };
}

/** One band while it is rendered: in chunks of any pixels, or row by row where rows are compared. */
class Band {
  readonly frame: Frame;
  readonly #kernels: KernelExports;
  readonly #request: FrameRequest;
  readonly #planes: Planes;
  readonly #layers: number;
  readonly #capacity: number;
  readonly #chunk: number;

  constructor(kernels: KernelExports, request: FrameRequest) {
    const { network, width, planes } = request;
    this.#kernels = kernels;
    this.#request = request;
    this.#planes = { ...noPlanes, ...planes };
    this.#layers = network.shape.hidden.length;
    this.#chunk = chunkPixels(network, this.#planes.gradient);
    this.#capacity = this.#planes.firstLayers ? 2 * width : this.#chunk;
    this.frame = emptyFrame(request);
    openFrame(kernels, request, this.#planes, this.#capacity);
  }

  async render(pause: () => Promise<void>): Promise<void> {
    if (this.#planes.firstLayers) await this.#renderRows(pause);
    else await this.#renderChunks(pause);
  }

  async #renderChunks(pause: () => Promise<void>): Promise<void> {
    const { width, rows } = this.frame;
    const start = rows.start * width;
    const end = rows.end * width;
    for (let first = start; first < end; first += this.#chunk) {
      const count = Math.min(this.#chunk, end - first);
      this.#kernels.renderChunk(first, count, 0);
      this.#copy(0, first - start, count);
      if (first + count < end) await pause();
    }
  }

  /** Two rows are held: the prefixes of one are compared with those of the one below it. */
  async #renderRows(pause: () => Promise<void>): Promise<void> {
    const { width, rows } = this.frame;
    const target = this.#kernels.allocate(2 * width);
    const last = Math.min(rows.end, this.#request.height - 1);
    let sincePause = 0;
    if (rows.start === rows.end) return;
    for (let row = rows.start; row <= last; row++) {
      const place = (row % 2) * width;
      this.#kernels.renderChunk(row * width, width, place);
      if (row < rows.end) this.#copy(place, (row - rows.start) * width, width);
      if (row > rows.start) this.#compare(row - 1, width - place, place, target);
      sincePause += width;
      if (sincePause < this.#chunk) continue;
      sincePause = 0;
      await pause();
    }
    if (last < rows.end) this.#compare(last, (last % 2) * width, null, target);
  }

  /** First differing layers of a frame row held at `place`, against the row held at `below`. */
  #compare(row: number, place: number, below: number | null, target: number): void {
    const { width, rows, firstLayers } = this.frame;
    const prefixes = this.#kernels.prefixesAddress();
    const lower = below === null ? 0 : prefixes + 8 * below;
    this.#kernels.firstLayers(prefixes + 8 * place, lower, 8 * this.#capacity, width, target);
    firstLayers?.set(new Uint16Array(this.#kernels.memory.buffer, target, width), (row - rows.start) * width);
  }

  /** Copies `count` pixels from a place of the chunk's arrays to a place of the band's. */
  #copy(place: number, to: number, count: number): void {
    const kernels = this.#kernels;
    const { values, hashes, prefixes, gradient, outputs } = this.frame;
    values.set(
      floatsAt(kernels, kernels.valuesAddress() + 4 * place * outputs, count * outputs),
      to * outputs,
    );
    hashes?.set(wordsAt(kernels, kernels.hashesAddress() + 8 * place, 2 * count), 2 * to);
    gradient?.set(
      floatsAt(kernels, kernels.gradientsAddress() + 8 * place * outputs, 2 * count * outputs),
      2 * to * outputs,
    );
    if (prefixes === undefined) return;
    const pixels = values.length / outputs;
    for (let layer = 0; layer < this.#layers; layer++) {
      const from = kernels.prefixesAddress() + 8 * (layer * this.#capacity + place);
      prefixes.set(wordsAt(kernels, from, 2 * count), 2 * (layer * pixels + to));
    }
  }
}
