/** A chart over a setting in the address, and back: only what differs from what suits the cells, at the moment shown, stands there. */
import type { HeatWords } from '../../experiments/charts/heat-request.ts';
import type { ChartWords } from '../../experiments/charts/chart-request.ts';
import type { EntryView } from './route.ts';

const names = ['x', 'y', 'lines', 'dashes', 'panels'] as const;

/** Chart words as names and values of an address. */
export function viewOfWords(words: ChartWords): EntryView {
  const view: Record<string, string> = {};
  for (const name of names) if (words[name] !== null) view[name] = words[name] === '' ? 'none' : words[name];
  if (words.at !== 'shown') view['at'] = words.at;
  if (words.where !== '') view['where'] = words.where;
  if (words.isLogX !== null) view['log-x'] = words.isLogX ? 'yes' : 'no';
  if (words.isLogY !== null) view['log-y'] = words.isLogY ? 'yes' : 'no';
  if (words.baseline !== '') view['baseline'] = words.baseline;
  if (words.isConnected) view['connect'] = 'yes';
  return view;
}

/** Words of a heat map as names and values of an address. */
export function viewOfHeatWords({ x, y, value, seeds, at, where, isLog }: HeatWords): EntryView {
  const view: Record<string, string> = {};
  const sides = { across: x, up: y, colour: value };
  for (const [name, word] of Object.entries(sides)) if (word !== null) view[name] = word;
  if (seeds !== 'median') view['seeds'] = seeds;
  if (at !== 'shown') view['at'] = at;
  if (where !== '') view['where'] = where;
  if (isLog !== null) view['log'] = isLog ? 'yes' : 'no';
  return view;
}

/** Words of a heat map from an address. */
export function heatWordsOfView(view: EntryView): HeatWords {
  return {
    x: view['across'] ?? null,
    y: view['up'] ?? null,
    value: view['colour'] ?? null,
    seeds: view['seeds'] ?? 'median',
    at: view['at'] ?? 'shown',
    where: view['where'] ?? '',
    isLog: view['log'] === 'yes' ? true : view['log'] === 'no' ? false : null,
  };
}

/** Chart words from an address. */
export function wordsOfView(view: EntryView): ChartWords {
  const flag = (text: string | undefined): boolean | null =>
    text === 'yes' ? true : text === 'no' ? false : null;
  const word = (name: string): string | null => (view[name] === 'none' ? '' : (view[name] ?? null));
  return {
    x: word('x'),
    y: word('y'),
    lines: word('lines'),
    dashes: word('dashes'),
    panels: word('panels'),
    at: view['at'] ?? 'shown',
    where: view['where'] ?? '',
    isLogX: flag(view['log-x']),
    isLogY: flag(view['log-y']),
    isConnected: view['connect'] === 'yes',
    baseline: view['baseline'] ?? '',
  };
}
