/** Training on the kernels: epochs in chunks, optimiser phases, exact states. */
import { parameterCount } from '../../network/shape.ts';
import type { EpochMetrics, OptimizerPhase, Trainer, TrainerRequest, TrainerState } from '../engine.ts';
import { learningRateAt } from '../learning-rate.ts';
import { optimizers, type OptimizerSettings } from '../optimizers.ts';
import { checkRequest, copyWithOneNaN, phaseAt } from '../training-request.ts';
import type { KernelExports, KernelPool } from './kernels.ts';
import { floatsAt, openNetwork, withinMemory } from './kernels.ts';

/** Work between two pauses, in floating-point operations: some tens of milliseconds. */
const chunkFlops = 1e9;

/** Threads, at least one, that may share the tiles of a batch; a tile takes so many floating-point operations. */
export type SpareThreads = (tileFlops: number) => number;

/** What a trainer asks its host for. */
export interface TrainerHost {
  pause(): Promise<void>;
  readonly threads: SpareThreads;
}

/** A trainer that computes on an instance of the pool and gives it back when it is disposed of. */
export async function createWasmTrainer(
  pool: KernelPool,
  request: TrainerRequest,
  host: TrainerHost,
): Promise<Trainer> {
  checkRequest(request);
  const kernels = await pool.acquire();
  try {
    return withinMemory(kernels, () => new WasmTrainer(pool, kernels, request, host));
  } catch (error) {
    pool.release(kernels);
    throw error;
  }
}

class WasmTrainer implements Trainer {
  readonly #pool: KernelPool;
  readonly #request: TrainerRequest;
  readonly #host: TrainerHost;
  readonly #parameters: number;
  readonly #parameterCount: number;
  readonly #tileFlops: number;
  readonly #tilesPerEpoch: number;
  readonly #tilesPerBatch: number;
  #threads = 1;
  #tilesPerChunk: number;
  #tilesSincePause = 0;
  #kernels: KernelExports | null;
  #epoch: number;
  #step: number;
  #phaseStep: number;
  #phase: OptimizerPhase;

