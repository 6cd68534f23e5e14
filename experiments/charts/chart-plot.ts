/** One panel of a chart as SVG: axes, bands, lines, marks. The same drawing stands in figures and on the screen. */
import { coordinate, element, textLine } from '../figures/svg-elements.ts';
import { textWidth } from '../figures/text-width.ts';
import type { ChartLine, ChartPanel } from './chart-data.ts';
import { markElement, type ChartInk, type LineLook } from './chart-look.ts';
import { shareOf, ticksOf, type Scale, type Tick } from './chart-scale.ts';

/** Where the axes of a panel run, in CSS pixels. */
export interface PlotArea {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Everything a panel is drawn with. */
export interface PlotRequest {
  readonly panel: ChartPanel;
  readonly area: PlotArea;
  readonly x: Scale;
  readonly y: Scale;
  /** Values of x that have a tick of their own, with their texts; null leaves ticks to the scale. */
  readonly xTicks: readonly Tick[] | null;
  readonly look: (line: ChartLine) => LineLook;
  readonly ink: ChartInk;
  /** A name for what cuts lines off at the axes, one of its own for each panel of a page. */
  readonly clip: string;
  /** Whether the numbers beside the y axis are written. */
  readonly hasYNumbers: boolean;
  readonly fontSize: number;
  /** Whether points are joined: two measures of cells make a cloud. */
  readonly isJoined: boolean;
  /** Whether marks are drawn elsewhere: so many are faster on a canvas. */
  readonly isWithoutMarks?: boolean;
}

/** Place of a point in a panel. */
export function plotPlace(
  { area, x, y }: Pick<PlotRequest, 'area' | 'x' | 'y'>,
  at: { x: number; y: number },
): [number, number] {
  return [area.left + shareOf(x, at.x) * area.width, area.top + (1 - shareOf(y, at.y)) * area.height];
}

/** SVG of a panel: its axes, then bands, seeds, medians. */
export function plotElement(request: PlotRequest): string {
  const { panel, area, clip, look } = request;
  const lines = panel.lines.map((line) => ({ line, look: look(line) }));
  return element(
    'g',
    {},
    element(
      'clipPath',
      { id: clip },
      element('rect', { x: area.left, y: area.top - 1, width: area.width, height: area.height + 2 }),
    ),
    axes(request),
    element(
      'g',
      { 'clip-path': `url(#${clip})` },
      ...lines.map(({ line, look }) => band(line, look, request)),
      ...lines.map(({ line, look }) => fitLine(line, look, request)),
      ...lines.flatMap(({ line, look }) =>
        line.seeds.map((seed) =>
          path(seed, request, { stroke: look.colour, 'stroke-width': 0.7, 'stroke-opacity': 0.45 }),
        ),
      ),
      ...lines.map(({ line, look }) =>
        path(line.baseline ?? [], request, {
          stroke: look.colour,
          'stroke-width': 1.3,
          'stroke-dasharray': '1 3.5',
          'stroke-linecap': 'round',
        }),
      ),
      ...lines.map(({ line, look }) => median(line, look, request)),
    ),
    ...(request.isWithoutMarks === true ? [] : lines.map(({ line, look }) => marks(line, look, request))),
  );
}

function axes(request: PlotRequest): string {
  const { area, x, y, ink, hasYNumbers, fontSize } = request;
  const right = area.left + area.width;
  const bottom = area.top + area.height;
  const style = { size: fontSize, fill: ink.second };
  const parts: string[] = [];
  for (const { at, text } of ticksOf(y, Math.max(2, area.height / 48))) {
    const place = area.top + (1 - shareOf(y, at)) * area.height;
    if (text === '') continue;
    parts.push(
      element('path', {
        d: `M${coordinate(area.left)} ${coordinate(place)}H${coordinate(right)}`,
        stroke: ink.rule,
        'stroke-width': 0.8,
      }),
    );
    if (hasYNumbers)
      parts.push(textLine(area.left - 7, place + fontSize * 0.34, text, { ...style, anchor: 'end' }));
  }
  const ticks = request.xTicks ?? ticksOf(x, Math.max(2, area.width / 80));
  let free = -Infinity;
  for (const { at, text } of ticks) {
    const place = area.left + shareOf(x, at) * area.width;
    if (!(place >= area.left - 0.5 && place <= right + 0.5)) continue;
    parts.push(
      element('path', {
        d: `M${coordinate(place)} ${coordinate(bottom)}v${text === '' ? 3 : 5}`,
        stroke: ink.second,
        'stroke-width': 0.8,
      }),
    );
    const half = textWidth(text, fontSize) / 2;
    if (text === '' || place - half < free) continue;
    parts.push(textLine(place, bottom + 8 + fontSize, text, { ...style, anchor: 'middle' }));
    free = place + half + 6;
  }
  parts.push(
    element('path', {
      d: `M${coordinate(area.left)} ${coordinate(bottom)}H${coordinate(right)}`,
      stroke: ink.second,
      'stroke-width': 0.9,
    }),
  );
  return element('g', { fill: 'none' }, ...parts);
}

type At = { readonly x: number; readonly y: number };

/** SVG path data through those points that have a place. */
function through(points: readonly At[], request: PlotRequest): string[] {
  return points
    .map((point) => plotPlace(request, point))
    .filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y))
    .map(([x, y]) => `${coordinate(x)} ${coordinate(y)}`);
}

