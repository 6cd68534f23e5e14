/** Exact frames of cells at any epoch: coarse ones first, the frame that somebody looks at before those fetched ahead. */
import { smallestFloat32Pixel, type Frame, type View } from '../../../experiments/engines/engine.ts';
import { parameterCount, type Network } from '../../../experiments/network/shape.ts';
import type { Background } from '../background/background.ts';
import type { ComputePool } from '../../compute/compute-pool.ts';
import type { CallParameters } from '../../contract/contract.ts';
import type { RenderedFrame } from '../../contract/frames.ts';
import { LabError } from '../disk/lab-error.ts';
import { coarseFactors } from './coarse-sizes.ts';
import { FrameTurns } from './frame-priorities.ts';
import type { LabContext } from './lab-context.ts';

/** A network with the epoch that it is of, and why it is not the one that was asked for where a snapshot stands in. */
export interface FoundNetwork {
  readonly network: Network;
  readonly epoch: number;
  readonly obstacle: string | null;
}

/** Finds the network of a cell at an epoch, or at the last one before it that can be reached. */
export type NetworkAt = (
  entryId: string,
  cellId: string,
  epoch: number,
  signal: AbortSignal,
) => Promise<FoundNetwork>;

type FrameParameters = CallParameters<'frame.render'>;

/** Maximum number of pixels of a frame. */
const maxPixels = 4096 * 2160;

type FrameContext = Pick<LabContext, 'pool' | 'background' | 'decision'>;

/** Frames of cells at any epoch, for the calls that show them. */
export class FrameService {
  readonly #pool: ComputePool;
  readonly #background: Background;
  readonly #context: FrameContext;
  readonly #networkAt: NetworkAt;
  readonly #turns = new FrameTurns();

  constructor(context: FrameContext, networkAt: NetworkAt) {
    this.#pool = context.pool;
    this.#background = context.background;
    this.#context = context;
    this.#networkAt = networkAt;
  }

  /** The frame asked for, coarser ones through `onPart`. Throws LabError, or the signal's reason after an abort. */
  async render(
    parameters: FrameParameters,
    signal: AbortSignal,
    onPart: (frame: RenderedFrame) => void,
  ): Promise<RenderedFrame> {
    const { entryId, cellId, priority, width, height, coarse } = parameters;
    if (width * height > maxPixels) {
      throw new LabError('refused', `A frame has at most ${maxPixels} pixels, not ${width} x ${height}.`);
    }
    return this.#turns.take(priority, signal, async (turn) => {
      const found = await this.#networkAt(entryId, cellId, parameters.epoch, turn);
      const operations = 2 * parameterCount(found.network.shape) * width * height;
      const factors = coarse ? coarseFactors(operations, width, height) : [];
      for (const factor of factors) {
        const size = { width: Math.ceil(width / factor), height: Math.ceil(height / factor) };
        onPart(await this.#frame(parameters, found, size, turn));
      }
      return this.#frame(parameters, found, { width, height }, turn);
    });
  }

  async #frame(
    { view, values, planes, precision = 'anchored' }: FrameParameters,
    { network, epoch, obstacle }: FoundNetwork,
    { width, height }: { width: number; height: number },
    signal: AbortSignal,
  ): Promise<RenderedFrame> {
    const frame: Frame = await this.#pool.renderFrame(
      {
        network,
        view,
        width,
        height,
        precision,
        planes: {
          hashes: true,
          firstLayers: planes.firstLayers === true,
          gradient: planes.gradient === true,
        },
      },
      // The GPU computes in float32.
      precision === 'float64' || (view.x1 - view.x0) / width < smallestFloat32Pixel
        ? 'relaxed'
        : this.#context.decision.frames,
      signal,
    );
    const keepHashes = planes.hashes === true;
    const finished = await this.#background.run('finish-frame', { frame, epoch, view, values, keepHashes });
    return obstacle === null ? finished : { ...finished, obstacle };
  }
}

/** A view of one pixel whose centre is a point. */
export function viewOfPoint(x: number, y: number): View {
  const half = 2 ** -20;
  return { x0: x - half, y0: y - half, x1: x + half, y1: y + half };
}
