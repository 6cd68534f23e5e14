/** A chart as a figure: title, panels, key, caption, in the style of the comparison grid. */
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
  valueSize,
} from '../figures/grid-style.ts';
import { coordinate, element, textLine } from '../figures/svg-elements.ts';
import { textWidth, wrapText } from '../figures/text-width.ts';
import type { Recipe } from '../formats/recipe.ts';
import { fieldText, fieldTitle } from '../selection/fields.ts';
import { SelectionError } from '../selection/selection-error.ts';
import { valueText } from '../text/axis-text.ts';
import { chartTitle, capital, type ChartData } from './chart-data.ts';
import { lightInk, lineLooks, markElement, mostLines, type LineLook } from './chart-look.ts';
import { plotElement } from './chart-plot.ts';
import { chartScales } from './chart-scales.ts';
import { chartCaption, valueWithName } from './chart-words.ts';

/** Everything a figure of a chart shows. */
export interface ChartFigure {
  readonly data: ChartData;
  /** Of the entry. */
  readonly title: string;
  /** What is the same in all cells; may be empty. */
  readonly subtitle: string;
  readonly filter: string;
  readonly isLogX: boolean;
  readonly isLogY: boolean;
  readonly provenance: string;
  readonly recipe: Recipe | null;
}

const mostPanels = 24;
const gap = 26;
const keyLeading = 18;

/**
 * SVG of a chart, light, with its recipe in <metadata>. Fonts are embedded for browsers. Throws SelectionError where there
 * is nothing to draw, or more than can be told apart.
 */
