/** Instances of the compiled kernels and the pool that lends them out. */
import type { Network } from '../../network/shape.ts';
import { inputCount } from '../../network/shape.ts';
import { EngineError } from '../engine-error.ts';
import { checkNetwork } from '../network-check.ts';

/**
 * What the kernels do, compiled to WebAssembly or to the machine's own instructions; addresses are byte offsets into
 * `memory`. See kernels/assembly for each of them.
 */
export interface KernelExports {
  readonly memory: WebAssembly.Memory;
  resetArena(): void;
  allocate(bytes: number): number;
  allocationFailed(): number;
  openNetwork(widths: number, count: number, slope: number): number;
  openTraining(points: number, batch: number, useCrossEntropy: number): void;
  coordinatesAddress(): number;
  labelsAddress(): number;
  gradientAddress(): number;
  momentAddress(index: number): number;
  setOptimizer(
    rule: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    weightDecay: number,
    stepsBefore: number,
  ): void;
  clearMoments(): void;
  /** From the next tile on, threads that share the tiles of a batch; WebAssembly has none. The results are the same. */
  setThreads?(threads: number): void;
  beginEpoch(seed: number, epoch: number, learningRate: number): void;
  advance(tiles: number): number;
  tileSamples(): number;
  epochLoss(): number;
  epochGradientNorm(): number;
  epochSteps(): number;
  layerGradientNorm(index: number): number;
  differentiate(): number;
  openFrame(pixels: number, hashed: number, prefixed: number, differentiated: number, sigmoid: number): void;
  coefficientsAddress(): number;
  valuesAddress(): number;
  hashesAddress(): number;
  prefixesAddress(): number;
  gradientsAddress(): number;
  setView(
    x0: number,
    y0: number,
    x1: number,
    y1: number,
    width: number,
    height: number,
    precision: number,
    slope: number,
  ): void;
  openPoints(): number;
  renderChunk(first: number, count: number, at: number): void;
  firstLayers(row: number, below: number, step: number, width: number, target: number): void;
  /**
   * Adds pixels of one output to `sums`, float64 [4] (see GreySums): values float32 and levels uint8 [count] at those
   * addresses.
   */
  scoreLevels(values: number, levels: number, count: number, sums: number): void;
  /**
   * The words of a random stream among `count` from word `first`, a multiple of 64, that are at most one bound or at least the
   * other: pairs of word and index, uint32 [n, 2], to `target`, which has room for them all; how many they are.
   */
  wordsWithin(
    seed: number,
    stream: number,
    subsequence: number,
    first: number,
    count: number,
    atMost: number,
    atLeast: number,
    target: number,
  ): number;
}

/** What the compiled WebAssembly modules export. */
export interface ModuleExports extends KernelExports {
  openShuffle(count: number): void;
  shuffledOrder(seed: number, epoch: number, count: number): number;
  peakBuild(rounds: number): void;
  peakChains(rounds: number): void;
  peakIndependent(rounds: number): void;
  peakFlopsPerRound(): number;
}

/**
 * Exports of a fresh instance of a compiled module; every instance has a memory of its own. Rejects with an EngineError
 * where there is no room for one.
 */
export async function instantiateKernels(module: WebAssembly.Module): Promise<ModuleExports> {
  const instance = await WebAssembly.instantiate(module, {}).catch((error: unknown) => {
    // Nothing else of an instance has a range.
    if (!(error instanceof RangeError)) throw error;
    throw new EngineError('out of memory', error.message, { cause: error });
  });
  const kernels = instance.exports as unknown as ModuleExports;
  kernels.resetArena();
  return kernels;
}

/** `length` float32 at an address; invalid once the memory has grown. */
export function floatsAt(kernels: KernelExports, address: number, length: number): Float32Array {
  return new Float32Array(kernels.memory.buffer, address, length);
}

/** `length` uint32 at an address; invalid once the memory has grown. */
export function wordsAt(kernels: KernelExports, address: number, length: number): Uint32Array {
  return new Uint32Array(kernels.memory.buffer, address, length);
}

/** Result of `action`; a trap for lack of memory becomes an EngineError that says so. */
export function withinMemory<T>(kernels: KernelExports, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (kernels.allocationFailed() === 0) throw error;
    const message = 'The network and its data need more memory than WebAssembly has (4 GiB at most).';
    throw new EngineError('out of memory', message, { cause: error });
  }
}

/** Address of the parameters of a network opened in an instance whose arena was just reset. */
export function openNetwork(kernels: KernelExports, network: Omit<Network, 'output'>): number {
  const { shape, slope, parameters } = network;
  checkNetwork(shape, slope, parameters);
  const widths = [inputCount, ...shape.hidden, shape.outputs];
  const table = kernels.allocate(4 * widths.length);
  new Int32Array(kernels.memory.buffer, table, widths.length).set(widths);
  const address = kernels.openNetwork(table, widths.length - 1, slope);
  floatsAt(kernels, address, parameters.length).set(parameters);
  return address;
}

/** Instances with more memory than this are not kept for reuse. */
const keptBytes = 256 * 1024 * 1024;

/** Makes a fresh instance of some kernels, with an empty arena; rejects with an EngineError where there is no room for one. */
export type KernelSource = () => Promise<KernelExports>;

/** Instances of one kind, lent to one user at a time. */
export class KernelPool {
  readonly #source: KernelSource;
  readonly #idle: KernelExports[] = [];
  #closed = false;

  constructor(source: KernelSource) {
    this.#source = source;
  }

  /** An instance with an empty arena. */
  async acquire(): Promise<KernelExports> {
    if (this.#closed) throw new Error('The engine was disposed of.');
    const kernels = this.#idle.pop();
    if (kernels === undefined) return this.#source();
    kernels.resetArena();
    return kernels;
  }

  release(kernels: KernelExports): void {
    if (!this.#closed && kernels.memory.buffer.byteLength <= keptBytes) this.#idle.push(kernels);
  }

  close(): void {
    this.#closed = true;
    this.#idle.length = 0;
  }
}
