/** Training steps as TensorFlow.js's guides write them, `sequential`, `compile`, `trainOnBatch`: the baseline that users know. */
import { layoutFromShape, type Shape } from '../../network/shape.ts';
import type { TrainingData } from '../engine.ts';
import type { ReferenceHooks } from './reference-engine.ts';
import { loadTensorflow, type ReferenceBackend, type Tensorflow } from './tensorflow.ts';

/** What a plain training is made from. */
export interface PlainTrainingRequest {
  readonly shape: Shape;
  /** Initial parameters in the shape's layout. */
  readonly parameters: Float32Array;
  readonly slope: number;
  /** One batch. */
  readonly data: TrainingData;
}

/** One network under Adam with learning rate 1e-3 and mean squared error. */
export interface PlainTraining {
  readonly description: string;
  /** One step on the batch; returns the loss before it. */
  step(): Promise<number>;
  dispose(): void;
}

/** A Layers model of leaky-ReLU layers on a backend. */
export async function createPlainTraining(
  backend: ReferenceBackend,
  hooks: ReferenceHooks,
  { shape, parameters, slope, data }: PlainTrainingRequest,
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
    description: `TensorFlow.js ${tensorflow.version_core}, ${backendText(tensorflow, backend)}, trainOnBatch`,
    async step() {
      if (tensorflow.getBackend() !== backend) await tensorflow.setBackend(backend);
      return Number(await model.trainOnBatch(points, labels));
    },
    dispose() {
      tensorflow.dispose([points, labels]);
      model.dispose();
    },
  };
}

/** "wasm with SIMD on one thread", as far as this host lets the backend. */
function backendText(tensorflow: Tensorflow, backend: ReferenceBackend): string {
  if (backend === 'cpu') return 'cpu';
  const flags = tensorflow.env();
  const simd = flags.get('WASM_HAS_SIMD_SUPPORT') === true ? 'with SIMD' : 'without SIMD';
  const threads = flags.get('WASM_HAS_MULTITHREAD_SUPPORT') === true ? 'many threads' : 'one thread';
  return `wasm ${simd} on ${threads}`;
}
