/** Scores of a cell beside its baselines: a bar on a common scale and a small table. */
import type { BaselineName } from '../diagnostics/baselines.ts';
import type { TruthScore } from '../diagnostics/truth-error.ts';
import type { GridCell } from './grid-figure.ts';
import type { GridLayout } from './grid-layout.ts';
import { ink, ruleInk, secondInk } from './grid-style.ts';
import { formatError, formatShare } from '../text/number-format.ts';
import { coordinate, element, textLine } from './svg-elements.ts';
import { textWidth } from './text-width.ts';
import type { Panel } from './point-dots.ts';

/** Baselines in the order of the table's columns. */
const baselineNames: readonly BaselineName[] = ['nearest', 'smoothing', 'constant'];

/** Root-mean-square errors on a common scale from 0: a bar for the network, marks for the baselines. */
export function errorBar(cell: GridCell, panel: Panel, layout: GridLayout): string {
  const y = panel.y + panel.height + 9.5;
  const place = (score: TruthScore): number | null => {
    const share = Math.sqrt(score.mse) / layout.errorScale;
    return Number.isFinite(share) ? panel.x + Math.min(1, share) * panel.width : null;
  };
  const axis = element('path', {
    d: `M${coordinate(panel.x)} ${coordinate(y)}H${coordinate(panel.x + panel.width)}`,
    stroke: ruleInk,
    'stroke-width': 0.8,
  });
  const end = cell.score === null ? null : place(cell.score);
  const isBeyond = cell.score !== null && Math.sqrt(cell.score.mse) > layout.errorScale;
  const bar = end === null ? '' : networkBar(panel.x, end, y, isBeyond);
  const marks = baselineNames.map((name) => {
    const at = cell.baselines === null ? null : place(cell.baselines[name]);
    return at === null ? '' : baselineMark(name, at, y);
  });
  return cell.score === null && cell.baselines === null ? '' : axis + bar + marks.join('');
}

/** Bar from 0 to the network's error with a round head, or an arrow where it leaves the scale. */
function networkBar(start: number, end: number, y: number, isBeyond: boolean): string {
  const head = isBeyond
    ? `M${coordinate(end + 1)} ${coordinate(y)}l-6 -4v8z`
    : `M${coordinate(end - 3.1)} ${coordinate(y)}a3.1 3.1 0 1 1 6.2 0a3.1 3.1 0 1 1 -6.2 0z`;
  const width = Math.max(0, end - start - (isBeyond ? 4 : 0));
  return (
    element('rect', { x: start, y: y - 1.6, width, height: 3.2, fill: ink }) +
    element('path', { d: head, fill: ink })
  );
}

/** The mark of a baseline centred on (x, y): triangle, diamond, upright line. */
export function baselineMark(name: BaselineName, x: number, y: number): string {
  const style = { fill: '#ffffff', stroke: secondInk, 'stroke-width': 1 };
  const moved = { transform: `translate(${coordinate(x)} ${coordinate(y)})` };
  if (name === 'nearest') return element('path', { d: 'M-3.2 2.6H3.2L0 -3.2Z', ...style, ...moved });
  if (name === 'smoothing') return element('path', { d: 'M-3.4 0L0 3.4L3.4 0L0 -3.4Z', ...style, ...moved });
  return element('path', { d: 'M0 -4V4', ...style, 'stroke-width': 1.6, ...moved });
}

/** The mark of the network, as at the head of its bar. */
function networkMark(x: number, y: number): string {
  return element('circle', { cx: x, cy: y, r: 2.6, fill: ink });
}

/** Whether anything is scored by IoU: nothing is without a true picture. */
function hasOverlap({ score, baselines }: GridCell): boolean {
  const scores = [score, ...baselineNames.map((name) => baselines?.[name] ?? null)].filter(
    (one) => one !== null,
  );
  return scores.some(({ iou }) => iou !== null);
}

/** Errors and overlaps of the network and the baselines in right-aligned columns. */
export function scoreTable(cell: GridCell, panel: Panel, layout: GridLayout): string {
  if (cell.score === null && cell.baselines === null) return '';
  const { size, leading } = layout.type;
  const { labelWidth, step, labels, hasMarks } = layout.table;
  const baseline = (row: number): number => panel.y + panel.height + 14 + (row + 1) * leading;
  const rowTitles = (hasOverlap(cell) ? ['MSE', 'IoU'] : ['MSE']).map((label, row) =>
    textLine(panel.x, baseline(row + 1), label, { size, fill: secondInk }),
  );
  const columns = labels.map((label, column) => {
    const name = column === 0 ? null : baselineNames[column - 1];
    const score = name === null ? cell.score : (cell.baselines?.[name] ?? null);
    const style = {
      size,
      weight: name === null ? 600 : 400,
      fill: name === null ? ink : secondInk,
      anchor: 'end',
    } as const;
    const right = panel.x + labelWidth + (column + 1) * step;
    const markX = right - textWidth(label, size, style.weight) - 7;
    const markY = baseline(0) - 0.32 * size;
    const mark = name === null ? networkMark(markX, markY) : baselineMark(name, markX, markY);
    const errors = [label, formatError(score?.mse ?? null)];
    const texts = hasOverlap(cell) ? [...errors, formatShare(score?.iou ?? null)] : errors;
    const lines = texts.map((text, row) => textLine(right, baseline(row), text, style));
    return (hasMarks ? mark : '') + lines.join('');
  });
  return rowTitles.join('') + columns.join('');
}
