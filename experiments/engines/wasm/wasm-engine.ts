/** The engine on the kernels: WebAssembly SIMD, or the machine's own instructions with the same bits. */
import { parameterCount } from '../../network/shape.ts';
import type { Network } from '../../network/shape.ts';
import type { Engine, LossGradient, LossName, RandomStream, TrainingData } from '../engine.ts';
import { withMappedInputs } from '../mapped-engine.ts';
import type { KernelExports, KernelSource } from './kernels.ts';
import { floatsAt, instantiateKernels, KernelPool, openNetwork, wordsAt, withinMemory } from './kernels.ts';
import { evaluateWasm, renderWasmFrame } from './wasm-frame.ts';
import { createWasmTrainer, type SpareThreads } from './wasm-trainer.ts';

/** 'strict' uses no relaxed instruction and is portable; 'relaxed' fuses multiplication and addition where the machine does. */
export type WasmBuild = 'strict' | 'relaxed';

/** `pause` is awaited between pieces of work, so that a host can serve its events. */
export interface WasmEngineOptions {
  /** Awaited between chunks of some tens of milliseconds, so that a host can serve its events; by default nothing. */
  readonly pause?: () => Promise<void>;
  /** Threads that a trainer may share its tiles with, asked between chunks; one where left out. */
  readonly threads?: SpareThreads;
}

/** Whether this host validates the relaxed build; in Node 20 after `--experimental-wasm-relaxed-simd`. */
export function relaxedSimdSupported(relaxedBytes: BufferSource): boolean {
  return WebAssembly.validate(relaxedBytes);
}

/** An engine on a compiled WebAssembly module; 'strict' is portable, 'relaxed' is bound to the device. */
export function createWasmEngine(
  module: WebAssembly.Module,
  build: WasmBuild,
  options: WasmEngineOptions = {},
): Promise<Engine> {
  return createKernelEngine(() => instantiateKernels(module), build, `WebAssembly SIMD, ${build}`, options);
}

/** An engine on any kernels that give the bits of a build. */
export async function createKernelEngine(
  source: KernelSource,
  build: WasmBuild,
  description: string,
  options: WasmEngineOptions = {},
): Promise<Engine> {
  const pool = new KernelPool(source);
  const { pause = () => Promise.resolve(), threads = () => 1 } = options;
  pool.release(await pool.acquire());

  async function borrow<T>(use: (kernels: KernelExports) => Promise<T>): Promise<T> {
    const kernels = await pool.acquire();
    try {
      return await use(kernels);
    } catch (error) {
      return withinMemory(kernels, () => {
        throw error;
      });
    } finally {
      pool.release(kernels);
    }
  }

  return withMappedInputs({
    name: 'wasm',
    determinism: build === 'strict' ? 'portable' : 'device',
    description,
    createTrainer: (request) => createWasmTrainer(pool, request, { pause, threads }),
    renderFrame: (request) => borrow((kernels) => renderWasmFrame(kernels, request, pause)),
    evaluate: (network, coordinates) =>
      borrow((kernels) => evaluateWasm(kernels, network, coordinates, pause)),
    lossGradient: (network, data, loss) =>
      borrow(async (kernels) => differentiate(kernels, network, data, loss)),
    drawWords: (stream, start, into) => borrow(async (kernels) => drawWords(kernels, stream, start, into)),
    dispose: () => pool.close(),
  });
}

/** Blocks of four words that are drawn at once: so much memory is enough for any number of them. */
const blocksAtOnce = 1 << 14;

function drawWords(
  kernels: KernelExports,
  { seed, streamId, subsequence }: RandomStream,
  start: number,
  into: Uint32Array,
): void {
  const target = kernels.allocate(16 * blocksAtOnce);
  for (let done = 0; done < into.length; done += 4 * blocksAtOnce) {
    const here = Math.min(4 * blocksAtOnce, into.length - done);
    kernels.drawWords(seed, streamId, subsequence, (start + done) / 4, 4 * Math.ceil(here / 16), target);
    into.set(wordsAt(kernels, target, here), done);
  }
}

function differentiate(
  kernels: KernelExports,
  network: Network,
  { coordinates, labels }: TrainingData,
  loss: LossName,
): LossGradient {
  openNetwork(kernels, network);
  const points = coordinates.length / 2;
  if (!(Number.isInteger(points) && points >= 1 && labels.length === points * network.shape.outputs)) {
    throw new RangeError('Coordinates and labels must belong to the same points, at least one.');
  }
  kernels.openTraining(points, points, loss === 'bce' ? 1 : 0);
  floatsAt(kernels, kernels.coordinatesAddress(), coordinates.length).set(coordinates);
  floatsAt(kernels, kernels.labelsAddress(), labels.length).set(labels);
  const value = kernels.differentiate();
  const gradient = floatsAt(kernels, kernels.gradientAddress(), parameterCount(network.shape)).slice();
  return { loss: value, gradient };
}
