import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine, TrainerState } from '../../../experiments/engines/engine.ts';
import {
  optimizerNames,
  optimizers,
  resolveOptimizer,
  type OptimizerName,
} from '../../../experiments/engines/optimizers.ts';
import { parseSweep } from '../../../experiments/sweeps/sweep.ts';
import { randomNetwork, randomPoints } from './random-networks.ts';
import { referenceEngine, wasmEngine } from './test-engines.ts';

const engines: Engine[] = [];

beforeAll(async () => {
  engines.push(await referenceEngine('cpu'), await wasmEngine('strict'));
});

/** The state after two steps. */
async function trained(engine: Engine, name: OptimizerName): Promise<TrainerState> {
  const shape = { hidden: [5], outputs: 1 };
  const trainer = await engine.createTrainer({
    shape,
    slope: 0.01,
    data: randomPoints(8, 1, 5),
    settings: {
      loss: 'mse',
      batchSize: 4,
      phases: [{ fromEpoch: 0, optimizer: resolveOptimizer({ name }) }],
      schedule: { kind: 'constant' },
      seed: 1,
    },
    start: { epoch: 0, step: 0, phaseStep: 0, parameters: randomNetwork(shape, 2).parameters, moments: [] },
  });
  await trainer.runEpochs(1);
  const state = await trainer.state();
  trainer.dispose();
  return state;
}

describe.each(optimizerNames)('%s', (name) => {
  it('is taken by sweep files, and by engines with as many moments as the table says', async () => {
    const yaml = `name: t\ntarget: ring\nepochs: 1\nparameters: { shape: '[5]', points: 8, optimizer: ${name} }`;
    expect(parseSweep(yaml).axes.find((axis) => axis.name === 'optimizer')?.values).toEqual([name]);
    for (const engine of engines) {
      const { moments } = await trained(engine, name);
      expect(moments, engine.name).toHaveLength(optimizers[name].moments);
      for (const moment of moments) expect(Math.max(...moment.map(Math.abs)), engine.name).toBeGreaterThan(0);
    }
  });

  // A rule may blend its one moment twice, with a decay each.
  it('has a decay for each moment', () => {
    const { gradientDecay, squareDecay, moments, reads } = optimizers[name];
    const decays = [gradientDecay, squareDecay].filter((decay) => decay !== undefined);
    expect(decays.length).toBeGreaterThanOrEqual(moments);
    expect(reads).toEqual(expect.arrayContaining(decays));
  });
});

describe('the numbers of rules', () => {
  const numbers = Object.fromEntries(optimizerNames.map((name) => [name, optimizers[name].rule]));

  it('are those of the WebGPU kernel, and its other rule is none of them', () => {
    const source = readFileSync('experiments/engines/webgpu/kernels/training-update.wgsl', 'utf8');
    const rules = [...source.matchAll(/^const (\w+) = (\d+)u;$/gm)].map(([, name, number]) => [name, number]);
    const { threads, ...inKernel } = Object.fromEntries(rules) as Record<string, string>;
    expect(Number(threads)).toBeGreaterThan(0);
    expect(Object.entries(inKernel).map(([name, number]) => [name, Number(number)])).toEqual(
      Object.entries(numbers),
    );
    expect(source).toContain('const noUpdate = 0xffffffffu;');
  });

  it('are those of the WebAssembly kernels', () => {
    const source = readFileSync('experiments/engines/wasm/kernels/assembly/optimizer.ts', 'utf8');
    const [, rules = ''] = /enum Rule \{([^}]*)\}/.exec(source) ?? [];
    const inKernel = [...rules.matchAll(/(\w+) = (\d+)/g)].map(([, name = '', number]) => {
      return [name.toLowerCase(), Number(number)];
    });
    expect(inKernel).toEqual(Object.entries(numbers));
  });
});

describe('settings of an optimiser', () => {
  it('have the defaults that cells of before were given', () => {
    const shared = {
      learningRate: 0.001,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      momentum: 0.9,
      alpha: 0.99,
      weightDecay: 0,
    };
    expect(resolveOptimizer({})).toEqual({ name: 'adam', ...shared });
    for (const name of ['adam', 'sgd', 'momentum', 'rmsprop'] as const)
      expect(resolveOptimizer({ name })).toEqual({ name, ...shared });
    expect(resolveOptimizer({ name: 'adamw' })).toEqual({ name: 'adamw', ...shared, weightDecay: 0.01 });
  });

  it('keep what the rule reads and put the rest back', () => {
    const given = { learningRate: 2, beta1: 0.1, beta2: 0.2, epsilon: 0.3, momentum: 0.4, alpha: 0.5 };
    const changed = (name: OptimizerName) => {
      const [plain, settings] = [resolveOptimizer({}), resolveOptimizer({ ...given, weightDecay: 3, name })];
      return Object.keys(given).filter((field) => {
        return settings[field as keyof typeof given] !== plain[field as keyof typeof given];
      });
    };
    expect(changed('adamw')).toEqual(['learningRate', 'beta1', 'beta2', 'epsilon']);
    expect(changed('sgd')).toEqual(['learningRate']);
    expect(changed('momentum')).toEqual(['learningRate', 'momentum']);
    expect(changed('rmsprop')).toEqual(['learningRate', 'epsilon', 'alpha']);
    expect(resolveOptimizer({ name: 'adamw', weightDecay: 3 }).weightDecay).toBe(3);
  });
});
