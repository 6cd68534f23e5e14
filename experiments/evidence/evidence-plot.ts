/** The chart of a claim as SVG: seeds as thin lines, their median with quartiles, brackets at what is compared. */
import type { ChartLine, ChartPoint } from '../charts/chart-data.ts';
import type { ChartInk, LineLook } from '../charts/chart-look.ts';
import { plotElement, plotPlace, type PlotArea, type PlotRequest } from '../charts/chart-plot.ts';
import { scaleOf, type Scale } from '../charts/chart-scale.ts';
import { sweptColours } from '../charts/swept-colours.ts';
import { coordinate, element, textLine } from '../figures/svg-elements.ts';
import { textWidth } from '../figures/text-width.ts';
import { quantile } from '../findings/statistics.ts';
import type { Evidence, EvidenceBracket, EvidenceLine, EvidencePoint } from './evidence-data.ts';

/** What a chart of a claim is drawn with. */
export interface EvidencePlot {
  readonly evidence: Evidence;
  readonly area: PlotArea;
  readonly ink: ChartInk;
  readonly fontSize: number;
  /** A name that no other chart of the page has. */
  readonly clip: string;
  /** Where the scrubber stands on an axis of time; null for none. */
  readonly playhead: number | null;
}

const marks = ['circle', 'square'] as const;

/** Colour and mark of the lines of a chart, the first group's first. */
export function evidenceLooks({ lines }: Evidence, isDark: boolean): LineLook[] {
  const colours = sweptColours({ name: '', values: lines.map(({ name }) => name) });
  return lines.map(({ name }, at) => ({
    colour: colours(name)[isDark ? 'dark' : 'light'],
    dash: '',
    mark: marks[at % marks.length],
  }));
}

/** SVG of the chart, without titles of its axes. */
export function evidencePlot(plot: EvidencePlot): string {
  const { evidence, ink } = plot;
  const looks = evidenceLooks(evidence, ink.isDark);
  const request = plotRequest(plot, looks);
  return [
    plotElement(request),
    ...evidence.lines.flatMap((line, at) => seedDots(line, looks[at], request, evidence)),
    ...evidence.levels.map(({ y, text }) => level(y, text, request)),
    ...(evidence.places ?? []).map(({ x, text }) => placeElement(x, text, request)),
    ...bracketElements(evidence.brackets, request),
    playheadElement(plot.playhead, request),
  ].join('');
}

/** Where a point of a chart lies; the same place as in its drawing. */
export function evidencePlace(plot: EvidencePlot, point: { x: number; y: number }): [number, number] {
  return plotPlace(plotRequest(plot, []), point);
}

function plotRequest(
  { evidence, area, ink, fontSize, clip }: EvidencePlot,
  looks: readonly LineLook[],
): PlotRequest {
  const { x, lines, isJoined } = evidence;
  const names = x.names;
  const drawn = lines.map((line, at) => chartLine(line, at, evidence));
  return {
    panel: { value: null, lines: drawn },
    ...{ area, ink, fontSize, clip, isJoined },
    x: names === null ? xScale(evidence) : { from: -0.5, to: names.length - 0.5, isLog: false },
    y: yScale(evidence),
    xTicks: names?.map((text, at) => ({ at, text })) ?? null,
    look: ({ colourValue }) => looks[Number(colourValue)] ?? { colour: ink.ink, dash: '', mark: 'circle' },
    hasYNumbers: true,
  };
}

function pointsOf({ lines }: Evidence): EvidencePoint[] {
  return lines.flatMap(({ seeds }) => seeds.flatMap(({ points }) => points));
}

function xScale(evidence: Evidence): Scale {
  return scaleOf(
    pointsOf(evidence).map(({ x }) => x),
    evidence.x.isLog,
    0.05,
  );
}

function yScale(evidence: Evidence): Scale {
  const levels = evidence.levels.map(({ y }) => y);
  const scale = scaleOf([...pointsOf(evidence).map(({ y }) => y), ...levels], evidence.y.isLog, 0.08);
  return scale;
}

/** A group as a chart's line: medians with quartiles over the seeds that have a value there; its number is its colour. */
function chartLine({ seeds }: EvidenceLine, at: number, { isJoined }: Evidence): ChartLine {
  const byX = new Map<number, EvidencePoint[]>();
  for (const { points } of seeds)
    for (const point of points) byX.set(point.x, [...(byX.get(point.x) ?? []), point]);
  const points = [...byX]
    .sort(([a], [b]) => a - b)
    .flatMap(([x, here]) => (isJoined ? [medianPoint(x, here)] : here.map((one) => medianPoint(x, [one]))));
  return {
    ...{ colourValue: at, dashValue: null, fitsFrom: null, points },
    seeds: isJoined ? seeds.map((seed) => seed.points) : [],
  };
}

