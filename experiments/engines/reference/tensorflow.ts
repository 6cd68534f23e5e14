/** TensorFlow.js, loaded only where somebody asks for it. */
import type * as TensorflowModule from '@tensorflow/tfjs';

/** The TensorFlow.js module, loaded when it is needed. */
export type Tensorflow = typeof TensorflowModule;

/** 'cpu' is plain JavaScript, 'wasm' its own WebAssembly kernels. */
export type ReferenceBackend = 'cpu' | 'wasm';

/**
 * TensorFlow.js with `backend` ready and current. `wasmFolder` is where the host keeps the `.wasm` files of
 * @tensorflow/tfjs-backend-wasm, ended by a slash: a path in Node, an address in a browser. Throws where a backend
 * does not start.
 */
export async function loadTensorflow(backend: ReferenceBackend, wasmFolder?: string): Promise<Tensorflow> {
  const tensorflow = await import('@tensorflow/tfjs');
  // Production mode leaves out its checks and what it would print: greetings and hints at other packages.
  tensorflow.enableProdMode();
  if (backend === 'wasm' && tensorflow.findBackend('wasm') === null) {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    if (wasmFolder !== undefined) setWasmPaths(wasmFolder);
  }
  if (!(await tensorflow.setBackend(backend))) {
    throw new Error(`TensorFlow.js could not start its backend "${backend}".`);
  }
  return tensorflow;
}
