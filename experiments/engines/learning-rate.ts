/** Learning rates by epoch, from arithmetic that is the same on every machine. */
import type { Schedule } from './engine.ts';

/** cos(x) for 0 <= x <= pi / 4, by its power series. */
function smallCosine(x: number): number {
  const square = x * x;
  let sum = 0;
  for (let n = 20; n > 0; n -= 2) sum = (1 + sum) * (-square / (n * (n - 1)));
  return 1 + sum;
}

/** sin(x) for 0 <= x <= pi / 4, by its power series. */
function smallSine(x: number): number {
  const square = x * x;
  let sum = 0;
  for (let n = 21; n > 1; n -= 2) sum = (1 + sum) * (-square / (n * (n - 1)));
  return x * (1 + sum);
}

/** cos(pi * t) for 0 <= t <= 1, exact at 0, 1/2 and 1. */
export function cosineOfTurn(t: number): number {
  if (t > 0.5) return -cosineOfTurn(1 - t);
  return t <= 0.25 ? smallCosine(Math.PI * t) : smallSine(Math.PI * (0.5 - t));
}

/**
 * Learning rate of epoch `epoch` (0 = the first). 'cosine' goes from `learningRate` to `minimum` over `epochs` epochs and
 * stays there (Loshchilov & Hutter 2017, eq. 5, without restarts); 'step' multiplies by `factor` after every `every` epochs.
 */
export function learningRateAt(learningRate: number, schedule: Schedule, epoch: number): number {
  switch (schedule.kind) {
    case 'constant':
      return learningRate;
    case 'cosine': {
      if (epoch >= schedule.epochs) return schedule.minimum;
      const share = (1 + cosineOfTurn(epoch / schedule.epochs)) / 2;
      return schedule.minimum + (learningRate - schedule.minimum) * share;
    }
    case 'step': {
      let rate = learningRate;
      for (let left = Math.floor(epoch / schedule.every); left > 0 && rate !== 0; left--)
        rate *= schedule.factor;
      return rate;
    }
  }
}
