/** `bench`: how fast this machine is at what the lab does, everything side by side in one run. */
import { performance } from 'node:perf_hooks';
import {
  fastest,
  measureSpeeds,
  frameTask,
  peakTasks,
  trainingPoints,
  trainingStepFlops,
  trainingTask,
  type Speed,
  type SpeedTask,
} from '../../../experiments/diagnostics/speed.ts';
import type { Engine } from '../../../experiments/engines/engine.ts';
import { createPlainTraining } from '../../../experiments/engines/reference/plain-training.ts';
import type { ReferenceBackend } from '../../../experiments/engines/reference/tensorflow.ts';
import { unitView } from '../../../experiments/engines/engine.ts';
import { initialParameters } from '../../../experiments/network/initialization.ts';
import { formatShape, parseShape } from '../../../experiments/network/shape-text.ts';
import { parameterCount, type Shape } from '../../../experiments/network/shape.ts';
import { createComputePool, defaultThreads } from '../../compute/compute-pool.ts';
import { environmentRecord } from '../../compute/environment.ts';
import { forceWasm } from '../../compute/native-kernels.ts';
import { kernelModule } from '../../compute/kernel-engines.ts';
import { hostEngine, referenceHooks } from '../../compute/thread-engines.ts';
import { peerBench } from './bench-peers.ts';
import type { Command } from '../command.ts';
import { alignColumns, printJson, printLine, remark } from '../console-output.ts';
import { engineNames } from '../engine-option.ts';
import { gpuBench } from './gpu-bench.ts';

const clock = (): number => performance.now();
/** Turn of a task in a round of measurements. */
const turnMs = 20;
const ringShape = shapeOf('[30]*30');
const wideShape = shapeOf('[100]*20');
/** Shapes over which the cost of a parameter and point should be the same. */
const costShapes = ['[10]*4', '[20]*8', '[30]*30', '[50]*10', '[64]*8', '[100]*20'].map(shapeOf);

interface BenchLine {
  readonly what: string;
  readonly milliseconds: number;
  readonly gigaflops: number;
  /** Share of the peak that was measured in the same rounds. */
  readonly shareOfPeak: number | null;
  /** Times as fast as TensorFlow.js's trainOnBatch on the faster one of its backends, in the same rounds. */
  readonly timesPlain: number | null;
  /** Times as fast as the reference engine, hand-composed from TensorFlow.js's core API, in the same rounds. */
  readonly timesReference: number | null;
}

/** The engines that are compared; 'relaxed' is the strict one where the machine does not fuse. */
interface Engines {
  readonly strict: Engine;
  readonly relaxed: Engine;
  readonly reference: Engine;
}

export const benchCommand: Command = {
  usage:
    '[--engine wasm|webgpu | --peers [--only training|frames|regions] [--python PATH]] [--sizes full|small] [--rounds N] [--threads N] [--json]',
  summary:
    'measures training and frames in WebAssembly beside its peak and TensorFlow.js; with --peers native kernels beside PyTorch',
  options: {
    rounds: 'text',
    threads: 'text',
    engine: 'text',
    sizes: 'text',
    peers: 'flag',
    only: 'text',
    python: 'text',
  },
  positionals: { min: 0, max: 0 },
  async run(args) {
    if (args.flag('peers')) return peerBench(args);
    if (args.choice('engine', engineNames) === 'webgpu') return gpuBench(args);
    // The peaks are WebAssembly's, so that is what is held against them; --peers has the native kernels.
    forceWasm();
    const rounds = args.whole('rounds', 1, 1000) ?? 12;
    const threads = args.whole('threads', 1, 256) ?? defaultThreads();
    const strict = await hostEngine('strict');
    const relaxed = await hostEngine('relaxed');
    const reference = await hostEngine('reference');
    const lines = [
      ...(await trainingLines({ strict, relaxed, reference }, rounds)),
      ...(await frameLines(relaxed, rounds)),
    ];
    const cost = await costLines(strict, rounds);
    const protocol = await originalProtocol(strict, threads);
    if (args.flag('json')) printJson({ environment: environmentRecord(), lines, cost, protocol });
    else print(lines, cost, protocol, threads);
    return 0;
  },
};

function shapeOf(text: string): Shape {
  return { hidden: parseShape(text), outputs: 1 };
}

function nameOf(shape: Shape): string {
  return formatShape(shape.hidden);
}

