/** Where everything of a comparison grid lies, CSS pixels. */
import type { GridCell, GridFigure } from './grid-figure.ts';
import {
  axisSize,
  captionLeading,
  captionSize,
  cellType,
  figuresHeight,
  keyLeading,
  margin,
  scaleHeight,
  subtitleLeading,
  subtitleSize,
  tableShape,
  titleLeading,
  titleSize,
  valueLeading,
  valueSize,
  type CellType,
  type TableShape,
} from './grid-style.ts';
import { formatCount } from '../text/number-format.ts';
import { textWidth, wrapText } from './text-width.ts';

const columnGap = 18;
const rowGap = 22;
const sideGap = 34;
const narrowestSide = 120;
const gutterMost = 116;
const gutterGap = 16;
const narrowestFigure = 440;
const widestText = 880;
/** Titles leave room for the wider letters of fonts that step in. */
const titleShare = 0.9;

/** Lines of the key beside the grid: dots are training points, marks are baselines. */
export type SideKey = 'dots' | 'marks';

/** Lines of text, the first one's baseline and the distance between baselines. */
export interface TextBlock {
  readonly lines: readonly string[];
  readonly y: number;
  readonly leading: number;
}

/** Titles above the pictures. */
interface HeaderLayout {
  readonly title: TextBlock;
  readonly subtitle: TextBlock;
  /** Baseline of the columns' title. */
  readonly axisY: number;
  /** Values of the columns; all have as many lines. */
  readonly columnLabels: readonly TextBlock[];
  /** Baseline of the last line of the columns' values. */
  readonly valueY: number;
}

/** Text below the pictures. */
interface FooterLayout {
  readonly caption: TextBlock;
  readonly provenance: TextBlock;
  readonly bottom: number;
}

