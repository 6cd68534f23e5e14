/** The cells of a sweep. */
import type { DeterminismClass, TrainingSettings } from '../engines/engine.ts';
import { resolveOptimizer, type OptimizerOptions } from '../engines/optimizers.ts';
import { shapeForParameterCount } from '../network/parameter-count.ts';
import { maybeInputMap } from '../network/input-map.ts';
import { parameterCount } from '../network/shape.ts';
import { formatShape, parseShape } from '../network/shape-text.ts';
import type { AxisValue, CellConfig, SweepCell } from './cell.ts';
import { cellId } from './cell-identity.ts';
import { SweepError } from './sweep-error.ts';
import type { AxisName } from './sweep-schema.ts';
import type { SweepSpec } from './sweep.ts';

/** The picture of a sweep as far as its cells' identities and limits are concerned. */
export interface ExpansionTarget {
  /** pictureDigest of the picture. */
  readonly digest: string;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** Number of the points of a file; missing where points are pixels. */
  readonly ownPoints?: number;
  /** Number of pixels, or points of the file, in the sweep's sample; missing where it has none. */
  readonly sampled?: number;
}

/** Validation points where a sweep does not say how many: of own points a fifth at most. */
function validationOf({ validation }: SweepSpec, { ownPoints = Infinity }: ExpansionTarget): number {
  return validation ?? Math.min(usualValidation, Math.floor(ownPoints / 5));
}

const usualValidation = 1000;

/** One value for every axis of a sweep. */
type Choice = ReadonlyMap<AxisName, AxisValue>;

/** All choices, the first axis slowest. */
function choicesFromAxes({ axes }: SweepSpec): Choice[] {
  let choices: Choice[] = [new Map()];
  for (const { name, values } of axes) {
    choices = choices.flatMap((choice) => values.map((value) => new Map(choice).set(name, value)));
  }
  return choices;
}

/** Value of a choice, or undefined where the sweep has no such axis; the schema has checked its type. */
function chosen<Value extends AxisValue>(choice: Choice, axis: AxisName): Value | undefined {
  return choice.get(axis) as Value | undefined;
}

function hiddenLayers(spec: SweepSpec, choice: Choice, outputs: number): readonly number[] {
  const shape = chosen<string>(choice, 'shape');
  if (shape !== undefined) return parseShape(shape);
  const count = chosen<number>(choice, 'parameters');
  if (count === undefined || spec.fixed === null) throw new SweepError('parameters: no shape is given');
  return shapeForParameterCount(count, spec.fixed, outputs).hidden;
}

function trainingSettings({ training }: SweepSpec, choice: Choice, seed: number): TrainingSettings {
  const swept: OptimizerOptions = {
    name: chosen(choice, 'optimizer'),
    learningRate: chosen(choice, 'learning_rate'),
    momentum: chosen(choice, 'momentum'),
    weightDecay: chosen(choice, 'weight_decay'),
  };
  const given = Object.entries(swept).filter(([, value]) => value !== undefined);
  let options: OptimizerOptions = { ...training.optimizer, ...Object.fromEntries(given) };
  const phases = [{ fromEpoch: 0, optimizer: resolveOptimizer(options) }];
  for (const { epoch, options: changes } of training.switches) {
    options = { ...options, ...changes };
    phases.push({ fromEpoch: epoch, optimizer: resolveOptimizer(options) });
  }
  return {
    loss: chosen(choice, 'loss') ?? training.loss,
    batchSize: chosen(choice, 'batch_size') ?? training.batchSize,
    phases,
    schedule: training.schedule,
    seed,
  };
}

/** Settings whose optimiser starts from zero moments after so many epochs, as where another one takes over. */
function withRestart(settings: TrainingSettings, after: number | undefined): TrainingSettings {
  const { phases } = settings;
  if (after === undefined || phases.some(({ fromEpoch }) => fromEpoch === after)) return settings;
  const before = phases.filter(({ fromEpoch }) => fromEpoch < after);
  const restarted = { fromEpoch: after, optimizer: before[before.length - 1].optimizer };
  return { ...settings, phases: [...before, restarted, ...phases.slice(before.length)] };
}

/** What all cells of a sweep share. */
interface Surroundings {
  readonly target: ExpansionTarget;
  readonly numerics: string;
  readonly determinism: DeterminismClass;
}

