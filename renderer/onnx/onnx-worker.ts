/** Runs exported models with onnxruntime, one thread, away from the page: a second opinion beside the lab's frames. */
import * as library from 'onnxruntime-web/wasm';
import moduleUrl from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import { OnnxNetwork } from '../../experiments/formats/onnx-evaluation.ts';
import { maxModels, type FromOnnxWorker, type ToOnnxWorker } from './onnx-protocol.ts';

library.env.wasm.wasmPaths = {
  mjs: new URL(moduleUrl, self.location.href).href,
  wasm: new URL(wasmUrl, self.location.href).href,
};
// More threads would need blob workers, which the content policy rightly forbids.
library.env.wasm.numThreads = 1;

/** From the one that was opened first. */
const models = new Map<string, Promise<OnnxNetwork>>();
/** onnxruntime takes one run after another. */
let last: Promise<unknown> = Promise.resolve();

self.addEventListener('message', ({ data }: MessageEvent<ToOnnxWorker>) => {
  if (data.kind === 'model') open(data.key, data.bytes);
  else last = last.then(() => answer(data));
});

function open(key: string, bytes: Uint8Array): void {
  const opening = last.then(() => OnnxNetwork.open(library, bytes, 'float64'));
  models.set(key, opening);
  // Whoever asks the model something is told that it could not be opened.
  last = opening.catch(() => undefined);
  for (const [oldest, model] of models) {
    if (models.size <= maxModels) return;
    models.delete(oldest);
    last = last.then(() => model.then((network) => network.close()).catch(() => undefined));
  }
}

async function answer(question: Exclude<ToOnnxWorker, { kind: 'model' }>): Promise<void> {
  const { id, key } = question;
  try {
    const model = await models.get(key);
    if (model === undefined) throw new Error('The model is no longer open.');
    const { values, hashes } =
      question.kind === 'points'
        ? await model.evaluate(question.coordinates)
        : await model.frame(question.view, question.width, question.height, (share) =>
            send({ kind: 'progress', id, share }),
          );
    send({ kind: 'result', id, values, hashes });
  } catch (error) {
    send({ kind: 'failed', id, message: error instanceof Error ? error.message : String(error) });
  }
}

function send(message: FromOnnxWorker): void {
  self.postMessage(message);
}
