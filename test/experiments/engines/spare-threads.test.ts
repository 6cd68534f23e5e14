import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { TrainerRequest } from '../../../experiments/engines/engine.ts';
import { instantiateKernels, type KernelExports } from '../../../experiments/engines/wasm/kernels.ts';
import { createKernelEngine } from '../../../experiments/engines/wasm/wasm-engine.ts';
import { randomNetwork, randomPoints } from './random-networks.ts';

/** Threads that a trainer took for batches of this size, of what its host had to spare at each look. */
async function taken(batchSize: number, spare: readonly number[]): Promise<number[]> {
  const found: number[] = [];
  const module = await WebAssembly.compile(readFileSync('dist/kernels/strict.wasm'));
  const source = async (): Promise<KernelExports> => ({
    ...(await instantiateKernels(module)),
    setThreads: (threads) => void found.push(threads),
  });
  let looks = 0;
  const engine = await createKernelEngine(source, 'strict', 'threads that are counted', {
    threads: (tileFlops) => {
      expect(tileFlops).toBeGreaterThan(0);
      return spare[Math.min(looks++, spare.length - 1)];
    },
  });
  const shape = { hidden: [30, 30], outputs: 1 };
  const optimizer = { name: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.99, epsilon: 1e-8 } as const;
  const request: TrainerRequest = {
    shape,
    slope: 0.01,
    data: randomPoints(2000, 1, 5),
    settings: {
      loss: 'mse',
      batchSize,
      phases: [{ fromEpoch: 0, optimizer: { ...optimizer, momentum: 0, alpha: 0, weightDecay: 0 } }],
      schedule: { kind: 'constant' },
      seed: 9,
    },
    start: {
      ...{ epoch: 0, step: 0, phaseStep: 0, moments: [] },
      parameters: randomNetwork(shape, 8).parameters,
    },
  };
  const trainer = await engine.createTrainer(request);
  await trainer.runEpochs(4);
  trainer.dispose();
  engine.dispose();
  return found;
}

it('a trainer takes the threads that its host has to spare, and gives them back', async () => {
  expect(await taken(2000, [3, 3, 1, 2])).toEqual([3, 1, 2]);
});

it('a trainer takes no more threads than a batch has tiles', async () => {
  expect(await taken(2000, [64])).toEqual([8]);
  expect(await taken(500, [64])).toEqual([2]);
});

it('a trainer whose batches are one tile takes none', async () => {
  expect(await taken(200, [64])).toEqual([]);
});
