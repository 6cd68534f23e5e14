/**
 * What `bench --engine webgpu` measures: training and frames on one device, at full size or small.
 *
 * What to expect of a card like the H200 (132 multiprocessors, 128 lanes each, about 1.75 GHz: 59 TFLOP/s, 4.8 TB/s). These are
 * estimates and nobody has measured them: instructions were counted in the kernels as nvcc compiles them for sm_90 from the
 * same text, and latencies taken as 30 cycles for workgroup memory, 40 for a barrier, 2.5 us between two dispatches.
 * - Frame of [100]*20: 84 instructions hold 64 multiply-adds, 121 registers, 15 warps a multiprocessor. With what each layer costs
 *   besides, at most 66 % of the peak; with misses of the first cache about 50 %, so 14 ms for 1024 x 1024. Drawn: 12 ms to
 *   count the 100,000 candidates on the host and a few readings, 40 ms in all.
 * - Step of [30]*30, batch 1024: the chain goes through 60 layers of 1700 cycles (1200 instructions, the rest latency) on
 *   32 multiprocessors, 60 us; gradients 4 us, update 3 us, gaps 8 us. The cells of the sweep fit side by side: 30,000 steps of
 *   75 us are 2.3 s. Recording a step takes the host about 25 us meanwhile.
 * - Step of [100]*20: 140 us, 25 us, 5 us and 8 us; 50 steps and a frame are 50 ms, with the pacer's first steps under 100 ms.
 * - 128 cells side by side: a step has 1.63e5 operations a cell and sample. At 1024 samples that is 0.36 ms at the card's
 *   peak, five times the 75 us of one cell: no kernel can do it in twice the time. Twice one cell's time leaves room for 400
 *   samples at the peak, and for about 100 at the 25 % that a step of many cells reaches; but the host takes 0.3 us a cell and
 *   step that nothing hides, 40 us of the 150. Expect twice at 64 samples, four to five times at 312, twenty at 1024.
 */
import { framePassMs, measuredPeak } from '../../../experiments/engines/webgpu/gpu-speed.ts';
import { frameFlops, trainingPoints } from '../../../experiments/diagnostics/speed.ts';
import { unitView, type Engine, type Trainer } from '../../../experiments/engines/engine.ts';
import type { GpuContext } from '../../../experiments/engines/webgpu/gpu-context.ts';
import { createPacer } from '../../../experiments/engines/webgpu/pacer.ts';
import { initialParameters } from '../../../experiments/network/initialization.ts';
import { formatShape, parseShape } from '../../../experiments/network/shape-text.ts';
import { parameterCount, type Network, type Shape } from '../../../experiments/network/shape.ts';
import { resolveOptimizer } from '../../../experiments/engines/optimizers.ts';

/** Sizes of a bench; the small ones are for adapters that compute on the CPU. */
export interface BenchSizes {
  readonly wide: string;
  readonly ring: string;
  readonly framePixels: number;
  readonly protocolPoints: number;
  readonly protocolEpochs: number;
  /** Points of the cells of the headline sweep, and the epochs of each. */
  readonly sweepPoints: readonly number[];
  readonly sweepEpochs: number;
  /** Numbers of cells side by side, and what each of them trains. */
  readonly scalingCells: readonly number[];
  readonly scaling: readonly { readonly points: number; readonly epochs: number }[];
}

export const fullSizes: BenchSizes = {
  wide: '[100]*20',
  ring: '[30]*30',
  framePixels: 1024,
  protocolPoints: 5050,
  protocolEpochs: 10,
  sweepPoints: [5000, 2500, 1250, 625, 312],
  sweepEpochs: 6000,
  scalingCells: [1, 8, 32, 128],
  // Steps of 1024, 312 and 64 samples: the smaller they are, the more cells a GPU has room for in the time of one.
  scaling: [
    { points: 5000, epochs: 200 },
    { points: 312, epochs: 1000 },
    { points: 64, epochs: 1000 },
  ],
};

export const smallSizes: BenchSizes = {
  wide: '[32]*4',
  ring: '[10]*4',
  framePixels: 128,
  protocolPoints: 500,
  protocolEpochs: 2,
  sweepPoints: [500, 250, 125],
  sweepEpochs: 10,
  scalingCells: [1, 4],
  scaling: [
    { points: 200, epochs: 5 },
    { points: 64, epochs: 5 },
  ],
};

/** Everything a bench runs on. */
export interface Bench {
  readonly context: GpuContext;
  readonly engine: Engine;
  readonly sizes: BenchSizes;
  readonly rounds: number;
  /** Milliseconds. */
  readonly clock: () => number;
}

/** What one size of frame costs on the GPU; times in milliseconds a pass. */
export interface FrameLine {
  readonly shape: string;
  readonly pixels: number;
  /** The forward pass alone, and the whole frame with levels, boundary pixels and number of hashes read back. */
  readonly passMs: number;
  readonly passWithoutHashesMs: number;
  readonly drawnMs: number;
  readonly gigaflops: number;
  readonly shareOfPeak: number;
  /** Pass with hashes over the pass without beside it: median, and the quartiles around it. */
  readonly hashCost: number;
  readonly hashCostSpread: readonly [number, number];
}

