/** Engines on a Node host: compiles or loads the kernels once a thread and hands them to the pure engines. */
import { setFlagsFromString } from 'node:v8';
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import type { Engine, EngineChoice } from '../../experiments/engines/engine.ts';
import {
  createReferenceEngine,
  type ReferenceHooks,
} from '../../experiments/engines/reference/reference-engine.ts';
import {
  createKernelEngine,
  createWasmEngine,
  relaxedSimdSupported,
} from '../../experiments/engines/wasm/wasm-engine.ts';
import type { ExtractionOptions } from '../../experiments/polytopes/extraction-options.ts';
import { kernelBytes, type KernelName } from '../program/assets.ts';
import { coresFor } from './core-share.ts';
import { nativeKernels } from './native-kernels.ts';

const engines = new Map<EngineChoice, Promise<Engine>>();
const modules = new Map<KernelName, Promise<WebAssembly.Module>>();

/** The two builds of the same kernels. */
const builds = ['strict', 'relaxed'] as const;

/** The engine of this thread for a choice; 'relaxed' falls back to 'strict' where the machine does not validate it. */
export function hostEngine(choice: EngineChoice): Promise<Engine> {
  const known = engines.get(choice);
  if (known !== undefined) return known;
  if (choice === 'webgpu') throw new Error('WebGPU does not run in threads.');
  const engine = choice === 'reference' ? referenceEngine() : wasmEngine(choice);
  engines.set(choice, engine);
  return engine;
}

/** Lets event handlers run between chunks of work, so that a worker hears about an abort. */
function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Native kernels where there are any: they give the bits of the WebAssembly build. */
async function wasmEngine(build: 'strict' | 'relaxed'): Promise<Engine> {
  const native = nativeKernels();
  const source = native?.sourceOf(build) ?? null;
  if (native !== null && source !== null) {
    return createKernelEngine(source, build, `${native.set}, ${build}`, { pause, threads: coresFor });
  }
  if (build === 'relaxed') {
    allowRelaxedSimd();
    if (!relaxedSimdSupported(kernelBytes('relaxed'))) return hostEngine('strict');
  }
  return createWasmEngine(await kernelModule(build), build, { pause });
}

/**
 * Gives up this thread's engine of the other build, for threads that do one task after another: a process may have only
 * so many WebAssembly memories (see thread-budget.ts), and one at a time is enough for a thread.
 */
export async function keepOneBuild(wanted: EngineChoice): Promise<void> {
  for (const build of builds) {
    const engine = build === wanted ? undefined : engines.get(build);
    if (engine === undefined || (await engine) === (await engines.get(wanted))) continue;
    engines.delete(build);
    (await engine).dispose();
  }
}

/** A compiled kernel module: an engine's build, or the geometry of exact polytopes. */
export function kernelModule(name: KernelName): Promise<WebAssembly.Module> {
  if (name === 'relaxed') allowRelaxedSimd();
  const module = modules.get(name) ?? WebAssembly.compile(kernelBytes(name));
  modules.set(name, module);
  return module;
}

/** What exact complexes are extracted with: the compiled kernel, and native dense products where there are any. */
export async function extractionKernel(): Promise<Pick<ExtractionOptions, 'kernel' | 'evaluateLayer'>> {
  const kernel = await kernelModule('geometry');
  const native = nativeKernels();
  return native === null ? { kernel } : { kernel, evaluateLayer: native.evaluateLayer };
}

/** Node 20 knows relaxed SIMD behind a flag; later versions have it without. */
function allowRelaxedSimd(): void {
  if (process.versions.node.startsWith('20.')) setFlagsFromString('--experimental-wasm-relaxed-simd');
}

function referenceEngine(): Promise<Engine> {
  return createReferenceEngine('wasm', referenceHooks());
}

/** What TensorFlow.js needs of this host. */
export function referenceHooks(): ReferenceHooks {
  const require = createRequire(import.meta.url);
  const dist = dirname(require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm'));
  return { wasmFolder: join(dist, '/'), pause };
}
