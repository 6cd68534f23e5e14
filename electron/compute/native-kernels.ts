/**
 * The kernels compiled to the machine's own instructions, where a build made them and this processor has what they need.
 * They give the bits of the WebAssembly kernels in vectors two to four times as wide.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { EngineError } from '../../experiments/engines/engine-error.ts';
import type { KernelExports, KernelSource } from '../../experiments/engines/wasm/kernels.ts';
import type { WasmBuild } from '../../experiments/engines/wasm/wasm-engine.ts';
import type { LayerEvaluation } from '../../experiments/polytopes/extraction-options.ts';
import { nativeKernelPaths } from '../program/assets.ts';

/** What the compiled module exports. */
interface NativeModule {
  /** Names of the instruction sets that this processor has, the widest first. */
  readonly sets: readonly string[];
  open(memory: WebAssembly.Memory, set: string, isFused: boolean): KernelExports;
  evaluateLayer(
    memory: WebAssembly.Memory,
    set: string,
    layout: number,
    record: number,
    slots: number,
    isFirst: number,
  ): void;
}

/** Kernels of one instruction set. */
export interface NativeKernels {
  /** Name of the instruction set: avx512, avx2, sse4.2 or neon. */
  readonly set: string;
  /** SHA-256 of the compiled module. */
  readonly digest: string;
  /** Instances for a build; null where these instructions do not fuse as 'relaxed' does. */
  sourceOf(build: WasmBuild): KernelSource | null;
  /** The dense products of exact complexes. */
  readonly evaluateLayer: LayerEvaluation;
}

/**
 * Name of the variable that chooses kernels: 'wasm', or the name of an instruction set. Threads and processes that are
 * started later have it too.
 */
const choiceVariable = 'CREASEBOOK_KERNELS';

const wasmChoice = 'wasm';

/** Pages of 64 KiB that a memory may grow to. */
const maxPages = 65_536;

/** Lets this process and what it starts from here on compute with WebAssembly alone. */
export function forceWasm(): void {
  process.env[choiceVariable] = wasmChoice;
}

/** The kernels to compute with; null where WebAssembly does it. */
export function nativeKernels(): NativeKernels | null {
  const choice = process.env[choiceVariable] ?? '';
  if (choice === wasmChoice) return null;
  const loaded = loadedModule();
  if (loaded === null) return null;
  const { module, digest } = loaded;
  const set = choice === '' ? module.sets[0] : module.sets.find((name) => name === choice);
  return set === undefined ? null : kernelsOf(module, set, digest);
}

/** What the CPU computes with, for people and entries. */
export function cpuText(): string {
  const native = nativeKernels();
  return native === null ? 'WebAssembly SIMD' : `CPU, ${native.set}`;
}

interface LoadedModule {
  readonly module: NativeModule;
  readonly digest: string;
}

let loaded: LoadedModule | null | undefined;

/** The module, once a thread; null where there is none, where it is not what was built, or where it does not load. */
function loadedModule(): LoadedModule | null {
  if (loaded === undefined) {
    try {
      loaded = loadModule();
    } catch {
      loaded = null;
    }
  }
  return loaded;
}

function loadModule(): LoadedModule | null {
  const { module: path, stamp } = nativeKernelPaths();
  const { digest } = JSON.parse(readFileSync(stamp, 'utf8')) as { digest: unknown };
  const actual = createHash('sha256').update(readFileSync(path)).digest('hex');
  if (digest !== actual) return null;
  const holder = { exports: {} };
  process.dlopen(holder, path);
  return { module: holder.exports as NativeModule, digest: actual };
}

function kernelsOf(module: NativeModule, set: string, digest: string): NativeKernels {
  const canFuse = set !== 'sse4.2';
  return {
    set,
    digest,
    sourceOf: (build) =>
      build === 'relaxed' && !canFuse ? null : () => instance(module, set, build === 'relaxed'),
    evaluateLayer: (memory, layout, record, slots, isFirst) =>
      module.evaluateLayer(memory, set, layout, record, slots, isFirst ? 1 : 0),
  };
}

/** A fresh instance in a memory of its own. */
async function instance(module: NativeModule, set: string, isFused: boolean): Promise<KernelExports> {
  try {
    const kernels = module.open(new WebAssembly.Memory({ initial: 1, maximum: maxPages }), set, isFused);
    kernels.resetArena();
    return kernels;
  } catch (error) {
    // Nothing else of an instance has a range.
    if (!(error instanceof RangeError)) throw error;
    throw new EngineError('out of memory', error.message, { cause: error });
  }
}
