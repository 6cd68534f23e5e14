/** Sweep files: parsing, and what a sweep is once it is parsed. */
import { parseShape, ShapeError } from '../network/shape-text.ts';
import { axisValues, type AxisEntry } from './axis-values.ts';
import { maxCells, type AxisValue, type SnapshotPolicy, type SnapshotSettings } from './cell.ts';
import type { InitializationName } from '../network/initialization.ts';
import { SweepError } from './sweep-error.ts';
import { parseFormula } from '../targets/formula.ts';
import { pointsOfTarget, type SweepTarget } from '../targets/sweep-target.ts';
import { TargetError } from '../targets/target-error.ts';
import type { InputMap } from '../network/input-map.ts';
import type { DecoySettings } from '../targets/decoys.ts';
import type { SampleRegion } from '../targets/sampling.ts';
import { sweepErrorFromIssues } from './sweep-issue.ts';
import {
  axisLeaves,
  sweepSchema,
  type AxisName,
  type SnapshotsDocument,
  type SweepDocument,
} from './sweep-schema.ts';
import { trainingOptions, type TrainingOptions } from './training-options.ts';
import { mayHaveKey, yamlTree, type YamlTree } from './yaml-tree.ts';

/** One axis with at least one value; all values differ. */
export interface SweepAxis {
  readonly name: AxisName;
  readonly values: readonly AxisValue[];
  /** Line of the axis in the sweep file, for errors that show later. */
  readonly line: number;
}

/** What a sweep file asks for, defaults filled in. Plain data. */
export interface SweepSpec {
  readonly name: string;
  readonly target: SweepTarget;
  /** The same for all cells; or as many of each cell as make so many steps of its optimiser. */
  readonly epochs: number | { readonly steps: number };
  /** A budget is for the whole sweep here; cellSnapshots divides it among the cells. */
  readonly snapshots: SnapshotSettings;
  readonly slope: number;
  readonly initialization: InitializationName;
  /** Null where the file does not say. */
  readonly validation: number | null;
  readonly labelNoise: number;
  readonly randomLabels: boolean;
  /** Null where there are none. */
  readonly decoys: DecoySettings | null;
  /** Null where the network sees points as they are. */
  readonly inputs: InputMap | null;
  /** Null where points lie anywhere. */
  readonly sample: SampleRegion | null;
  /** In the file's order; `seed` comes last where the file has none. */
  readonly axes: readonly SweepAxis[];
  /** What stays fixed on the axis `parameters`. */
  readonly fixed: { readonly depth: number } | { readonly width: number } | null;
  readonly training: TrainingOptions;
}

const wholeAxes: readonly AxisName[] = ['parameters', 'points', 'seed', 'data_seed', 'batch_size'];

/** Where else a sweep file may set what an axis sweeps. */
const placesBesideAxis: Partial<Record<AxisName, readonly string[]>> = {
  slope: ['slope'],
  initialization: ['initialization'],
  inputs: ['inputs'],
  label_noise: ['label_noise'],
  random_labels: ['random_labels'],
  learning_rate: ['training', 'learning_rate'],
  batch_size: ['training', 'batch_size'],
  optimizer: ['training', 'optimizer'],
  loss: ['training', 'loss'],
  weight_decay: ['training', 'weight_decay'],
  momentum: ['training', 'momentum'],
};

function checkShape(text: AxisValue, line: number): void {
  try {
    parseShape(String(text));
  } catch (error) {
    if (error instanceof ShapeError) throw new SweepError(`parameters.shape: ${error.message}`, line);
    throw error;
  }
}

function parseAxis(name: AxisName, entry: AxisEntry, tree: YamlTree): SweepAxis {
  const path = ['parameters', name];
  const line = tree.lineOf(path);
  const values = axisValues(entry, wholeAxes.includes(name));
  const seen = new Set<AxisValue>();
  for (const value of values) {
    const issue = axisLeaves[name].safeParse(value).error?.issues[0];
    if (issue !== undefined) throw new SweepError(`parameters.${name}: ${issue.message}, is ${value}`, line);
    if (seen.has(value)) throw new SweepError(`parameters.${name}: ${value} is there twice`, line);
    if (name === 'shape') checkShape(value, line);
    seen.add(value);
  }
  const beside = placesBesideAxis[name];
  if (beside !== undefined && tree.has(beside)) {
    const place = beside.join('.');
    throw new SweepError(
      `${place}: is an axis under parameters already, keep one of them`,
      tree.lineOf(beside),
    );
  }
  return { name, values, line };
}