function cellConfig(spec: SweepSpec, choice: Choice, surroundings: Surroundings): CellConfig {
  const { target, numerics, determinism } = surroundings;
  const seed = chosen<number>(choice, 'seed') ?? 1;
  const dataSeed = chosen<number>(choice, 'data_seed');
  const decoys = chosen<boolean>(choice, 'decoys') === false ? null : spec.decoys;
  const inputsText = chosen<string>(choice, 'inputs');
  const inputs = inputsText === undefined ? spec.inputs : (maybeInputMap(inputsText) ?? null);
  return {
    numerics,
    determinism,
    target: target.digest,
    data: {
      // Where a file of points is the target, all of it that does not validate.
      points:
        chosen<number>(choice, 'points') ??
        (target.sampled ?? target.ownPoints ?? 0) - validationOf(spec, target),
      validation: validationOf(spec, target),
      labelNoise: chosen(choice, 'label_noise') ?? spec.labelNoise,
      randomLabels: chosen(choice, 'random_labels') ?? spec.randomLabels,
      ...(dataSeed === undefined ? {} : { seed: dataSeed }),
      ...(spec.sample === null ? {} : { sample: spec.sample }),
    },
    ...(decoys === null ? {} : { decoys }),
    network: {
      hidden: hiddenLayers(spec, choice, target.channels),
      outputs: target.channels,
      slope: chosen(choice, 'slope') ?? spec.slope,
      initialization: chosen(choice, 'initialization') ?? spec.initialization,
    },
    ...(inputs === null ? {} : { inputs }),
    training: withRestart(trainingSettings(spec, choice, seed), decoys?.until),
    earlyStop: spec.training.earlyStop,
    seed,
  };
}

/** Axes that every label names in its own words. */
const namedInLabel: readonly AxisName[] = ['shape', 'parameters', 'points', 'seed'];

function cellLabel(spec: SweepSpec, choice: Choice, { network, data, seed }: CellConfig): string {
  const swept = spec.axes
    .filter(({ name, values }) => values.length > 1 && !namedInLabel.includes(name))
    .map(({ name }) => `${name.replaceAll('_', ' ')} ${String(choice.get(name))}`);
  return [formatShape(network.hidden), `${data.points} points`, ...swept, `seed ${seed}`].join(', ');
}

/** Axis values as people should see them: shapes in one spelling, parameters as the count that was really reached. */
function cellAxes(spec: SweepSpec, choice: Choice, { network }: CellConfig): Record<string, AxisValue> {
  const reached: Partial<Record<AxisName, AxisValue>> = {
    shape: formatShape(network.hidden),
    parameters: parameterCount(network),
  };
  return Object.fromEntries(
    spec.axes.map(({ name }) => [name, reached[name] ?? chosen<AxisValue>(choice, name) ?? '']),
  );
}

function checkPoints(spec: SweepSpec, target: ExpansionTarget): void {
  const { width, height, ownPoints, sampled } = target;
  const axis = spec.axes.find(({ name }) => name === 'points');
  const most = Math.max(...(axis?.values ?? [1]).map(Number));
  const validation = validationOf(spec, target);
  const samples = sampled ?? ownPoints ?? width * height;
  if (most + validation <= samples) return;
  const things = ownPoints === undefined ? 'pixels of the picture' : 'points of the file';
  const within = sampled === undefined ? '' : ' that lie in the sample';
  const size = ownPoints === undefined ? ` (${width} x ${height})` : '';
  throw new SweepError(
    `parameters.points: ${most} points and ${validation} validation points are more than the ${samples} ${things}${within || size}`,
    axis?.line ?? null,
  );
}

/** The goal of a cell; of steps as many whole epochs as make them, each of which has a step for every batch begun. */
function cellEpochs({ epochs }: SweepSpec, { data, training }: CellConfig): number {
  if (typeof epochs === 'number') return epochs;
  return Math.ceil(epochs.steps / Math.ceil(data.points / training.batchSize));
}

/**
 * Cells of a sweep in the order of its axes, the first axis slowest; cells that turn out to be equal (two parameter counts
 * that lead to one shape) appear once. `numerics` and `determinism` belong to the engine that will train. Throws
 * SweepError where the picture has too few pixels.
 */
export function expandSweep(
  spec: SweepSpec,
  target: ExpansionTarget,
  numerics: string,
  determinism: DeterminismClass,
): SweepCell[] {
  checkPoints(spec, target);
  const cells = new Map<string, SweepCell>();
  for (const choice of choicesFromAxes(spec)) {
    const config = cellConfig(spec, choice, { target, numerics, determinism });
    const id = cellId(config);
    if (cells.has(id)) continue;
    cells.set(id, {
      id,
      label: cellLabel(spec, choice, config),
      axes: cellAxes(spec, choice, config),
      config,
      epochs: cellEpochs(spec, config),
    });
  }
  return [...cells.values()];
}
