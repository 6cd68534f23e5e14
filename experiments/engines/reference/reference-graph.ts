/** Networks as TensorFlow.js graphs. Derivatives of everything here come from its automatic differentiation. */
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import type { LayerLayout, OutputActivation } from '../../network/shape.ts';
import type { LossName } from '../engine.ts';
import type { Tensorflow } from './tensorflow.ts';

/** One affine layer: weight [outputs, inputs], bias [outputs]. */
export interface LayerTensors {
  readonly weight: Tensor2D;
  readonly bias: Tensor1D;
}

/** Slices of the flat parameter vector, weight and bias of each layer in turn. */
export function sliceParameters(
  tensorflow: Tensorflow,
  parameters: Tensor1D,
  layouts: readonly LayerLayout[],
): Tensor[] {
  return layouts.flatMap(({ inputs, outputs, weightOffset, biasOffset }) => [
    tensorflow.slice1d(parameters, weightOffset, inputs * outputs).reshape([outputs, inputs]),
    tensorflow.slice1d(parameters, biasOffset, outputs),
  ]);
}

/** Layers from the slices of sliceParameters. */
export function layersFromSlices(slices: readonly Tensor[]): LayerTensors[] {
  const layers: LayerTensors[] = [];
  for (let at = 0; at + 1 < slices.length; at += 2) {
    layers.push({ weight: slices[at] as Tensor2D, bias: slices[at + 1] as Tensor1D });
  }
  return layers;
}

/** Pre-activations of every layer at points [n, 2], each [n, width]; the last one is the output before any squashing. */
export function preActivations(
  tensorflow: Tensorflow,
  layers: readonly LayerTensors[],
  slope: number,
  points: Tensor2D,
): Tensor2D[] {
  let input = points;
  return layers.map(({ weight, bias }) => {
    const z = tensorflow.add<Tensor2D>(tensorflow.matMul(input, weight, false, true), bias);
    input = tensorflow.leakyRelu(z, slope);
    return z;
  });
}

/** The network's values [n, outputs] from its last pre-activations. */
export function outputValues(tensorflow: Tensorflow, last: Tensor2D, output: OutputActivation): Tensor2D {
  return output === 'sigmoid' ? tensorflow.sigmoid(last) : last;
}

/**
 * Mean loss over points and outputs from the last pre-activations: squared error, or cross entropy of the sigmoid as
 * log(1 + e^z) - z * label.
 */
export function meanLoss(tensorflow: Tensorflow, last: Tensor2D, labels: Tensor2D, loss: LossName): Scalar {
  if (loss === 'mse') return tensorflow.mean(tensorflow.squaredDifference(last, labels));
  return tensorflow.mean(tensorflow.sub(tensorflow.softplus(last), tensorflow.mul(last, labels)));
}
