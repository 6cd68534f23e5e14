/** The native kernels as engines, one for each instruction set of this processor. */
import { existsSync } from 'node:fs';
import { nativeKernels } from '../../../electron/compute/native-kernels.ts';
import type { Engine } from '../../../experiments/engines/engine.ts';
import type { KernelExports } from '../../../experiments/engines/wasm/kernels.ts';
import type { LayerEvaluation } from '../../../experiments/polytopes/extraction-options.ts';
import { createKernelEngine, type WasmBuild } from '../../../experiments/engines/wasm/wasm-engine.ts';

const setNames = ['avx512', 'avx2', 'sse4.2', 'neon'];

/** A module compiled with sanitizers, which takes the place of the build's. */
const checkedPath = process.env['CREASEBOOK_CHECKED_KERNELS'] ?? '';

/** Whether the build found a compiler; where tests must not be left out it has to. */
export const hasNativeKernels = existsSync('dist/native/stamp.json') || process.env['CI'] !== undefined;

/** Why tests of native kernels are left out, for their names. */
export const nativeRemark = hasNativeKernels ? '' : ' (left out: no C++ compiler was found)';

/** Runs `action` with kernels forced as CREASEBOOK_KERNELS does. */
export function withKernels<Result>(choice: string, action: () => Result): Result {
  const before = process.env['CREASEBOOK_KERNELS'];
  process.env['CREASEBOOK_KERNELS'] = choice;
  try {
    return action();
  } finally {
    if (before === undefined) delete process.env['CREASEBOOK_KERNELS'];
    else process.env['CREASEBOOK_KERNELS'] = before;
  }
}

/** Instruction sets that this processor has kernels for. */
export function instructionSets(): string[] {
  return setNames.filter((name) => withKernels(name, nativeKernels) !== null);
}

/** A fresh instance of an instruction set's kernels. */
export async function nativeInstance(set: string, build: WasmBuild): Promise<KernelExports> {
  if (checkedPath !== '') return checkedInstance(set, build);
  const source = withKernels(set, nativeKernels)?.sourceOf(build) ?? null;
  if (source === null) throw new Error(`There are no ${build} kernels for ${set}.`);
  return source();
}

interface CheckedModule {
  open(memory: WebAssembly.Memory, set: string, isFused: boolean): KernelExports;
  evaluateLayer(memory: WebAssembly.Memory, set: string, ...numbers: readonly number[]): void;
}

function checkedModule(): CheckedModule {
  const holder = { exports: {} };
  process.dlopen(holder, checkedPath);
  return holder.exports as CheckedModule;
}

/** The dense products of exact complexes with an instruction set. */
export function layerEvaluation(set: string): LayerEvaluation | undefined {
  if (checkedPath === '') return withKernels(set, nativeKernels)?.evaluateLayer;
  const { evaluateLayer } = checkedModule();
  return (memory, layout, record, slots, isFirst) =>
    evaluateLayer(memory, set, layout, record, slots, isFirst ? 1 : 0);
}

function checkedInstance(set: string, build: WasmBuild): KernelExports {
  const { open } = checkedModule();
  const kernels = open(new WebAssembly.Memory({ initial: 1, maximum: 65_536 }), set, build === 'relaxed');
  kernels.resetArena();
  return kernels;
}

/** An engine on the kernels of an instruction set; `threads` of them share the tiles of each batch. */
export function nativeEngine(set: string, build: WasmBuild, threads = 1): Promise<Engine> {
  return createKernelEngine(() => nativeInstance(set, build), build, set, { threads: () => threads });
}
