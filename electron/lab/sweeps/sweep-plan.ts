/** From a sweep file to cells that can run: the picture is read, axes are expanded, identities fixed. */
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { claimWords, needsTruth } from '../../../experiments/findings/claim-measures.ts';
import { measuresOf } from '../../../experiments/findings/needed-measures.ts';
import { checkClaims, claimsOfSweep, type AskedClaim } from '../../../experiments/findings/claims-file.ts';
import { placedCell } from '../../../experiments/findings/judged-cell.ts';
import { arithmeticOf } from '../../../experiments/sweeps/cell-engine.ts';
import type { SnapshotSettings, SweepCell } from '../../../experiments/sweeps/cell.ts';
import { cellCost, resolvedSnapshots } from '../../../experiments/sweeps/cost-model.ts';
import { splitCells, type TrainingEngines } from '../../../experiments/sweeps/engine-split.ts';
import { expandSweep, type ExpansionTarget } from '../../../experiments/sweeps/sweep-expansion.ts';
import { applyOverride } from '../../../experiments/sweeps/override.ts';
import { SweepError } from '../../../experiments/sweeps/sweep-error.ts';
import { parseSweep, type SweepSpec } from '../../../experiments/sweeps/sweep.ts';
import { sweepText } from '../../../experiments/sweeps/sweep-text.ts';
import {
  builtInPicture,
  builtInTargetNames,
  isBuiltInTargetName,
} from '../../../experiments/targets/built-in.ts';
import { pictureDigest } from '../../../experiments/targets/digest.ts';
import { formulaPicture } from '../../../experiments/targets/formula-picture.ts';
import {
  hasOneLevel,
  readPictureFile,
  type PictureReading,
} from '../../../experiments/targets/picture-file.ts';
import { targetFromPoints } from '../../../experiments/targets/own-points.ts';
import { pointsTable } from '../../../experiments/targets/points-table.ts';
import { sampleCount, sampledCount } from '../../../experiments/targets/sampling.ts';
import { maxFileBytes } from '../../../experiments/targets/picture-limits.ts';
import { pointsOfTarget, type SweepTarget } from '../../../experiments/targets/sweep-target.ts';
import { TargetError } from '../../../experiments/targets/target-error.ts';
import { knowsTruth, type Picture } from '../../../experiments/targets/picture.ts';
import { readWhole, type FileSystem } from '../disk/files.ts';
import { LabError } from '../disk/lab-error.ts';

/** A sweep that is ready to run or to be shown. */
export interface SweepPlan {
  /** The text with overrides applied: what the entry keeps. */
  readonly text: string;
  readonly spec: SweepSpec;
  readonly picture: Picture;
  /** What there is to say about how the picture was read, one line each. */
  readonly remarks: readonly string[];
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
  engines: TrainingEngines,
): Promise<SweepPlan> {
  const bytes = await readSweepFile(fs, path);
  return planSweep(fs, sweepText(bytes), dirname(path), overrides, engines);
}

/** Bytes of a sweep file; one that is not there, or that is no sweep file by its size, is a mistake in what was asked for. */
async function readSweepFile(fs: FileSystem, path: string): Promise<Uint8Array> {
  try {
    return await readWhole(fs, path, 1 << 20);
  } catch (error) {
    const isWrong = error instanceof LabError && ['not-found', 'damaged'].includes(error.code);
    throw isWrong ? new SweepError(error.message) : error;
  }
}

/** Where pictures may lie: sweeps of others that the app shows must not look about on this machine. */
export type Reach = 'anywhere' | 'folder';

/**
 * The plan of a sweep's text, its cells shared out among the engines; pictures are looked for relative to `folder`, and
 * nowhere else where that is their reach.
 */
