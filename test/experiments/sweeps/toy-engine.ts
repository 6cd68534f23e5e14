/** An engine that only counts: cheap, deterministic, with losses that a test prescribes. */
import type {
  Engine,
  EpochMetrics,
  Frame,
  FrameRequest,
  Trainer,
  TrainerRequest,
} from '../../../experiments/engines/engine.ts';
import type { Network } from '../../../experiments/network/shape.ts';

export interface ToyOptions {
  /** Loss of an epoch; about 1 by default. */
  readonly loss?: (epoch: number) => number;
  /** Called at the end of every epoch. */
  readonly onEpoch?: (epoch: number) => void;
}

export interface ToyEngine extends Engine {
  /** Epochs trained, and trainers that are not disposed of. */
  trained: number;
  alive: number;
}

/** Values that depend on the parameters and on the place. */
function toyValue(network: Network, x: number, y: number, output: number): number {
  const { parameters } = network;
  const at = Math.floor(7 * x) + 7 * Math.floor(7 * y) + output;
  return parameters[at % parameters.length];
}

function evaluate(network: Network, coordinates: Float32Array): Float32Array {
  const { outputs } = network.shape;
  return Float32Array.from({ length: (coordinates.length / 2) * outputs }, (_, at) => {
    const point = Math.floor(at / outputs);
    return toyValue(network, coordinates[2 * point], coordinates[2 * point + 1], at % outputs);
  });
}

function renderFrame({ network, width, height, rows, planes }: FrameRequest): Frame {
  const band = rows ?? { start: 0, end: height };
  const pixels = (band.end - band.start) * width;
  const coordinates = Float32Array.from({ length: 2 * pixels }, (_, at) => {
    const pixel = at >> 1;
    const row = band.start + Math.floor(pixel / width);
    return at % 2 === 0 ? ((pixel % width) + 0.5) / width : (row + 0.5) / height;
  });
  const values = evaluate(network, coordinates);
  const { outputs } = network.shape;
  const hashes = Uint32Array.from(
    { length: 2 * pixels },
    (_, at) => 1000 * values[(at >> 1) * outputs] + (at % 2),
  );
  return { width, rows: band, outputs, values, ...(planes.hashes === true ? { hashes } : {}) };
}

function createTrainer(engine: ToyEngine, request: TrainerRequest, options: ToyOptions): Trainer {
  let { epoch, step, phaseStep } = request.start;
  const parameters = request.start.parameters.slice();
  const moment = request.start.moments[0]?.slice() ?? new Float32Array(parameters.length);
  const points = request.data.coordinates.length / 2;
  let gradient = 0;
  engine.alive += 1;
  const runEpoch = (): EpochMetrics => {
    epoch += 1;
    step += Math.ceil(points / request.settings.batchSize);
    phaseStep = step;
    const loss = options.loss?.(epoch) ?? 1 + ((epoch * 7919) % 13) / 20;
    gradient = epoch % 11;
    parameters.forEach((value, at) => {
      moment[at] = 0.9 * moment[at] + ((epoch * 31 + at * 17) % 101) / 100;
      parameters[at] = 0.8 * value + 0.02 * moment[at];
    });
    engine.trained += 1;
    options.onEpoch?.(epoch);
    return { epoch, loss, gradientNorm: gradient };
  };
  return {
    get epoch() {
      return epoch;
    },
    get step() {
      return step;
    },
    runEpochs(count, signal) {
      const metrics: EpochMetrics[] = [];
      while (metrics.length < count && signal?.aborted !== true) {
        metrics.push(runEpoch());
        if (!Number.isFinite(metrics.at(-1)?.loss)) break;
      }
      return Promise.resolve(metrics);
    },
    layerGradientNorms: () =>
      Promise.resolve(new Float64Array(request.shape.hidden.length + 1).fill(gradient)),
    state: () =>
      Promise.resolve({ epoch, step, phaseStep, parameters: parameters.slice(), moments: [moment.slice()] }),
    dispose() {
      engine.alive -= 1;
    },
  };
}

export function createToyEngine(options: ToyOptions = {}): ToyEngine {
  const engine: ToyEngine = {
    name: 'wasm',
    determinism: 'portable',
    description: 'toy',
    trained: 0,
    alive: 0,
    createTrainer: (request) => Promise.resolve(createTrainer(engine, request, options)),
    renderFrame: (request) => Promise.resolve(renderFrame(request)),
    evaluate: (network, coordinates) => Promise.resolve(evaluate(network, coordinates)),
    lossGradient: () => Promise.reject(new Error('The toy engine has no gradients.')),
    dispose: () => undefined,
  };
  return engine;
}
