/** Chart.js with the parts that are used here, and how its charts look. */
import {
  CategoryScale,
  Chart,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  Tooltip,
  type ChartConfiguration,
  type ChartDataset,
  type Plugin,
} from 'chart.js';
import { formatCount, formatMeasure } from '../model/number-text.ts';
import type { BaselineLine, ChartText } from './chart-kinds.ts';
import { labelPlaces } from './label-places.ts';
import type { ChartLine } from './chart-lines.ts';
import type { TimeRange } from './time-range.ts';
import type { RestBand } from './told-apart.ts';

Chart.register(
  CategoryScale,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  Tooltip,
);

export { Chart };

/** Colours of a chart, from the page's style. */
export interface ChartInk {
  readonly isDark: boolean;
  readonly ink: string;
  readonly faint: string;
  readonly line: string;
  readonly surface: string;
  readonly family: string;
}

/** The ink of an element's surroundings. */
export function chartInk(element: Element): ChartInk {
  const style = getComputedStyle(element);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return {
    isDark: document.documentElement.dataset['theme'] === 'dark',
    ink: read('--ink-2'),
    faint: read('--ink-3'),
    line: read('--line'),
    surface: read('--surface'),
    family: style.fontFamily,
  };
}

type Point = { x: number; y: number };
type Dataset = ChartDataset<'line', Point[]>;

/** Everything that a chart shows. */
export interface ChartContent {
  readonly words: ChartText;
  readonly isLog: boolean;
  readonly lines: readonly ChartLine[];
  /** Lines through these cells are drawn on top and stronger. */
  readonly selectedId: string | null;
  readonly baselines: readonly BaselineLine[];
  readonly spikes: readonly Point[];
  readonly ink: ChartInk;
  readonly range: TimeRange;
  /** What lines that are not drawn span. */
  readonly rest: RestBand | null;
  /** Where the axis up begins and ends; null leaves it to the lines. */
  readonly limits: { readonly low: number | null; readonly high: number | null };
}

function points(x: ArrayLike<number>, y: ArrayLike<number>, isLog: boolean): Point[] {
  return Array.from({ length: x.length }, (_, at) => ({
    x: x[at],
    // A logarithmic axis has no place for zero; a gap is honest.
    y: Number.isFinite(y[at]) && !(isLog && y[at] <= 0) ? y[at] : NaN,
  }));
}

/** Radius of every point: one without a neighbour to draw a line to is seen as a dot. */
function radii(data: readonly Point[], radius: number): number | number[] {
  const isDrawn = (at: number): boolean => !Number.isNaN(data[at]?.y ?? NaN);
  const isAlone = (at: number): boolean => isDrawn(at) && !isDrawn(at - 1) && !isDrawn(at + 1);
  return data.some((_, at) => isAlone(at)) ? data.map((_, at) => (isAlone(at) ? radius : 0)) : 0;
}

function faded(hex: string, opacity: number): string {
  return `${hex}${Math.round(opacity * 255)
    .toString(16)
    .padStart(2, '0')}`;
}

/** Datasets of the lines: bands first, so that lines lie on top of them. */
export function chartDatasets({
  lines,
  selectedId,
  isLog,
  ink,
  baselines,
  spikes,
  range,
  rest,
}: ChartContent): Dataset[] {
  const colourOf = (line: ChartLine): string => (ink.isDark ? line.colour.dark : line.colour.light);
  const isSelected = (line: ChartLine): boolean => selectedId !== null && line.cellIds.includes(selectedId);
  const plain = { pointRadius: 0, pointHitRadius: 6, borderJoinStyle: 'round', spanGaps: false } as const;
  const bands = lines.flatMap((line): Dataset[] => {
    if (line.band === null) return [];
    const edge = { ...plain, label: '', borderWidth: 0, pointHitRadius: 0 };
    return [
      { ...edge, data: points(line.x, line.band.low, isLog), fill: false },
      {
        ...edge,
        data: points(line.x, line.band.high, isLog),
        fill: '-1',
        backgroundColor: faded(colourOf(line), 0.16),
      },
    ];
  });
  const unlabelled = { ...plain, label: '', pointHitRadius: 0 };
  const others: Dataset[] =
    rest === null
      ? []
      : [
          { ...unlabelled, borderWidth: 0, data: points(rest.x, rest.low, isLog), fill: false },
          {
            ...unlabelled,
            borderWidth: 0,
            data: points(rest.x, rest.high, isLog),
            fill: '-1',
            backgroundColor: faded(ink.faint, 0.22),
          },
        ];
  const recorded = lines.flatMap((line): Dataset[] =>
    line.raw === null
      ? []
      : [
          {
            ...unlabelled,
            data: points(line.raw.x, line.raw.y, isLog),
            borderColor: faded(colourOf(line), 0.35),
            borderWidth: 0.7,
          },
        ],
  );
  const curves = [...lines]
    .sort((a, b) => Number(isSelected(a)) - Number(isSelected(b)))
    .map((line): Dataset => {
      const data = points(line.x, line.y, isLog);
      const colour = faded(colourOf(line), isSelected(line) || lines.length <= 8 ? 1 : 0.6);
      return {
        ...plain,
        label: line.label,
        data,
        borderColor: colour,
        borderWidth: isSelected(line) ? 2.2 : 1.2,
        pointRadius: radii(data, isSelected(line) ? 3.2 : 2.4),
        pointBackgroundColor: colour,
        pointBorderWidth: 0,
      };
    });
  const flat = baselines.map(({ label, value }, at): Dataset => ({
    ...plain,
    label,
    data: points([range.from, range.to], [value, value], isLog),
    borderColor: ink.faint,
    borderWidth: 1,
    borderDash: [
      [2, 3],
      [6, 3],
      [6, 3, 2, 3],
    ][at % 3],
  }));
  const marks: Dataset = {
    label: 'spike',
    data: [...spikes],
    showLine: false,
    pointRadius: 2.5,
    pointStyle: 'triangle',
    pointBackgroundColor: '#c0392b',
    pointBorderWidth: 0,
    backgroundColor: '#c0392b',
  };
  return [...others, ...bands, ...recorded, ...flat, ...curves, ...(spikes.length > 0 ? [marks] : [])];
}

