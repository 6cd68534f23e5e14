/** Citations in notes: `[[312/seed 1: IoU @ 6000]]`, or with a claim `[[312/seed 1: IoU @ 6000 = .48]]`. */
import { measureNames, measures, type MeasureName } from '../records/measures.ts';
import { formatCount, formatMeasure } from '../text/number-format.ts';
import { axisText, namedValueText, valueText } from '../text/axis-text.ts';
import type { SweepCell } from '../sweeps/cell.ts';

/** Measures that notes may cite. */
export const citedMeasures = measureNames.filter((name) => measures[name].cited !== undefined);

/** What notes call a measure. */
export function citedWords(measure: MeasureName): string {
  const { cited, title } = measures[measure];
  return cited ?? title;
}

/** A figure that notes cite. */
export interface Citation {
  /** Words that name the cell: values of axes. */
  readonly cell: readonly string[];
  readonly measure: MeasureName;
  readonly epoch: number | 'last';
  /** What the notes say it is; null where they say nothing. */
  readonly claim: string | null;
}

/** A cell as citations name it. */
export type CitedCell = Pick<SweepCell, 'id' | 'axes'>;

/** An axis of the sweep that varies. */
export interface CitedAxis {
  readonly name: string;
}

/** Measures of a cell's snapshots as columns; NaN where there is none. */
export interface CitedTimeline {
  readonly epochs: Uint32Array;
  readonly measures: Readonly<Record<MeasureName, Float32Array>>;
}

/** What citations are resolved against. */
export interface CitedCells {
  readonly cells: readonly CitedCell[];
  readonly axes: readonly CitedAxis[];
  /** By cell id. */
  readonly timelines: ReadonlyMap<string, CitedTimeline>;
}

/** What the records say about a citation: its value and whether the claim holds, or why nothing can be said. */
export type CitationResult =
  | {
      readonly state: 'holds' | 'broken' | 'shown';
      readonly value: string;
      readonly cellId: string;
      readonly epoch: number;
    }
  | { readonly state: 'unknown'; readonly why: string };

const measuresByWords = new Map(citedMeasures.map((name) => [citedWords(name).toLowerCase(), name]));

const form = /^([^:]*):\s*([a-z ]+?)\s*@\s*(last|[\d,]+)\s*(?:=\s*(\S+))?\s*$/i;

/** Citations in a text are found by this; group 1 is what maybeCitation reads. */
export const citationPattern = /\[\[([^[\]\n]{3,200})\]\]/g;

/** Code in Markdown, fenced or between backticks: what stands there is spelling, not a citation. */
const codePattern = /^(```+|~~~+)[\s\S]*?(?:^\1|(?![\s\S]))|(?<!`)`+[^`\n]+`+/gm;

/** The text with every citation outside of code replaced by what `replace` makes of it; null leaves it as it is. */
export function withCitations(
  text: string,
  replace: (cited: string, citation: Citation) => string | null,
): string {
  return inProse(text, citationPattern, (whole, cited) => {
    const citation = maybeCitation(cited);
    return (citation === null ? null : replace(cited, citation)) ?? whole;
  });
}

/** The text with every match of a global pattern outside of code replaced; `replace` gets the match and its group 1. */
export function inProse(
  text: string,
  pattern: RegExp,
  replace: (whole: string, first: string) => string,
): string {
  const replaced = (prose: string): string => prose.replaceAll(pattern, replace);
  const parts: string[] = [];
  let from = 0;
  for (const code of text.matchAll(codePattern)) {
    parts.push(replaced(text.slice(from, code.index)), code[0]);
    from = code.index + code[0].length;
  }
  return [...parts, replaced(text.slice(from))].join('');
}

/** The citation between double brackets; null where it is none. */
export function maybeCitation(text: string): Citation | null {
  const match = form.exec(text.trim());
  if (match === null) return null;
  const [, cell = '', measureText = '', epoch = '', claim] = match;
  const measure = measuresByWords.get(measureText.toLowerCase());
  if (measure === undefined) return null;
  return {
    cell: cell
      .split('/')
      .map((word) => word.trim())
      .filter((word) => word !== ''),
    measure,
    epoch: epoch.toLowerCase() === 'last' ? 'last' : Number(epoch.replace(/,/g, '')),
    claim: claim ?? null,
  };
}

/** The citation of a cell at an epoch, as notes spell it. */
export function citationText(
  cell: CitedCell,
  axes: readonly CitedAxis[],
  measure: MeasureName,
  epoch: number,
): string {
  const words = axes.map(({ name }) =>
    name === 'points' || name === 'shape'
      ? valueText(name, cell.axes[name]).replace(/,(?=\d)/g, '')
      : namedValueText(name, cell.axes[name]),
  );
  return `[[${words.join('/')}: ${citedWords(measure)} @ ${epoch}]]`;
}

/** What the records say about a citation now. */
export function resolvedCitation(citation: Citation, { cells, axes, timelines }: CitedCells): CitationResult {
  const named = cells.filter((cell) => citation.cell.every((word) => isNamed(cell, axes, word)));
  const [cell] = named;
  if (cell === undefined) return { state: 'unknown', why: 'no cell has this name' };
  if (named.length > 1) return { state: 'unknown', why: `${named.length} cells have this name` };
  const timeline = timelines.get(cell.id);
  if (timeline === undefined) return { state: 'unknown', why: 'nothing is recorded yet' };
  const epoch = citation.epoch === 'last' ? (timeline.epochs.at(-1) ?? -1) : citation.epoch;
  if (timeline.epochs.length === 0) return { state: 'unknown', why: 'nothing is recorded yet' };
  const at = timeline.epochs.indexOf(epoch);
  if (at < 0) return { state: 'unknown', why: `there is no snapshot of epoch ${formatCount(epoch)}` };
  const number = timeline.measures[citation.measure][at];
  const value = formatMeasure(measures[citation.measure].unit, number);
  if (citation.claim === null) return { state: 'shown', value, cellId: cell.id, epoch };
  const { claim } = citation;
  const { alsoCited } = measures[citation.measure];
  const names = [citation.measure, ...measureNames.filter((name) => name === alsoCited)];
  const isTrue = names.some((name) => isClaimTrue(claim, timeline.measures[name][at]));
  return { state: isTrue ? 'holds' : 'broken', value, cellId: cell.id, epoch };
}

function isNamed(cell: CitedCell, axes: readonly CitedAxis[], word: string): boolean {
  const plain = (text: string): string => text.toLowerCase().replace(/,(?=\d)/g, '');
  return axes.some(({ name }) => {
    const value = cell.axes[name];
    if (value === undefined) return false;
    // Notes of before name flags as "random labels true".
    const plainly = `${axisText(name)} ${String(value)}`;
    return [String(value), plainly, valueText(name, value), namedValueText(name, value)].some(
      (text) => plain(text) === plain(word),
    );
  });
}

/** Whether a claim is the value rounded to as many digits as the claim has. */
function isClaimTrue(claim: string, value: number): boolean {
  const text = claim.replace(/,/g, '').replace('−', '-');
  const number = Number(text);
  if (text === '' || !Number.isFinite(number)) return false;
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const decimals = (mantissa.split('.')[1] ?? '').length - Number(exponent);
  // Timelines are float32: a value close to the middle between two roundings may be read on its other side.
  return Math.abs(number - value) <= 0.5000001 * 10 ** -decimals + 2 ** -24 * Math.abs(value);
}
