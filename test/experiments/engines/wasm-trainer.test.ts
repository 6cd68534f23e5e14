import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
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
  type OptimizerName,
  type OptimizerSettings,
} from '../../../experiments/engines/optimizers.ts';
import { instantiateKernels, KernelPool, withinMemory } from '../../../experiments/engines/wasm/kernels.ts';
import { randomNetwork, randomPoints } from './random-networks.ts';
import { wasmEngine } from './test-engines.ts';

let engine: Engine;

beforeAll(async () => {
  engine = await wasmEngine('strict');
});

function optimizer(name: OptimizerName, learningRate = 2e-3): OptimizerSettings {
  return {
    name,
    learningRate,
    beta1: 0.9,
    beta2: 0.99,
    epsilon: 1e-8,
    momentum: 0.8,
    alpha: 0.95,
    weightDecay: 0.02,
  };
}

function request(settings: Partial<TrainingSettings> = {}, start?: TrainerState): TrainerRequest {
  const shape = { hidden: [11, 18, 6], outputs: 2 };
  const { parameters } = randomNetwork(shape, 8);
  return {
    shape,
    slope: 0.01,
    data: randomPoints(700, 2, 5),
    settings: {
      loss: 'mse',
      batchSize: 300,
      phases: [{ fromEpoch: 0, optimizer: optimizer('adam') }],
      schedule: { kind: 'constant' },
      seed: 9,
      ...settings,
    },
    start: start ?? { epoch: 0, step: 0, phaseStep: 0, parameters, moments: [] },
  };
}

async function trained(trainerRequest: TrainerRequest, epochs: number): Promise<TrainerState> {
  const trainer = await engine.createTrainer(trainerRequest);
  await trainer.runEpochs(epochs);
  const state = await trainer.state();
  trainer.dispose();
  return state;
}

function digest({ parameters, moments }: TrainerState): string {
  const hash = createHash('sha256');
  for (const vector of [parameters, ...moments]) {
    hash.update(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength));
  }
  return hash.digest('hex').slice(0, 16);
}

describe.each(optimizerNames)('%s', (name) => {
  const settings = { phases: [{ fromEpoch: 0, optimizer: optimizer(name) }] };

  it('goes on from a state bit for bit', async () => {
    const whole = await trained(request(settings), 9);
    const half = await trained(request(settings), 4);
    expect(await trained(request(settings, half), 5)).toEqual(whole);
    expect(whole.step).toBe(27);
  });
});

