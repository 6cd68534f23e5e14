/** Engines on a Node host: compiles or loads the kernels once a thread and hands them to the pure engines. */
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import type { Engine, EngineChoice } from '../../experiments/engines/engine.ts';
import {
  createReferenceEngine,
  type ReferenceHooks,
} from '../../experiments/engines/reference/reference-engine.ts';
import type { ExtractionOptions } from '../../experiments/polytopes/extraction-options.ts';
import type { MeasuringTools } from '../../experiments/sweeps/derived-values.ts';
import { kernelEngine, kernelModule, pause } from './kernel-engines.ts';
import { nativeKernels } from './native-kernels.ts';

let reference: Promise<Engine> | null = null;

/** The engine of this thread for a choice. */
export function hostEngine(choice: EngineChoice): Promise<Engine> {
  if (choice === 'webgpu') throw new Error('WebGPU does not run in threads.');
  if (choice !== 'reference') return kernelEngine(choice);
  reference ??= createReferenceEngine('wasm', referenceHooks());
  return reference;
}

/** What exact complexes are extracted with: the compiled kernel, and native dense products where there are any. */
export async function extractionKernel(): Promise<Pick<ExtractionOptions, 'kernel' | 'evaluateLayer'>> {
  const kernel = await kernelModule('geometry');
  const native = nativeKernels();
  return native === null ? { kernel } : { kernel, evaluateLayer: native.evaluateLayer };
}

/** What derived measures are computed with in this thread. */
export async function measuringTools(): Promise<MeasuringTools> {
  return { engine: await hostEngine('strict'), extraction: await extractionKernel() };
}

/** What TensorFlow.js needs of this host. */
export function referenceHooks(): ReferenceHooks {
  const require = createRequire(import.meta.url);
  const dist = dirname(require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm'));
  return { wasmFolder: join(dist, '/'), pause };
}
