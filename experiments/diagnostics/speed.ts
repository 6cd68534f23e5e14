/** Speed of engines. Times come from an injected clock; the best of several rounds counts, because other work only delays. */
import type { Engine, FramePlanes, FramePrecision, Trainer } from '../engines/engine.ts';
import { resolveOptimizer } from '../engines/optimizers.ts';
import { unitView } from '../engines/engine.ts';
import type { PeakKind } from '../engines/wasm/wasm-peak.ts';
import { createPeakKernels } from '../engines/wasm/wasm-peak.ts';
import { initialParameters } from '../network/initialization.ts';
import type { Network, Shape } from '../network/shape.ts';
import { layoutFromShape, parameterCount } from '../network/shape.ts';

/** Monotonic time in milliseconds. */
export type Clock = () => number;

/** Something whose repetitions are timed. */
export interface SpeedTask {
  readonly label: string;
  /** Floating-point operations of one repetition: two for each multiplication of a weight. */
  readonly flops: number;
  /** Repetitions in one run: short work is repeated until caches are warm and clocks are precise. */
  readonly repetitions: number;
  run(): Promise<void>;
  dispose(): void;
}

/** What a kernel or a step reaches: milliseconds for one, 10^9 floating-point operations a second. */
export interface Speed {
  readonly label: string;
  /** Of one repetition. */
  readonly milliseconds: number;
  /** 1e9 floating-point operations a second. */
  readonly gigaflops: number;
}

/** Multiplications by weights in one forward pass of one sample: all weights, no biases. */
function weightCount(shape: Shape): number {
  return layoutFromShape(shape).reduce((sum, { inputs, outputs }) => sum + inputs * outputs, 0);
}

/** Floating-point operations of a training step: forward, weight gradient, and delta for all layers but the first. */
export function trainingStepFlops(shape: Shape, batch: number): number {
  const first = layoutFromShape(shape)[0];
  const firstWeights = first === undefined ? 0 : first.inputs * first.outputs;
  return 2 * batch * (3 * weightCount(shape) - firstWeights);
}

/** Floating-point operations of the values of `pixels` pixels. */
export function frameFlops(shape: Shape, pixels: number): number {
  return 2 * pixels * weightCount(shape);
}

/** The micro-kernels of the peak as tasks, of which the fastest counts; see wasm-peak.ts. */
export async function peakTasks(module: WebAssembly.Module, kind: PeakKind): Promise<SpeedTask[]> {
  const kernels = await createPeakKernels(module, kind);
  return kernels.map(({ flops, run }) => ({
    label: `peak, ${kind}`,
    flops,
    repetitions: 1,
    run: async () => run(),
    dispose: () => undefined,
  }));
}

/** The fastest of some speeds. Throws RangeError where there is none. */
export function fastest(speeds: readonly Speed[]): Speed {
  const [best] = [...speeds].sort((a, b) => b.gigaflops - a.gigaflops);
  if (best === undefined) throw new RangeError('nothing was measured');
  return best;
}

/** Points on an irrational lattice with the labels of a disc: float32 [n, 2] and [n, outputs]. */
export function trainingPoints(
  count: number,
  outputs: number,
): { coordinates: Float32Array; labels: Float32Array } {
  const coordinates = new Float32Array(2 * count);
  const labels = new Float32Array(count * outputs);
  for (let index = 0; index < count; index++) {
    const x = (index * 0.7548776662466927) % 1;
    const y = (index * 0.5698402909980532) % 1;
    coordinates.set([x, y], 2 * index);
    labels.fill(Math.hypot(x - 0.5, y - 0.5) < 0.25 ? 0 : 1, outputs * index, outputs * (index + 1));
  }
  return { coordinates, labels };
}

/** Floating-point operations that a run of a task has at least: some milliseconds. */
const leastFlops = 1e8;

/** A network in training on `points` points in batches of `batch` with Adam and MSE. */
function discTrainer(engine: Engine, shape: Shape, batch: number, points: number): Promise<Trainer> {
  return engine.createTrainer({
    shape,
    slope: 0.01,
    settings: {
      loss: 'mse',
      batchSize: batch,
      phases: [{ fromEpoch: 0, optimizer: resolveOptimizer({ name: 'adam' }) }],
      schedule: { kind: 'constant' },
      seed: 1,
    },
    data: trainingPoints(points, shape.outputs),
    start: {
      epoch: 0,
      step: 0,
      phaseStep: 0,
      parameters: initialParameters(shape, 'he-normal', 1),
      moments: [],
    },
  });
}

/** A network after some epochs on 5000 points of a disc. */
export async function trainedNetwork(engine: Engine, shape: Shape, epochs: number): Promise<Network> {
  const trainer = await discTrainer(engine, shape, 1024, 5000);
  try {
    await trainer.runEpochs(epochs);
    const { parameters } = await trainer.state();
    return { shape, slope: 0.01, parameters, output: 'affine' };
  } finally {
    trainer.dispose();
  }
}

/**
 * Epochs of `points` points in batches of `batch` with Adam and MSE as a task, one step each where both are the same; as
 * many as take some milliseconds, or `epochs`.
 */
export async function trainingTask(
  engine: Engine,
  shape: Shape,
  batch: number,
  points: number = batch,
  epochs?: number,
): Promise<SpeedTask> {
  const trainer = await discTrainer(engine, shape, batch, points);
  const flops = trainingStepFlops(shape, points);
  const repetitions = epochs ?? Math.ceil(leastFlops / flops);
  return {
    label: `training, ${parameterCount(shape)} parameters, ${points} points in batches of ${batch}, ${engine.description}`,
    flops,
    repetitions,
    run: async () => void (await trainer.runEpochs(repetitions)),
    dispose: () => trainer.dispose(),
  };
}

/** One size x size frame over the unit square as a task, with hashes unless `planes` says otherwise. */
export function frameTask(
  engine: Engine,
  shape: Shape,
  size: number,
  planes: FramePlanes = { hashes: true },
  precision: FramePrecision = 'float32',
): SpeedTask {
  const network = {
    shape,
    slope: 0.01,
    parameters: initialParameters(shape, 'he-normal', 1),
    output: 'affine',
  } as const;
  return {
    label: `frame, ${parameterCount(shape)} parameters, ${size} x ${size}, ${engine.description}`,
    flops: frameFlops(shape, size * size),
    repetitions: 1,
    run: async () =>
      void (await engine.renderFrame({
        network,
        view: unitView,
        width: size,
        height: size,
        planes,
        precision,
      })),
    dispose: () => undefined,
  };
}

/**
 * Best time of each task over `rounds` rounds. In every round each task has its turn, so that all meet the same
 * conditions: it runs once, and again until `turnMs` are over, every run timed by itself. `warmUp` rounds before are not
 * counted.
 */
export async function measureSpeeds(
  tasks: readonly SpeedTask[],
  clock: Clock,
  rounds: number,
  warmUp = 3,
  turnMs = 0,
): Promise<Speed[]> {
  const best = tasks.map(() => Infinity);
  for (let round = -warmUp; round < rounds; round++) {
    for (const [index, task] of tasks.entries()) {
      const turnStart = clock();
      let now = turnStart;
      do {
        const start = now;
        await task.run();
        now = clock();
        if (round >= 0) best[index] = Math.min(best[index] ?? Infinity, (now - start) / task.repetitions);
      } while (now - turnStart < turnMs);
    }
  }
  return tasks.map(({ label, flops }, index) => {
    const milliseconds = best[index] ?? Infinity;
    return { label, milliseconds, gigaflops: flops / milliseconds / 1e6 };
  });
}
