/** Engines of compiled kernels on a Node host: each build once a thread, native where there are native kernels. */
import { setFlagsFromString } from 'node:v8';
import type { Engine } from '../../experiments/engines/engine.ts';
import {
  createKernelEngine,
  createWasmEngine,
  relaxedSimdSupported,
  type WasmBuild,
} from '../../experiments/engines/wasm/wasm-engine.ts';
import { kernelBytes, type KernelName } from '../program/assets.ts';
import { coresFor } from './core-share.ts';
import { nativeKernels } from './native-kernels.ts';

const engines = new Map<WasmBuild, Promise<Engine>>();
const modules = new Map<KernelName, Promise<WebAssembly.Module>>();

/** This thread's engine of a build; 'relaxed' falls back to 'strict' where the machine does not validate it. */
export function kernelEngine(build: WasmBuild): Promise<Engine> {
  const engine = engines.get(build) ?? newEngine(build);
  engines.set(build, engine);
  return engine;
}

/** Lets event handlers run between chunks of work, so that a worker hears about an abort. */
export function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Native kernels where there are any: they give the bits of the WebAssembly build. */
async function newEngine(build: WasmBuild): Promise<Engine> {
  const native = nativeKernels();
  const source = native?.sourceOf(build) ?? null;
  if (native !== null && source !== null) {
    return createKernelEngine(source, build, `${native.set}, ${build}`, { pause, threads: coresFor });
  }
  if (build === 'relaxed') {
    allowRelaxedSimd();
    if (!relaxedSimdSupported(kernelBytes('relaxed'))) return kernelEngine('strict');
  }
  return createWasmEngine(await kernelModule(build), build, { pause });
}

/**
 * Gives up this thread's engine of the other build, for threads that do one task after another: a process may have only
 * so many WebAssembly memories (see thread-budget.ts), and one at a time is enough for a thread.
 */
export async function keepOneBuild(wanted: string): Promise<void> {
  const kept = await [...engines].find(([build]) => build === wanted)?.[1];
  for (const [build, engine] of engines) {
    if (build === wanted || (await engine) === kept) continue;
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

/** Node 20 knows relaxed SIMD behind a flag; later versions have it without. */
function allowRelaxedSimd(): void {
  if (process.versions.node.startsWith('20.')) setFlagsFromString('--experimental-wasm-relaxed-simd');
}
