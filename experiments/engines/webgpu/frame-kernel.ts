/** The forward pass over pixels or points on a device: values, hashes, prefixes or slopes into buffers. */
import type { Network } from '../../network/shape.ts';
import { parameterCount } from '../../network/shape.ts';
import { packNetwork, tileLayout, type TileLayout } from './frame-layout.ts';
import source from './kernels/frame.wgsl?raw';
import type { GpuContext } from './gpu-context.ts';
import type { GpuLease } from './gpu-lease.ts';
import type { Pacer } from './pacer.ts';

const kernel = { name: 'frame', code: source };
const maxWorkgroups = 65535;
/** Columns of a vec4 that one pixel takes with its slopes. */
const dualColumns = 4;

/** What a pass computes. 'dual' writes slopes instead of values and no hashes. */
export interface PassOptions {
  readonly isDual: boolean;
  readonly arePoints: boolean;
  readonly hashes: 'none' | 'last' | 'prefixes';
}

/** Pixels [first, end) of a frame that is `width` wide, into buffers that begin at pixel `origin`. */
export interface PassRange {
  readonly first: number;
  readonly end: number;
  readonly width: number;
  readonly origin: number;
  /** Pixels in a layer of the prefixes. */
  readonly stride: number;
}

/** The buffers of one pass over the pixels of a tile. */
export interface PassBuffers {
  readonly coordinates: GPUBuffer;
  /** Values float32 [n, outputs], or slopes float32 [n, outputs, 2]. */
  readonly results: GPUBuffer;
  /** uint32 [n, 2] or [layers, n, 2]; any buffer where no hashes are asked for. */
  readonly hashes: GPUBuffer;
}

/** A network in a device's memory, as long as its lease holds. */
export class GpuNetwork {
  readonly #context: GpuContext;
  readonly #network: Network;
  readonly #tile: TileLayout;
  readonly #layers: GPUBuffer;
  readonly #parameters: GPUBuffer;
  readonly #coefficients: GPUBuffer;
  readonly #range: GPUBuffer;

  /** Throws RangeError where its layers are too wide for the device. */
  constructor(context: GpuContext, lease: GpuLease, network: Network) {
    this.#tile = tileLayout(network.shape, context.limits);
    const packed = packNetwork(network);
    this.#context = context;
    this.#network = network;
    this.#layers = lease.upload('network/layers', packed.layers);
    this.#parameters = lease.upload('network/parameters', packed.parameters);
    this.#coefficients = lease.upload('network/hash coefficients', packed.coefficients);
    this.#range = lease.uniform('network/range', new Uint32Array(8));
  }

  /** Runs a pass in dispatches that the pacer sizes (in floating-point operations); done when it resolves. */
  async run(options: PassOptions, range: PassRange, buffers: PassBuffers, pacer: Pacer): Promise<void> {
    const { clock } = this.#context;
    const pipeline = await this.#pipeline(options);
    const tilePixels = (8 / (options.isDual ? dualColumns : 1)) * this.#tile.columnBlocks;
    const tileFlops = 2 * parameterCount(this.#network.shape) * 8 * this.#tile.columnBlocks;
    for (let first = range.first; first < range.end;) {
      const left = Math.ceil((range.end - first) / tilePixels);
      const tiles = Math.max(1, Math.min(left, maxWorkgroups, Math.floor(pacer.units() / tileFlops)));
      const { width, origin, stride } = range;
      const end = Math.min(range.end, first + tiles * tilePixels);
      this.#context.write(this.#range, Uint32Array.of(first, end, width, origin, stride, 0, 0, 0));
      const before = clock();
      this.#context.submit('frame', [{ pipeline, bindings: this.#bindings(buffers), workgroups: [tiles] }]);
      await this.#context.finished();
      pacer.record(tiles * tileFlops, clock() - before);
      first = end;
    }
  }

  #bindings({ coordinates, results, hashes }: PassBuffers): Record<number, GPUBuffer> {
    return {
      0: this.#range,
      1: this.#layers,
      2: this.#parameters,
      3: this.#coefficients,
      4: coordinates,
      5: results,
      6: hashes,
    };
  }

  #pipeline({ isDual, arePoints, hashes }: PassOptions): Promise<GPUComputePipeline> {
    const { shape, slope, output } = this.#network;
    return this.#context.pipeline(kernel, 'frame', {
      ...this.#tile,
      layerCount: shape.hidden.length,
      outputCount: shape.outputs,
      slope,
      isDual: Number(isDual),
      isSigmoid: Number(output === 'sigmoid'),
      arePoints: Number(arePoints),
      withHash: Number(hashes !== 'none'),
      withPrefixes: Number(hashes === 'prefixes'),
    });
  }
}