function parseAxes(document: SweepDocument, tree: YamlTree): SweepAxis[] {
  const parametersLine = tree.lineOf(['parameters']);
  // The schema returns keys in its own order; the file's order is the order of the axes.
  const names = Object.keys((tree.data as { parameters: object }).parameters) as AxisName[];
  const axes = names.map((name) => parseAxis(name, document.parameters[name] as AxisEntry, tree));
  if (names.includes('shape') === names.includes('parameters')) {
    throw new SweepError("parameters: needs one of 'shape' and 'parameters'", parametersLine);
  }
  if (!names.includes('points') && pointsOfTarget(document.target) === null)
    throw new SweepError('parameters.points: is missing', parametersLine);
  if (!names.includes('seed')) axes.push({ name: 'seed', values: [1], line: parametersLine });
  const cells = axes.reduce((product, { values }) => product * values.length, 1);
  if (cells > maxCells) {
    throw new SweepError(`parameters: make ${cells} cells, a sweep has at most ${maxCells}`, parametersLine);
  }
  return axes;
}

function parseFixed(document: SweepDocument, tree: YamlTree): SweepSpec['fixed'] {
  const axis = document.parameters.parameters;
  if (axis === undefined) return null;
  const { depth, width } = axis;
  if (depth !== undefined && width === undefined) return { depth };
  if (width !== undefined && depth === undefined) return { width };
  throw new SweepError(
    "parameters.parameters: needs one of 'depth' and 'width', the other one is found",
    tree.lineOf(['parameters', 'parameters']),
  );
}

const unitBytes: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 1024,
  MiB: 1024 * 1024,
  GiB: 1024 * 1024 * 1024,
  TiB: 1024 * 1024 * 1024 * 1024,
};

/** Bytes of a size such as "500 MB"; the schema has checked its form. */
function parseByteSize(text: string): number {
  const unit = text.replace(/[\d. ]/g, '');
  return Math.floor(parseFloat(text) * unitBytes[unit]);
}

/** The policy of a snapshots section. */
export function policyFromDocument(document: SnapshotsDocument): SnapshotPolicy {
  if ('every' in document) return { kind: 'every', epochs: document.every };
  if ('log' in document) return { kind: 'log', count: document.log };
  return { kind: 'budget', bytes: parseByteSize(document.budget) };
}

/** Snapshots without a word in the file: a hundred on a logarithmic scale. */
const defaultSnapshots: SnapshotSettings = {
  policy: { kind: 'log', count: 100 },
  keyFrameEvery: 25,
  previewSize: 128,
  truthStride: 4,
};

function parseSnapshots(document: SnapshotsDocument | undefined): SnapshotSettings {
  if (document === undefined) return defaultSnapshots;
  return {
    policy: policyFromDocument(document),
    keyFrameEvery: document.key_frame_every,
    previewSize: document.preview,
    truthStride: document.truth_stride,
  };
}

function parseTarget({ target }: SweepDocument, tree: YamlTree): SweepTarget {
  if (typeof target === 'string') return target;
  if ('formula' in target) {
    checkFormula(target.formula, ['target', 'formula'], tree);
    return target;
  }
  const { points, truth } = target;
  if (truth === undefined) return { points };
  if (typeof truth !== 'string') checkFormula(truth.formula, ['target', 'truth', 'formula'], tree);
  return { points, truth };
}

function checkFormula(formula: string, path: readonly string[], tree: YamlTree): void {
  try {
    parseFormula(formula);
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    throw new SweepError(`${path.join('.')}: ${error.message}`, tree.lineOf(path));
  }
}

