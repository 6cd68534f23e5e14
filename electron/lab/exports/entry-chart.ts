/** Charts over a setting of an entry, from its records. */
import type { ChartCell } from '../../../experiments/charts/chart-cell.ts';
import { chartFigureSvg, type ChartFigure } from '../../../experiments/charts/chart-figure.ts';
import type { CellScores } from '../../../experiments/charts/chart-baselines.ts';
import type { BaselineScores } from '../../../experiments/diagnostics/baselines.ts';
import { pointsOfCell } from '../../../experiments/sweeps/cell-network.ts';
import { previewSize } from '../../../experiments/sweeps/cell-measures.ts';
import { pictureFromFile } from '../../../experiments/targets/picture-file.ts';
import type { Picture } from '../../../experiments/targets/picture.ts';
import { entryChartCells } from './chart-cells.ts';
import { figureBaselines } from './figure-baselines.ts';
import { chartsTitle } from '../../../experiments/charts/chart-data.ts';
import {
  chartsFromWords,
  placeFromWord,
  type ChartWords,
} from '../../../experiments/charts/chart-request.ts';
import { chartsCaption, chartsTable } from '../../../experiments/charts/chart-words.ts';
import { fieldWord, type Field } from '../../../experiments/selection/fields.ts';
import { heatFigureSvg, type HeatFigure } from '../../../experiments/charts/heat-figure.ts';
import { heatFromWords, type HeatWords } from '../../../experiments/charts/heat-request.ts';
import { heatCaption, heatTable, heatTitle } from '../../../experiments/charts/heat-words.ts';
import type { Recipe } from '../../../experiments/formats/recipe.ts';
import { trainingText } from '../../../experiments/text/training-text.ts';
import type { ShownEntry } from '../comparisons/shown-entry.ts';
import { csvText } from '../../../experiments/formats/csv.ts';
import type { ExportedFile } from '../../contract/exports.ts';
import { slugOf } from '../notebook/entry-names.ts';
import { figureFile, figureTypes, missingLetters, type Drawing, type FigureFormat } from './figure-file.ts';

/** Format of a chart's file. */
export type ChartFormat = FigureFormat | 'csv';

/** Cells of a recipe: more would not fit into a picture. */
const mostRecipeCells = 1000;

/** Whose chart or heat map, in which words, drawn when and by what. */
export interface EntryChartRequest {
  readonly entry: ShownEntry;
  readonly words: ChartWords | HeatWords;
  readonly date: string;
  readonly program: string;
}

/** A chart of an entry: what becomes a picture, and its table. */
export interface EntryChart {
  readonly drawing: Drawing;
  /** Throws SelectionError where several charts have no table in common. */
  readonly table: () => ReturnType<typeof chartsTable>;
  readonly caption: string;
}

/** The chart or heat map of an entry. Throws SelectionError for what cannot be drawn, LabError for records that cannot be read. */
export async function entryChart(request: EntryChartRequest): Promise<EntryChart> {
  const cells = await entryChartCells(request.entry);
  const { words } = request;
  if ('seeds' in words) return heatOf(request, words, cells);
  const scores = words.baseline === '' ? new Map() : await baselinesOf(request.entry, cells);
  return chartOf(request, words, cells, scores);
}

/** What the baselines of cells score on the pixels that the app measures them on; cells of the same points share it. */
async function baselinesOf(entry: ShownEntry, cells: readonly ChartCell[]): Promise<CellScores> {
  const scores = new Map<string, BaselineScores>();
  const wanted = new Set(cells.map(({ id }) => id));
  const pictures = new Map<string, Picture>();
  for (const { id, config } of entry.json.cells) {
    if (!wanted.has(id)) continue;
    const picture = pictures.get(config.target) ?? pictureFromFile(await entry.targetPicture(config.target));
    pictures.set(config.target, picture);
    const size = previewSize(picture, entry.json.snapshots.previewSize);
    scores.set(id, figureBaselines(pointsOfCell(config, picture), picture, size));
  }
  return scores;
}

