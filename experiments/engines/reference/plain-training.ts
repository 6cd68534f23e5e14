/** Training as TensorFlow.js's own guides write it, `sequential`, `compile`, `fit`: the baseline that users know. */
import { layoutFromShape, type Shape } from '../../network/shape.ts';
import type { TrainingData } from '../engine.ts';
import type { ReferenceHooks } from './reference-engine.ts';
import { loadTensorflow, type ReferenceBackend } from './tensorflow.ts';

export interface PlainTrainingRequest {
  readonly shape: Shape;
  /** Initial parameters in the shape's layout. */
  readonly parameters: Float32Array;
  readonly slope: number;
  readonly data: TrainingData;
  readonly batchSize: number;
}

/** One network under Adam with learning rate 1e-3 and mean squared error, batches in the data's order. */
export interface PlainTraining {
  readonly description: string;
  /** One epoch; returns its mean loss, each batch at the weights it was computed with. */
  epoch(): Promise<number>;
  dispose(): void;
}

/** A Layers model of leaky-ReLU layers on a backend. */
export async function createPlainTraining(
  backend: ReferenceBackend,
  hooks: ReferenceHooks,
  { shape, parameters, slope, data, batchSize }: PlainTrainingRequest,
): Promise<PlainTraining> {
  const tensorflow = await loadTensorflow(backend, hooks.wasmFolder);
  const model = tensorflow.sequential();
  const layouts = layoutFromShape(shape);
  layouts.forEach(({ inputs, outputs }, layer) => {
    model.add(tensorflow.layers.dense({ units: outputs, inputShape: layer === 0 ? [inputs] : undefined }));
    if (layer + 1 < layouts.length) model.add(tensorflow.layers.leakyReLU({ alpha: slope }));
  });
  const weights = layouts.flatMap(({ inputs, outputs, weightOffset, biasOffset }) =>
    tensorflow.tidy(() => [
      tensorflow.tensor2d(parameters.subarray(weightOffset, biasOffset), [outputs, inputs]).transpose(),
      tensorflow.tensor1d(parameters.subarray(biasOffset, biasOffset + outputs)),
    ]),
  );
  model.setWeights(weights);
  tensorflow.dispose(weights);
  model.compile({ optimizer: tensorflow.train.adam(1e-3), loss: 'meanSquaredError' });
  const points = tensorflow.tensor2d(data.coordinates, [data.coordinates.length / 2, 2]);
  const labels = tensorflow.tensor2d(data.labels, [data.labels.length / shape.outputs, shape.outputs]);
  return {
    description: `TensorFlow.js ${tensorflow.version_core}, ${backend}, model.fit`,
    async epoch() {
      if (tensorflow.getBackend() !== backend) await tensorflow.setBackend(backend);
      const { history } = await model.fit(points, labels, {
        batchSize,
        epochs: 1,
        shuffle: false,
        verbose: 0,
      });
      return Number(history.loss?.[0] ?? NaN);
    },
    dispose() {
      tensorflow.dispose([points, labels]);
      model.dispose();
    },
  };
}
