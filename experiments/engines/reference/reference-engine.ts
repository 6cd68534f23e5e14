/** The engine on TensorFlow.js: an independent oracle, and the baseline that speed is compared with. */
import { layoutFromShape, type Network } from '../../network/shape.ts';
import type { Engine, LossGradient, LossName, TrainingData } from '../engine.ts';
import { withMappedInputs } from '../mapped-engine.ts';
import { referenceFrame, referenceValues } from './reference-frame.ts';
import { batchGradient } from './reference-gradient.ts';
import { ReferenceTrainer } from './reference-trainer.ts';
import { loadTensorflow, type ReferenceBackend, type Tensorflow } from './tensorflow.ts';

/** What the host provides. */
export interface ReferenceHooks {
  /** Folder of the `.wasm` files of @tensorflow/tfjs-backend-wasm, ended by a slash; needed for the backend 'wasm'. */
  readonly wasmFolder?: string;
  /** Awaited between training steps, so that a host can serve its events; by default nothing. */
  readonly pause?: () => Promise<void>;
}

/**
 * An engine on TensorFlow.js, which is loaded here and nowhere else. Class `device`: its kernels are the host's own.
 * Engines of one thread share TensorFlow.js and its current backend.
 */
export async function createReferenceEngine(
  backend: ReferenceBackend,
  hooks: ReferenceHooks = {},
): Promise<Engine> {
  const tensorflow = await loadTensorflow(backend, hooks.wasmFolder);
  const pause = hooks.pause ?? (() => Promise.resolve());
  const use = async <Result>(compute: () => Result): Promise<Result> => {
    if (tensorflow.getBackend() !== backend) await tensorflow.setBackend(backend);
    return compute();
  };
  return withMappedInputs({
    name: 'reference',
    determinism: 'device',
    description: `TensorFlow.js ${tensorflow.version_core}, ${backend}`,
    createTrainer: (request) => use(() => new ReferenceTrainer(tensorflow, request, pause)),
    renderFrame: (request) => use(() => referenceFrame(tensorflow, request)),
    evaluate: (network, coordinates) => use(() => referenceValues(tensorflow, network, coordinates)),
    lossGradient: (network, data, loss) => use(() => lossGradient(tensorflow, network, data, loss)),
    dispose: () => undefined,
  });
}

function lossGradient(
  tensorflow: Tensorflow,
  { shape, slope, parameters }: Network,
  { coordinates, labels }: TrainingData,
  lossName: LossName,
): LossGradient {
  return tensorflow.tidy(() => {
    const count = coordinates.length >> 1;
    const batch = {
      points: tensorflow.tensor2d(coordinates, [count, 2]),
      labels: tensorflow.tensor2d(labels, [count, shape.outputs]),
    };
    const network = { layouts: layoutFromShape(shape), slope };
    const flat = tensorflow.tensor1d(parameters);
    const { loss, gradient } = batchGradient(tensorflow, flat, network, batch, lossName);
    return { loss: loss.dataSync()[0], gradient: gradient.dataSync<'float32'>().slice() };
  });
}
