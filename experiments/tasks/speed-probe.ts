/** How fast an engine trains, measured in a moment. */
import type { Engine, Trainer } from '../engines/engine.ts';
import { resolveOptimizer } from '../engines/optimizers.ts';
import { initialParameters } from '../network/initialization.ts';
import { parameterCount } from '../network/shape.ts';

const probePoints = 2048;
const probeSeconds = 0.3;
const shape = { hidden: new Array<number>(10).fill(30), outputs: 1 };

/**
 * Floating-point operations of training a second, from a few epochs of some cells of [30]*10 side by side; `clock` in
 * seconds.
 */
export async function trainingSpeed(engine: Engine, cells: number, clock: () => number): Promise<number> {
  const trainers = await Promise.all(Array.from({ length: cells }, (_, at) => probeTrainer(engine, at + 1)));
  const epochs = (count: number): Promise<unknown> =>
    Promise.all(trainers.map((trainer) => trainer.runEpochs(count)));
  try {
    await epochs(1);
    let trained = 0;
    const before = clock();
    for (let count = 1; clock() - before < probeSeconds; count = Math.min(4 * count, 64)) {
      await epochs(count);
      trained += count;
    }
    return (6 * parameterCount(shape) * probePoints * trained * cells) / (clock() - before);
  } finally {
    for (const trainer of trainers) trainer.dispose();
  }
}

function probeTrainer(engine: Engine, seed: number): Promise<Trainer> {
  const parameters = initialParameters(shape, 'he-normal', seed);
  return engine.createTrainer({
    shape,
    slope: 0.01,
    settings: {
      loss: 'mse',
      batchSize: 1024,
      phases: [{ fromEpoch: 0, optimizer: resolveOptimizer({ name: 'adam' }) }],
      schedule: { kind: 'constant' },
      seed,
    },
    data: {
      coordinates: Float32Array.from({ length: 2 * probePoints }, (_, at) => (at % 97) / 97),
      labels: Float32Array.from({ length: probePoints }, (_, at) => at % 2),
    },
    start: {
      epoch: 0,
      step: 0,
      phaseStep: 0,
      parameters,
      moments: [parameters.map(() => 0), parameters.map(() => 0)],
    },
  });
}