describe('training on the strict kernels', () => {
  it('has the bits of portable-1', async () => {
    const known = {
      adam: { bce: '96aa62a52833441e', mse: '70e480cb4f3a1d5b' },
      adamw: { bce: '6d592a697c82ceda', mse: '657c31b79220803a' },
      momentum: { bce: '5f3d307648bd49dd', mse: '6c594ad1d0dc0d5e' },
      rmsprop: { bce: '2a6fc556e958976b', mse: '84f88fd9786d20d5' },
      sgd: { bce: 'f021a51333987646', mse: 'a0b126b2986da69a' },
    };
    for (const name of Object.keys(known) as (keyof typeof known)[]) {
      const phases = [{ fromEpoch: 0, optimizer: optimizer(name) }];
      const bits = async (loss: LossName) => digest(await trained(request({ loss, phases }), 5));
      expect({ bce: await bits('bce'), mse: await bits('mse') }, name).toEqual(known[name]);
    }
  });

  it('goes on across the beginning of a phase bit for bit', async () => {
    const phases = optimizerNames.map((name, index) => ({
      fromEpoch: 2 * index,
      optimizer: optimizer(name),
    }));
    const schedule = { kind: 'cosine', epochs: 9, minimum: 1e-4 } as const;
    const whole = await trained(request({ phases, schedule }), 10);
    let state: TrainerState | undefined;
    for (let epoch = 0; epoch < 10; epoch++) state = await trained(request({ phases, schedule }, state), 1);
    expect(state).toEqual(whole);
    expect(whole.phaseStep).toBe(2 * 3);
  });

  it('of several networks in turns is that of each alone', async () => {
    const requests = [request(), request({ seed: 10 }), { ...request(), slope: 0.2 }];
    const alone = [];
    for (const each of requests) alone.push(await trained(each, 3));
    const trainers = await Promise.all(requests.map((each) => engine.createTrainer(each)));
    for (let epoch = 0; epoch < 3; epoch++) {
      await Promise.all(trainers.map((trainer) => trainer.runEpochs(1)));
      await engine.renderFrame({
        network: { ...requests[0], parameters: requests[0].start.parameters, output: 'affine' },
        view: { x0: 0, y0: 0, x1: 1, y1: 1 },
        width: 30,
        height: 20,
        planes: { hashes: true },
      });
    }
    const together = await Promise.all(trainers.map((trainer) => trainer.state()));
    trainers.forEach((trainer) => trainer.dispose());
    expect(together).toEqual(alone);
  });

  it('pauses do not change', async () => {
    let pauses = 0;
    const pausing = await wasmEngine('strict', async () => void pauses++);
    const shape = { hidden: Array<number>(20).fill(100), outputs: 1 };
    const big = {
      ...request({ batchSize: 640 }),
      shape,
      data: randomPoints(1500, 1, 1),
      start: { ...request().start, parameters: randomNetwork(shape, 1).parameters },
    };
    const trainer = await pausing.createTrainer(big);
    await trainer.runEpochs(1);
    expect(pauses).toBeGreaterThan(1);
    expect(await trainer.state()).toEqual(await trained(big, 1));
  });

  it('starts with layer norms of zero and leaves those of the last step', async () => {
    const settings = { batchSize: 700, phases: [{ fromEpoch: 0, optimizer: optimizer('sgd', 1e-9) }] };
    const trainer = await engine.createTrainer(request(settings));
    expect(await trainer.layerGradientNorms()).toEqual(new Float64Array(4));
    const [{ gradientNorm, loss }] = await trainer.runEpochs(1);
    const norms = await trainer.layerGradientNorms();
    const { shape, slope, data, start } = request();
    const exact = await engine.lossGradient(
      { shape, slope, parameters: start.parameters, output: 'affine' },
      data,
      'mse',
    );
    const squares = exact.gradient.reduce((sum, value) => sum + value * value, 0);
    expect(gradientNorm).toBeCloseTo(Math.sqrt(squares), 5);
    expect(Math.hypot(...norms)).toBeCloseTo(gradientNorm, 12);
    expect(loss).toBeCloseTo(exact.loss, 7);
  });
});

describe('moments', () => {
  it.each(['adam', 'momentum', 'rmsprop'] as const)('of dead neurons end at zero, %s', async (name) => {
    const dead = { ...optimizer(name), weightDecay: 0 };
    const good = request({ phases: [{ fromEpoch: 0, optimizer: dead }] });
    const count = good.start.parameters.length;
    // No neuron is active and the slope is 0: only the output biases have a gradient.
    const parameters = new Float32Array(count).fill(-1);
    const moments = Array.from({ length: name === 'adam' ? 2 : 1 }, () =>
      new Float32Array(count).fill(1.2e-38),
    );
    const start = { epoch: 4, step: 12, phaseStep: 12, parameters, moments };
    const state = await trained({ ...good, slope: 0, start }, 10);
    const first = state.moments.map((moment) => moment.subarray(0, count - 2));
    expect(first).toEqual(first.map(() => new Float32Array(count - 2)));
  });
});