/** Where everything of a grid goes, in units of the figure. */
export interface GridLayout {
  readonly width: number;
  readonly height: number;
  readonly header: HeaderLayout;
  /** Right edge of the row titles; the grid begins to the right of it. */
  readonly gutterRight: number;
  readonly rowLabels: readonly (readonly string[])[];
  readonly type: CellType;
  readonly table: TableShape;
  readonly headingLines: 1 | 2;
  /** Left and upper edges of the pictures. */
  readonly columnX: readonly number[];
  readonly rowY: readonly number[];
  readonly picture: Size;
  /** Upper left corner and width of the panel beside the grid, and what its key explains. */
  readonly side: { readonly x: number; readonly y: number; readonly width: number };
  readonly keys: readonly SideKey[];
  readonly footer: FooterLayout;
  /** Root-mean-square error at the right end of the bars. */
  readonly errorScale: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The layout of a figure with its caption and provenance. */
export function gridLayout(figure: GridFigure, caption: string, provenance: string): GridLayout {
  const type = cellType(figure.cellSize);
  const picture = pictureSize(figure);
  const table = tableShape(picture.width, type);
  const headingLines = headingLineCount(figure, picture.width, type);
  const { rowLabels, gutter } = rowGutter(figure);
  const step = picture.width + columnGap;
  const columnX = figure.columns.values.map((_, column) => margin + gutter + column * step);
  const sideX = columnX[columnX.length - 1] + picture.width + sideGap;
  const sideWidth = Math.max(picture.width, narrowestSide);
  const width = Math.max(narrowestFigure, sideX + sideWidth + margin);

  const header = headerLayout(figure, width, step - 4);
  const headingHeight = headingLines * type.leading + 3;
  const top = header.valueY + 10 + headingHeight;
  const rowStep = picture.height + figuresHeight(type) + rowGap + headingHeight;
  const rowY = figure.cells.map((_, row) => top + row * rowStep);
  const gridBottom = rowY[rowY.length - 1] + picture.height + figuresHeight(type);
  const keys = sideKeys(figure, table);
  const truthHeight = figure.truth === null ? 0 : picture.height + 12;
  const sideBottom = top + truthHeight + (hasScale(figure) ? scaleHeight : 0) + keys.length * keyLeading;
  const footer = footerLayout(caption, provenance, width, Math.max(gridBottom + 34, sideBottom + 26));
  return {
    width,
    height: footer.bottom,
    header,
    gutterRight: margin + gutter - gutterGap,
    rowLabels,
    type,
    table,
    headingLines,
    columnX,
    rowY,
    picture,
    side: { x: sideX, y: top, width: sideWidth },
    keys,
    footer,
    errorScale: errorScale(figure),
  };
}

function headerLayout(figure: GridFigure, width: number, columnWidth: number): HeaderLayout {
  const room = width - 2 * margin;
  const title = {
    lines: wrapText(figure.title, titleShare * room, titleSize, 600, 3),
    y: margin + 15,
    leading: titleLeading,
  };
  const titleBottom = title.y + (title.lines.length - 1) * titleLeading;
  const subtitle = {
    lines: figure.subtitle === '' ? [] : wrapText(figure.subtitle, Math.min(room, widestText), subtitleSize),
    y: titleBottom + 21,
    leading: subtitleLeading,
  };
  const bottom = titleBottom + (subtitle.lines.length > 0 ? 4 : 0) + subtitle.lines.length * subtitleLeading;
  const axisY = bottom + 33;
  const labels = figure.columns.values.map((value) => wrapText(value, columnWidth, valueSize, 600, 2));
  const valueY = axisY + 18 + (Math.max(...labels.map((lines) => lines.length)) - 1) * valueLeading;
  const columnLabels = labels.map((lines) => ({
    lines,
    y: valueY - (lines.length - 1) * valueLeading,
    leading: valueLeading,
  }));
  return { title, subtitle, axisY, columnLabels, valueY };
}

function footerLayout(caption: string, provenance: string, width: number, y: number): FooterLayout {
  const room = Math.min(width - 2 * margin, widestText);
  const lines = wrapText(caption, room, captionSize);
  const last = wrapText(provenance, room, captionSize);
  const lastY = y + lines.length * captionLeading + 5;
  return {
    caption: { lines, y, leading: captionLeading },
    provenance: { lines: last, y: lastY, leading: captionLeading },
    bottom: lastY + (last.length - 1) * captionLeading + margin - 6,
  };
}

/** Sides of a picture: those of the first one there is, scaled to the cell size. */
function pictureSize(figure: GridFigure): Size {
  const images = [...figure.cells.flat().map((cell) => cell?.image ?? null), figure.truth];
  const image = images.find((candidate) => candidate !== null);
  if (image === undefined || image === null) return { width: figure.cellSize, height: figure.cellSize };
  const scale = figure.cellSize / Math.max(image.width, image.height);
  const whole = (side: number): number => Math.max(1, Math.round(side * scale));
  return { width: whole(image.width), height: whole(image.height) };
}

/** Whether values are drawn in a scale; three outputs are colours themselves. */
export function hasScale(figure: GridFigure): boolean {
  return figure.outputs !== 3 || figure.drawing !== 'prediction';
}

function sideKeys(figure: GridFigure, table: TableShape): SideKey[] {
  const cells = figure.cells.flat().filter((cell) => cell !== null);
  const keys: SideKey[] = [];
  if (figure.outputs === 1 && cells.some((cell) => cell.image !== null && cell.data !== null))
    keys.push('dots');
  if (!table.hasMarks && cells.some((cell) => cell.baselines !== null)) keys.push('marks');
  return keys;
}

/** "27,091 parameters · 5,000 points". */
export function headingText(cell: GridCell): string {
  return `${formatCount(cell.parameters)} parameters · ${formatCount(cell.points)} points`;
}

/** "epoch 6,000", or nothing. */
export function epochText(cell: GridCell): string {
  return cell.epoch === null ? '' : `epoch ${formatCount(cell.epoch)}`;
}

function headingLineCount(figure: GridFigure, width: number, type: CellType): 1 | 2 {
  const fits = figure.cells.flat().every((cell) => {
    if (cell === null) return true;
    return textWidth(headingText(cell), type.size) + textWidth(epochText(cell), type.size) + 10 <= width;
  });
  return fits ? 1 : 2;
}

function rowGutter(figure: GridFigure): { rowLabels: string[][]; gutter: number } {
  const { rows } = figure;
  if (rows === null) return { rowLabels: figure.cells.map(() => []), gutter: 0 };
  const rowLabels = rows.values.map(balancedLabel);
  const widths = rowLabels.flat().map((line) => textWidth(line, valueSize, 600));
  const titleWidth = Math.min(gutterMost, textWidth(rows.title, axisSize));
  return { rowLabels, gutter: Math.ceil(Math.max(titleWidth, ...widths)) + gutterGap };
}

/** At most four lines of a row's value, as equally long as the same number of lines can be. */
function balancedLabel(value: string): string[] {
  let lines = wrapText(value, gutterMost, valueSize, 600, 4);
  for (let width = gutterMost - 4; width > 30; width -= 4) {
    const narrower = wrapText(value, width, valueSize, 600, lines.length + 1);
    if (narrower.length > lines.length) break;
    lines = narrower;
  }
  return lines;
}

/** Root of the largest baseline error, so that bars compare across cells; of the networks' own where there is none. */
function errorScale(figure: GridFigure): number {
  const cells = figure.cells.flat().filter((cell) => cell !== null);
  const baselines = cells.flatMap(({ baselines: known }) =>
    known === null ? [] : [known.constant, known.nearest, known.smoothing],
  );
  const own = cells.flatMap((cell) => (cell.score === null ? [] : [cell.score]));
  const errors = (baselines.length > 0 ? baselines : own).map((score) => score.mse);
  const largest = Math.max(0, ...errors.filter((error) => Number.isFinite(error)));
  return largest > 0 ? 1.04 * Math.sqrt(largest) : 1;
}
