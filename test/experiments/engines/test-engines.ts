/** The engines under test on this host. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { Engine } from '../../../experiments/engines/engine.ts';
import { createReferenceEngine } from '../../../experiments/engines/reference/reference-engine.ts';
import type { ReferenceBackend } from '../../../experiments/engines/reference/tensorflow.ts';
import { createWasmEngine, type WasmBuild } from '../../../experiments/engines/wasm/wasm-engine.ts';

// Node 20 knows relaxed SIMD behind this flag; later versions ignore it.
setFlagsFromString('--experimental-wasm-relaxed-simd');

export async function wasmEngine(build: WasmBuild, pause?: () => Promise<void>): Promise<Engine> {
  const module = await WebAssembly.compile(readFileSync(`dist/kernels/${build}.wasm`));
  return createWasmEngine(module, build, pause === undefined ? {} : { pause });
}

export function referenceEngine(backend: ReferenceBackend, pause?: () => Promise<void>): Promise<Engine> {
  const require = createRequire(import.meta.url);
  const wasm = require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm');
  return createReferenceEngine(backend, {
    wasmFolder: join(dirname(wasm), '/'),
    ...(pause === undefined ? {} : { pause }),
  });
}