async function timed(tasks: readonly SpeedTask[], rounds: number): Promise<readonly Speed[]> {
  try {
    return await measureSpeeds(tasks, clock, rounds, 3, turnMs);
  } finally {
    tasks.forEach((task) => task.dispose());
  }
}

function lineOf(
  what: string,
  speed: Speed | undefined,
  peak: Speed | undefined,
  plain?: Speed,
  reference?: Speed,
): BenchLine {
  const { milliseconds, gigaflops } = speed ?? { milliseconds: NaN, gigaflops: NaN };
  return {
    what,
    milliseconds,
    gigaflops,
    shareOfPeak: peak === undefined ? null : gigaflops / peak.gigaflops,
    timesPlain: plain === undefined ? null : plain.milliseconds / milliseconds,
    timesReference: reference === undefined ? null : reference.milliseconds / milliseconds,
  };
}

/** Steps of [30]*30 at two batch sizes beside the peaks and TensorFlow.js, one thread each. */
async function trainingLines(engines: Engines, rounds: number): Promise<BenchLine[]> {
  const { strict, relaxed, reference } = engines;
  const lines: BenchLine[] = [];
  for (const batch of [1024, 128]) {
    remark(`Measuring training steps of ${nameOf(ringShape)} at batch ${batch} ...`);
    const separate = await peakTasks(await kernelModule('strict'), 'separate');
    const fused =
      relaxed.determinism === 'device' ? await peakTasks(await kernelModule('relaxed'), 'fused') : [];
    const tasks = [
      await trainingTask(strict, ringShape, batch),
      await trainingTask(relaxed, ringShape, batch),
      await plainTask('wasm', batch),
      await trainingTask(reference, ringShape, batch),
      ...separate,
      ...fused,
    ];
    const [portable, device, plainWasm, composed, ...peaks] = await timed(tasks, rounds);
    // Apart from the others: TensorFlow.js has one current backend, and changing it costs time.
    const [plainCpu] = await timed([await plainTask('cpu', batch)], 3);
    const peak = fastest(peaks.slice(0, separate.length));
    const fusedPeak = fused.length === 0 ? peak : fastest(peaks);
    const plains = [plainWasm, plainCpu].flatMap((speed) => speed ?? []);
    const plain = fastest(plains);
    const step = `step of ${nameOf(ringShape)}, batch ${batch}`;
    lines.push(
      lineOf('peak of multiply and add', peak, peak),
      lineOf(`${step}, portable`, portable, peak, plain, composed),
    );
    if (fused.length > 0) {
      lines.push(
        lineOf('peak of fused multiply-add', fusedPeak, fusedPeak),
        lineOf(`${step}, determinism: device`, device, fusedPeak, plain, composed),
      );
    }
    lines.push(
      ...plains.map((speed) => lineOf(speed.label, speed, peak, plain, composed)),
      lineOf(`${reference.description}, core API (the reference engine)`, composed, peak, plain, composed),
    );
  }
  return lines;
}

/** The step of [30]*30 as TensorFlow.js's guides write it. */
async function plainTask(backend: ReferenceBackend, batch: number): Promise<SpeedTask> {
  const plain = await createPlainTraining(backend, referenceHooks(), {
    shape: ringShape,
    parameters: initialParameters(ringShape, 'he-normal', 1),
    slope: 0.01,
    data: trainingPoints(batch, 1),
  });
  return {
    label: plain.description,
    flops: trainingStepFlops(ringShape, batch),
    repetitions: 1,
    run: async () => void (await plain.step()),
    dispose: () => plain.dispose(),
  };
}

/** Frames with hashes beside the relaxed peak, one thread. */
async function frameLines(relaxed: Engine, rounds: number): Promise<BenchLine[]> {
  remark('Measuring frames ...');
  const build = relaxed.determinism === 'device' ? 'relaxed' : 'strict';
  const sizes = (['float32', 'anchored'] as const).flatMap((precision) =>
    [ringShape, wideShape].map((shape) => [shape, 256, precision] as const),
  );
  const tasks = [
    ...sizes.map(([shape, size, precision]) => frameTask(relaxed, shape, size, { hashes: true }, precision)),
    ...(await peakTasks(await kernelModule(build), 'fused')),
  ];
  const speeds = await timed(tasks, rounds);
  const frames = speeds.slice(0, sizes.length);
  const peak = fastest(speeds.slice(sizes.length));
  return [
    lineOf(`peak of multiply-add, ${build}`, peak, peak),
    ...sizes.map(([shape, size, precision], at) =>
      lineOf(`${precision} frame of ${nameOf(shape)}, ${size} x ${size} with hashes`, frames[at], peak),
    ),
  ];
}

