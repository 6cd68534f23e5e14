/** Heat maps as people ask for them, in words, and the scale of their colours. */
import { hexColour } from '../drawing/colour-map.ts';
import { fieldWord, type Field } from '../selection/fields.ts';
import { SelectionError } from '../selection/selection-error.ts';
import type { ChartCell, Place } from './chart-cell.ts';
import {
  fieldNamesOf,
  filteredCells,
  placeFromWord,
  requireTruth,
  usualMeasure,
  varyingSettings,
} from './chart-request.ts';
import { scaleOf, shareOf, type Scale } from './chart-scale.ts';
import { suitsLog } from './chart-scales.ts';
import { heatData, seedRules, type HeatData, type SeedRule } from './heat-data.ts';

/** A heat map in words; what is null is chosen by what varies. */
export interface HeatWords {
  readonly x: string | null;
  readonly y: string | null;
  /** The measure; true error where null. */
  readonly value: string | null;
  /** 'median', 'mean' or 'worst'. */
  readonly seeds: string;
  /** 'last', 'late', 'best', or an epoch. */
  readonly at: string;
  readonly where: string;
  /** Whether colours run along a logarithmic scale; null leaves it to the values. */
  readonly isLog: boolean | null;
}

/** Nothing asked for. */
export const suitedHeatWords: HeatWords = {
  x: null,
  y: null,
  value: null,
  seeds: 'median',
  at: 'last',
  where: '',
  isLog: null,
};

/** A heat map with the scale of its colours. */
export interface AskedHeatMap {
  readonly data: HeatData;
  readonly scale: Scale;
}

/** The colour of what has no value. */
export const noValueColour = '#c4c8cc';
/** The map of a heat map's colours. */
export const heatMapColours = 'viridis';

/** The colour of a value. */
export function heatColour(scale: Scale, value: number): string {
  const share = shareOf(scale, value);
  if (Number.isNaN(share)) return Number.isNaN(value) ? noValueColour : hexColour(heatMapColours, 0);
  return hexColour(heatMapColours, share);
}

/** The heat map that words mean. Throws SelectionError where they mean none. */
export function heatFromWords(
  cells: readonly ChartCell[],
  words: HeatWords,
  place: Place = placeFromWord(words.at),
  held: Iterable<number> | null = null,
): AskedHeatMap {
  const names = fieldNamesOf(cells);
  const varying = varyingSettings(cells);
  const chosen = filteredCells(cells, words.where, place);
  const value = words.value === null ? usualMeasure(cells) : names.named(words.value);
  requireTruth(cells, value);
  const given = [words.x, words.y].map((word) => (word === null ? null : names.named(word)));
  const free = varying.filter(
    (field) => !given.some((one) => one !== null && fieldWord(one) === fieldWord(field)),
  );
  const seed: Field = { kind: 'setting', name: 'seed' };
  const x = given[0] ?? free.shift() ?? seed;
  const y =
    given[1] ?? free.shift() ?? (fieldWord(x) === 'seed' ? { kind: 'setting', name: 'points' } : seed);
  const data = heatData(chosen, { x, y, value, seeds: seedRule(words.seeds), place });
  const values = held === null ? data.values : [...held, ...endsOf(data.values)];
  return { data, scale: scaleOf(values, words.isLog ?? suitsLog(value, values), 0) };
}

/** The values that a scale over all of them goes by: the least, the least above 0, which is there for logarithms, the greatest. */
function endsOf(values: Float64Array): number[] {
  let [least, leastPositive, greatest] = [Infinity, Infinity, -Infinity];
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (!Number.isFinite(value)) continue;
    if (value < least) least = value;
    if (value > 0 && value < leastPositive) leastPositive = value;
    if (value > greatest) greatest = value;
  }
  return [least, leastPositive, greatest];
}

function seedRule(word: string): SeedRule {
  const rule = seedRules.find((one) => one === word);
  if (rule === undefined)
    throw new SelectionError(`several seeds are told by their ${seedRules.join(', ')}, not by '${word}'`);
  return rule;
}
