/** Which engine a cell belongs to: its arithmetic is part of what it is. */
import type { DeterminismClass, EngineName, EngineChoice } from '../engines/engine.ts';
import { fusedNumericsVersion, numericsVersion } from '../engines/wasm/numerics-version.ts';
import { webgpuNumericsVersion } from '../engines/webgpu/numerics-version.ts';
import { cellId } from './cell-identity.ts';
import type { CellConfig, SweepCell } from './cell.ts';

/** Version of the arithmetic of the reference engine. */
export const referenceNumericsVersion = 'reference-1';

/** The engine that trains a cell, whatever engine trains new ones. */
export function engineOfCell({ numerics }: Pick<CellConfig, 'numerics'>): EngineName {
  if (numerics === webgpuNumericsVersion) return 'webgpu';
  return numerics === referenceNumericsVersion ? 'reference' : 'wasm';
}

/** What trains a cell for a requested engine name. */
export function trainingChoice(name: EngineName, { numerics }: Pick<CellConfig, 'numerics'>): EngineChoice {
  if (name !== 'wasm') return name;
  return numerics === fusedNumericsVersion ? 'relaxed' : 'strict';
}

/** Version and class of the arithmetic with which an engine trains where a sweep asks for `wanted`. */
export function arithmeticOf(
  engine: EngineName,
  wanted: DeterminismClass,
): Pick<CellConfig, 'numerics' | 'determinism'> {
  if (engine === 'reference') return { numerics: referenceNumericsVersion, determinism: 'device' };
  if (engine === 'webgpu') return { numerics: webgpuNumericsVersion, determinism: 'device' };
  if (wanted === 'device') return { numerics: fusedNumericsVersion, determinism: 'device' };
  return { numerics: numericsVersion, determinism: 'portable' };
}

/** The cell that differs in nothing but the engine that trains it: another cell, for its bits are others. */
export function cellOnEngine(cell: SweepCell, engine: EngineName, wanted: DeterminismClass): SweepCell {
  const config = { ...cell.config, ...arithmeticOf(engine, wanted) };
  return { ...cell, config, id: cellId(config) };
}
