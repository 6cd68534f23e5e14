/** A finding as a figure: its question, the chart of each claim, the verdicts in words, what they rest on. */
import { lightInk } from '../charts/chart-look.ts';
import { figureDocument } from '../figures/figure-document.ts';
import type { FigureFont } from '../figures/figure-type.ts';
import {
  axisSize,
  captionLeading,
  captionSize,
  ink,
  margin,
  secondInk,
  titleLeading,
  titleSize,
} from '../figures/grid-style.ts';
import { coordinate, element, textLine } from '../figures/svg-elements.ts';
import { wrapText } from '../figures/text-width.ts';
import { claimText, type JudgedClaim } from '../findings/verdict-text.ts';
import type { Recipe } from '../formats/recipe.ts';
import type { Evidence } from './evidence-data.ts';
import { evidenceLooks, evidencePlot } from './evidence-plot.ts';
import type { FindingPlot } from './finding-plots.ts';
import { verdictSentence } from './verdict-sentence.ts';

/** A claim with its chart; null where there is nothing to draw. */
export interface DrawnClaim {
  readonly judged: JudgedClaim;
  readonly evidence: Evidence | null;
}

/** Everything a figure of a finding shows. */
export interface EvidenceFigure {
  readonly question: string;
  readonly claims: readonly DrawnClaim[];
  /** What the claims are about, in one picture each; above them. */
  readonly plots: readonly FindingPlot[];
  readonly provenance: string;
  readonly recipe: Recipe | null;
}

const plot = { width: 400, height: 210 };
const room = { left: 62, above: 8, below: 46, gap: 30 };

/** SVG of a finding, light, its recipe in <metadata>; claims in two columns. */
export function evidenceFigureSvg(figure: EvidenceFigure, fonts: readonly FigureFont[] = []): string {
  const { claims, question, provenance, recipe } = figure;
  const panels = [...figure.plots.map(panelOfPlot), ...claims.map(panelOfClaim)];
  const columns = Math.min(2, panels.length);
  const column = room.left + plot.width;
  const width = 2 * margin + columns * column + (columns - 1) * room.gap;
  const titles = wrapText(question, width - 2 * margin, titleSize, 600, 4);
  let top = margin + titles.length * titleLeading + 10;
  const parts: string[] = [];
  for (let first = 0; first < panels.length; first += columns) {
    const row = panels.slice(first, first + columns);
    const drawn = row.map((panel, at) =>
      drawnPanel(panel, margin + at * (column + room.gap), top, column, `claim-${first + at}`),
    );
    parts.push(...drawn.map(({ svg }) => svg));
    top += Math.max(...drawn.map(({ height }) => height)) + 16;
  }
  const foot = wrapText(provenance, width - 2 * margin, captionSize);
  const height = top + foot.length * captionLeading + margin - 8;
  return figureDocument(
    {
      ...{ width, height, title: question, recipe, fonts },
      description: claims.map(({ judged }) => verdictSentence(judged)).join(' '),
    },
    ...titles.map((line, at) =>
      textLine(margin, margin + 14 + at * titleLeading, line, { size: titleSize, weight: 600, fill: ink }),
    ),
    '\n',
    parts.join('\n'),
    '\n',
    ...foot.map((line, at) =>
      textLine(margin, top + 10 + at * captionLeading, line, { size: captionSize, fill: secondInk }),
    ),
  );
}

/** A chart with what stands above and below it. */
interface Panel {
  readonly head: string;
  readonly evidence: Evidence | null;
  readonly foot: string;
}

function panelOfPlot({ title, says, evidence }: FindingPlot): Panel {
  return { head: title, evidence, foot: says };
}

function panelOfClaim({ judged, evidence }: DrawnClaim): Panel {
  return { head: claimText(judged.asked.claim), evidence, foot: verdictSentence(judged) };
}

/** A title, its chart, its words, one below the other. */
function drawnPanel(
  { head: title, evidence, foot }: Panel,
  left: number,
  top: number,
  width: number,
  clip: string,
): { svg: string; height: number } {
  const head = wrapText(title, width, axisSize + 1.5, 600, 4);
  const verdict = wrapText(foot, width, axisSize + 0.5, 400, 6);
  const parts = head.map((line, at) =>
    textLine(left, top + 12 + at * 16, line, { size: axisSize + 1.5, weight: 600, fill: ink }),
  );
  let below = top + head.length * 16 + room.above;
  if (evidence !== null) {
    const area = { left: left + room.left, top: below + 6, ...plot };
    const shared = { evidence, area, ink: lightInk, fontSize: axisSize, playhead: null };
    parts.push(evidencePlot({ ...shared, clip }), axisTitles(evidence, area), keyOf(evidence, area));
    below += plot.height + room.below;
  }
  parts.push(
    ...verdict.map((line, at) =>
      textLine(left, below + 14 + at * 15, line, { size: axisSize + 0.5, fill: ink }),
    ),
  );
  return { svg: parts.join(''), height: below + 14 + verdict.length * 15 - top };
}

function axisTitles({ x, y }: Evidence, area: { left: number; top: number }): string {
  const style = { size: axisSize, fill: ink, anchor: 'middle' } as const;
  const middle = area.top + plot.height / 2;
  return (
    textLine(area.left + plot.width / 2, area.top + plot.height + 36, x.title, style) +
    element(
      'g',
      { transform: `translate(${coordinate(area.left - 50)} ${coordinate(middle)}) rotate(-90)` },
      textLine(0, 0, y.title, style),
    )
  );
}

/** Names of the groups beside their colours, in the upper right corner; none for one group. */
function keyOf(evidence: Evidence, area: { left: number; top: number }): string {
  if (evidence.lines.length < 2) return '';
  const looks = evidenceLooks(evidence, false);
  return evidence.lines
    .map(({ name }, at) =>
      textLine(area.left + plot.width, area.top + 10 + at * 14, name, {
        ...{ size: axisSize, weight: 600, fill: looks[at].colour, anchor: 'end' },
      }),
    )
    .join('');
}