function parseTraining(document: SweepDocument, tree: YamlTree): TrainingOptions {
  const { epochs } = document;
  const schedule = document.training?.schedule;
  if (typeof epochs !== 'number' && schedule?.kind === 'cosine' && schedule.epochs === undefined) {
    const place = 'training.schedule.epochs';
    const line = tree.lineOf(['training', 'schedule']);
    throw new SweepError(
      `${place}: is missing, for epochs that are given in steps differ between cells`,
      line,
    );
  }
  const options = trainingOptions(document.training ?? {}, typeof epochs === 'number' ? epochs : 0);
  const { earlyStop, switches } = options;
  if (earlyStop !== null) {
    const line = tree.lineOf(['training', 'early_stop']);
    if (earlyStop.below === undefined && earlyStop.patience === undefined) {
      throw new SweepError("training.early_stop: needs 'below' or 'patience' or both", line);
    }
    if (earlyStop.metric === 'validation' && document.validation === 0) {
      throw new SweepError('training.early_stop: watches validation, but validation is 0', line);
    }
  }
  switches.forEach(({ epoch }, index) => {
    if (index > 0 && epoch <= switches[index - 1].epoch) {
      const path = ['training', 'switch', index, 'epoch'];
      throw new SweepError(
        `training.switch[${index}].epoch: must come after the epoch before, is ${epoch}`,
        tree.lineOf(path),
      );
    }
  });
  return options;
}

function parseDecoys({ decoys, parameters }: SweepDocument, tree: YamlTree): DecoySettings | null {
  if (decoys === undefined && parameters.decoys !== undefined) {
    const line = tree.lineOf(['parameters', 'decoys']);
    throw new SweepError(
      "parameters.decoys: needs 'decoys' beside parameters, which says what they are",
      line,
    );
  }
  return decoys ?? null;
}

function parseInputs({ inputs }: SweepDocument): InputMap | null {
  if (inputs === undefined) return null;
  return 'fold' in inputs ? { kind: 'fold', ...inputs.fold } : { kind: 'sine', ...inputs.sine };
}

function parseSample({ sample }: SweepDocument, tree: YamlTree): SampleRegion | null {
  if (sample === undefined) return null;
  for (const side of ['x', 'y'] as const) {
    const [from, to] = sample[side];
    if (from >= to)
      throw new SweepError(`sample.${side}: must go up, is from ${from} to ${to}`, tree.lineOf(['sample']));
  }
  return sample;
}

/** The formula that is the picture of a sweep's text; null where there is none, or the text is no sweep. */
export function formulaOfSweep(text: string): string | null {
  if (!mayHaveKey(text, 'formula')) return null;
  const target = targetOfSweep(text);
  if (target === null || typeof target === 'string') return null;
  const picture = 'points' in target ? target.truth : target;
  return typeof picture === 'object' ? picture.formula : null;
}

/** What a sweep's text says of its picture; null where the text is no sweep. */
export function targetOfSweep(text: string): SweepTarget | null {
  try {
    return parseSweep(text).target;
  } catch (error) {
    if (error instanceof SweepError) return null;
    throw error;
  }
}

/**
 * The sweep of a YAML text. Throws SweepError with one line of text that names the line, the place and what is expected
 * there; unknown keys come with the known key that was probably meant.
 */
export function parseSweep(text: string): SweepSpec {
  const tree = yamlTree(text);
  const result = sweepSchema.safeParse(tree.data);
  if (!result.success) throw sweepErrorFromIssues(result.error.issues, tree);
  const document = result.data;
  return {
    name: document.name,
    target: parseTarget(document, tree),
    epochs: document.epochs,
    snapshots: parseSnapshots(document.snapshots),
    slope: document.slope ?? 0.01,
    initialization: document.initialization ?? 'he-normal',
    validation: document.validation ?? null,
    labelNoise: document.label_noise ?? 0,
    randomLabels: document.random_labels ?? false,
    decoys: parseDecoys(document, tree),
    inputs: parseInputs(document),
    sample: parseSample(document, tree),
    axes: parseAxes(document, tree),
    fixed: parseFixed(document, tree),
    training: parseTraining(document, tree),
  };
}
