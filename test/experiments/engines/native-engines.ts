/** The native kernels as engines, one for each instruction set of this processor. */
import { existsSync } from 'node:fs';
import { nativeKernels } from '../../../electron/compute/native-kernels.ts';
import type { Engine } from '../../../experiments/engines/engine.ts';
import { createKernelEngine, type WasmBuild } from '../../../experiments/engines/wasm/wasm-engine.ts';

const setNames = ['avx512', 'avx2', 'sse4.2', 'neon'];

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

/** An engine on the kernels of an instruction set. */
export function nativeEngine(set: string, build: WasmBuild, pause?: () => Promise<void>): Promise<Engine> {
  const source = withKernels(set, nativeKernels)?.sourceOf(build) ?? null;
  if (source === null) throw new Error(`There are no ${build} kernels for ${set}.`);
  return createKernelEngine(source, build, set, pause === undefined ? {} : { pause });
}
