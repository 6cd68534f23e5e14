/** Receipts in notes: `[[312/seed 1: IoU @ 6000]]`, or with a claim `[[312/seed 1: IoU @ 6000 = .48]]`. */
import type { CellSummary, CellTimeline, SweepAxis } from '../../electron/contract/results.ts';
import { lastEpochOf } from './cell-series.ts';
import { namedValue, valueWords } from './grid-axes.ts';
import { formatCount, formatError, formatShare } from './number-words.ts';

/** What a receipt may cite. */
export type CitedMeasure = 'IoU' | 'true error' | 'train error' | 'validation error' | 'regions';

export interface Citation {
  /** Words that name the cell: values of axes. */
  readonly cell: readonly string[];
  readonly measure: CitedMeasure;
  readonly epoch: number | 'last';
  /** What the notes say it is; null where they say nothing. */
  readonly claim: string | null;
}

export interface CitedCells {
  readonly cells: readonly CellSummary[];
  readonly axes: readonly SweepAxis[];
  readonly timelines: ReadonlyMap<string, CellTimeline>;
}

export type CitationResult =
  | {
      readonly state: 'holds' | 'broken' | 'shown';
      readonly value: string;
      readonly cellId: string;
      readonly epoch: number;
    }
  | { readonly state: 'unknown'; readonly why: string };

const measures: Readonly<Record<string, CitedMeasure>> = {
  iou: 'IoU',
  'true error': 'true error',
  'train error': 'train error',
  'validation error': 'validation error',
  regions: 'regions',
};

const form = /^([^:]*):\s*([a-z ]+?)\s*@\s*(last|[\d,]+)\s*(?:=\s*(\S+))?\s*$/i;

/** Receipts in a text are found by this; group 1 is what parseCitation reads. */
export const citationPattern = /\[\[([^[\]\n]{3,200})\]\]/g;

/** The citation between double brackets; null where it is none. */
export function maybeCitation(text: string): Citation | null {
  const match = form.exec(text.trim());
  if (match === null) return null;
  const [, cell = '', measureText = '', epoch = '', claim] = match;
  const name = measureText.toLowerCase();
  const measure = Object.hasOwn(measures, name) ? measures[name] : undefined;
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
  cell: CellSummary,
  axes: readonly SweepAxis[],
  measure: CitedMeasure,
  epoch: number,
): string {
  const words = axes.map(({ name }) =>
    name === 'points' || name === 'shape'
      ? valueWords(name, cell.axes[name]).replace(/,(?=\d)/g, '')
      : namedValue(name, cell.axes[name]),
  );
  return `[[${words.join('/')}: ${measure} @ ${epoch}]]`;
}

/** What the records say about a citation now. */
export function resolvedCitation(citation: Citation, { cells, axes, timelines }: CitedCells): CitationResult {
  const named = cells.filter((cell) => citation.cell.every((word) => isNamed(cell, axes, word)));
  const [cell] = named;
  if (cell === undefined) return { state: 'unknown', why: 'no cell has this name' };
  if (named.length > 1) return { state: 'unknown', why: `${named.length} cells have this name` };
  const timeline = timelines.get(cell.id);
  if (timeline === undefined) return { state: 'unknown', why: 'nothing is recorded yet' };
  const epoch = citation.epoch === 'last' ? lastEpochOf(timeline) : citation.epoch;
  const at = timeline.epochs.indexOf(epoch);
  if (at < 0) return { state: 'unknown', why: `there is no snapshot of epoch ${formatCount(epoch)}` };
  const number = measured(citation.measure, timeline, at);
  const value = measureWords(citation.measure, number);
  if (citation.claim === null) return { state: 'shown', value, cellId: cell.id, epoch };
  return { state: isClaimTrue(citation.claim, number) ? 'holds' : 'broken', value, cellId: cell.id, epoch };
}

function isNamed(cell: CellSummary, axes: readonly SweepAxis[], word: string): boolean {
  const plain = (text: string): string => text.toLowerCase().replace(/,(?=\d)/g, '');
  return axes.some(({ name }) => {
    const value = cell.axes[name];
    if (value === undefined) return false;
    return [String(value), valueWords(name, value), namedValue(name, value)].some(
      (text) => plain(text) === plain(word),
    );
  });
}

function measured(measure: CitedMeasure, timeline: CellTimeline, at: number): number {
  switch (measure) {
    case 'IoU':
      return timeline.iou[at];
    case 'true error':
      return timeline.truthMse[at];
    case 'train error':
      return timeline.trainMse[at];
    case 'validation error':
      return timeline.validationMse[at];
    case 'regions':
      return timeline.distinctHashes[at];
  }
}

function measureWords(measure: CitedMeasure, value: number): string {
  if (measure === 'IoU') return formatShare(value);
  return measure === 'regions' ? formatCount(value) : formatError(value);
}

/** Whether a claim is the value rounded to as many digits as the claim has. */
function isClaimTrue(claim: string, value: number): boolean {
  const text = claim.replace(/,/g, '').replace('−', '-');
  const number = Number(text);
  if (text === '' || !Number.isFinite(number)) return false;
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const decimals = (mantissa.split('.')[1] ?? '').length - Number(exponent);
  return Math.abs(number - value) <= 0.5000001 * 10 ** -decimals;
}
