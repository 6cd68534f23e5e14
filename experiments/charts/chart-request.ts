/** Charts as people ask for them, in words: on the command line, in addresses and in notes. */
import { measureNames, measures, truthMeasures, type MeasureName } from '../records/measures.ts';
import { FieldNames, fieldsOf, fieldWord, type Field } from '../selection/fields.ts';
import { filterFrom, type FilterSubject } from '../selection/filter.ts';
import { SelectionError } from '../selection/selection-error.ts';
import type { AxisValue } from '../sweeps/cell.ts';
import { baselineFromWord, type CellScores } from './chart-baselines.ts';
import { fieldAt, type ChartCell, type Place } from './chart-cell.ts';
import { chartData, type ChartChoice, type ChartData } from './chart-data.ts';
import { extentOf, suitsLog } from './chart-scales.ts';

/** A chart in words; what is null is chosen by what varies, '' is nothing. */
export interface ChartWords {
  readonly x: string | null;
  readonly y: string | null;
  readonly lines: string | null;
  readonly dashes: string | null;
  readonly panels: string | null;
  /** 'last', 'late', 'best', or an epoch. */
  readonly at: string;
  /** A filter; '' lets all cells pass. */
  readonly where: string;
  /** Whether axes are logarithmic; null leaves it to the values. */
  readonly isLogX: boolean | null;
  readonly isLogY: boolean | null;
  /** Whether cells of one seed are joined where x is a measure. */
  readonly isConnected: boolean;
  /** 'constant', 'nearest', 'kernel', or '' for none. */
  readonly baseline: string;
}

/** Nothing asked for: everything as it suits the cells. */
export const suitedWords: ChartWords = {
  x: null,
  y: null,
  lines: null,
  dashes: null,
  panels: null,
  at: 'last',
  where: '',
  isLogX: null,
  isLogY: null,
  isConnected: false,
  baseline: '',
};

/** A chart with its axes. */
export interface AskedChart {
  readonly data: ChartData;
  readonly isLogX: boolean;
  readonly isLogY: boolean;
}

/** What was found out about lists of cells: of a hundred thousand of them not for every picture anew. */
const namesOfCells = new WeakMap<readonly ChartCell[], FieldNames>();
const varyingOfCells = new WeakMap<readonly ChartCell[], readonly Field[]>();

/** Names of everything that can be asked of cells. */
export function fieldNamesOf(cells: readonly ChartCell[]): FieldNames {
  const known = namesOfCells.get(cells) ?? new FieldNames(fieldsOf(settingsOf(cells)));
  namesOfCells.set(cells, known);
  return known;
}

function* settingsOf(cells: readonly ChartCell[]): Generator<ChartCell['settings']> {
  for (const { settings } of cells) yield settings;
}

/** Measures that a filter may ask of cells: those of which it has a name. */
export function namedMeasures(where: string): readonly MeasureName[] {
  const text = where.toLowerCase();
  if (text.trim() === '') return [];
  return measureNames.filter((name) =>
    [name, measures[name].title, measures[name].column.name, measures[name].cited ?? name].some((word) =>
      text.replaceAll(/[_-]/g, ' ').includes(word.toLowerCase().replaceAll(/[_-]/g, ' ')),
    ),
  );
}

/** The epochs that a word means. Throws SelectionError for any other word. */
export function placeFromWord(word: string): Place {
  if (word === 'last' || word === 'late' || word === 'best') return word;
  if (/^\d{1,9}$/.test(word)) return Number(word);
  throw new SelectionError(`values are taken at last, late, best or a whole epoch, not at '${word}'`);
}

/** What filters may ask of cells at a place. */
export function filterSubject(names: FieldNames, place: Place): FilterSubject<ChartCell> {
  return {
    reader(name) {
      const field = names.find(name);
      return field === undefined ? undefined : (cell) => fieldAt(cell, field, place);
    },
    names: names.words,
    texts: (cell) => [cell.id, cell.label, String(fieldAt(cell, { kind: 'fact', name: 'state' }, place))],
  };
}

/** Cells that a filter lets pass. Throws SelectionError where it cannot be read. */
export function filteredCells(
  cells: readonly ChartCell[],
  where: string,
  place: Place,
): readonly ChartCell[] {
  if (where.trim() === '') return cells;
  return cells.filter(filterFrom(where, filterSubject(fieldNamesOf(cells), place)));
}

/** Settings that follow from others: what varies with them is said by those. */
const following: readonly string[] = ['parameters per point', 'depth', 'width', 'seed'];

/** Settings that vary between cells, apart from the seed and what follows from others; shapes where counts do not tell them apart. */
export function varyingSettings(cells: readonly ChartCell[]): readonly Field[] {
  const known = varyingOfCells.get(cells) ?? varyingIn(cells);
  varyingOfCells.set(cells, known);
  return known;
}

