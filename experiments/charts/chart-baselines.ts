/** What needs no network, beside the lines of a chart: errors and overlaps of baselines on the same points. */
import type { BaselineName } from '../diagnostics/baselines.ts';
import type { TruthScore } from '../diagnostics/truth-error.ts';
import { median } from '../findings/statistics.ts';
import { measures } from '../records/measures.ts';
import type { Field } from '../selection/fields.ts';
import { SelectionError } from '../selection/selection-error.ts';

/** Baselines by the words that ask for them. */
const names: Readonly<Record<string, BaselineName>> = {
  constant: 'constant',
  nearest: 'nearest',
  kernel: 'smoothing',
};

/** Words that ask for a baseline. */
export const baselineWords: readonly string[] = Object.keys(names);

/** What each baseline is, for captions. */
const titles: Readonly<Record<BaselineName, string>> = {
  constant: 'the mean of the labels everywhere',
  nearest: 'the label of the nearest training point',
  smoothing: 'kernel smoothing of the labels',
};

/** Scores of the baselines of cells, by id; cells whose scores are not known yet are missing. */
export type CellScores = ReadonlyMap<string, Readonly<Record<BaselineName, TruthScore>>>;

/** The baseline that a word means; null for ''. Throws SelectionError for other words, and for measures without baselines. */
export function baselineFromWord(word: string, y: Field): BaselineName | null {
  if (word === '' || word === 'none') return null;
  if (!Object.hasOwn(names, word))
    throw new SelectionError(`baselines are ${baselineWords.join(', ')}, not '${word}'`);
  if (y.kind !== 'measure' || measures[y.name].baseline === undefined)
    throw new SelectionError('baselines have an error against the true picture and an IoU, nothing else');
  return names[word];
}

/** "the label of the nearest training point". */
export function baselineTitle(name: BaselineName): string {
  return titles[name];
}

/** The median over cells of what a baseline scores in a measure; null where none is known. */
export function baselineOver(
  cellIds: readonly string[],
  name: BaselineName,
  y: Field,
  scores: CellScores,
): number | null {
  const kind = y.kind === 'measure' ? (measures[y.name].baseline ?? 'mse') : 'mse';
  const known = cellIds
    .map((id) => scores.get(id)?.[name][kind] ?? NaN)
    .filter((value) => !Number.isNaN(value));
  return known.length === 0 ? null : median(known);
}
