/** The engine that the GPU is compared with, in a page: stands in for test/experiments/engines/test-engines.ts. */
import type { Engine } from '../../../experiments/engines/engine.ts';
import { createWasmEngine, type WasmBuild } from '../../../experiments/engines/wasm/wasm-engine.ts';

export async function wasmEngine(build: WasmBuild): Promise<Engine> {
  const response = await fetch(`/kernels/${build}.wasm`);
  return createWasmEngine(await WebAssembly.compile(await response.arrayBuffer()), build);
}
