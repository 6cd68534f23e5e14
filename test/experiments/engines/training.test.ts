import { beforeAll, describe, expect, it } from 'vitest';
import type {
  Engine,
  LossName,
  TrainerRequest,
  TrainerState,
  TrainingSettings,
} from '../../../experiments/engines/engine.ts';
import {
  optimizerNames,
  optimizers,
  type OptimizerName,
  type OptimizerSettings,
} from '../../../experiments/engines/optimizers.ts';
import { randomNetwork, randomPoints, relativeDistance } from './random-networks.ts';
import { referenceEngine, wasmEngine } from './test-engines.ts';

/** Largest distance after 100 steps, relative to the largest parameter, moment, loss or norm; 1e-6 is seen. */
const tolerance = 2e-5;
const losses: readonly LossName[] = ['mse', 'bce'];

let reference: Engine;
let engines: Record<string, Engine>;

beforeAll(async () => {
  reference = await referenceEngine('cpu');
  engines = { strict: await wasmEngine('strict'), relaxed: await wasmEngine('relaxed') };
});

function optimizer(name: OptimizerName, weightDecay = 0.02): OptimizerSettings {
  const learningRate = optimizers[name].squareDecay === undefined ? 0.02 : 2e-3;
  return {
    name,
    learningRate,
    beta1: 0.9,
    beta2: 0.99,
    epsilon: 1e-8,
    momentum: 0.8,
    alpha: 0.95,
    weightDecay,
  };
}

function request(settings: Partial<TrainingSettings>, start?: TrainerState): TrainerRequest {
  const shape = { hidden: [9, 17, 5], outputs: 2 };
  const { parameters } = randomNetwork(shape, 3);
  return {
    shape,
    slope: 0.01,
    data: randomPoints(50, 2, 5),
    settings: {
      loss: 'mse',
      batchSize: 16,
      phases: [{ fromEpoch: 0, optimizer: optimizer('adam') }],
      schedule: { kind: 'constant' },
      seed: 77,
      ...settings,
    },
    start: start ?? { epoch: 0, step: 0, phaseStep: 0, parameters, moments: [] },
  };
}

async function train(engine: Engine, trainerRequest: TrainerRequest, epochs: number) {
  const trainer = await engine.createTrainer(trainerRequest);
  const metrics = await trainer.runEpochs(epochs);
  const result = { metrics, norms: await trainer.layerGradientNorms(), state: await trainer.state() };
  trainer.dispose();
  return result;
}

type Trained = Awaited<ReturnType<typeof train>>;

function expectClose(actual: Trained, expected: Trained): void {
  const column = (trained: Trained, name: 'loss' | 'gradientNorm' | 'epoch') =>
    trained.metrics.map((m) => m[name]);
  expect(column(actual, 'epoch')).toEqual(column(expected, 'epoch'));
  expect(relativeDistance(column(actual, 'loss'), column(expected, 'loss'))).toBeLessThan(tolerance);
  expect(relativeDistance(column(actual, 'gradientNorm'), column(expected, 'gradientNorm'))).toBeLessThan(
    tolerance,
  );
  expect(relativeDistance(actual.norms, expected.norms)).toBeLessThan(tolerance);
  expect(relativeDistance(actual.state.parameters, expected.state.parameters)).toBeLessThan(tolerance);
  expect(actual.state.moments).toHaveLength(expected.state.moments.length);
  actual.state.moments.forEach((moment, at) => {
    expect(relativeDistance(moment, expected.state.moments[at])).toBeLessThan(tolerance);
  });
  const counters = ({ epoch, step, phaseStep }: TrainerState) => ({ epoch, step, phaseStep });
  expect(counters(actual.state)).toEqual(counters(expected.state));
}

describe.each(optimizerNames)('100 steps of %s', (name) => {
  it.each(losses)('on %s follow TensorFlow.js', async (loss) => {
    const trained = request({ loss, phases: [{ fromEpoch: 0, optimizer: optimizer(name) }] });
    const expected = await train(reference, trained, 25);
    expect(expected.state.step).toBe(100);
    expect(relativeDistance(expected.state.parameters, trained.start.parameters)).toBeGreaterThan(0.01);
    expectClose(await train(engines.strict, trained, 25), expected);
    expectClose(await train(engines.relaxed, trained, 25), expected);
  });

  it('go on from a state of the reference as the reference does', async () => {
    const settings = { phases: [{ fromEpoch: 0, optimizer: optimizer(name) }] };
    const { state } = await train(reference, request(settings), 4);
    const expected = await train(reference, request(settings, state), 4);
    expect(expected).toEqual({
      ...(await train(reference, request(settings), 8)),
      metrics: expected.metrics,
    });
    expectClose(await train(engines.strict, request(settings, state), 4), expected);
  });
});

describe('training', () => {
  it('switches optimisers as the reference does, moments starting from zero', async () => {
    const phases = optimizerNames.map((name, index) => ({
      fromEpoch: 3 * index,
      optimizer: optimizer(name, 0),
    }));
    for (const epochs of [3, 4, 15]) {
      const expected = await train(reference, request({ phases }), epochs);
      expectClose(await train(engines.strict, request({ phases }), epochs), expected);
    }
  });

  it.each([
    { kind: 'cosine' as const, epochs: 8, minimum: 1e-4 },
    { kind: 'step' as const, every: 3, factor: 0.5 },
  ])('follows the reference through a $kind schedule', async (schedule) => {
    const expected = await train(reference, request({ schedule }), 10);
    expectClose(await train(engines.strict, request({ schedule }), 10), expected);
  });

  it.each(['strict', 'reference'])('in short epochs by %s lets its host tell it to stop', async (name) => {
    const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
    const engine = name === 'strict' ? await wasmEngine('strict', turn) : await referenceEngine('wasm', turn);
    const trainer = await engine.createTrainer(request({}));
    const abort = new AbortController();
    setImmediate(() => abort.abort());
    const metrics = await trainer.runEpochs(20_000, abort.signal);
    trainer.dispose();
    expect(abort.signal.aborted).toBe(true);
    expect(metrics.length).toBeLessThan(20_000);
    expect(metrics.at(-1)?.epoch).toBe(trainer.epoch);
  });

  it.each([1, 49, 50, 64])('follows the reference in batches of %i', async (batchSize) => {
    const expected = await train(reference, request({ batchSize }), 2);
    expectClose(await train(engines.strict, request({ batchSize }), 2), expected);
  });
});
