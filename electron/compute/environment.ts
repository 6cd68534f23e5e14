/** What an entry remembers about where it was made: no user name, no absolute path. */
import { createHash } from 'node:crypto';
import { arch, cpus, platform, release } from 'node:os';
import type { EngineDecision } from './engine-decision.ts';
import { kernelBytes, programVersion } from '../program/assets.ts';

/** Version, system, CPU, engine and digests of the kernels, as text by name. */
export function environmentRecord(decision?: EngineDecision): Record<string, string> {
  return {
    creasebook: programVersion(),
    node: process.versions.node,
    v8: process.versions.v8,
    system: `${platform()} ${release()} ${arch()}`,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    ...(decision === undefined ? {} : { engine: decision.description }),
    'kernels/strict': digestOf(kernelBytes('strict')),
    'kernels/relaxed': digestOf(kernelBytes('relaxed')),
  };
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
