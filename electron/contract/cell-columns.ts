/**
 * Cells of an entry as columns: what many cells have in common stands there once, so that a hundred thousand of them cross
 * in a few megabytes and are there in a moment.
 */
import type { CellFailure, CellState } from '../../experiments/records/snapshot.ts';
import type { AxisValue, CellConfig } from '../../experiments/sweeps/cell.ts';
import type { CellColumns, CellSummary } from './entries.ts';
import { lastMeasureNames, type LastMeasureName } from './last-measures.ts';

/** What of columns is text. */
interface Words {
  readonly ids: readonly string[];
  readonly labels: readonly string[];
  readonly states: readonly CellState[];
  readonly axes: readonly (readonly [string, readonly AxisValue[]])[];
  readonly config: readonly (readonly [string, readonly unknown[]])[];
  /** Number of a cell, how it failed, what is wrong with it. */
  readonly problems: readonly (readonly [number, CellFailure | null, string | null])[];
}

/** Values by name, each once, and for every cell its number among them. */
class ValueColumn {
  readonly values: unknown[] = [];
  readonly numbers: Uint32Array;
  readonly #known = new Map<unknown, number>();
  readonly #texts = new Map<string, number>();
  /** What was set last: many cells one after another have the same. */
  #last: { readonly value: unknown; readonly number: number } = { value: undefined, number: 0 };

  constructor(count: number) {
    this.numbers = new Uint32Array(count);
  }

  set(at: number, value: unknown): void {
    if (value !== this.#last.value) {
      let number = this.#known.get(value);
      if (number === undefined) this.#known.set(value, (number = this.#numberOf(value)));
      this.#last = { value, number };
    }
    this.numbers[at] = this.#last.number;
  }

  /** Objects that are equal are one value. */
  #numberOf(value: unknown): number {
    const text = JSON.stringify(value);
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    this.values.push(value);
    this.#texts.set(text, this.values.length);
    return this.values.length;
  }
}

/** The columns of cells. */
export function columnsOfCells(cells: readonly CellSummary[]): CellColumns {
  const count = cells.length;
  const [axes, config] = [new Map<string, ValueColumn>(), new Map<string, ValueColumn>()];
  const fill = (columns: Map<string, ValueColumn>, at: number, fields: object): void => {
    for (const name in fields) {
      let column = columns.get(name);
      if (column === undefined) columns.set(name, (column = new ValueColumn(count)));
      const value = (fields as Record<string, unknown>)[name];
      if (value !== undefined) column.set(at, value);
    }
  };
  const states = [...new Set(cells.map(({ state }) => state))];
  const stateNumbers = new Map(states.map((state, at) => [state, at]));
  const problems: [number, CellFailure | null, string | null][] = [];
  const last = new Float64Array(lastMeasureNames.length * count).fill(NaN);
  cells.forEach((cell, at) => {
    fill(axes, at, cell.axes);
    fill(config, at, cell.config);
    if (cell.failure !== null || cell.problem !== null) problems.push([at, cell.failure, cell.problem]);
    if (cell.last === null) return;
    for (let measure = 0; measure < lastMeasureNames.length; measure++)
      last[measure * count + at] = cell.last[lastMeasureNames[measure]] ?? NaN;
  });
  const listed = (columns: Map<string, ValueColumn>): [string, unknown[]][] =>
    [...columns].map(([name, { values }]) => [name, values]);
  const words: Words = {
    ids: cells.map(({ id }) => id),
    labels: cells.map(({ label }) => label),
    states,
    axes: listed(axes) as [string, AxisValue[]][],
    config: listed(config),
    problems,
  };
  const numbers = new Uint32Array((axes.size + config.size) * count);
  [...axes.values(), ...config.values()].forEach((column, at) => numbers.set(column.numbers, at * count));
  return {
    count,
    words: new TextEncoder().encode(JSON.stringify(words)),
    numbers,
    states: Uint8Array.from(cells, ({ state }) => stateNumbers.get(state) ?? 0),
    epochs: Float64Array.from(cells, ({ epochs }) => epochs),
    lastEpochs: Float64Array.from(cells, ({ lastEpoch }) => lastEpoch ?? NaN),
    snapshots: Uint32Array.from(cells, ({ snapshots }) => snapshots),
    seconds: Float64Array.from(cells, ({ seconds }) => seconds),
    parameters: Float64Array.from(cells, ({ parameters }) => parameters),
    stepsPerEpoch: Float64Array.from(cells, ({ stepsPerEpoch }) => stepsPerEpoch),
    last,
  };
}

/** What makes the cell of a number that columns hold; parts of configurations that are equal are one object. */
export function cellReader(columns: CellColumns): (at: number) => CellSummary {
  const { count, last } = columns;
  const words = JSON.parse(new TextDecoder().decode(columns.words)) as Words;
  const problems = new Map(words.problems.map((problem) => [problem[0], problem]));
  const axesOf = fieldReader(words.axes, 0, columns);
  const configOf = fieldReader(words.config, words.axes.length, columns);
  const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
  const places = Object.fromEntries(lastMeasureNames.map((name, at) => [name, at * count])) as Record<
    LastMeasureName,
    number
  >;
  return (at) => {
    const problem = problems.get(at);
    const lastEpoch = orNull(columns.lastEpochs[at]);
    const measure = (name: LastMeasureName): number | null => orNull(last[places[name] + at]);
    return {
      id: words.ids[at],
      label: words.labels[at],
      axes: axesOf(at) as Record<string, AxisValue>,
      state: words.states[columns.states[at]],
      epochs: columns.epochs[at],
      lastEpoch,
      snapshots: columns.snapshots[at],
      seconds: columns.seconds[at],
      config: configOf(at) as unknown as CellConfig,
      parameters: columns.parameters[at],
      stepsPerEpoch: columns.stepsPerEpoch[at],
      failure: problem?.[1] ?? null,
      problem: problem?.[2] ?? null,
      last:
        lastEpoch === null
          ? null
          : {
              trainMse: measure('trainMse'),
              validationMse: measure('validationMse'),
              truthMse: measure('truthMse'),
              iou: measure('iou'),
              distinctHashes: measure('distinctHashes'),
            },
    };
  };
}

type FieldLists = readonly (readonly [string, readonly unknown[]])[];

/** What reads the fields of a cell, whose columns of numbers are those from `first` on; what all have in common is copied as one. */
function fieldReader(
  lists: FieldLists,
  first: number,
  { count, numbers }: CellColumns,
): (at: number) => Record<string, unknown> {
  const all = lists.map(([name, values], list) => {
    return { name, values, column: numbers.subarray((first + list) * count, (first + list + 1) * count) };
  });
  const isWhole = all.every(({ column }) => !column.includes(0));
  const template = isWhole ? Object.fromEntries(all.map(({ name, values }) => [name, values[0]])) : {};
  const own = isWhole ? all.filter(({ values }) => values.length > 1) : all;
  return (at) => {
    const fields: Record<string, unknown> = { ...template };
    for (const { name, values, column } of own) if (column[at] > 0) fields[name] = values[column[at] - 1];
    return fields;
  };
}
