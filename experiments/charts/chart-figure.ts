/** Charts as a figure: title, panels, key, caption, in the style of the comparison grid; several charts are lettered a, b, c. */
import { figureDocument } from '../figures/figure-document.ts';
import type { FigureFont } from '../figures/figure-type.ts';
import {
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
import { textLine } from '../figures/svg-elements.ts';
import { wrapText } from '../figures/text-width.ts';
import type { Recipe } from '../formats/recipe.ts';
import {
  besideAxis,
  blockLayout,
  chartBlock,
  firstLeft,
  panelGap,
  type BlockLayout,
  type ChartBlock,
} from './chart-block.ts';
import { chartsTitle } from './chart-data.ts';
import { haveOneKey, keyElement, keyEntries, keyWidth } from './chart-key.ts';
import type { AskedChart } from './chart-request.ts';
import { chartsCaption, letterOf } from './chart-words.ts';

/** Everything a figure of charts shows. */
export interface ChartFigure {
  /** One, or several of the same cells. */
  readonly charts: readonly AskedChart[];
  /** Of the entry. */
  readonly title: string;
  /** What is the same in all cells; may be empty. */
  readonly subtitle: string;
  readonly filter: string;
  readonly provenance: string;
  readonly recipe: Recipe | null;
}

/** Below the numbers of x axes, for their title. */
const axisTitleHeight = 22;

/**
 * SVG of charts, light, with its recipe in <metadata>. Fonts are embedded for browsers. Throws SelectionError where there
 * is nothing to draw, or more than can be told apart.
 */
export function chartFigureSvg(figure: ChartFigure, fonts: readonly FigureFont[] = []): string {
  const { charts } = figure;
  const datas = charts.map(({ data }) => data);
  const body = figureBody(charts);
  const width = Math.max(560, body.width + margin);
  const text = width - 2 * margin;
  const titles = wrapText(figure.title, text, titleSize, 600, 3);
  const subtitles = wrapText(figure.subtitle, text, subtitleSize, 400, 4).filter((line) => line !== '');
  const top = margin + titles.length * titleLeading + subtitles.length * subtitleLeading + 14;
  const caption = chartsCaption(datas, figure.filter);
  const captionLines = wrapText(caption, text, captionSize);
  const provenanceLines = wrapText(figure.provenance, text, captionSize);
  const captionTop = top + body.height + axisTitleHeight + 24;
  const height = captionTop + (captionLines.length + provenanceLines.length) * captionLeading + margin - 8;
  const { blocks, keys } = body.draw(top);
  return figureDocument(
    {
      width,
      height,
      title: `${figure.title}: ${chartsTitle(datas.map(({ choice }) => choice))}`,
      description: caption,
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
    blocks.flatMap(({ panels }) => panels).join('\n'),
    '\n',
    ...blocks.flatMap((block) => block.titles),
    ...keys,
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

/** The charts of a figure: how much room they take, and their drawing once it is known where they begin. */
interface FigureBody {
  /** From the left edge of the figure to the right end of the keys, in CSS pixels. */
  readonly width: number;
  readonly height: number;
  draw(top: number): { readonly blocks: readonly ChartBlock[]; readonly keys: readonly string[] };
}

/** Charts side by side, or one below the other where any of them has panels; one key where it is the same for all. */
function figureBody(charts: readonly AskedChart[]): FigureBody {
  const isStacked = charts.some(({ data }) => data.panels.length > 1);
  const across = isStacked ? 1 : charts.length === 4 ? 2 : Math.min(3, charts.length);
  const layouts = charts.map((chart) => blockLayout(chart, across, charts.length > 1));
  const keys = charts.map(({ data }) => keyEntries(data));
  const isShared = haveOneKey(charts.map(({ data }) => data));
  const room = (at: number): number => (isShared ? 0 : keyWidth(keys[at]));
  const step = Math.max(...layouts.map(({ width }, at) => width + room(at))) + panelGap + besideAxis;
  const rows = Array.from({ length: Math.ceil(charts.length / across) }, (_, row) =>
    layouts.slice(row * across, (row + 1) * across),
  );
  const rowHeights = rows.map((row) => Math.max(...row.map(({ height }) => height)));
  const between = axisTitleHeight + 14;
  const topOf = (row: number): number =>
    rowHeights.slice(0, row).reduce((sum, height) => sum + height + between, 0);
  const right = Math.max(
    ...layouts.map(({ width }, at) => firstLeft + (at % across) * step + width + room(at)),
  );
  return {
    width: right + (isShared ? keyWidth(keys[0]) : 0),
    height: topOf(rows.length - 1) + (rowHeights.at(-1) ?? 0),
    draw(top) {
      const places = charts.map((_, at) => ({
        left: firstLeft + (at % across) * step,
        top: top + topOf(Math.floor(at / across)),
        letter: charts.length === 1 ? '' : letterOf(at),
        clip: charts.length === 1 ? 'plot' : `plot-${letterOf(at)}`,
      }));
      return {
        blocks: charts.map((chart, at) => chartBlock(chart, layouts[at], places[at])),
        keys: isShared
          ? [keyElement(keys[0], right + 24, top + layouts[0].panelTop)]
          : keys.map((key, at) => keyBeside(key, layouts[at], places[at])),
      };
    },
  };
}

function keyBeside(
  key: Parameters<typeof keyElement>[0],
  { width, panelTop }: BlockLayout,
  { left, top }: { readonly left: number; readonly top: number },
): string {
  return keyElement(key, left + width + 24, top + panelTop);
}