describe('divergence', () => {
  it('ends training after the epoch whose loss is not finite, for every slope', async () => {
    for (const slope of [0, 0.01]) {
      const phases = [{ fromEpoch: 0, optimizer: optimizer('sgd', 1e6) }];
      const trainer = await engine.createTrainer({ ...request({ phases }), slope });
      const metrics = await trainer.runEpochs(50);
      expect(metrics.length).toBeLessThan(50);
      expect(metrics.slice(0, -1).every(({ loss }) => Number.isFinite(loss))).toBe(true);
      expect(Number.isFinite(metrics.at(-1)?.loss)).toBe(false);
      expect(trainer.epoch).toBe(metrics.length);
      trainer.dispose();
    }
  });

  it.each([0, 0.01])('is not hidden by the activation, slope %f', async (slope) => {
    for (const bad of [0, 30, 200]) {
      const { shape, data, start } = request();
      const parameters = start.parameters.slice();
      parameters[bad] = NaN;
      for (const loss of ['mse', 'bce'] as const) {
        const network = { shape, slope, parameters, output: 'affine' } as const;
        expect((await engine.lossGradient(network, data, loss)).loss).toBeNaN();
        const values = await engine.evaluate(network, data.coordinates);
        expect(values.every(Number.isNaN), `parameter ${bad}`).toBe(true);
      }
    }
  });

  it('leaves one kind of NaN in the state', async () => {
    const start = request().start;
    const words = new Uint32Array(start.parameters.slice().buffer);
    words[0] = 0xffc12345;
    const state = await trained(request({}, { ...start, parameters: new Float32Array(words.buffer) }), 1);
    const bits = new Uint32Array(state.parameters.buffer);
    expect(new Set(bits.filter((_, index) => Number.isNaN(state.parameters[index])))).toEqual(
      new Set([0x7fc00000]),
    );
  });
});

describe('a trainer', () => {
  it('refuses what it cannot train', async () => {
    const good = request();
    const bad: [string, TrainerRequest][] = [
      ['labels', { ...good, data: { ...good.data, labels: new Float32Array(3) } }],
      ['point', { ...good, data: { coordinates: new Float32Array(0), labels: new Float32Array(0) } }],
      ['batch size', request({ batchSize: 0 })],
      ['slope', { ...good, slope: 1 }],
      ['slope', { ...good, slope: NaN }],
      ['neurons', { ...good, shape: { hidden: [0], outputs: 2 } }],
      ['parameters', { ...good, start: { ...good.start, parameters: new Float32Array(5) } }],
      ['phase', request({ phases: [{ fromEpoch: 3, optimizer: optimizer('adam') }] })],
      ['moments', request({}, { ...good.start, moments: [good.start.parameters] })],
    ];
    for (const [reason, wrong] of bad) {
      await expect(engine.createTrainer(wrong), reason).rejects.toThrow(reason);
    }
  });

  it('says so when it is used after its end', async () => {
    const trainer = await engine.createTrainer(request());
    trainer.dispose();
    trainer.dispose();
    await expect(trainer.runEpochs(1)).rejects.toThrow('disposed');
    await expect(trainer.state()).rejects.toThrow('disposed');
  });

  it('gets the memory of the one before', async () => {
    const module = await WebAssembly.compile(readFileSync('dist/kernels/strict.wasm'));
    const pool = new KernelPool(() => instantiateKernels(module));
    const first = await pool.acquire();
    const address = first.allocate(1000);
    const other = await pool.acquire();
    pool.release(first);
    const second = await pool.acquire();
    expect(second).toBe(first);
    expect(second).not.toBe(other);
    expect(second.allocate(1000)).toBe(address);
  });

  it('says that memory is short instead of breaking', async () => {
    const kernels = await instantiateKernels(
      await WebAssembly.compile(readFileSync('dist/kernels/strict.wasm')),
    );
    expect(() => withinMemory(kernels, () => kernels.allocate(5e9))).toThrow(/memory/);
    kernels.resetArena();
    expect(kernels.allocate(1000)).toBeGreaterThan(0);
    expect(() =>
      withinMemory(kernels, () => {
        throw new Error('something else');
      }),
    ).toThrow('something else');
  });
});
