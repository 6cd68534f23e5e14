/** Sweep files for tests. */
import { parseSweep } from '../../../experiments/sweeps/sweep.ts';
import { expandSweep, type ExpansionTarget } from '../../../experiments/sweeps/sweep-expansion.ts';

export const ringSweep = `# what is asked
name: ring, 5000 to 312 points
target: ring                      # built-in
epochs: 6000
snapshots: { every: 10 }
parameters:
  shape:  { values: ["[30]*30"] } # one shape
  points: { from: 5000, ratio: 0.5, count: 5 }   # halves
  seed:   { values: [1, 2, 3] }
training: { optimizer: adam, learning_rate: 0.001, batch_size: 1024, loss: mse }
`;

export const ringTarget: ExpansionTarget = { digest: 'd'.repeat(64), width: 1024, height: 1024, channels: 1 };

/** A small sweep with other parameters and whatever else. */
export function sweepText(parameters: string, rest = ''): string {
  return `name: test\ntarget: ring\nepochs: 100\nparameters: ${parameters}\n${rest}`;
}

export function cellsOf(text: string, target = ringTarget) {
  return expandSweep(parseSweep(text), target, 'portable-1', 'portable');
}
