/** Figures within notes: `![[chart: y=IoU & x=points]]` and `![[grid: x=points & at=last]]`, names and values as in an address. */
import { namedMeasures, filteredCells, type ChartWords } from '../../experiments/charts/chart-request.ts';
import type { ChartCell } from '../../experiments/charts/chart-cell.ts';
import type { GridOptions } from '../../electron/contract/exports.ts';
import type { CellSummary } from '../../electron/contract/entries.ts';
import { inProse } from '../../experiments/entries/citation.ts';
import { gridFromAxes, type AxisGrid } from '../../experiments/figures/grid-axes.ts';
import type { MeasureName } from '../../experiments/records/measures.ts';
import { SelectionError } from '../../experiments/selection/selection-error.ts';
import { viewOfWords, wordsOfView } from './chart-address.ts';
import type { EntryView } from './route.ts';

/** Figures in a text are found by this; group 1 is what noteFigure reads. */
export const noteFigurePattern = /!\[\[((?:chart|grid):[^[\]\n]{0,500})\]\]/gi;

/** A comparison grid in words; axes that are null are chosen by what varies. */
export interface GridWords {
  readonly x: string | null;
  readonly y: string | null;
  /** 'last', 'shown', or an epoch. */
  readonly at: string;
  /** A filter over last measures; '' lets all cells pass. */
  readonly where: string;
  readonly draw: GridOptions['drawing'];
}

/** A figure that notes ask for. */
export type NoteFigure =
  | { readonly kind: 'chart'; readonly words: ChartWords }
  | { readonly kind: 'grid'; readonly words: GridWords };

const names: Readonly<Record<NoteFigure['kind'], readonly string[]>> = {
  chart: ['x', 'y', 'lines', 'dashes', 'panels', 'at', 'where', 'log-x', 'log-y', 'baseline', 'connect'],
  grid: ['x', 'y', 'at', 'where', 'draw'],
};
const drawings: readonly GridOptions['drawing'][] = ['prediction', 'error', 'layers'];
/** Of more cells than these notes show no pictures. */
const mostPictures = 256;

/** The figure that a text between `![[` and `]]` asks for, at the last epoch where it names none. Throws SelectionError for a word that such figures do not have. */
export function noteFigure(text: string): NoteFigure {
  const kind = text.split(':', 1)[0].trim().toLowerCase() === 'grid' ? 'grid' : 'chart';
  const pairs = text
    .slice(text.indexOf(':') + 1)
    .split('&')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => [part.split('=', 1)[0].trim(), part.slice(part.indexOf('=') + 1).trim()] as const);
  const unknown = pairs.find(([name]) => !names[kind].includes(name));
  if (unknown !== undefined)
    throw new SelectionError(`${kind}s have ${names[kind].join(', ')}, not '${unknown[0]}'`);
  const view: EntryView = { at: 'last', ...Object.fromEntries(pairs) };
  return kind === 'chart' ? { kind, words: wordsOfView(view) } : { kind, words: gridWords(view) };
}

function gridWords({ x, y, at, where, draw }: EntryView): GridWords {
  if (!/^(?:last|shown|\d{1,9})$/.test(at))
    throw new SelectionError(`grids are drawn at last, shown or a whole epoch, not at '${at}'`);
  const drawing = draw === undefined ? 'prediction' : drawings.find((one) => one === draw);
  if (drawing === undefined)
    throw new SelectionError(`grids draw ${drawings.join(', ')}, not '${String(draw)}'`);
  return { x: x ?? null, y: y ?? null, at, where: where ?? '', draw: drawing };
}

/** What a grid within notes shows: the cells of the exported figure in the same places. Throws SelectionError or FigureError where there is none. */
export function noteGrid(
  cells: readonly CellSummary[],
  measured: readonly ChartCell[],
  { x, y, where }: GridWords,
): AxisGrid<CellSummary> {
  const passing = new Set(filteredCells(measured, where, 'last').map(({ id }) => id));
  const grid = gridFromAxes(
    cells.filter(({ id }) => passing.has(id)),
    x ?? undefined,
    y ?? undefined,
  );
  const count = grid.cells.length * grid.columns.values.length;
  if (count > mostPictures)
    throw new SelectionError(`${count} pictures are too many for notes, at most ${mostPictures} fit: filter`);
  return grid;
}

/** What a grid draws where the app shows this ground; the prediction for what exported grids do not have. */
export function drawingOfGround(ground: string): GridOptions['drawing'] {
  return drawings.find((one) => one === ground) ?? 'prediction';
}

/** Measures that must be known before a grid can be filtered. */
export function measuresOfGrid({ where }: GridWords): readonly MeasureName[] {
  return namedMeasures(where);
}

/** The address of a chart that notes name; of no chart where it has a mistake. */
export function noteChartView(words: ChartWords): EntryView {
  return { tab: 'curves', ...viewOfWords(words) };
}

/** A figure as notes name it. */
export function noteFigureText(figure: NoteFigure): string {
  const view = figure.kind === 'chart' ? viewOfWords(figure.words) : viewOfGridWords(figure.words);
  const pairs = Object.entries(view).map(([name, value]) => `${name}=${value}`);
  return `![[${figure.kind}: ${pairs.join(' & ')}]]`;
}

function viewOfGridWords({ x, y, at, where, draw }: GridWords): EntryView {
  return {
    ...(x === null ? {} : { x }),
    ...(y === null ? {} : { y }),
    at,
    ...(where === '' ? {} : { where }),
    ...(draw === 'prediction' ? {} : { draw }),
  };
}

/** What was asked for, or in one line why it cannot be had. */
export interface Asked<Result> {
  readonly result: Result | null;
  readonly problem: string | null;
}

/** The result, or what a person has to mend in what was asked for. Other errors pass. */
export function asked<Result>(ask: () => Result): Asked<Result> {
  try {
    return { result: ask(), problem: null };
  } catch (error) {
    if (isMistake(error)) return { result: null, problem: error.message };
    throw error;
  }
}

function isMistake(error: unknown): error is Error {
  return error instanceof Error && ['SelectionError', 'FigureError', 'ContractError'].includes(error.name);
}

/** Notes in which each figure outside of code is a picture, as Markdown has them; one that cannot be drawn stays as it is written. */
export async function withFigurePictures(
  text: string,
  draw: (figure: NoteFigure) => Promise<Uint8Array>,
): Promise<string> {
  const found = new Set<string>();
  inProse(text, noteFigurePattern, (whole, words) => {
    found.add(words);
    return whole;
  });
  const pictures = new Map<string, string>();
  for (const words of found) {
    try {
      const png = await draw(noteFigure(words));
      pictures.set(words, `![${words.trim()}](data:image/png;base64,${base64(png)})`);
    } catch (error) {
      if (!isMistake(error)) throw error;
    }
  }
  return inProse(text, noteFigurePattern, (whole, words) => pictures.get(words) ?? whole);
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
