/** Training on TensorFlow.js. */
import type { Tensor1D } from '@tensorflow/tfjs';
import { layoutFromShape, type LayerLayout } from '../../network/shape.ts';
import { permutationOrder } from '../../random/permutation.ts';
import { streamIds } from '../../random/philox.ts';
import type { EpochMetrics, OptimizerPhase, Trainer, TrainerRequest, TrainerState } from '../engine.ts';
import { learningRateAt } from '../learning-rate.ts';
import { optimizers, type OptimizerSettings } from '../optimizers.ts';
import { batchGradient } from './reference-gradient.ts';
import { optimizerStep, type BetaPowers, type OptimizerTensors } from './reference-optimizer.ts';
import type { Tensorflow } from './tensorflow.ts';

/** A trainer whose tensors live until it is disposed of. */
export class ReferenceTrainer implements Trainer {
  readonly #tensorflow: Tensorflow;
  readonly #request: TrainerRequest;
  readonly #pause: () => Promise<void>;
  readonly #layouts: LayerLayout[];
  #tensors: OptimizerTensors;
  #lastGradient: Float32Array;
  #phase: OptimizerPhase;
  #powers: BetaPowers;
  #epoch: number;
  #step: number;
  #phaseStep: number;

  /** `pause` is awaited between steps, so that a host can serve its events. */
  constructor(tensorflow: Tensorflow, request: TrainerRequest, pause: () => Promise<void>) {
    const { start, settings, shape } = request;
    this.#tensorflow = tensorflow;
    this.#request = request;
    this.#pause = pause;
    this.#layouts = layoutFromShape(shape);
    this.#epoch = start.epoch;
    this.#step = start.step;
    this.#phaseStep = start.phaseStep;
    this.#phase = phaseAt(settings.phases, Math.max(0, start.epoch - 1));
    this.#powers = betaPowers(this.#phase.optimizer, start.phaseStep);
    this.#lastGradient = new Float32Array(start.parameters.length);
    const moments = optimizers[this.#phase.optimizer.name].moments;
    this.#tensors = {
      parameters: tensorflow.tensor1d(start.parameters.slice()),
      moments: Array.from({ length: moments }, (_, index) => this.#vector(start.moments[index])),
    };
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
    }
    return metrics;
  }

  layerGradientNorms(): Promise<Float64Array> {
    const norms = this.#layouts.map(({ weightOffset, biasOffset, outputs }) => {
      let square = 0;
      for (const slope of this.#lastGradient.subarray(weightOffset, biasOffset + outputs))
        square += slope * slope;
      return Math.sqrt(square);
    });
    return Promise.resolve(Float64Array.from(norms));
  }

  state(): Promise<TrainerState> {
    return Promise.resolve({
      epoch: this.#epoch,
      step: this.#step,
      phaseStep: this.#phaseStep,
      parameters: this.#tensors.parameters.dataSync<'float32'>().slice(),
      moments: this.#tensors.moments.map((moment) => moment.dataSync<'float32'>().slice()),
    });
  }

  dispose(): void {
    this.#tensorflow.dispose([this.#tensors.parameters, ...this.#tensors.moments]);
  }

  #vector(values?: Float32Array): Tensor1D {
    return this.#tensorflow.tensor1d(
      values?.slice() ?? new Float32Array(this.#request.start.parameters.length),
    );
  }

  async #runEpoch(): Promise<EpochMetrics> {
    const { settings, data } = this.#request;
    const points = data.coordinates.length >> 1;
    this.#enterPhase(phaseAt(settings.phases, this.#epoch));
    const rate = learningRateAt(this.#phase.optimizer.learningRate, settings.schedule, this.#epoch);
    const order = permutationOrder(settings.seed, streamIds.shuffle, this.#epoch, points);
    let lossSum = 0;
    let squareSum = 0;
    let steps = 0;
    for (let start = 0; start < points; start += settings.batchSize) {
      const chosen = order.subarray(start, start + settings.batchSize);
      const { loss, gradientSquare } = this.#runStep(chosen, rate);
      lossSum += loss * chosen.length;
      squareSum += gradientSquare;
      steps += 1;
      await this.#pause();
    }
    this.#epoch += 1;
    return { epoch: this.#epoch, loss: lossSum / points, gradientNorm: Math.sqrt(squareSum / steps) };
  }

  #enterPhase(phase: OptimizerPhase): void {
    if (phase === this.#phase) return;
    this.#phase = phase;
    this.#phaseStep = 0;
    this.#powers = { beta1: 1, beta2: 1 };
    this.#tensorflow.dispose([...this.#tensors.moments]);
    const moments = Array.from({ length: optimizers[phase.optimizer.name].moments }, () => this.#vector());
    this.#tensors = { parameters: this.#tensors.parameters, moments };
  }

  #runStep(chosen: Uint32Array, rate: number): { loss: number; gradientSquare: number } {
    const tensorflow = this.#tensorflow;
    const { optimizer } = this.#phase;
    const { data, slope, settings, shape } = this.#request;
    const before = this.#tensors;
    this.#powers = nextPowers(this.#powers, optimizer);
    let loss = NaN;
    const vectors = tensorflow.tidy(() => {
      const batch = {
        points: tensorflow.tensor2d(rowsOf(data.coordinates, chosen, 2), [chosen.length, 2]),
        labels: tensorflow.tensor2d(rowsOf(data.labels, chosen, shape.outputs), [
          chosen.length,
          shape.outputs,
        ]),
      };
      const network = { layouts: this.#layouts, slope };
      const result = batchGradient(tensorflow, before.parameters, network, batch, settings.loss);
      loss = result.loss.dataSync()[0];
      this.#lastGradient = result.gradient.dataSync<'float32'>().slice();
      const after = optimizerStep(tensorflow, optimizer, rate, this.#powers, before, result.gradient);
      return [after.parameters, ...after.moments];
    });
    tensorflow.dispose([before.parameters, ...before.moments]);
    this.#tensors = { parameters: vectors[0], moments: vectors.slice(1) };
    this.#step += 1;
    this.#phaseStep += 1;
    return { loss, gradientSquare: squaredNorm(this.#lastGradient) };
  }
}

function squaredNorm(vector: Float32Array): number {
  let sum = 0;
  for (const value of vector) sum += value * value;
  return sum;
}

/** The chosen rows of values [n, width], one after another. */
function rowsOf(values: Float32Array, chosen: Uint32Array, width: number): Float32Array {
  const rows = new Float32Array(chosen.length * width);
  chosen.forEach((row, index) => {
    for (let at = 0; at < width; at++) rows[index * width + at] = values[row * width + at];
  });
  return rows;
}

/** The phase that an epoch (0 = the first) is trained in. */
function phaseAt(phases: readonly OptimizerPhase[], epoch: number): OptimizerPhase {
  const phase = phases.filter(({ fromEpoch }) => fromEpoch <= epoch).at(-1);
  if (phase === undefined) throw new RangeError('The first optimiser phase must begin at epoch 0.');
  return phase;
}

function nextPowers(powers: BetaPowers, { beta1, beta2 }: OptimizerSettings): BetaPowers {
  return { beta1: powers.beta1 * beta1, beta2: powers.beta2 * beta2 };
}

/** Powers after so many steps of a phase, multiplied one by one as training does. */
function betaPowers(optimizer: OptimizerSettings, steps: number): BetaPowers {
  let powers: BetaPowers = { beta1: 1, beta2: 1 };
  for (let step = 0; step < steps; step++) powers = nextPowers(powers, optimizer);
  return powers;
}
