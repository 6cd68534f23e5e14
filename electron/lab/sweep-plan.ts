/** From a sweep file to cells that can run: the picture is read, axes are expanded, identities fixed. */
import { dirname, isAbsolute, join } from 'node:path';
import type { DeterminismClass, EngineName } from '../../experiments/engines/engine.ts';
import { webgpuNumericsVersion } from '../../experiments/engines/webgpu/numerics-version.ts';
import { fusedNumericsVersion, numericsVersion } from '../../experiments/engines/wasm/numerics-version.ts';
import { referenceNumericsVersion } from '../../experiments/sweeps/cell-engine.ts';
import type { SnapshotSettings, SweepCell } from '../../experiments/sweeps/cell.ts';
import { resolvedSnapshots } from '../../experiments/sweeps/cost-model.ts';
import { expandSweep, type ExpansionTarget } from '../../experiments/sweeps/sweep-expansion.ts';
import { applyOverride } from '../../experiments/sweeps/override.ts';
import { SweepError } from '../../experiments/sweeps/sweep-error.ts';
import { parseSweep, type SweepSpec } from '../../experiments/sweeps/sweep.ts';
import {
  builtInPicture,
  builtInTargetNames,
  isBuiltInTargetName,
} from '../../experiments/targets/built-in.ts';
import { pictureDigest } from '../../experiments/targets/digest.ts';
import { pictureFromFile } from '../../experiments/targets/picture-file.ts';
import { maximalFileBytes } from '../../experiments/targets/picture-limits.ts';
import { TargetError } from '../../experiments/targets/target-error.ts';
import type { Picture } from '../../experiments/targets/picture.ts';
import { readWhole, type FileSystem } from './files.ts';
import { LabError } from './lab-error.ts';

/** A sweep that is ready to run or to be shown. */
export interface SweepPlan {
  /** The text with overrides applied: what the entry keeps. */
  readonly text: string;
  readonly spec: SweepSpec;
  readonly picture: Picture;
  /** Size and digest of the picture. */
  readonly target: ExpansionTarget;
  readonly cells: readonly SweepCell[];
  /** Snapshots as every cell takes them; a budget is divided. */
  readonly snapshots: SnapshotSettings;
}

/** Reads a sweep file and applies `key=value` overrides. Throws LabError, SweepError or TargetError. */
export async function planSweepFile(
  fs: FileSystem,
  path: string,
  overrides: readonly string[],
  engine: EngineName,
): Promise<SweepPlan> {
  const bytes = await readSweepFile(fs, path);
  return planSweep(fs, new TextDecoder().decode(bytes), dirname(path), overrides, engine);
}

/** Bytes of a sweep file; one that is not there is a mistake in what was asked for. */
async function readSweepFile(fs: FileSystem, path: string): Promise<Uint8Array> {
  try {
    return await readWhole(fs, path, 1 << 20);
  } catch (error) {
    if (error instanceof LabError && error.code === 'not-found') throw new SweepError(error.message);
    throw error;
  }
}

/** The plan of a sweep's text; pictures are looked for relative to `folder`. */
export async function planSweep(
  fs: FileSystem,
  source: string,
  folder: string,
  overrides: readonly string[],
  engine: EngineName,
): Promise<SweepPlan> {
  const text = overrides.reduce(applyOverride, source);
  const spec = parseSweep(text);
  const picture = await targetPicture(fs, spec.target, folder);
  const { numerics, determinism } = arithmeticOf(engine, spec.training.determinism);
  const target = { digest: pictureDigest(picture), ...picture };
  const cells = expandSweep(spec, target, numerics, determinism);
  return { text, spec, picture, target, cells, snapshots: resolvedSnapshots(spec.snapshots, cells, target) };
}

/** Version and class of the arithmetic with which an engine trains. */
function arithmeticOf(
  engine: EngineName,
  wanted: DeterminismClass,
): { readonly numerics: string; readonly determinism: DeterminismClass } {
  if (engine === 'reference') return { numerics: referenceNumericsVersion, determinism: 'device' };
  if (engine === 'webgpu') return { numerics: webgpuNumericsVersion, determinism: 'device' };
  if (wanted === 'device') return { numerics: fusedNumericsVersion, determinism: 'device' };
  return { numerics: numericsVersion, determinism: 'portable' };
}

/** The picture that a sweep file in `folder` calls `target`. Throws TargetError and LabError. */
export async function targetPicture(fs: FileSystem, target: string, folder: string): Promise<Picture> {
  if (isBuiltInTargetName(target)) return builtInPicture(target);
  const path = isAbsolute(target) ? target : join(folder, target);
  try {
    return pictureFromFile(await readWhole(fs, path, maximalFileBytes));
  } catch (error) {
    if (error instanceof TargetError) throw new TargetError(`target ${target}: ${error.message}`);
    if (error instanceof LabError && error.code === 'not-found') {
      const names = builtInTargetNames.join(', ');
      throw new TargetError(
        `target '${target}' is neither a built-in (${names}) nor a file next to the sweep file`,
      );
    }
    throw error;
  }
}
