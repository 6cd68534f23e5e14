/** Charts over a setting of an entry, from its records. */
import { chartCell, type ChartCell } from '../../../experiments/charts/chart-cell.ts';
import { chartFigureSvg, type ChartFigure } from '../../../experiments/charts/chart-figure.ts';
import { chartTitle } from '../../../experiments/charts/chart-data.ts';
import { chartFromWords, placeFromWord, type ChartWords } from '../../../experiments/charts/chart-request.ts';
import { chartCaption, chartTable } from '../../../experiments/charts/chart-words.ts';
import { fieldWord, settingsOf, type Field } from '../../../experiments/selection/fields.ts';
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

/** The cells of an entry with their measures over time. */
export async function entryChartCells(entry: ShownEntry): Promise<ChartCell[]> {
  const cells: ChartCell[] = [];
  for (const json of entry.json.cells) {
    const store = await entry.cell(json.id);
    const last = store.events.at(-1)?.event;
    const facts = {
      id: json.id,
      label: json.label,
      state: store.state,
      isDiverged: store.state === 'failed' && last?.kind === 'failed' && last.failure === 'diverged',
      settings: settingsOf(json),
      outputs: json.config.network.outputs,
    };
    cells.push(chartCell(facts, store.index()));
  }
  return cells;
}

/** Whose chart, in which words, drawn when and by what. */
export interface EntryChartRequest {
  readonly entry: ShownEntry;
  readonly words: ChartWords;
  readonly date: string;
  readonly program: string;
}

/** A chart of an entry: what becomes a picture, and its table. */
export interface EntryChart {
  readonly drawing: Drawing;
  readonly table: ReturnType<typeof chartTable>;
  readonly caption: string;
}

/** The chart of an entry. Throws SelectionError for what cannot be drawn, LabError for records that cannot be read. */
export async function entryChart({ entry, words, date, program }: EntryChartRequest): Promise<EntryChart> {
  const cells = await entryChartCells(entry);
  const { data, isLogX, isLogY } = chartFromWords(cells, words, placeFromWord(words.at));
  const shown = new Set(
    data.panels.flatMap(({ lines }) =>
      lines.flatMap(({ points }) => points.flatMap(({ cellIds }) => cellIds)),
    ),
  );
  const drawn = entry.json.cells.filter(({ id }) => shown.has(id));
  const word = (field: Field | null): string => (field === null ? '' : fieldWord(field));
  const { x, y, lines, dashes, panels } = data.choice;
  const figure: ChartFigure = {
    data,
    title: entry.json.title,
    subtitle: [chartTitle(data.choice), trainingText(drawn.map(({ config }) => config))]
      .filter((text) => text !== '')
      .join('; '),
    filter: words.where,
    isLogX,
    isLogY,
    provenance: [`Sweep: ${entry.json.name}`, `entry ${entry.id}`, date, program].join('  ·  '),
    recipe: {
      format: 'creasebook recipe',
      version: 1,
      program,
      drawing: {
        kind: 'chart',
        options: {
          x: word(x),
          y: word(y),
          lines: word(lines),
          dashes: word(dashes),
          panels: word(panels),
          at: words.at,
          where: words.where,
        },
      },
      entry: { id: entry.id, title: entry.json.title },
      cells: drawn.slice(0, mostRecipeCells).map(({ id, label }) => {
        const epochs = cells.find((cell) => cell.id === id)?.epochs ?? [];
        return { id, label, epoch: epochs[epochs.length - 1] ?? null };
      }),
      sweep: entry.sweepText,
    },
  };
  const caption = chartCaption(data, words.where);
  return {
    drawing: {
      svg: (fonts) => chartFigureSvg(figure, fonts),
      recipe: figure.recipe,
      title: `${figure.title}: ${chartTitle(data.choice)}`,
      subject: caption,
      program,
      date,
    },
    table: chartTable(data),
    caption,
  };
}

/** The chart of an entry as a file; `scale` is that of PNG, in pixels per CSS pixel. Throws as entryChart does. */
export async function chartFile(
  request: EntryChartRequest & { readonly format: ChartFormat; readonly scale: number },
): Promise<ExportedFile> {
  const { format, scale } = request;
  const { drawing, table } = await entryChart(request);
  const name = `${slugOf(drawing.title)}.${format}`;
  if (format === 'csv') {
    return { name, type: 'text/csv', bytes: new TextEncoder().encode(csvText(table.head, table.rows)) };
  }
  const { bytes, missing } = await figureFile(drawing, format, scale);
  const remark = missingLetters(missing);
  return { name, type: figureTypes[format], bytes, ...(remark === null ? {} : { remark }) };
}
