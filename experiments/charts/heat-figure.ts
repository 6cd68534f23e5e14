/** A heat map as a figure: squares with their values, a scale of colours, caption, in the style of the comparison grid. */
import { figureDocument } from '../figures/figure-document.ts';
import type { FigureFont } from '../figures/figure-type.ts';
import {
  axisSize,
  captionLeading,
  captionSize,
  ink,
  margin,
  secondInk,
  subtitleLeading,
  subtitleSize,
  titleLeading,
  titleSize,
} from '../figures/grid-style.ts';
import { coordinate, element, textLine } from '../figures/svg-elements.ts';
import { textWidth, wrapText } from '../figures/text-width.ts';
import { hexColour } from '../drawing/colour-map.ts';
import type { Recipe } from '../formats/recipe.ts';
import { fieldText, fieldTitle, type Field } from '../selection/fields.ts';
import { SelectionError } from '../selection/selection-error.ts';
import type { AxisValue } from '../sweeps/cell.ts';
import { capital } from './chart-data.ts';
import { shareOf, tickText, ticksOf, type Scale } from './chart-scale.ts';
import type { HeatData } from './heat-data.ts';
import { heatColour, heatMapColours, noValueColour } from './heat-request.ts';
import { heatCaption, heatTitle } from './heat-words.ts';

/** Everything a figure of a heat map shows. */
export interface HeatFigure {
  readonly data: HeatData;
  readonly scale: Scale;
  /** Of the entry. */
  readonly title: string;
  readonly subtitle: string;
  readonly filter: string;
  readonly provenance: string;
  readonly recipe: Recipe | null;
}

const plotWidth = 452;
const plotHeight = 330;
/** Squares of this size and more have their values written in. */
const writtenFrom = 34;
const barSteps = 64;

/** SVG of a heat map, light, with its recipe in <metadata>. Throws SelectionError where there is nothing to draw. */
export function heatFigureSvg(figure: HeatFigure, fonts: readonly FigureFont[] = []): string {
  const { data, scale } = figure;
  if (data.counts.shown === 0) throw new SelectionError('no cell has this value there: nothing to draw');
  const rowTexts = data.rows.map((value) => fieldText(data.choice.y, value));
  const left =
    margin + 22 + Math.min(140, Math.max(...rowTexts.map((text) => textWidth(text, axisSize)))) + 10;
  const barWidth = 96;
  const width = Math.max(560, left + plotWidth + barWidth + margin);
  const room = width - 2 * margin;
  const titles = wrapText(figure.title, room, titleSize, 600, 3);
  const subtitles = wrapText(figure.subtitle, room, subtitleSize, 400, 4).filter((line) => line !== '');
  const top = margin + titles.length * titleLeading + subtitles.length * subtitleLeading + 14;
  const bottom = top + plotHeight;
  const captionLines = wrapText(heatCaption(data, figure.filter), room, captionSize);
  const provenanceLines = wrapText(figure.provenance, room, captionSize);
  const captionTop = bottom + 66;
  const height = captionTop + (captionLines.length + provenanceLines.length) * captionLeading + margin - 8;
  const axisStyle = { size: axisSize + 1, fill: ink, anchor: 'middle' } as const;
  return figureDocument(
    {
      width,
      height,
      title: `${figure.title}: ${heatTitle(data)}`,
      description: heatCaption(data, figure.filter),
      recipe: figure.recipe,
      fonts,
    },
    '\n',
    ...titles.map((line, at) =>
      textLine(margin, margin + 14 + at * titleLeading, line, { size: titleSize, weight: 600, fill: ink }),
    ),
    ...subtitles.map((line, at) =>
      textLine(margin, margin + 12 + titles.length * titleLeading + at * subtitleLeading, line, {
        size: subtitleSize,
        fill: secondInk,
      }),
    ),
    '\n',
    squares(data, scale, left, top),
    '\n',
    sideTicks(data.columns, data.choice.x, plotWidth, (place, text) =>
      textLine(left + place, bottom + 16, text, { size: axisSize, fill: secondInk, anchor: 'middle' }),
    ),
    sideTicks(data.rows, data.choice.y, plotHeight, (place, text) =>
      textLine(left - 7, bottom - place + axisSize * 0.34, text, {
        size: axisSize,
        fill: secondInk,
        anchor: 'end',
      }),
    ),
    textLine(left + plotWidth / 2, bottom + 40, capital(fieldTitle(data.choice.x)), axisStyle),
    element(
      'g',
      { transform: `translate(${coordinate(margin + 10)} ${coordinate((top + bottom) / 2)}) rotate(-90)` },
      textLine(0, 0, capital(fieldTitle(data.choice.y)), axisStyle),
    ),
    colourBar(data, scale, left + plotWidth + 22, top),
    '\n',
    ...captionLines.map((line, at) =>
      textLine(margin, captionTop + at * captionLeading, line, { size: captionSize, fill: ink }),
    ),
    ...provenanceLines.map((line, at) =>
      textLine(margin, captionTop + (captionLines.length + at) * captionLeading, line, {
        size: captionSize,
        fill: secondInk,
      }),
    ),
  );
}