export async function planSweep(
  fs: FileSystem,
  source: string,
  folder: string,
  overrides: readonly string[],
  engines: TrainingEngines,
  reach: Reach = 'anywhere',
): Promise<SweepPlan> {
  const text = overrides.reduce(applyOverride, source);
  const spec = parseSweep(text);
  const { picture, remarks } = await readTarget(fs, spec.target, folder, reach);
  const wanted = spec.training.determinism;
  const { numerics, determinism } = arithmeticOf(engines.engine, wanted);
  const target = expansionTarget(picture, spec);
  const expanded = expandSweep(spec, target, numerics, determinism);
  const claims = claimsOfSweep(text);
  if (!knowsTruth(picture)) requireTruthless(claims);
  checkClaims(claims, expanded.map(placedCell));
  const snapshots = resolvedSnapshots(spec.snapshots, expanded, target);
  const plan = { text, spec, picture, remarks, target, snapshots };
  if (engines.split === null) return { ...plan, cells: expanded };
  const work = expanded.map((cell) => {
    const { trainingFlops, snapshotFlops } = cellCost(cell, snapshots, target);
    return trainingFlops + snapshotFlops;
  });
  return { ...plan, cells: splitCells(expanded, work, engines.split, wanted) };
}

/** Throws SweepError where a claim is about a measure against the true picture. */
function requireTruthless(claims: readonly AskedClaim[]): void {
  for (const { claim, line } of claims) {
    const name = measuresOf(claim).find((measure) => needsTruth(measure));
    if (name === undefined) continue;
    const instead = 'these points came without a true picture; claim the validation error instead';
    throw new SweepError(`findings: there is no ${claimWords(name)}: ${instead}`, line);
  }
}

function expansionTarget(picture: Picture, { sample }: SweepSpec): ExpansionTarget {
  const { width, height, channels, own } = picture;
  const ownPoints = own === undefined ? {} : { ownPoints: sampleCount(picture) };
  const sampled = sample === null ? {} : { sampled: sampledCount(picture, sample) };
  return { digest: pictureDigest(picture), width, height, channels, ...ownPoints, ...sampled };
}

/** The picture that a sweep calls `target`: built in, a formula, or a file in `folder`. Throws TargetError and LabError. */
export async function targetPicture(fs: FileSystem, target: SweepTarget, folder: string): Promise<Picture> {
  return (await readTarget(fs, target, folder, 'folder')).picture;
}

/** Whether a path leads into a folder; a share of another machine does not. */
function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

async function readTarget(
  fs: FileSystem,
  target: SweepTarget,
  folder: string,
  reach: Reach,
): Promise<PictureReading> {
  const points = pointsOfTarget(target);
  if (points !== null) {
    const truth = typeof target === 'object' && 'points' in target ? target.truth : undefined;
    const behind = truth === undefined ? null : await readTarget(fs, truth, folder, reach);
    const picture = await readFile(fs, points, folder, reach, async (bytes) =>
      targetFromPoints(await pointsTable(bytes), behind?.picture ?? null),
    );
    return { picture, remarks: [...(picture.own?.remarks ?? []), ...(behind?.remarks ?? [])] };
  }
  if (typeof target === 'object') {
    const picture = formulaPicture('formula' in target ? target.formula : '');
    return { picture, remarks: hasOneLevel(picture) ? ['the picture has one colour only'] : [] };
  }
  if (isBuiltInTargetName(target)) return { picture: builtInPicture(target), remarks: [] };
  return readFile(fs, target, folder, reach, readPictureFile);
}

/** What a reader makes of a file; its errors name the file. */
async function readFile<Found>(
  fs: FileSystem,
  target: string,
  folder: string,
  reach: Reach,
  read: (bytes: Uint8Array) => Found | Promise<Found>,
): Promise<Found> {
  const path = isAbsolute(target) ? target : join(folder, target);
  if (reach === 'folder' && !isBelow(path, folder)) {
    throw new TargetError(
      `target '${target}' lies outside of the notebook and was not looked at; drop the file on this form to use it`,
    );
  }
  try {
    return await read(await readWhole(fs, path, maxFileBytes));
  } catch (error) {
    if (error instanceof TargetError) throw new TargetError(`target ${target}: ${error.message}`);
    if (error instanceof LabError && error.code === 'damaged') {
      throw new TargetError(`target ${target}: ${error.message}`);
    }
    if (error instanceof LabError && error.code === 'not-found') {
      const names = builtInTargetNames.join(', ');
      throw new TargetError(
        `target '${target}' is neither a built-in (${names}) nor a file next to the sweep file`,
      );
    }
    throw error;
  }
}
