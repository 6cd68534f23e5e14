/** Charts as people ask for them, in words: on the command line, in addresses and in notes. */
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

/** Names of everything that can be asked of cells. */
export function fieldNamesOf(cells: readonly ChartCell[]): FieldNames {
  return new FieldNames(fieldsOf(cells.map(({ settings }) => settings)));
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
  return cells.filter(filterFrom(where, filterSubject(fieldNamesOf(cells), place)));
}

/** Settings that follow from others: what varies with them is said by those. */
const following: readonly string[] = ['parameters per point', 'depth', 'width', 'seed'];

/** Settings that vary between cells, apart from the seed and what follows from others; shapes where counts do not tell them apart. */
export function varyingSettings(cells: readonly ChartCell[]): Field[] {
  const values = new Map<string, Set<AxisValue>>();
  for (const { settings } of cells) {
    for (const [name, value] of Object.entries(settings)) {
      values.set(name, (values.get(name) ?? new Set<AxisValue>()).add(value));
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

/** The choice that words mean for these cells. Throws SelectionError for names that are none. */
export function choiceFromWords(cells: readonly ChartCell[], words: ChartWords, place: Place): ChartChoice {
  const names = fieldNamesOf(cells);
  const varying = varyingSettings(cells);
  const asked = (word: string | null): Field | null | undefined =>
    word === null ? undefined : word === '' || word === 'none' ? null : names.named(word);
  const y = asked(words.y) ?? { kind: 'measure', name: 'truthMse' };
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
