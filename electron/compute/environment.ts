/** What an entry remembers about where it was made: no user name, no absolute path. */
import { createHash } from 'node:crypto';
import { arch, cpus, platform, release } from 'node:os';
import type { EngineDecision } from './engine-decision.ts';
import { kernelBytes, programVersion } from '../program/assets.ts';
import { nativeKernels } from './native-kernels.ts';

/** Version, system, CPU, engine, digests of the kernels and the instructions that train, as text by name. */
export function environmentRecord(decision?: EngineDecision): Record<string, string> {
  const native = nativeKernels();
  return {
    creasebook: programVersion(),
    node: process.versions.node,
    v8: process.versions.v8,
    system: `${platform()} ${release()} ${arch()}`,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    ...(decision === undefined ? {} : { engine: decision.description }),
    'kernels/strict': digestOf(kernelBytes('strict')),
    'kernels/relaxed': digestOf(kernelBytes('relaxed')),
    ...(native === null ? {} : { 'kernels/native': native.digest, instructions: native.set }),
  };
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
