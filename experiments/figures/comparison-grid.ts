/** The comparison grid as a figure: SVG with real text and embedded pictures. */
import { FigureError } from './figure-error.ts';
import { figureDocument } from './figure-document.ts';
import type { FigureFont } from './figure-type.ts';
import { gridCaption, gridProvenance } from './grid-caption.ts';
import { gridCell } from './grid-cell.ts';
import type { GridFigure } from './grid-figure.ts';
import { gridLayout, type GridLayout, type TextBlock } from './grid-layout.ts';
import { gridSide } from './grid-legend.ts';
import {
  axisSize,
  captionSize,
  ink,
  margin,
  secondInk,
  subtitleSize,
  titleSize,
  valueLeading,
  valueSize,
} from './grid-style.ts';
import { element, textLine, type TextStyle } from './svg-elements.ts';
import { shortenText } from './text-width.ts';

/** Maximum number of rows and columns of a figure. */
const maxTitles = 64;

/** Throws FigureError where a grid has too many rows or columns to be drawn. */
export function checkGridSides(rows: number, columns: number): void {
  if (rows >= 1 && rows <= maxTitles && columns >= 1 && columns <= maxTitles) return;
  throw new FigureError(`a grid has 1 to ${maxTitles} rows and columns, not ${rows} x ${columns}`);
}

/**
 * SVG of a figure, light, with its recipe in <metadata>. Fonts are embedded for browsers. Throws FigureError where the
 * titles do not match the cells or the cell size is outside 48 to 1024.
 */
export function comparisonGridSvg(figure: GridFigure, fonts: readonly FigureFont[] = []): string {
  checkFigure(figure);
  const caption = gridCaption(figure);
  const layout = gridLayout(figure, caption, gridProvenance(figure));
  const { width, height } = layout;
  const cells = figure.cells.flatMap((row, rowIndex) =>
    row.map((cell, column) =>
      gridCell(
        cell,
        layout.columnX[column],
        layout.rowY[rowIndex],
        figure.view,
        layout,
        `dots-${rowIndex}-${column}`,
      ),
    ),
  );
  return figureDocument(
    { width, height, title: figure.title, description: caption, recipe: figure.recipe, fonts },
    '\n',
    headings(figure, layout),
    '\n',
    cells.join('\n'),
    '\n',
    gridSide(figure, layout),
    '\n',
    captionText(layout),
  );
}

function checkFigure(figure: GridFigure): void {
  const { cells, columns, rows, cellSize } = figure;
  if (!(cellSize >= 48 && cellSize <= 1024)) {
    throw new FigureError(`the cell size must be from 48 to 1024 pixels, is ${cellSize}`);
  }
  const rowCount = rows === null ? 1 : rows.values.length;
  const columnCount = columns.values.length;
  checkGridSides(rowCount, columnCount);
  if (cells.length !== rowCount || cells.some((row) => row.length !== columnCount)) {
    throw new FigureError(`cells do not fill a grid of ${rowCount} rows and ${columnCount} columns`);
  }
}

/** Title, subtitle, titles of columns and rows. */
function headings(figure: GridFigure, layout: GridLayout): string {
  const { header, picture, columnX, rowY, gutterRight } = layout;
  const axis = { size: axisSize, fill: secondInk };
  const value = { size: valueSize, weight: 600, fill: ink } as const;
  const gridMiddle = (columnX[0] + columnX[columnX.length - 1] + picture.width) / 2;
  const columns = header.columnLabels.map((label, column) =>
    textBlock(label, columnX[column] + picture.width / 2, { ...value, anchor: 'middle' }),
  );
  const rows = layout.rowLabels.map((lines, row) => {
    const y = rowY[row] + picture.height / 2 + 4.5 - ((lines.length - 1) * valueLeading) / 2;
    return textBlock({ lines, y, leading: valueLeading }, gutterRight, { ...value, anchor: 'end' });
  });
  const rowTitle =
    figure.rows === null ? '' : shortenText(figure.rows.title, gutterRight - margin + 1, axisSize);
  return element(
    'g',
    {},
    textBlock(header.title, margin, { size: titleSize, weight: 600, fill: ink }),
    textBlock(header.subtitle, margin, { size: subtitleSize, fill: secondInk }),
    textLine(gridMiddle, header.axisY, figure.columns.title, { ...axis, anchor: 'middle' }),
    ...columns,
    textLine(gutterRight, header.valueY, rowTitle, { ...axis, anchor: 'end' }),
    ...rows,
  );
}

function captionText(layout: GridLayout): string {
  const { caption, provenance } = layout.footer;
  const style = { size: captionSize, fill: ink };
  return element(
    'g',
    {},
    textBlock(caption, margin, style),
    textBlock(provenance, margin, { ...style, fill: secondInk }),
  );
}

function textBlock(block: TextBlock, x: number, style: TextStyle): string {
  return block.lines.map((line, index) => textLine(x, block.y + index * block.leading, line, style)).join('');
}
