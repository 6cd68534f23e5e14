/** A training step as TensorFlow.js's own guides write it: the baseline that users know, beside the reference engine. */
import { layoutFromShape, type Shape } from '../../network/shape.ts';
import type { TrainingData } from '../engine.ts';
import type { ReferenceHooks } from './reference-engine.ts';
import { loadTensorflow, type ReferenceBackend } from './tensorflow.ts';

/** One network under `tf.train.adam` on one batch. */
export interface PlainTraining {
  readonly description: string;
  /** Mean squared error before the step. */
  step(): Promise<number>;
  dispose(): void;
}

/** Training of `parameters` with variables a layer, `optimizer.minimize` and learning rate 1e-3 on `data` as one batch. */
export async function createPlainTraining(
  backend: ReferenceBackend,
  hooks: ReferenceHooks,
  shape: Shape,
  parameters: Float32Array,
  data: TrainingData,
  slope: number,
): Promise<PlainTraining> {
  const tensorflow = await loadTensorflow(backend, hooks.wasmFolder);
  const count = data.coordinates.length / 2;
  const layers = layoutFromShape(shape).map(({ inputs, outputs, weightOffset, biasOffset }) => {
    const weight = tensorflow.tensor2d(parameters.subarray(weightOffset, biasOffset), [outputs, inputs]);
    const bias = tensorflow.tensor1d(parameters.subarray(biasOffset, biasOffset + outputs));
    const variables = { weight: tensorflow.variable(weight.transpose()), bias: tensorflow.variable(bias) };
    tensorflow.dispose([weight, bias]);
    return variables;
  });
  const points = tensorflow.tensor2d(data.coordinates, [count, 2]);
  const labels = tensorflow.tensor2d(data.labels, [count, shape.outputs]);
  const optimizer = tensorflow.train.adam(1e-3);
  const lossOfBatch = () => {
    const output = layers.reduce(
      (input, { weight, bias }, layer) => {
        const affine = input.matMul(weight).add(bias);
        return layer + 1 < layers.length ? tensorflow.leakyRelu(affine, slope) : affine;
      },
      points as ReturnType<typeof points.add>,
    );
    return tensorflow.losses.meanSquaredError(labels, output).asScalar();
  };
  return {
    description: `TensorFlow.js ${tensorflow.version_core}, ${backend}, tf.train.adam`,
    async step() {
      if (tensorflow.getBackend() !== backend) await tensorflow.setBackend(backend);
      const loss = optimizer.minimize(lossOfBatch, true);
      const value = loss === null ? NaN : (loss.dataSync()[0] ?? NaN);
      loss?.dispose();
      return value;
    },
    dispose() {
      tensorflow.dispose([points, labels, ...layers.flatMap(({ weight, bias }) => [weight, bias])]);
      optimizer.dispose();
    },
  };
}
