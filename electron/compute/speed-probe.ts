/** How fast this machine trains, measured in a moment. */
import { initialParameters } from '../../experiments/network/initialization.ts';
import { parameterCount } from '../../experiments/network/shape.ts';
import { resolveOptimizer } from '../../experiments/sweeps/training-options.ts';
import { hostEngine } from './host-engine.ts';

const probePoints = 2048;
const probeSeconds = 0.3;

/** Floating-point operations of training a second on one thread, from a few epochs of [30]*10; `clock` in seconds. */
export async function trainingSpeed(clock: () => number): Promise<number> {
  const engine = await hostEngine('strict');
  const shape = { hidden: new Array<number>(10).fill(30), outputs: 1 };
  const parameters = initialParameters(shape, 'he-normal', 1);
  const trainer = await engine.createTrainer({
    shape,
    slope: 0.01,
    settings: {
      loss: 'mse',
      batchSize: 1024,
      phases: [{ fromEpoch: 0, optimizer: resolveOptimizer({ name: 'adam' }) }],
      schedule: { kind: 'constant' },
      seed: 1,
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
  try {
    await trainer.runEpochs(1);
    const before = clock();
    while (clock() - before < probeSeconds) await trainer.runEpochs(1);
    return (6 * parameterCount(shape) * probePoints * (trainer.epoch - 1)) / (clock() - before);
  } finally {
    trainer.dispose();
  }
}
