/** One cell of a comparison grid: heading, picture with training points, error bar, figures. */
import type { View } from '../engines/engine.ts';
import type { GridCell } from './grid-figure.ts';
import { epochText, headingText, type GridLayout } from './grid-layout.ts';
import { errorBar, scoreTable } from './grid-scores.ts';
import { failureInk, frameInk, ruleInk, secondInk } from './grid-style.ts';
import { pictureElement } from './picture-element.ts';
import { element, textLine } from './svg-elements.ts';
import { shortenText, textWidth, wrapText } from './text-width.ts';
import { trainingPoints, type Panel } from './point-dots.ts';

/** SVG of a cell whose picture's upper left corner is (x, y); `id` is unique in the document. */
export function gridCell(
  cell: GridCell | null,
  x: number,
  y: number,
  view: View,
  layout: GridLayout,
  id: string,
): string {
  const panel: Panel = { x, y, ...layout.picture };
  if (cell === null) return emptyPanel(panel, 'not in this sweep', false, layout);
  const picture =
    cell.image === null
      ? emptyPanel(panel, cell.remark?.text ?? 'nothing recorded', cell.remark?.isFailure ?? false, layout)
      : filledPanel(cell, panel, view, layout, id);
  return element(
    'g',
    {},
    heading(cell, panel, layout),
    picture,
    errorBar(cell, panel, layout),
    scoreTable(cell, panel, layout),
  );
}

function heading(cell: GridCell, panel: Panel, layout: GridLayout): string {
  const { size, leading } = layout.type;
  const style = { size, fill: secondInk };
  const right = panel.x + panel.width;
  const base = panel.y - 5;
  const text = headingText(cell);
  if (layout.headingLines === 1) {
    return (
      textLine(panel.x, base, text, style) +
      textLine(right, base, epochText(cell), { ...style, anchor: 'end' })
    );
  }
  const short = text.replace('parameters', 'par.').replace('points', 'pts');
  const first = textWidth(text, size) <= panel.width ? text : shortenText(short, panel.width, size);
  return textLine(panel.x, base - leading, first, style) + textLine(panel.x, base, epochText(cell), style);
}

function filledPanel(cell: GridCell, panel: Panel, view: View, layout: GridLayout, id: string): string {
  if (cell.image === null) return '';
  const dots = cell.data === null ? '' : trainingPoints(cell.data, view, panel, id);
  return pictureElement(cell.image, panel) + dots + frame(panel) + remarkTag(cell, panel, layout);
}

function frame(panel: Panel): string {
  return element('rect', { ...panel, fill: 'none', stroke: frameInk, 'stroke-width': 0.6 });
}

/** A remark over the lower edge of the picture. */
function remarkTag(cell: GridCell, panel: Panel, layout: GridLayout): string {
  if (cell.remark === null) return '';
  const { size } = layout.type;
  const text = shortenText(cell.remark.text, panel.width - 12, size, 600);
  const height = size + 7;
  const y = panel.y + panel.height - height;
  return (
    element('rect', {
      x: panel.x,
      y,
      width: Math.min(panel.width, textWidth(text, size, 600) + 12),
      height,
      fill: '#ffffff',
      'fill-opacity': 0.92,
    }) +
    textLine(panel.x + 6, y + size + 1.5, text, {
      size,
      weight: 600,
      fill: cell.remark.isFailure ? failureInk : secondInk,
    })
  );
}

function emptyPanel(panel: Panel, text: string, isFailure: boolean, layout: GridLayout): string {
  const { size, leading } = layout.type;
  const lines = wrapText(text, panel.width - 16, size + 1, 400, 4);
  const middle = panel.y + panel.height / 2 - ((lines.length - 1) * leading) / 2 + size / 3;
  const rim = { stroke: ruleInk, 'stroke-width': 0.8, 'stroke-dasharray': '3 3' };
  return (
    element('rect', { ...panel, fill: '#f7f8f9', ...rim }) +
    lines
      .map((line, index) =>
        textLine(panel.x + panel.width / 2, middle + index * leading, line, {
          size: size + 1,
          fill: isFailure ? failureInk : secondInk,
          anchor: 'middle',
        }),
      )
      .join('')
  );
}
