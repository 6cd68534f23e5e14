/** The panels of one chart with the titles of its axes, as they stand in a figure, alone or beside other charts. */
import { axisSize, ink, margin, valueSize } from '../figures/grid-style.ts';
import { coordinate, element, textLine } from '../figures/svg-elements.ts';
import { fieldTitle } from '../selection/fields.ts';
import { SelectionError } from '../selection/selection-error.ts';
import { capital } from './chart-data.ts';
import { lightInk, lineLooks, mostLines } from './chart-look.ts';
import { plotElement } from './chart-plot.ts';
import type { AskedChart } from './chart-request.ts';
import { chartScales } from './chart-scales.ts';
import { valueWithName } from './chart-words.ts';

/** Room for the title and the numbers of a y axis, in CSS pixels. */
export const besideAxis = 22 + 46;
/** Between panels. */
export const panelGap = 26;
const mostPanels = 24;
const headHeight = 22;
const rowGap = 8;

/** How the panels of a chart are put together; pixels. */
export interface BlockLayout {
  readonly columns: number;
  readonly rows: number;
  readonly plot: { readonly width: number; readonly height: number };
  /** Above each row of panels, for their names and a letter. */
  readonly panelTop: number;
  /** Of all panels, without what is beside the y axis. */
  readonly width: number;
  /** From the top to below the numbers of the lowest x axes. */
  readonly height: number;
}

/** Sizes of plots by how many stand side by side. */
const plotSizes = [
  { width: 452, height: 300 },
  { width: 300, height: 230 },
  { width: 222, height: 180 },
] as const;

/**
 * The layout of a chart's panels, as large as `across` charts side by side leave room for. Throws SelectionError where there is
 * nothing to draw, or more than can be told apart.
 */
export function blockLayout({ data }: AskedChart, across: number, hasLetter: boolean): BlockLayout {
  if (data.counts.shown === 0) throw new SelectionError('no cell has these values there: nothing to draw');
  const lines = Math.max(...data.panels.map((panel) => panel.lines.length));
  if (lines > mostLines) {
    throw new SelectionError(
      `${lines} lines cannot be told apart, at most ${mostLines} can: make panels of a setting, filter with --where, or take another setting for lines`,
    );
  }
  const count = data.panels.length;
  if (count > mostPanels) {
    throw new SelectionError(
      `${count} panels are too many, at most ${mostPanels} fit: filter, or make panels of another setting`,
    );
  }
  const columns = Math.min(count, count === 4 ? 2 : 3);
  const rows = Math.ceil(count / columns);
  const plot = plotSizes[Math.min(3, Math.max(count, across)) - 1];
  const panelTop = count > 1 || hasLetter ? headHeight : 0;
  const rowHeight = panelTop + plot.height + 30;
  const height = rows * rowHeight + (rows - 1) * rowGap;
  return { columns, rows, plot, panelTop, width: columns * plot.width + (columns - 1) * panelGap, height };
}

/** SVG of the panels, and of the titles of their axes. */
export interface ChartBlock {
  readonly panels: readonly string[];
  readonly titles: readonly string[];
}

/**
 * A chart whose plots begin at (left, top). `letter` stands before it, '' where the chart is alone; `clip` names what cuts lines off,
 * another name for each chart.
 */
export function chartBlock(
  { data, isLogX, isLogY }: AskedChart,
  { columns, plot, panelTop, width, height }: BlockLayout,
  { left, top, letter, clip }: { left: number; top: number; letter: string; clip: string },
): ChartBlock {
  const { x, y, xTicks } = chartScales(data, isLogX, isLogY);
  const look = lineLooks(data, false);
  const { choice } = data;
  const panels = data.panels.map((panel, at) => {
    const area = {
      left: left + (at % columns) * (plot.width + panelGap),
      top: top + panelTop + Math.floor(at / columns) * (panelTop + plot.height + 30 + rowGap),
      ...plot,
    };
    const name =
      choice.panels === null || panel.value === null ? '' : valueWithName(choice.panels, panel.value);
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
        clip: `${clip}-${at}`,
        hasYNumbers: at % columns === 0,
        fontSize: axisSize,
        isJoined: choice.x.kind !== 'measure',
      })
    );
  });
  const bottom = top + height;
  const axisStyle = { size: axisSize + 1, fill: ink, anchor: 'middle' } as const;
  const middleY = (top + panelTop + bottom - 30) / 2;
  const edge = left - besideAxis;
  const titles = [
    textLine(left + width / 2, bottom + 12, capital(fieldTitle(choice.x)), axisStyle),
    element(
      'g',
      { transform: `translate(${coordinate(edge + 10)} ${coordinate(middleY)}) rotate(-90)` },
      textLine(0, 0, capital(fieldTitle(choice.y)), axisStyle),
    ),
    letter === ''
      ? ''
      : textLine(edge, top + panelTop - 8, letter, { size: valueSize + 1, weight: 600, fill: ink }),
  ];
  return { panels, titles };
}

/** Left edge of the plots of a figure. */
export const firstLeft = margin + besideAxis;
