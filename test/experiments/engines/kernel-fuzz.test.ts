/** Calls of the kernels in any order of sizes, on native and on WebAssembly instances: the same bytes come out. */
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  floatsAt,
  instantiateKernels,
  wordsAt,
  type KernelExports,
} from '../../../experiments/engines/wasm/kernels.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';
import { hasNativeKernels, instructionSets, nativeInstance, nativeRemark } from './native-engines.ts';

const widths = fc.array(fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 140 })), {
  minLength: 2,
  maxLength: 6,
});

/** Numbers in [-1, 1) that depend on their place alone. */
function fill(target: Float32Array): void {
  for (let at = 0; at < target.length; at++) target[at] = (((at * 7919 + 13) % 1009) / 1009) * 2 - 1;
}

function openNetwork(kernels: KernelExports, layers: readonly number[]): number {
  const all = [2, ...layers];
  const table = kernels.allocate(4 * all.length);
  new Int32Array(kernels.memory.buffer, table, all.length).set(all);
  const address = kernels.openNetwork(table, layers.length, 0.01);
  const count = layers.reduce((sum, width, at) => sum + width * (all[at] + 1), 0);
  fill(floatsAt(kernels, address, count));
  const parameters = floatsAt(kernels, address, count);
  for (let at = 0; at < count; at++) parameters[at] *= 0.3;
  return count;
}

interface TrainingCase {
  readonly layers: readonly number[];
  readonly points: number;
  readonly batch: number;
  readonly rule: number;
  readonly useCrossEntropy: boolean;
  /** Tiles between two pauses, and threads from there on. */
  readonly pauses: readonly (readonly [number, number])[];
}

/** Everything that an epoch and a gradient leave behind. */
function trained(kernels: KernelExports, each: TrainingCase): unknown {
  const { layers, points, batch, rule, useCrossEntropy, pauses } = each;
  kernels.resetArena();
  const count = openNetwork(kernels, layers);
  kernels.openTraining(points, batch, useCrossEntropy ? 1 : 0);
  fill(floatsAt(kernels, kernels.coordinatesAddress(), 2 * points));
  const labels = floatsAt(kernels, kernels.labelsAddress(), points * (layers.at(-1) ?? 1));
  for (let at = 0; at < labels.length; at++) labels[at] = at % 3 === 0 ? 1 : 0;
  kernels.setOptimizer(rule, 0.9, 0.99, 1e-8, 0.01, 3);
  kernels.beginEpoch(5, 7, 1e-3);
  let pause = 0;
  for (let isLeft = true; isLeft; pause++) {
    const [tiles, threads] = pauses[pause % pauses.length];
    kernels.setThreads?.(threads);
    isLeft = kernels.advance(tiles) !== 0;
  }
  const norms = layers.map((_, index) => kernels.layerGradientNorm(index));
  const moments = [0, 1].map((index) => floatsAt(kernels, kernels.momentAddress(index), count).slice());
  const epoch = [kernels.epochLoss(), kernels.epochGradientNorm(), kernels.epochSteps(), pause];
  const loss = kernels.differentiate();
  const gradient = floatsAt(kernels, kernels.gradientAddress(), count).slice();
  return { norms, moments, epoch, loss, gradient };
}

interface FrameCase {
  readonly layers: readonly number[];
  readonly width: number;
  readonly height: number;
  readonly precision: number;
  readonly flags: readonly [number, number, number, number];
  /** Where a chunk begins and ends, as shares of all pixels. */
  readonly part: readonly [number, number];
}

function drawn(kernels: KernelExports, each: FrameCase): unknown {
  const { layers, width, height, precision, flags, part } = each;
  const [hashed, prefixed, differentiated, squashed] = flags;
  kernels.resetArena();
  openNetwork(kernels, layers);
  const pixels = width * height;
  const [from, to] = part
    .map((share) => Math.min(pixels, Math.floor(share * (pixels + 1))))
    .sort((a, b) => a - b);
  const outputs = layers.at(-1) ?? 1;
  const neurons = layers.slice(0, -1).reduce((sum, one) => sum + one, 0);
  kernels.openFrame(pixels, hashed, prefixed, precision === 2 ? 0 : differentiated, squashed);
  const coefficients = wordsAt(kernels, kernels.coefficientsAddress(), 2 * neurons);
  for (let at = 0; at < coefficients.length; at++) coefficients[at] = (at + 1) * 0x9e3779b1;
  kernels.setView(-0.5, 0.25, 1.5, 0.75, width, height, precision, 0.01);
  kernels.renderChunk(from, to - from, pixels - (to - from));
  const values = floatsAt(kernels, kernels.valuesAddress(), pixels * outputs).slice(
    (pixels - to + from) * outputs,
  );
  const hashes = wordsAt(kernels, kernels.hashesAddress(), 2 * pixels).slice(2 * (pixels - to + from));
  return { values, hashes: hashed === 1 || prefixed === 1 ? hashes : null };
}

const bit = fc.constantFrom(0, 1) as fc.Arbitrary<number>;
const trainingCase: fc.Arbitrary<TrainingCase> = fc.record({
  layers: widths,
  points: fc.oneof(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 900 })),
  batch: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 1100 })),
  rule: fc.integer({ min: 0, max: 3 }),
  useCrossEntropy: fc.boolean(),
  pauses: fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 8 })), {
    minLength: 1,
    maxLength: 4,
  }),
});
const frameCase: fc.Arbitrary<FrameCase> = fc.record({
  layers: widths,
  width: fc.integer({ min: 1, max: 90 }),
  height: fc.integer({ min: 1, max: 40 }),
  precision: fc.integer({ min: 0, max: 2 }),
  flags: fc.tuple(bit, bit, bit, bit),
  part: fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
});

describe.skipIf(!hasNativeKernels)(`calls of the native kernels${nativeRemark}`, () => {
  let wasm: KernelExports;
  let natives: readonly (readonly [string, KernelExports])[];

  beforeAll(async () => {
    wasm = await instantiateKernels(await WebAssembly.compile(readFileSync('dist/kernels/strict.wasm')));
    natives = await Promise.all(
      instructionSets().map(async (set) => [set, await nativeInstance(set, 'strict')] as const),
    );
  });

  it('train in any sizes, with pauses and threads anywhere, to the bytes of WebAssembly', () => {
    fc.assert(
      fc.property(trainingCase, (each) => {
        const expected = trained(wasm, each);
        for (const [set, kernels] of natives) expect(trained(kernels, each), set).toEqual(expected);
      }),
      { numRuns: fuzzRuns(25) },
    );
  });

  it('draw any part of any frame to the bytes of WebAssembly', () => {
    fc.assert(
      fc.property(frameCase, (each) => {
        const expected = drawn(wasm, each);
        for (const [set, kernels] of natives) expect(drawn(kernels, each), set).toEqual(expected);
      }),
      { numRuns: fuzzRuns(12) },
    );
  });
});