function squares(
  { choice, columns, rows, values, starts }: HeatData,
  scale: Scale,
  left: number,
  top: number,
): string {
  const [width, height] = [plotWidth / columns.length, plotHeight / rows.length];
  const isWritten = width >= writtenFrom && height >= 16;
  const gap = Math.min(width, height) >= 8 ? 0.8 : 0;
  const parts: string[] = [];
  values.forEach((value, square) => {
    if (starts[square] === starts[square + 1]) return;
    const x = left + (square % columns.length) * width;
    const y = top + (rows.length - 1 - Math.floor(square / columns.length)) * height;
    const fill = heatColour(scale, value);
    parts.push(element('rect', { x, y, width: width - gap, height: height - gap, fill }));
    if (!isWritten || Number.isNaN(value)) return;
    const size = Math.min(10.5, width / 4);
    const isBright = shareOf(scale, value) > 0.55;
    parts.push(
      textLine(x + width / 2, y + height / 2 + size * 0.35, fieldText(choice.value, value), {
        size,
        fill: isBright ? '#10151a' : '#ffffff',
        anchor: 'middle',
      }),
    );
  });
  return element('g', { 'shape-rendering': gap === 0 ? 'crispEdges' : 'auto' }, ...parts);
}

/** Texts of so many values as have room beside a side. */
function sideTicks(
  values: readonly AxisValue[],
  field: Field,
  length: number,
  draw: (place: number, text: string) => string,
): string {
  const isAcross = length === plotWidth;
  const size = length / values.length;
  const parts: string[] = [];
  let free = -Infinity;
  values.forEach((value, at) => {
    const text = fieldText(field, value);
    const half = isAcross ? textWidth(text, axisSize) / 2 : axisSize / 2;
    const place = (at + 0.5) * size;
    if (place - half < free) return;
    parts.push(draw(place, text));
    free = place + half + 5;
  });
  return parts.join('');
}

function colourBar({ choice, counts }: HeatData, scale: Scale, left: number, top: number): string {
  const height = 200;
  const step = height / barSteps;
  const parts = Array.from({ length: barSteps }, (_, at) =>
    element('rect', {
      x: left,
      y: top + 24 + height - (at + 1) * step,
      width: 14,
      height: step + 0.3,
      fill: hexColour(heatMapColours, (at + 0.5) / barSteps),
    }),
  );
  for (const { at, text } of ticksOf(scale, 5)) {
    if (text === '') continue;
    const y = top + 24 + height * (1 - shareOf(scale, at));
    parts.push(textLine(left + 20, y + axisSize * 0.34, tickText(at), { size: axisSize, fill: secondInk }));
  }
  if (counts.diverged + counts.missing > 0) {
    parts.push(
      element('rect', { x: left, y: top + 36 + height, width: 14, height: 10, fill: noValueColour }),
    );
    parts.push(textLine(left + 20, top + 45 + height, 'no value', { size: axisSize, fill: secondInk }));
  }
  return element(
    'g',
    {},
    textLine(left, top + 10, capital(fieldTitle(choice.value)), {
      size: axisSize + 1,
      weight: 600,
      fill: ink,
    }),
    ...parts,
  );
}
