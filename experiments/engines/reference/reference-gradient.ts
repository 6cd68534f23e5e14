/** The loss of a batch and its gradient by automatic differentiation. */
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import type { LayerLayout } from '../../network/shape.ts';
import type { LossName } from '../engine.ts';
import { layersFromSlices, meanLoss, preActivations, sliceParameters } from './reference-graph.ts';
import type { Tensorflow } from './tensorflow.ts';

/** What a batch's loss depends on beside the parameters. */
export interface Batch {
  /** [n, 2] */
  readonly points: Tensor2D;
  /** [n, outputs] */
  readonly labels: Tensor2D;
}

/** Mean loss of a batch and its gradient, flat in the parameters' layout. The caller tidies up. */
export function batchGradient(
  tensorflow: Tensorflow,
  parameters: Tensor1D,
  network: { readonly layouts: readonly LayerLayout[]; readonly slope: number },
  batch: Batch,
  loss: LossName,
): { readonly loss: Scalar; readonly gradient: Tensor1D } {
  const lossOf = (...slices: Tensor[]): Scalar => {
    const layers = layersFromSlices(slices);
    const z = preActivations(tensorflow, layers, network.slope, batch.points);
    return meanLoss(tensorflow, z[z.length - 1], batch.labels, loss);
  };
  const slices = sliceParameters(tensorflow, parameters, network.layouts);
  const { value, grads } = tensorflow.valueAndGrads(lossOf)(slices);
  const gradient = tensorflow.concat1d(grads.map((grad) => grad.flatten()));
  return { loss: value as Scalar, gradient };
}
