/** Requests for trainers, and what their results are held against. */
import { expect } from 'vitest';
import type {
  LossName,
  Trainer,
  TrainerRequest,
  TrainerState,
  TrainingSettings,
} from '../../../../experiments/engines/engine.ts';
import {
  optimizers,
  type OptimizerName,
  type OptimizerSettings,
} from '../../../../experiments/engines/optimizers.ts';
import { randomNetwork, randomPoints, relativeDistance } from '../random-networks.ts';

/** Largest distance after 50 steps, relative to the largest parameter, moment, loss or norm. */
const tolerance = 2e-5;
export const losses: readonly LossName[] = ['mse', 'bce'];

export function optimizer(name: OptimizerName, changes: Partial<OptimizerSettings> = {}): OptimizerSettings {
  const learningRate = optimizers[name].squareDecay === undefined ? 0.02 : 2e-3;
  return {
    name,
    learningRate,
    beta1: 0.9,
    beta2: 0.99,
    epsilon: 1e-8,
    momentum: 0.8,
    alpha: 0.95,
    weightDecay: 0.02,
    ...changes,
  };
}

export const phasesOf = (name: OptimizerName, changes: Partial<OptimizerSettings> = {}) => [
  { fromEpoch: 0, optimizer: optimizer(name, changes) },
];

interface Options {
  readonly settings?: Partial<TrainingSettings>;
  readonly start?: TrainerState;
  readonly points?: number;
  readonly hidden?: readonly number[];
}

export function request({ settings, start, points = 65, hidden = [9, 17, 5] }: Options = {}): TrainerRequest {
  const shape = { hidden, outputs: 2 };
  const { parameters } = randomNetwork(shape, 3);
  return {
    shape,
    slope: 0.01,
    data: randomPoints(points, 2, 5),
    settings: {
      loss: 'mse',
      batchSize: 16,
      phases: phasesOf('adam'),
      schedule: { kind: 'constant' },
      seed: 77,
      ...settings,
    },
    start: start ?? { epoch: 0, step: 0, phaseStep: 0, parameters, moments: [] },
  };
}

interface Source {
  createTrainer(request: TrainerRequest): Promise<Trainer>;
}

export async function train(source: Source, trainerRequest: TrainerRequest, epochs: number) {
  const trainer = await source.createTrainer(trainerRequest);
  const metrics = await trainer.runEpochs(epochs);
  const result = { metrics, norms: await trainer.layerGradientNorms(), state: await trainer.state() };
  trainer.dispose();
  return result;
}

export type Trained = Awaited<ReturnType<typeof train>>;

export function expectClose(actual: Trained, expected: Trained, limit = tolerance): void {
  const column = (trained: Trained, name: 'loss' | 'gradientNorm' | 'epoch') =>
    trained.metrics.map((m) => m[name]);
  expect(column(actual, 'epoch')).toEqual(column(expected, 'epoch'));
  expect(relativeDistance(column(actual, 'loss'), column(expected, 'loss'))).toBeLessThan(limit);
  expect(relativeDistance(column(actual, 'gradientNorm'), column(expected, 'gradientNorm'))).toBeLessThan(
    limit,
  );
  expect(relativeDistance(actual.norms, expected.norms)).toBeLessThan(limit);
  expect(relativeDistance(actual.state.parameters, expected.state.parameters)).toBeLessThan(limit);
  expect(actual.state.moments).toHaveLength(expected.state.moments.length);
  actual.state.moments.forEach((moment, at) => {
    expect(relativeDistance(moment, expected.state.moments[at])).toBeLessThan(limit);
  });
  const counters = ({ epoch, step, phaseStep }: TrainerState) => ({ epoch, step, phaseStep });
  expect(counters(actual.state)).toEqual(counters(expected.state));
}
