import * as tensorflow from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TrainerRequest } from '../../../experiments/engines/engine.ts';
import type { OptimizerName } from '../../../experiments/engines/optimizers.ts';
import type { ReferenceBackend } from '../../../experiments/engines/reference/tensorflow.ts';
import { randomNetwork, randomPoints } from './random-networks.ts';
import { referenceEngine } from './test-engines.ts';

const backends: readonly ReferenceBackend[] = ['cpu', 'wasm'];
const shape = { hidden: [6, 4], outputs: 2 };
const optimizers: readonly OptimizerName[] = ['adam', 'momentum', 'sgd'];

function request(): TrainerRequest {
  const settings = {
    learningRate: 0.01,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    momentum: 0.9,
    alpha: 0.99,
  };
  return {
    shape,
    slope: 0.01,
    data: randomPoints(20, 2, 5),
    settings: {
      loss: 'mse',
      batchSize: 8,
      phases: optimizers.map((name, index) => ({
        fromEpoch: index,
        optimizer: { ...settings, name, weightDecay: 0.1 },
      })),
      schedule: { kind: 'constant' },
      seed: 1,
    },
    start: { epoch: 0, step: 0, phaseStep: 0, parameters: randomNetwork(shape, 2).parameters, moments: [] },
  };
}

describe.each(backends)('the reference engine on %s', (backend) => {
  const printed = vi.fn();

  beforeEach(() => {
    for (const name of ['log', 'warn', 'info', 'error'] as const)
      vi.spyOn(console, name).mockImplementation(printed);
  });

  afterEach(() => {
    vi.restoreAllMocks();
    printed.mockClear();
  });

  it('prints nothing', async () => {
    const engine = await referenceEngine(backend);
    await engine.lossGradient(randomNetwork(shape, 1), randomPoints(5, 2, 1), 'bce');
    expect(printed).not.toHaveBeenCalled();
  });

  it('keeps no tensors', async () => {
    const engine = await referenceEngine(backend);
    const network = randomNetwork(shape, 1);
    const before = tensorflow.memory().numTensors;
    await engine.lossGradient(network, randomPoints(5, 2, 1), 'mse');
    await engine.evaluate(network, randomPoints(5, 2, 1).coordinates);
    const planes = { hashes: true, firstLayers: true, prefixes: true, gradient: true };
    const view = { x0: 0, y0: 0, x1: 1, y1: 1 };
    await engine.renderFrame({ network, view, width: 9, height: 7, planes });
    expect(tensorflow.memory().numTensors).toBe(before);
    const trainer = await engine.createTrainer(request());
    // Parameters and as many moments as the optimiser keeps.
    expect(tensorflow.memory().numTensors).toBe(before + 3);
    for (const moments of [2, 1, 0, 0]) {
      await trainer.runEpochs(1);
      expect(tensorflow.memory().numTensors).toBe(before + 1 + moments);
    }
    trainer.dispose();
    expect(tensorflow.memory().numTensors).toBe(before);
  });

  it('stops at the end of an epoch when asked to, and after a loss that is not finite', async () => {
    const engine = await referenceEngine(backend);
    const trainer = await engine.createTrainer(request());
    expect(await trainer.runEpochs(5, AbortSignal.abort())).toEqual([]);
    trainer.dispose();
    const wild = request();
    wild.start.parameters.fill(1e30);
    const diverging = await engine.createTrainer(wild);
    const metrics = await diverging.runEpochs(5);
    expect(metrics).toHaveLength(1);
    expect(Number.isFinite(metrics[0].loss)).toBe(false);
    diverging.dispose();
  });
});

it('two reference engines of one thread do not disturb one another', async () => {
  const [cpu, wasm] = [await referenceEngine('cpu'), await referenceEngine('wasm')];
  const [a, b] = [await cpu.createTrainer(request()), await wasm.createTrainer(request())];
  const first = [...(await a.runEpochs(1)), ...(await b.runEpochs(1)), ...(await a.runEpochs(1))];
  const alone = await cpu.createTrainer(request());
  const metrics = await alone.runEpochs(2);
  expect(first[0].loss).toBeCloseTo(metrics[0].loss, 6);
  expect(first[1].loss).toBeCloseTo(metrics[0].loss, 6);
  expect(first[2].loss).toBeCloseTo(metrics[1].loss, 6);
  [a, b, alone].forEach((trainer) => trainer.dispose());
});