export function chartFigureSvg(figure: ChartFigure, fonts: readonly FigureFont[] = []): string {
  const { data } = figure;
  checkSize(data);
  const count = data.panels.length;
  const columns = Math.min(count, count === 4 ? 2 : 3);
  const rows = Math.ceil(count / columns);
  const plot =
    count === 1
      ? { width: 452, height: 300 }
      : count === 2
        ? { width: 300, height: 230 }
        : { width: 222, height: 180 };
  const { x, y, xTicks } = chartScales(data, figure.isLogX, figure.isLogY);
  const look = lineLooks(data, false);
  const key = keyEntries(data, look);
  const keyWidth =
    key.length === 0
      ? 0
      : 24 +
        Math.max(
          ...key.map(
            ({ text, isTitle }) => textWidth(text, axisSize + 1, isTitle ? 600 : 400) + (isTitle ? 0 : 34),
          ),
        );
  const left = margin + 22 + 46;
  const panelTop = count > 1 ? 22 : 0;
  const width = Math.max(560, left + columns * plot.width + (columns - 1) * gap + keyWidth + margin);
  const text = width - 2 * margin;
  const titles = wrapText(figure.title, text, titleSize, 600, 3);
  const subtitles = wrapText(figure.subtitle, text, subtitleSize, 400, 4).filter((line) => line !== '');
  const top = margin + titles.length * titleLeading + subtitles.length * subtitleLeading + 14;
  const rowHeight = panelTop + plot.height + 30;
  const bottom = top + rows * rowHeight + (rows - 1) * 8;
  const captionLines = wrapText(chartCaption(data, figure.filter), text, captionSize);
  const provenanceLines = wrapText(figure.provenance, text, captionSize);
  const captionTop = bottom + 22 + 24;
  const height = captionTop + (captionLines.length + provenanceLines.length) * captionLeading + margin - 8;
  const panels = data.panels.map((panel, at) => {
    const area = {
      left: left + (at % columns) * (plot.width + gap),
      top: top + panelTop + Math.floor(at / columns) * (rowHeight + 8),
      ...plot,
    };
    const name =
      data.choice.panels === null || panel.value === null
        ? ''
        : valueWithName(data.choice.panels, panel.value);
    return (
      textLine(area.left, area.top - 9, capital(name), { size: valueSize - 1, weight: 600, fill: ink }) +
      plotElement({
        panel,
        area,
        x,
        y,
        xTicks,
        look,
        ink: lightInk,
        clip: `plot-${at}`,
        hasYNumbers: at % columns === 0,
        fontSize: axisSize,
        isJoined: data.choice.x.kind !== 'measure',
      })
    );
  });
  const plotRight = left + columns * plot.width + (columns - 1) * gap;
  const middleY = (top + panelTop + bottom - 30) / 2;
  const axisStyle = { size: axisSize + 1, fill: ink, anchor: 'middle' } as const;
  return figureDocument(
    {
      width,
      height,
      title: `${figure.title}: ${chartTitle(data.choice)}`,
      description: chartCaption(data, figure.filter),
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
    panels.join('\n'),
    '\n',
    textLine((left + plotRight) / 2, bottom + 12, axisTitle(data, 'x'), axisStyle),
    element(
      'g',
      { transform: `translate(${coordinate(margin + 10)} ${coordinate(middleY)}) rotate(-90)` },
      textLine(0, 0, axisTitle(data, 'y'), axisStyle),
    ),
    keyElement(key, plotRight + 24, top + panelTop),
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

function checkSize(data: ChartData): void {
  if (data.counts.shown === 0) throw new SelectionError('no cell has these values there: nothing to draw');
  const lines = Math.max(...data.panels.map((panel) => panel.lines.length));
  if (lines > mostLines) {
    throw new SelectionError(
      `${lines} lines cannot be told apart, at most ${mostLines} can: make panels of a setting, filter with --where, or take another setting for lines`,
    );
  }
  if (data.panels.length > mostPanels) {
    throw new SelectionError(
      `${data.panels.length} panels are too many, at most ${mostPanels} fit: filter, or make panels of another setting`,
    );
  }
}

function axisTitle({ choice }: ChartData, side: 'x' | 'y'): string {
  return capital(fieldTitle(choice[side]));
}

interface KeyEntry {
  readonly text: string;
  readonly isTitle: boolean;
  readonly look: LineLook | null;
  readonly hasMark: boolean;
}

/** The key: colours with their marks, then dashes. */
function keyEntries(
  data: ChartData,
  look: (line: {
    colourValue: ChartData['colourValues'][number] | null;
    dashValue: ChartData['dashValues'][number] | null;
  }) => LineLook,
): KeyEntry[] {
  const { lines, dashes } = data.choice;
  const entries: KeyEntry[] = [];
  const title = (text: string): KeyEntry => ({
    text: capital(text),
    isTitle: true,
    look: null,
    hasMark: false,
  });
  if (lines !== null) {
    entries.push(title(fieldTitle(lines)));
    for (const value of data.colourValues) {
      entries.push({
        text: keyText(lines, value),
        isTitle: false,
        look: look({ colourValue: value, dashValue: data.dashValues[0] ?? null }),
        hasMark: true,
      });
    }
  }
  if (dashes !== null) {
    entries.push(title(fieldTitle(dashes)));
    for (const value of data.dashValues) {
      const { dash, mark } = look({ colourValue: data.colourValues[0] ?? null, dashValue: value });
      entries.push({
        text: keyText(dashes, value),
        isTitle: false,
        look: { colour: secondInk, dash, mark },
        hasMark: false,
      });
    }
  }
  return entries;
}

function keyText(
  field: NonNullable<ChartData['choice']['lines']>,
  value: ChartData['colourValues'][number],
): string {
  return field.kind === 'setting' ? valueText(field.name, value) : fieldText(field, value);
}

function keyElement(entries: readonly KeyEntry[], x: number, top: number): string {
  const lines = entries.map(({ text, isTitle, look, hasMark }, at) => {
    const y = top + 10 + at * keyLeading;
    if (isTitle) return textLine(x, y, text, { size: axisSize + 1, weight: 600, fill: ink });
    if (look === null) return '';
    const { colour, dash, mark } = look;
    const stroke = {
      stroke: colour,
      'stroke-width': 1.9,
      fill: 'none',
      ...(dash === '' ? {} : { 'stroke-dasharray': dash }),
    };
    return (
      element('path', { d: `M${coordinate(x)} ${coordinate(y - 4)}h26`, ...stroke }) +
      (hasMark ? markElement(mark, x + 13, y - 4, 3.6, colour, '#ffffff') : '') +
      textLine(x + 34, y, text, { size: axisSize + 1, fill: ink })
    );
  });
  return element('g', {}, ...lines);
}
