/** What can be asked of a cell: its settings, its measures, and where it stands. */
import { parameterCount } from '../network/shape.ts';
import { formatShape } from '../network/shape-text.ts';
import { measureNames, measures, type MeasureName } from '../records/measures.ts';
import type { AxisValue, CellConfig, SweepCell } from '../sweeps/cell.ts';
import { shapeOfCell } from '../sweeps/cell-network.ts';
import { nearestWord } from '../sweeps/sweep-issue.ts';
import { axisText, valueText } from '../text/axis-text.ts';
import { formatCount, formatMeasure } from '../text/number-format.ts';
import { SelectionError } from './selection-error.ts';

/** A column of cells. Facts are the state, the id and the label of a cell, its epoch and its training seconds. */
export type Field =
  | { readonly kind: 'setting'; readonly name: string }
  | { readonly kind: 'measure'; readonly name: MeasureName }
  | { readonly kind: 'fact'; readonly name: 'state' | 'id' | 'label' | 'epoch' | 'seconds' };

const facts = (['state', 'id', 'label', 'epoch', 'seconds'] as const).map((name): Field => ({
  kind: 'fact',
  name,
}));

/** Settings of a cell by name: what follows from its configuration, then its place on the axes of its sweep. */
export function settingsOf({ config, axes }: Pick<SweepCell, 'config' | 'axes'>): Record<string, AxisValue> {
  const { parameters, shape, depth, width } = networkSettings(config);
  const { points } = config.data;
  return {
    parameters,
    points,
    'parameters per point': parameters / points,
    shape,
    depth,
    width,
    seed: config.seed,
    ...axes,
  };
}

interface NetworkSettings {
  readonly parameters: number;
  readonly shape: string;
  readonly depth: number;
  readonly width: number;
}

/** Of networks that many cells have in common. */
const ofNetworks = new WeakMap<CellConfig['network'], NetworkSettings>();

function networkSettings(config: CellConfig): NetworkSettings {
  const known = ofNetworks.get(config.network);
  if (known !== undefined) return known;
  const { hidden, outputs } = shapeOfCell(config);
  const made = {
    parameters: parameterCount({ hidden, outputs }),
    shape: formatShape(hidden),
    depth: hidden.length,
    width: Math.max(0, ...hidden),
  };
  ofNetworks.set(config.network, made);
  return made;
}

/** All fields of cells with such settings: settings in the order in which they first stand, then measures, then facts. */
export function fieldsOf(settings: Iterable<Readonly<Record<string, AxisValue>>>): Field[] {
  const names = new Set<string>();
  for (const one of settings) for (const name in one) names.add(name);
  return [
    ...[...names].map((name): Field => ({ kind: 'setting', name })),
    ...measureNames.map((name): Field => ({ kind: 'measure', name })),
    ...facts,
  ];
}

/** A field over a column and beside an axis. */
export function fieldTitle(field: Field): string {
  if (field.kind === 'measure') return measures[field.name].title;
  return field.kind === 'setting' ? axisText(field.name) : field.name;
}

/** The word by which filters, commands and addresses name a field. */
export function fieldWord(field: Field): string {
  return field.kind === 'measure' ? (measures[field.name].cited ?? field.name) : field.name;
}

/** A value of a field as tables and figures print it; "–" where there is none. */
export function fieldText(field: Field, value: AxisValue | null): string {
  if (value === null || (typeof value === 'number' && Number.isNaN(value))) return '–';
  if (field.kind === 'measure') return formatMeasure(measures[field.name].unit, Number(value));
  if (field.kind === 'setting') {
    const isRatio = field.name === 'parameters per point' && typeof value === 'number';
    return isRatio ? String(Number(value.toPrecision(3))) : valueText(field.name, value);
  }
  if (typeof value !== 'number') return String(value);
  return field.name === 'epoch' ? formatCount(value) : value.toFixed(1);
}

/** Names without regard to case, underscores, hyphens and repeated spaces. */
function plain(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, ' ')
    .trim();
}

function namesOf(field: Field): readonly string[] {
  if (field.kind === 'setting') return [field.name, axisText(field.name)];
  if (field.kind === 'fact') return [field.name];
  const { title, column, cited } = measures[field.name];
  return [field.name, title, column.name, ...(cited === undefined ? [] : [cited])];
}

/** Finds fields by any of their names; what comes first in the list wins. */
export class FieldNames {
  readonly #fields = new Map<string, Field>();
  /** The words by which fields are best named. */
  readonly words: readonly string[];

  constructor(fields: readonly Field[]) {
    for (const field of fields) {
      for (const name of namesOf(field)) {
        const key = plain(name);
        if (!this.#fields.has(key)) this.#fields.set(key, field);
      }
    }
    this.words = fields.map(fieldWord);
  }

  /** The field of a name; undefined where there is none. */
  find(name: string): Field | undefined {
    return this.#fields.get(plain(name));
  }

  /** The field of a name. Throws SelectionError that says which name was probably meant. */
  named(name: string): Field {
    const field = this.find(name);
    if (field !== undefined) return field;
    const meant = nearestWord(name, this.words);
    const advice =
      meant === undefined ? `; there are ${this.words.join(', ')}` : `, did you mean '${meant}'?`;
    throw new SelectionError(`there is no setting or measure '${name}'${advice}`);
  }
}