/** The shape of a network with one output, as people write it. Throws ShapeError. */
export function shapeOf(text: string): Shape {
  return { hidden: parseShape(text), outputs: 1 };
}

function networkOf(shape: Shape): Network {
  return { shape, slope: 0.01, parameters: initialParameters(shape, 'he-normal', 1), output: 'affine' };
}

/** 1e9 floating-point operations a second of the device's multiply-adds. */
export async function peakGigaflops({ context }: Bench): Promise<number> {
  return (await measuredPeak(context)) / 1e9;
}

/** Frames of a shape, the medians of the rounds; passes with and without hashes take turns, each first every other time. */
export async function frameLine(bench: Bench, shapeText: string, peak: number): Promise<FrameLine> {
  const { context, engine, sizes, rounds, clock } = bench;
  const shape = shapeOf(shapeText);
  const network = networkOf(shape);
  const pacer = createPacer(1e8);
  const size = sizes.framePixels;
  const draw = { levels: true, boundary: true, distinct: true };
  const times = { withHashes: [] as number[], without: [] as number[], drawn: [] as number[] };
  // The first round compiles and finds the size of dispatches.
  for (let round = 0; round <= rounds; round++) {
    for (const hashes of round % 2 === 0 ? [true, false] : [false, true]) {
      const ms = await framePassMs(context, pacer, network, size, hashes);
      if (round > 0) times[hashes ? 'withHashes' : 'without'].push(ms);
    }
    const before = clock();
    await engine.drawFrame?.({ network, view: unitView, width: size, height: size, draw });
    if (round > 0) times.drawn.push(clock() - before);
  }
  const [passMs, passWithoutHashesMs] = [median(times.withHashes), median(times.without)];
  const ratios = times.withHashes.map((ms, round) => ms / times.without[round]);
  const gigaflops = frameFlops(shape, size * size) / passMs / 1e6;
  return {
    shape: formatShape(shape.hidden),
    pixels: size * size,
    passMs,
    passWithoutHashesMs,
    drawnMs: median(times.drawn),
    gigaflops,
    shareOfPeak: gigaflops / peak,
    hashCost: median(ratios),
    hashCostSpread: [quantile(ratios, 0.25), quantile(ratios, 0.75)],
  };
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

function quantile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(share * values.length)] ?? NaN;
}

function trainerOf(engine: Engine, shapeText: string, points: number, seed: number): Promise<Trainer> {
  const shape = shapeOf(shapeText);
  const zeros = (): Float32Array => new Float32Array(parameterCount(shape));
  const parameters = initialParameters(shape, 'he-normal', seed);
  return engine.createTrainer({
    shape,
    slope: 0.01,
    settings: {
      loss: 'mse',
      batchSize: 1024,
      phases: [{ fromEpoch: 0, optimizer: resolveOptimizer({ name: 'adam' }) }],
      schedule: { kind: 'constant' },
      seed,
    },
    data: trainingPoints(points, 1),
    start: { epoch: 0, step: 0, phaseStep: 0, parameters, moments: [zeros(), zeros()] },
  });
}

/** Milliseconds of `epochs` epochs of cells side by side, after one epoch that does not count. */
async function trainingMs(
  { engine, clock }: Bench,
  shape: string,
  points: readonly number[],
  epochs: number,
): Promise<number> {
  const trainers = await Promise.all(points.map((count, at) => trainerOf(engine, shape, count, at + 1)));
  try {
    await Promise.all(trainers.map((trainer) => trainer.runEpochs(1)));
    const before = clock();
    await Promise.all(trainers.map((trainer) => trainer.runEpochs(epochs)));
    return clock() - before;
  } finally {
    for (const trainer of trainers) trainer.dispose();
  }
}

/** The original's protocol: epochs of the wide shape, then one frame with hashes; the frame is that of frameLine. */
export function protocolMs(bench: Bench): Promise<number> {
  const { wide, protocolPoints, protocolEpochs } = bench.sizes;
  return trainingMs(bench, wide, [protocolPoints], protocolEpochs);
}

/** All cells of the headline sweep trained at once, without snapshots. */
export function sweepMs(bench: Bench): Promise<number> {
  const { ring, sweepPoints, sweepEpochs } = bench.sizes;
  return trainingMs(bench, ring, sweepPoints, sweepEpochs);
}

/** What several cells that train side by side on the GPU reach. */
export interface ScalingLine {
  readonly cells: number;
  readonly points: number;
  readonly epochs: number;
  readonly milliseconds: number;
  /** Against one cell. */
  readonly times: number;
}

/** Time of more and more cells of the ring's shape side by side. */
export async function scalingLines(bench: Bench): Promise<ScalingLine[]> {
  const { ring, scaling, scalingCells } = bench.sizes;
  const lines: ScalingLine[] = [];
  for (const { points, epochs } of scaling) {
    let one = NaN;
    for (const cells of scalingCells) {
      const milliseconds = await trainingMs(bench, ring, new Array<number>(cells).fill(points), epochs);
      if (cells === 1) one = milliseconds;
      lines.push({ cells, points, epochs, milliseconds, times: milliseconds / one });
    }
  }
  return lines;
}