function chartOf(
  request: EntryChartRequest,
  words: ChartWords,
  cells: readonly ChartCell[],
  scores: CellScores,
): EntryChart {
  const charts = chartsFromWords(cells, words, placeFromWord(words.at), scores);
  const datas = charts.map(({ data }) => data);
  const shown = datas.flatMap(({ panels }) =>
    panels.flatMap(({ lines }) => lines.flatMap(({ points }) => points.flatMap(({ cellIds }) => cellIds))),
  );
  const word = (field: Field | null): string => (field === null ? '' : fieldWord(field));
  const { x, lines, dashes, panels } = datas[0].choice;
  const y = datas.map(({ choice }) => word(choice.y)).join(', ');
  const fields = { x: word(x), y, lines: word(lines), dashes: word(dashes), panels: word(panels) };
  const options = { ...fields, at: words.at, where: words.where };
  const title = chartsTitle(datas.map(({ choice }) => choice));
  const facts = factsOf(request, cells, new Set(shown), title, { kind: 'chart', options });
  const figure: ChartFigure = { charts, filter: words.where, ...facts };
  const caption = chartsCaption(datas, words.where);
  return {
    drawing: {
      svg: (fonts) => chartFigureSvg(figure, fonts),
      ...drawingFacts(request, facts, title, caption),
    },
    table: () => chartsTable(datas),
    caption,
  };
}

function heatOf(request: EntryChartRequest, words: HeatWords, cells: readonly ChartCell[]): EntryChart {
  const { data, scale } = heatFromWords(cells, words);
  const shown = new Set([...data.order].map((at) => data.cells[at].id));
  const { x, y, value, seeds } = data.choice;
  const fields = { x: fieldWord(x), y: fieldWord(y), value: fieldWord(value), seeds };
  const options = { ...fields, at: words.at, where: words.where };
  const facts = factsOf(request, cells, shown, heatTitle(data), { kind: 'map', options });
  const figure: HeatFigure = { data, scale, filter: words.where, ...facts };
  const caption = heatCaption(data, words.where);
  return {
    drawing: {
      svg: (fonts) => heatFigureSvg(figure, fonts),
      ...drawingFacts(request, facts, heatTitle(data), caption),
    },
    table: () => heatTable(data),
    caption,
  };
}

/** What every figure of cells of an entry says around its picture. */
interface FigureFacts {
  readonly title: string;
  readonly subtitle: string;
  readonly provenance: string;
  readonly recipe: Recipe;
}

function factsOf(
  { entry, date, program }: EntryChartRequest,
  cells: readonly ChartCell[],
  shown: ReadonlySet<string>,
  title: string,
  drawing: Recipe['drawing'],
): FigureFacts {
  const drawn = entry.json.cells.filter(({ id }) => shown.has(id));
  const epochs = new Map(cells.map((cell) => [cell.id, cell.epochs[cell.epochs.length - 1] ?? null]));
  return {
    title: entry.json.title,
    subtitle: [title, trainingText(drawn.map(({ config }) => config))]
      .filter((text) => text !== '')
      .join('; '),
    provenance: [...sourceOf(entry), date, program].join('  ·  '),
    recipe: {
      format: 'creasebook recipe',
      version: 1,
      program,
      drawing,
      entry: { id: entry.id, title: entry.json.title },
      cells: drawn
        .slice(0, mostRecipeCells)
        .map(({ id, label }) => ({ id, label, epoch: epochs.get(id) ?? null })),
      sweep: entry.sweepText,
    },
  };
}

/** What the cells are from. */
function sourceOf({ comparison, json, id }: ShownEntry): string[] {
  return comparison === undefined
    ? [`Sweep: ${json.name}`, `entry ${id}`]
    : [`Comparison: ${json.name}`, `entries ${comparison.entries.map((entry) => entry.id).join(', ')}`];
}

function drawingFacts(
  { date, program }: EntryChartRequest,
  { title, recipe }: FigureFacts,
  what: string,
  subject: string,
): Omit<Drawing, 'svg'> {
  return { recipe, title: `${title}: ${what}`, subject, program, date };
}

/** The chart of an entry as a file; `scale` is that of PNG, in pixels per CSS pixel. Throws as entryChart does. */
export async function chartFile(
  request: EntryChartRequest & { readonly format: ChartFormat; readonly scale: number },
): Promise<ExportedFile> {
  const { format, scale } = request;
  const { drawing, table } = await entryChart(request);
  const name = `${slugOf(drawing.title)}.${format}`;
  if (format === 'csv') {
    const { head, rows } = table();
    return { name, type: 'text/csv', bytes: new TextEncoder().encode(csvText(head, rows)) };
  }
  const { bytes, missing } = await figureFile(drawing, format, scale);
  const remark = missingLetters(missing);
  return { name, type: figureTypes[format], bytes, ...(remark === null ? {} : { remark }) };
}