function medianPoint(x: number, here: readonly EvidencePoint[]): ChartPoint {
  const values = here.map(({ y }) => y).sort((a, b) => a - b);
  const [low, y, high] = [0.25, 0.5, 0.75].map((share) => quantile(values, share));
  return { x, y, low, high, values, cellIds: here.map(({ cellId }) => cellId) };
}

/** On axes of groups each seed is a dot, so that all of them are seen. */
function seedDots(
  { seeds }: EvidenceLine,
  { colour }: LineLook,
  request: PlotRequest,
  { x }: Evidence,
): string[] {
  if (x.names === null) return [];
  return seeds.flatMap(({ points }, at) => {
    // A lone group has no lines that would tell its seeds apart.
    const aside = x.names?.length === 1 ? ((at + 0.5) / seeds.length - 0.5) * 0.4 : 0;
    return points.map((point) => {
      const [cx, cy] = plotPlace(request, { x: point.x + aside, y: point.y });
      return element('circle', { cx, cy, r: 2.2, fill: colour, 'fill-opacity': 0.6 });
    });
  });
}

function level(y: number, text: string, request: PlotRequest): string {
  const { area, ink, fontSize } = request;
  const [, at] = plotPlace(request, { x: request.x.from, y });
  if (!Number.isFinite(at)) return '';
  const line = { stroke: ink.second, 'stroke-width': 1, 'stroke-dasharray': '5 3' };
  return (
    element('path', { d: `M${coordinate(area.left)} ${coordinate(at)}h${coordinate(area.width)}`, ...line }) +
    textLine(area.left + 4, at - 4, text, { size: fontSize, fill: ink.second })
  );
}

/** A line across at a value of x, its words at the foot, on the side that has room for them. */
function placeElement(at: number, text: string, request: PlotRequest): string {
  const { area, ink, fontSize } = request;
  const [x] = plotPlace(request, { x: at, y: request.y.from });
  if (!Number.isFinite(x)) return '';
  const isLeft = x + textWidth(text, fontSize) + 6 > area.left + area.width;
  const line = { stroke: ink.second, 'stroke-width': 1, 'stroke-dasharray': '2 3' };
  return (
    element('path', { d: `M${coordinate(x)} ${coordinate(area.top)}v${coordinate(area.height)}`, ...line }) +
    textLine(x + (isLeft ? -4 : 4), area.top + area.height - 5, text, {
      ...{ size: fontSize, fill: ink.second, anchor: isLeft ? 'end' : 'start' },
    })
  );
}

/** Each bracket runs up or down where its first place lies, level with the second, with a tick there and its number beside. */
function bracketElements(brackets: readonly EvidenceBracket[], request: PlotRequest): string[] {
  const { area, ink, fontSize } = request;
  let lowest = area.top + fontSize + 2;
  return brackets.map(({ from, to, text }) => {
    const [[x0, y0], [x1, y1]] = [plotPlace(request, from), plotPlace(request, to)];
    if (![x0, y0, x1, y1].every(Number.isFinite)) return '';
    const isFlat = y0 === y1;
    const d = isFlat
      ? `M${coordinate(x0)} ${coordinate(y0 - 5)}v10m0 -5H${coordinate(x1)}m0 -5v10`
      : `M${coordinate(x0 - 5)} ${coordinate(y0)}h10m-5 0V${coordinate(y1)}`;
    const leader = isFlat ? '' : `M${coordinate(x0)} ${coordinate(y1)}H${coordinate(x1)}`;
    const width = textWidth(text, fontSize, 600);
    const middle = (isFlat ? x0 + x1 : 2 * x0) / 2;
    const left = Math.min(
      Math.max(area.left + 4, middle - width / 2),
      Math.max(area.left + 4, area.left + area.width - width),
    );
    // Texts of several brackets never lie on each other.
    const base = Math.max(lowest, Math.min(y0, y1) - 8);
    lowest = base + fontSize + 4;
    return element(
      'g',
      { fill: 'none', stroke: ink.ink },
      element('path', { d, 'stroke-width': 1.4 }),
      leader === '' ? '' : element('path', { d: leader, 'stroke-width': 0.8, 'stroke-dasharray': '2 2.5' }),
      element(
        'g',
        { stroke: 'none' },
        element('rect', {
          ...{ x: left - 3, y: base - fontSize, width: width + 6, height: fontSize + 4 },
          ...{ fill: ink.ground, 'fill-opacity': 0.85 },
        }),
        textLine(left, base, text, { size: fontSize, weight: 600, fill: ink.ink }),
      ),
    );
  });
}

function playheadElement(at: number | null, request: PlotRequest): string {
  if (at === null) return '';
  const { area, ink } = request;
  const [x] = plotPlace(request, { x: at, y: request.y.from });
  if (!(x >= area.left && x <= area.left + area.width)) return '';
  return element('path', {
    d: `M${coordinate(x)} ${coordinate(area.top)}v${coordinate(area.height)}`,
    ...{ stroke: ink.ink, 'stroke-width': 1 },
  });
}