function varyingIn(cells: readonly ChartCell[]): Field[] {
  const values = new Map<string, Set<AxisValue>>();
  for (const { settings } of cells) {
    for (const name in settings) {
      const found = values.get(name);
      if (found === undefined) values.set(name, new Set([settings[name]]));
      else found.add(settings[name]);
    }
  }
  const count = (name: string): number => values.get(name)?.size ?? 0;
  return [...values.keys()]
    .filter((name) => count(name) > 1 && !following.includes(name))
    .filter((name) => name !== 'shape' || count('shape') > count('parameters'))
    .map((name) => ({ kind: 'setting', name }));
}

function isNumeric(cells: readonly ChartCell[], field: Field): boolean {
  return cells.every((cell) => typeof fieldAt(cell, field, 'last') === 'number');
}

/** What charts show where nothing is asked for: the true error, without a true picture the validation error. */
export function usualMeasure(cells: readonly ChartCell[]): Field & { readonly kind: 'measure' } {
  return { kind: 'measure', name: lacksTruth(cells) ? 'validationMse' : 'truthMse' };
}

/** Whether cells have recorded something, and nothing of it against a true picture. */
function lacksTruth(cells: readonly ChartCell[]): boolean {
  const isMeasured = (name: MeasureName): boolean =>
    cells.some((cell) => Array.from(cell.measure(name)).some((value) => !Number.isNaN(value)));
  return !isMeasured('truthMse') && isMeasured('trainMse');
}

/** Throws SelectionError where a measure is one against the true picture, and there is none. */
export function requireTruth(cells: readonly ChartCell[], field: Field): void {
  if (field.kind !== 'measure' || !truthMeasures.includes(field.name) || !lacksTruth(cells)) return;
  throw new SelectionError(
    `these points came without a true picture, so there is no ${fieldWord(field)}; 'validation error' takes its place`,
  );
}

/** The choice that words mean for these cells. Throws SelectionError for names that are none. */
export function choiceFromWords(cells: readonly ChartCell[], words: ChartWords, place: Place): ChartChoice {
  const names = fieldNamesOf(cells);
  const varying = varyingSettings(cells);
  const asked = (word: string | null): Field | null | undefined =>
    word === null ? undefined : word === '' || word === 'none' ? null : names.named(word);
  const y = asked(words.y) ?? usualMeasure(cells);
  requireTruth(cells, y);
  const [lines, dashes, panels] = [asked(words.lines), asked(words.dashes), asked(words.panels)];
  const taken = new Set([lines, dashes, panels].flatMap((field) => (field ? [fieldWord(field)] : [])));
  const isFree = (field: Field): boolean => !taken.has(fieldWord(field));
  const x =
    asked(words.x) ??
    varying.find((field) => isFree(field) && isNumeric(cells, field)) ??
    varying.find(isFree) ??
    ({ kind: 'setting', name: 'points' } as const);
  taken.add(fieldWord(x));
  const next = (given: Field | null | undefined): Field | null => {
    if (given !== undefined) return given;
    const found = varying.find(isFree) ?? null;
    if (found !== null) taken.add(fieldWord(found));
    return found;
  };
  const { isConnected } = words;
  const baseline = baselineFromWord(words.baseline, y);
  // A cloud takes its colours where they vary; panels of it are asked for.
  const isCloud = x.kind === 'measure';
  const colour = next(lines);
  const panel = isCloud ? (panels ?? null) : next(panels);
  return { x, y, lines: colour, dashes: dashes ?? null, panels: panel, place, isConnected, baseline };
}

/** The chart that words mean. Throws SelectionError where they mean none. */
export function chartFromWords(
  cells: readonly ChartCell[],
  words: ChartWords,
  place = placeFromWord(words.at),
  scores: CellScores = new Map(),
): AskedChart {
  const chosen = filteredCells(cells, words.where, place);
  const data = chartData(chosen, choiceFromWords(cells, words, place), scores);
  const { x, y } = extentOf(data);
  return {
    data,
    isLogX: data.xNames === null && (words.isLogX ?? suitsLog(data.choice.x, x)),
    isLogY: words.isLogY ?? suitsLog(data.choice.y, y),
  };
}

/** Charts of a figure at most. */
const mostCharts = 6;

/** The charts that words mean: one for each measure that `y` names, separated by commas. Throws SelectionError as chartFromWords does. */
export function chartsFromWords(
  cells: readonly ChartCell[],
  words: ChartWords,
  place = placeFromWord(words.at),
  scores: CellScores = new Map(),
): readonly AskedChart[] {
  const measured = words.y?.split(',').map((y) => y.trim()) ?? [null];
  if (measured.length > mostCharts)
    throw new SelectionError(
      `${measured.length} charts are too many for one figure, at most ${mostCharts} fit`,
    );
  return measured.map((y) => chartFromWords(cells, { ...words, y }, place, scores));
}
