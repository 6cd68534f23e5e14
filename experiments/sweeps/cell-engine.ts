/** Which engine a cell belongs to: its arithmetic is part of what it is. */
import type { EngineName } from '../engines/engine.ts';
import { webgpuNumericsVersion } from '../engines/webgpu/numerics-version.ts';
import type { CellConfig } from './cell.ts';

/** Version of the arithmetic of the reference engine. */
export const referenceNumericsVersion = 'reference-1';

/** The engine that trains a cell, whatever engine trains new ones. */
export function engineOfCell({ numerics }: Pick<CellConfig, 'numerics'>): EngineName {
  if (numerics === webgpuNumericsVersion) return 'webgpu';
  return numerics === referenceNumericsVersion ? 'reference' : 'wasm';
}
