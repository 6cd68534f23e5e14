/** The engine on the kernels: WebAssembly SIMD, or the machine's own instructions with the same bits. */
import { parameterCount } from '../../network/shape.ts';
import type { Network } from '../../network/shape.ts';
import type { KeyBounds } from '../../random/permutation.ts';
import type { Engine, LossGradient, LossName, RandomStream, TrainingData } from '../engine.ts';
import { withMappedInputs } from '../mapped-engine.ts';
import type { KernelExports, KernelSource } from './kernels.ts';
import { floatsAt, instantiateKernels, KernelPool, openNetwork, wordsAt, withinMemory } from './kernels.ts';
import { evaluateWasm, renderWasmFrame, scoreWasmFrame } from './wasm-frame.ts';
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
    scoreFrame: (request, levels) => borrow((kernels) => scoreWasmFrame(kernels, request, levels, pause)),
    evaluate: (network, coordinates) =>
      borrow((kernels) => evaluateWasm(kernels, network, coordinates, pause)),
    lossGradient: (network, data, loss) =>
      borrow(async (kernels) => differentiate(kernels, network, data, loss)),
    wordsWithin: (stream, count, bounds) =>
      borrow(async (kernels) => wordsWithin(kernels, stream, count, bounds)),
    dispose: () => pool.close(),
  });
}

/** Words that are looked through at once, a multiple of 64: so much memory is enough for any number of them. */
const wordsAtOnce = 1 << 16;

function wordsWithin(
  kernels: KernelExports,
  { seed, streamId, subsequence }: RandomStream,
  count: number,
  { atMost, atLeast }: KeyBounds,
): Uint32Array {
  const target = kernels.allocate(8 * wordsAtOnce);
  const found: Uint32Array[] = [];
  for (let first = 0; first < count; first += wordsAtOnce) {
    const here = Math.min(wordsAtOnce, count - first);
    const kept = kernels.wordsWithin(seed, streamId, subsequence, first, here, atMost, atLeast, target);
    found.push(wordsAt(kernels, target, 2 * kept).slice());
  }
  return joined(found);
}

function joined(parts: readonly Uint32Array[]): Uint32Array {
  const whole = new Uint32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
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