  constructor(pool: KernelPool, kernels: KernelExports, request: TrainerRequest, host: TrainerHost) {
    const { shape, slope, settings, data, start } = request;
    this.#pool = pool;
    this.#kernels = kernels;
    this.#request = request;
    this.#host = host;
    this.#parameterCount = parameterCount(shape);
    this.#parameters = openNetwork(kernels, { shape, slope, parameters: start.parameters });
    const points = data.coordinates.length / 2;
    kernels.openTraining(points, settings.batchSize, settings.loss === 'bce' ? 1 : 0);
    floatsAt(kernels, kernels.coordinatesAddress(), data.coordinates.length).set(data.coordinates);
    floatsAt(kernels, kernels.labelsAddress(), data.labels.length).set(data.labels);
    const tile = kernels.tileSamples();
    const batch = Math.min(points, settings.batchSize);
    this.#tileFlops = this.#parameterCount * (6 * tile + 40);
    this.#tilesPerChunk = this.#chunkTiles();
    this.#tilesPerEpoch = Math.ceil(points / Math.min(tile, batch));
    this.#tilesPerBatch = Math.ceil(batch / tile);
    this.#epoch = start.epoch;
    this.#step = start.step;
    this.#phaseStep = start.phaseStep;
    this.#phase = phaseAt(settings.phases, Math.max(0, start.epoch - 1));
    start.moments.forEach((moment, index) => this.#moment(index).set(moment));
    this.#applyOptimizer();
  }

  get epoch(): number {
    return this.#epoch;
  }

  get step(): number {
    return this.#step;
  }

  async runEpochs(count: number, signal?: AbortSignal): Promise<EpochMetrics[]> {
    const metrics: EpochMetrics[] = [];
    while (metrics.length < count && signal?.aborted !== true) {
      const epoch = await this.#runEpoch();
      metrics.push(epoch);
      if (!Number.isFinite(epoch.loss)) break;
      // Epochs that are shorter than a chunk never pause within: many of them together do.
      this.#tilesSincePause += this.#tilesPerEpoch;
      if (this.#tilesSincePause < this.#tilesPerChunk) continue;
      this.#tilesSincePause = 0;
      await this.#host.pause();
    }
    return metrics;
  }

  async layerGradientNorms(): Promise<Float64Array> {
    const kernels = this.#live();
    return Float64Array.from({ length: this.#request.shape.hidden.length + 1 }, (_, index) =>
      kernels.layerGradientNorm(index),
    );
  }

  async state(): Promise<TrainerState> {
    const kernels = this.#live();
    const moments = Array.from({ length: optimizers[this.#phase.optimizer.name].moments }, (_, index) =>
      copyWithOneNaN(this.#moment(index)),
    );
    return {
      epoch: this.#epoch,
      step: this.#step,
      phaseStep: this.#phaseStep,
      parameters: copyWithOneNaN(floatsAt(kernels, this.#parameters, this.#parameterCount)),
      moments,
    };
  }

  dispose(): void {
    if (this.#kernels !== null) this.#pool.release(this.#kernels);
    this.#kernels = null;
  }

  #live(): KernelExports {
    if (this.#kernels === null) throw new Error('The trainer was disposed of.');
    return this.#kernels;
  }

  #moment(index: number): Float32Array {
    const kernels = this.#live();
    return floatsAt(kernels, kernels.momentAddress(index), this.#parameterCount);
  }

  #applyOptimizer(): void {
    const { optimizer } = this.#phase;
    const { beta2, epsilon, weightDecay } = optimizer;
    const { rule } = optimizers[optimizer.name];
    const first = firstDecay(optimizer);
    this.#live().setOptimizer(rule, first, beta2, epsilon, weightDecay, this.#phaseStep);
  }

  #enterPhase(phase: OptimizerPhase): void {
    this.#phase = phase;
    this.#phaseStep = 0;
    this.#live().clearMoments();
    this.#applyOptimizer();
  }

  /** Tiles between two pauses, which threads go through side by side. */
  #chunkTiles(): number {
    return Math.max(1, Math.floor(chunkFlops / this.#tileFlops)) * this.#threads;
  }

  /** Takes as many threads as there are to be had now. */
  #shareOut(kernels: KernelExports): void {
    if (kernels.setThreads === undefined || this.#tilesPerBatch < 2) return;
    const threads = Math.min(this.#host.threads(this.#tileFlops), this.#tilesPerBatch);
    if (threads === this.#threads) return;
    withinMemory(kernels, () => kernels.setThreads?.(threads));
    this.#threads = threads;
    this.#tilesPerChunk = this.#chunkTiles();
  }

  async #runEpoch(): Promise<EpochMetrics> {
    const kernels = this.#live();
    const { phases, schedule, seed } = this.#request.settings;
    const next = phaseAt(phases, this.#epoch);
    if (next !== this.#phase) this.#enterPhase(next);
    this.#shareOut(kernels);
    kernels.beginEpoch(seed, this.#epoch, learningRateAt(next.optimizer.learningRate, schedule, this.#epoch));
    while (kernels.advance(this.#tilesPerChunk) !== 0) {
      await this.#host.pause();
      this.#shareOut(kernels);
    }
    const steps = kernels.epochSteps();
    this.#step += steps;
    this.#phaseStep += steps;
    this.#epoch++;
    return { epoch: this.#epoch, loss: kernels.epochLoss(), gradientNorm: kernels.epochGradientNorm() };
  }
}

/** How fast the first moment decays, which the kernels take in beta1's place. */
function firstDecay(settings: OptimizerSettings): number {
  const { gradientDecay, squareDecay } = optimizers[settings.name];
  return settings[gradientDecay ?? squareDecay ?? 'beta1'];
}