/** Names of the baselines at the right end of their lines, none over another. */
function baselineNames(content: () => ChartContent): Plugin<'line'> {
  return {
    id: 'baselineNames',
    afterDatasetsDraw({ ctx, chartArea: { top, bottom, right }, scales }) {
      const { baselines, ink } = content();
      const scale = scales['y'];
      if (scale === undefined) return;
      const drawn = baselines
        .map(({ label, value }) => ({ label, y: scale.getPixelForValue(value) - 1 }))
        .filter(({ y }) => y >= top && y <= bottom);
      const places = labelPlaces(
        drawn.map(({ y }) => y),
        { top, bottom },
      );
      ctx.save();
      ctx.font = `11px ${ink.family}`;
      ctx.textAlign = 'right';
      ctx.textBaseline = 'bottom';
      ctx.lineJoin = 'round';
      ctx.lineWidth = 4;
      ctx.strokeStyle = ink.surface;
      ctx.fillStyle = ink.ink;
      drawn.forEach(({ label }, at) => {
        ctx.strokeText(label, right - 2, places[at]);
        ctx.fillText(label, right - 2, places[at]);
      });
      ctx.restore();
    },
  };
}

/** Where the chart's area lies, told after every layout: the playhead moves over it without redrawing the chart. */
export interface PlotArea {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Values at the foot and at the head of the axis up. */
  readonly low: number;
  readonly high: number;
}

function playhead(laidOut: (area: PlotArea) => void): Plugin<'line'> {
  return {
    id: 'playhead',
    afterLayout({ chartArea: { left, right, top, bottom }, scales }) {
      const { min: low = 0, max: high = 1 } = scales['y'] ?? {};
      laidOut({ left, right, top, bottom, low, high });
    },
  };
}

/** Where the axis up begins and ends: as limited, shares from 0 to 1, else as the lines need it. */
export function limitsUp({ words, limits, isLog }: ChartContent): {
  min: number | undefined;
  max: number | undefined;
} {
  const isShare = words.unit === 'share';
  const low = isLog && (limits.low ?? 1) <= 0 ? null : limits.low;
  return { min: low ?? (isShare && !isLog ? 0 : undefined), max: limits.high ?? (isShare ? 1 : undefined) };
}

function shortNumber(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  if (size >= 1e4) return `${Number((value / 1e3).toPrecision(3))}k`;
  if (size < 1e-3) return value.toExponential(0).replace('e-', 'e−');
  return String(Number(value.toPrecision(3)));
}

/** Logarithmic axes name powers of ten only. */
function tickText(value: number, isLog: boolean): string | null {
  const isPower = Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-6;
  return isLog && !isPower ? null : shortNumber(value);
}

/** Configuration of a chart; `content` is asked anew for every drawing. */
export function chartConfiguration(
  content: () => ChartContent,
  laidOut: (area: PlotArea) => void,
): ChartConfiguration<'line', Point[]> {
  const { words, isLog, ink, range } = content();
  const ticks = { color: ink.faint, font: { family: ink.family, size: 11 }, maxRotation: 0 };
  return {
    type: 'line',
    data: { datasets: chartDatasets(content()) },
    plugins: [baselineNames(content), playhead(laidOut)],
    options: {
      animation: false,
      parsing: false,
      normalized: true,
      responsive: true,
      maintainAspectRatio: false,
      layout: { padding: { top: 4, right: 8 } },
      interaction: { mode: 'nearest', axis: 'xy', intersect: false },
      scales: {
        x: {
          type: range.isLog ? 'logarithmic' : 'linear',
          min: range.from,
          max: range.to,
          grid: { display: false },
          border: { color: ink.line },
          ticks: { ...ticks, maxTicksLimit: 5, callback: (value) => tickText(Number(value), range.isLog) },
        },
        y: {
          type: isLog ? 'logarithmic' : 'linear',
          ...limitsUp(content()),
          grid: { color: ink.line },
          border: { display: false },
          afterFit: (scale) => {
            scale.width = 46;
          },
          ticks: {
            ...ticks,
            maxTicksLimit: 5,
            callback: (value) => tickText(Number(value), isLog),
          },
        },
      },
      plugins: {
        tooltip: {
          displayColors: false,
          backgroundColor: ink.isDark ? '#2b3036' : '#1d1f22',
          bodyFont: { family: ink.family, size: 12 },
          titleFont: { family: ink.family, size: 11, weight: 'normal' },
          filter: ({ dataset }) => dataset.label !== '',
          callbacks: {
            title: ([item]) => (item === undefined ? '' : `at ${formatCount(item.parsed.x ?? 0)}`),
            label: ({ dataset, parsed }) =>
              `${dataset.label ?? ''}: ${formatMeasure(words.unit, parsed.y ?? NaN)}`,
          },
        },
      },
    },
  };
}
