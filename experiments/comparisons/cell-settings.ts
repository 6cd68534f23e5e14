/** Every setting that affects a cell's result, by the name that sweep files and axes have for it. */
import { hyperparameterNames } from '../engines/optimizers.ts';
import { inputMapText } from '../network/input-map.ts';
import { formatShape } from '../network/shape-text.ts';
import { canonicalJson } from '../records/canonical-json.ts';
import type { AxisValue, CellConfig } from '../sweeps/cell.ts';

/** "learning_rate" of "learningRate". */
const withUnderscores = (name: string): string =>
  name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A setting and how it is read from a configuration. */
type Reader = readonly [name: string, of: (config: CellConfig) => AxisValue];

/**
 * The readers, the settings that a person looks for first before the others. Together they tell any two configurations
 * apart: what has no single value is a text.
 */
const readers: readonly Reader[] = [
  ['shape', ({ network }) => formatShape(network.hidden)],
  ['points', ({ data }) => data.points],
  ['seed', ({ seed }) => seed],
  ['target', ({ target }) => target],
  ['optimizer', ({ training }) => training.phases[0].optimizer.name],
  ...hyperparameterNames.map((name): Reader => [
    withUnderscores(name),
    ({ training }) => training.phases[0].optimizer[name],
  ]),
  ['switches', ({ training }) => training.phases.slice(1).map(canonicalJson).join(' ')],
  ['schedule', ({ training }) => scheduleText(training.schedule)],
  ['batch_size', ({ training }) => training.batchSize],
  ['loss', ({ training }) => training.loss],
  ['label_noise', ({ data }) => data.labelNoise],
  ['random_labels', ({ data }) => data.randomLabels],
  ['validation', ({ data }) => data.validation],
  ['slope', ({ network }) => network.slope],
  ['initialization', ({ network }) => network.initialization],
  ['outputs', ({ network }) => network.outputs],
  ['early_stop', ({ earlyStop }) => (earlyStop === null ? 'never' : canonicalJson(earlyStop))],
  ['numerics', ({ numerics }) => numerics],
  ['determinism', ({ determinism }) => determinism],
  ['data_seed', ({ data, seed }) => data.seed ?? seed],
  ['sample', ({ data }) => (data.sample === undefined ? 'whole' : canonicalJson(data.sample))],
  ['inputs', ({ inputs }) => inputMapText(inputs)],
  ['decoys', ({ decoys }) => (decoys === undefined ? 'none' : canonicalJson(decoys))],
  ['training_seed', ({ training, seed }) => (training.seed === seed ? 'the same' : training.seed)],
];

/** Names of all settings, in the order in which they are told. */
export const settingNames: readonly string[] = readers.map(([name]) => name);

/** All settings of a configuration by name. */
export function settingsOfConfig(config: CellConfig): ReadonlyMap<string, AxisValue> {
  return new Map(readers.map(([name, of]) => [name, of(config)]));
}

function scheduleText(schedule: CellConfig['training']['schedule']): string {
  const { kind, ...rest } = schedule;
  return [kind, ...Object.entries(rest).map(([name, value]) => `${name} ${value}`)].join(' ');
}
