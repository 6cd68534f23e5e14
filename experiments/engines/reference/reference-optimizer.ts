/** Optimisers as PyTorch defines them, composed of TensorFlow.js operations on flat vectors. */
import type { Tensor1D } from '@tensorflow/tfjs';
import { optimizers, type OptimizerName, type OptimizerSettings } from '../optimizers.ts';
import type { Tensorflow } from './tensorflow.ts';

/** Parameters and moments, each float32 [parameters]. */
export interface OptimizerTensors {
  readonly parameters: Tensor1D;
  readonly moments: readonly Tensor1D[];
}

/** Powers of beta1 and beta2 at the step that is made, for Adam's bias correction. */
export interface BetaPowers {
  readonly beta1: number;
  readonly beta2: number;
}

/**
 * Parameters and moments after one step of torch.optim's rule, with its defaults for what the settings do not name. The
 * caller tidies up.
 */
export function optimizerStep(
  tensorflow: Tensorflow,
  settings: OptimizerSettings,
  learningRate: number,
  powers: BetaPowers,
  { parameters, moments }: OptimizerTensors,
  gradient: Tensor1D,
): OptimizerTensors {
  const { name, weightDecay } = settings;
  const { decouplesDecay = false } = optimizers[name];
  const decayed = decouplesDecay ? parameters.mul<Tensor1D>(1 - learningRate * weightDecay) : parameters;
  const slope =
    decouplesDecay || weightDecay === 0 ? gradient : gradient.add<Tensor1D>(parameters.mul(weightDecay));
  const step = steps[name](tensorflow, settings, learningRate, powers, moments, slope);
  return { parameters: decayed.sub<Tensor1D>(step.change), moments: step.moments };
}

interface Step {
  /** What is taken off the parameters. */
  readonly change: Tensor1D;
  readonly moments: readonly Tensor1D[];
}

type StepRule = (
  tensorflow: Tensorflow,
  settings: OptimizerSettings,
  learningRate: number,
  powers: BetaPowers,
  moments: readonly Tensor1D[],
  slope: Tensor1D,
) => Step;

const adam: StepRule = (
  tensorflow,
  { beta1, beta2, epsilon },
  learningRate,
  powers,
  [first, second],
  slope,
) => {
  // Kingma and Ba (2015), algorithm 1
  const mean = average(first, slope, beta1);
  const square = average(second, tensorflow.square(slope), beta2);
  const scale = tensorflow.sqrt(square).div<Tensor1D>(Math.sqrt(1 - powers.beta2));
  const change = mean.div(scale.add(epsilon)).mul<Tensor1D>(learningRate / (1 - powers.beta1));
  return { change, moments: [mean, square] };
};

const steps: Readonly<Record<OptimizerName, StepRule>> = {
  adam,
  // Loshchilov and Hutter (2019): the decay is applied to the parameters, not to the gradient
  adamw: adam,
  sgd: (_tensorflow, _settings, learningRate, _powers, _moments, slope) => ({
    change: slope.mul(learningRate),
    moments: [],
  }),
  momentum: (_tensorflow, { momentum }, learningRate, _powers, [buffer], slope) => {
    const next = buffer.mul(momentum).add<Tensor1D>(slope);
    return { change: next.mul(learningRate), moments: [next] };
  },
  rmsprop: (tensorflow, { alpha, epsilon }, learningRate, _powers, [square], slope) => {
    const next = average(square, tensorflow.square(slope), alpha);
    const scale = tensorflow.sqrt(next).add(epsilon);
    return { change: slope.div(scale).mul(learningRate), moments: [next] };
  },
};

/** rate * old + (1 - rate) * fresh */
function average(old: Tensor1D, fresh: Tensor1D, rate: number): Tensor1D {
  return old.mul(rate).add(fresh.mul(1 - rate));
}
