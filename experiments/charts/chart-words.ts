/** What a chart says in words: its caption, a sentence on what it shows, and its table. */
import { fieldText, fieldTitle, type Field } from '../selection/fields.ts';
import { SelectionError } from '../selection/selection-error.ts';
import { axisText, namedValueText } from '../text/axis-text.ts';
import { formatCount } from '../text/number-format.ts';
import type { AxisValue } from '../sweeps/cell.ts';
import type { ChartData, ChartLine, ChartPanel, ChartPoint } from './chart-data.ts';
import { baselineTitle } from './chart-baselines.ts';
import type { Place } from './chart-cell.ts';

/** When the values were taken: "at the last epoch", "late: median over ...". */
export function placeText(place: Place): string {
  if (typeof place === 'number') return `at epoch ${formatCount(place)}`;
  if (typeof place === 'function') return 'at the moment shown';
  if (place === 'last') return 'at the last epoch';
  return place === 'best'
    ? 'best of all epochs'
    : 'late: median over the last fifth of the epochs on a logarithmic axis';
}

/** "seed", "seed and learning rate". */
export function listText(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** What stands below a figure: what lines and bands are, and which cells are not in it. */
export function chartCaption(data: ChartData, filter: string): string {
  const { choice, pooled, counts } = data;
  const points = data.panels.flatMap(({ lines }) => lines).flatMap((line) => line.points);
  const most = Math.max(0, ...points.map(({ values }) => values.length));
  const hasFit = data.panels.some(({ lines }) => lines.some(({ fitsFrom }) => fitsFrom !== null));
  const sentences = [
    `${fieldTitle(choice.y)}, ${placeText(choice.place)}.`,
    choice.x.kind === 'measure' ? 'One mark a cell.' : '',
    choice.x.kind === 'measure' && choice.isConnected === true
      ? 'Thin lines join the cells of a seed, in the order of the sweep.'
      : '',
    choice.x.kind !== 'measure' && most > 1
      ? `Lines: median over ${listText(pooled.map(axisText))} (${cellsText(points)}); bands: quartiles by linear interpolation; thin lines: single ${pooled.length === 1 ? axisText(pooled[0]) : 'seed'}s.`
      : '',
    choice.baseline !== undefined && choice.baseline !== null
      ? `Dotted: ${baselineTitle(choice.baseline)}, on the same points.`
      : '',
    hasFit
      ? 'Upright lines: from there on every training point is fitted to within half, in more than half of the cells.'
      : '',
    filter.trim() === '' ? '' : `Cells with ${filter.trim()}.`,
    ...absentText(counts),
  ];
  return sentences.filter((text) => text !== '').join(' ');
}

/** The letter of a chart in a figure of several: a, b, c. */
export function letterOf(at: number): string {
  return String.fromCharCode(97 + at);
}

/** What stands below a figure of several charts: what each shows, then what is the same for all. */
export function chartsCaption(datas: readonly ChartData[], filter: string): string {
  const captions = datas.map((data) => chartCaption(data, filter));
  if (captions.length === 1) return captions[0];
  const heads = datas.map(({ choice }) => `${fieldTitle(choice.y)}, ${placeText(choice.place)}.`);
  const rests = captions.map((caption, at) => caption.slice(heads[at].length).trim());
  const isShared = rests.every((rest) => rest === rests[0]);
  const lettered = (isShared ? heads : captions).map((text, at) => `(${letterOf(at)}) ${text}`);
  return [...lettered, ...(isShared ? [rests[0]] : [])].filter((text) => text !== '').join(' ');
}

/** The tables of several charts as one, a letter before each row. Throws SelectionError where their columns differ by more than the measure. */
export function chartsTable(datas: readonly ChartData[]): ReturnType<typeof chartTable> {
  const tables = datas.map(chartTable);
  if (tables.length === 1) return tables[0];
  const heads = tables.map(({ head }, at) =>
    head.map((name) => (name === `${fieldTitle(datas[at].choice.y)} (median)` ? 'median' : name)),
  );
  if (heads.some((head) => head.join('\n') !== heads[0].join('\n')))
    throw new SelectionError('these charts have no table in common: export each by itself');
  const rows = tables.flatMap(({ rows }, at) =>
    rows.map((row) => [letterOf(at), fieldTitle(datas[at].choice.y), ...row]),
  );
  return { head: ['chart', 'measure', ...heads[0]], rows };
}

function cellsText(points: readonly ChartPoint[]): string {
  const counts = points.map(({ values }) => values.length);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? `${most} cells each` : `${least} to ${most} cells`;
}

function absentText({ diverged, missing }: ChartData['counts']): string[] {
  const count = (cells: number): string => (cells === 1 ? '1 cell' : `${cells} cells`);
  return [
    diverged === 0 ? '' : `${count(diverged)} diverged and ${diverged === 1 ? 'is' : 'are'} left out.`,
    missing === 0 ? '' : `${count(missing)} without a value there ${missing === 1 ? 'is' : 'are'} left out.`,
  ];
}

/** A line in words: "5,000 points, seed 1"; empty where there is only one. */
export function lineText({ choice }: ChartData, line: Pick<ChartLine, 'colourValue' | 'dashValue'>): string {
  const part = (field: Field | null, value: AxisValue | null): string =>
    field === null || value === null ? '' : valueWithName(field, value);
  return [part(choice.lines, line.colourValue), part(choice.dashes, line.dashValue)]
    .filter((text) => text !== '')
    .join(', ');
}

/** A value with what it is a value of. */
export function valueWithName(field: Field, value: AxisValue): string {
  return field.kind === 'setting'
    ? namedValueText(field.name, value)
    : `${fieldTitle(field)} ${fieldText(field, value)}`;
}

/** A place on the x axis as text. */
export function xText({ choice, xNames }: ChartData, x: number): string {
  return xNames === null ? fieldText(choice.x, x) : (xNames[x] ?? '');
}

/** One sentence on a panel: where each line is least and how it ends; for those who do not see it. */
export function panelSummary(data: ChartData, panel: ChartPanel): string {
  const { choice } = data;
  const value = (y: number): string => fieldText(choice.y, y);
  const sentences = panel.lines.slice(0, 12).map((line) => {
    const { points } = line;
    if (points.length === 0) return '';
    const [first, last] = [points[0], points[points.length - 1]];
    const least = points.reduce((a, b) => (b.y < a.y ? b : a));
    const most = points.reduce((a, b) => (b.y > a.y ? b : a));
    const name = lineText(data, line);
    const head = name === '' ? '' : `${name}: `;
    if (points.length === 1) return `${head}${value(first.y)} at ${xText(data, first.x)}.`;
    return `${head}${value(first.y)} at ${xText(data, first.x)} to ${value(last.y)} at ${xText(data, last.x)}, least ${value(least.y)} at ${xText(data, least.x)}, greatest ${value(most.y)} at ${xText(data, most.x)}.`;
  });
  const more = panel.lines.length > 12 ? ` And ${panel.lines.length - 12} lines more.` : '';
  return sentences.length === 0 ? 'Nothing is recorded here.' : sentences.join(' ') + more;
}

/** The chart as a table: header and rows; numbers in full precision, null where a column does not apply. */
export function chartTable(data: ChartData): {
  readonly head: readonly string[];
  readonly rows: readonly (readonly (AxisValue | null)[])[];
} {
  const { choice } = data;
  const groups = [choice.panels, choice.lines, choice.dashes].flatMap((field) =>
    field === null ? [] : [fieldTitle(field)],
  );
  const y = fieldTitle(choice.y);
  const { baseline = null } = choice;
  const rows = data.panels.flatMap((panel) =>
    panel.lines.flatMap((line) =>
      line.points.map((point) => [
        ...(choice.panels === null ? [] : [panel.value]),
        ...(choice.lines === null ? [] : [line.colourValue]),
        ...(choice.dashes === null ? [] : [line.dashValue]),
        data.xNames === null ? point.x : xText(data, point.x),
        point.y,
        point.low,
        point.high,
        ...(baseline === null ? [] : [line.baseline?.find(({ x }) => x === point.x)?.y ?? null]),
        point.values.length,
        point.cellIds.join(' '),
      ]),
    ),
  );
  return {
    head: [
      ...groups,
      fieldTitle(choice.x),
      `${y} (median)`,
      'quartile 1',
      'quartile 3',
      ...(baseline === null ? [] : [`baseline: ${baselineTitle(baseline)}`]),
      'cells',
      'ids',
    ],
    rows,
  };
}