interface CostLine {
  readonly shape: string;
  readonly parameters: number;
  /** Picoseconds of training per point, parameter and epoch. */
  readonly picoseconds: number;
  /** Against the last shape. */
  readonly relative: number;
}

/** Cost of a point and parameter from small to large shapes, 4096 points in batches of 1024. */
async function costLines(strict: Engine, rounds: number): Promise<CostLine[]> {
  remark('Measuring the cost of a point and parameter ...');
  const points = 4096;
  const tasks = await Promise.all(costShapes.map((shape) => trainingTask(strict, shape, 1024, points)));
  const speeds = await timed(tasks, Math.max(3, rounds >> 1));
  const costs = costShapes.map(
    (shape, at) => ((speeds[at]?.milliseconds ?? NaN) * 1e9) / (points * parameterCount(shape)),
  );
  const last = costs.at(-1) ?? NaN;
  return costShapes.map((shape, at) => {
    const picoseconds = costs[at] ?? NaN;
    return {
      shape: nameOf(shape),
      parameters: parameterCount(shape),
      picoseconds,
      relative: picoseconds / last,
    };
  });
}

interface Protocol {
  readonly epochsSeconds: number;
  readonly frameSeconds: number;
  readonly threads: number;
}

/** The original's protocol: ten epochs of [100]*20 at 5050 points, then one 1024 x 1024 frame with hashes. */
async function originalProtocol(strict: Engine, threads: number): Promise<Protocol> {
  remark(`Measuring ten epochs of ${nameOf(wideShape)} at 5050 points and one 1024 x 1024 frame ...`);
  const task = await trainingTask(strict, wideShape, 1024, 5050);
  await task.run();
  const start = clock();
  for (let epoch = 0; epoch < 10; epoch++) await task.run();
  const epochsSeconds = (clock() - start) / 1000;
  task.dispose();
  const pool = createComputePool(threads);
  try {
    const parameters = initialParameters(wideShape, 'he-normal', 1);
    const network = { shape: wideShape, slope: 0.01, parameters, output: 'affine' } as const;
    const request = { network, view: unitView, planes: { hashes: true } };
    await pool.renderFrame({ ...request, width: 64, height: 64 * threads }, 'relaxed');
    const before = clock();
    await pool.renderFrame({ ...request, width: 1024, height: 1024 }, 'relaxed');
    return { epochsSeconds, frameSeconds: (clock() - before) / 1000, threads };
  } finally {
    await pool.close();
  }
}

function print(
  lines: readonly BenchLine[],
  cost: readonly CostLine[],
  protocol: Protocol,
  threads: number,
): void {
  const percent = (share: number | null): string => (share === null ? '' : `${(100 * share).toFixed(0)} %`);
  const head = ['one thread', 'ms', 'GFLOP/s', 'of peak', 'x trainOnBatch', 'x core API'];
  const rows = lines.map(({ what, milliseconds, gigaflops, shareOfPeak, timesPlain, timesReference }) => [
    what,
    milliseconds.toFixed(2),
    gigaflops.toFixed(1),
    percent(shareOfPeak),
    timesPlain === null ? '' : timesPlain.toFixed(1),
    timesReference === null ? '' : timesReference.toFixed(1),
  ]);
  alignColumns([head, ...rows], [1, 2, 3, 4, 5]).forEach(printLine);
  printLine('');
  const costRows = cost.map(({ shape, parameters, picoseconds, relative }) => [
    shape,
    parameters.toLocaleString('en'),
    picoseconds.toFixed(0),
    relative.toFixed(2),
  ]);
  alignColumns(
    [['training cost', 'parameters', 'ps per point, parameter, epoch', 'relative'], ...costRows],
    [1, 2, 3],
  ).forEach(printLine);
  printLine('');
  const { epochsSeconds, frameSeconds } = protocol;
  printLine(
    `ten epochs of [100]*20 at 5050 points: ${epochsSeconds.toFixed(2)} s on one thread; one 1024 x 1024 frame with hashes: ${frameSeconds.toFixed(2)} s on ${threads} threads; together ${(epochsSeconds + frameSeconds).toFixed(2)} s`,
  );
}