function path(
  points: readonly At[],
  request: PlotRequest,
  attributes: Record<string, string | number>,
): string {
  const places = through(points, request);
  if (places.length < 2) return '';
  return element('path', {
    d: `M${places.join('L')}`,
    fill: 'none',
    'stroke-linejoin': 'round',
    ...attributes,
  });
}

/** Quartiles as a band; 0 on a logarithmic axis is at its foot. */
function band({ points }: ChartLine, { colour }: LineLook, request: PlotRequest): string {
  if (!request.isJoined || points.every(({ values }) => values.length < 2) || points.length < 2) return '';
  const floor = (y: number): number => (request.y.isLog && y <= 0 ? request.y.from : y);
  const edge = [
    ...points.map(({ x, high }) => ({ x, y: floor(high) })),
    ...[...points].reverse().map(({ x, low }) => ({ x, y: floor(low) })),
  ];
  return element('path', { d: `M${through(edge, request).join('L')}Z`, fill: colour, 'fill-opacity': 0.15 });
}

function median({ points }: ChartLine, { colour, dash }: LineLook, request: PlotRequest): string {
  if (!request.isJoined) return '';
  return path(points, request, {
    stroke: colour,
    'stroke-width': 1.9,
    ...(dash === '' ? {} : { 'stroke-dasharray': dash }),
  });
}

function marks({ points }: ChartLine, { colour, mark }: LineLook, request: PlotRequest): string {
  const size = request.isJoined ? 3.6 : 2.9;
  const places = points
    .map((point) => plotPlace(request, point))
    .filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
  return places.map(([x, y]) => markElement(mark, x, y, size, colour, request.ink.ground)).join('');
}

/** Where every training point is fitted first, as an upright line with a foot. */
function fitLine({ fitsFrom }: ChartLine, { colour, dash }: LineLook, request: PlotRequest): string {
  if (fitsFrom === null) return '';
  const { area } = request;
  const [x] = plotPlace(request, { x: fitsFrom, y: request.y.from });
  if (!Number.isFinite(x)) return '';
  const attributes = {
    stroke: colour,
    'stroke-width': 1,
    'stroke-opacity': 0.75,
    'stroke-dasharray': dash === '' ? '2 2.5' : dash,
  };
  return element('path', {
    d: `M${coordinate(x)} ${coordinate(area.top)}V${coordinate(area.top + area.height)}`,
    fill: 'none',
    ...attributes,
  });
}
