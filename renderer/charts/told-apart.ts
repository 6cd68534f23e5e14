/** As many lines as can be told apart, and the rest as a band. */
import { latestAt } from '../model/time-axis.ts';
import { formatCount } from '../model/number-text.ts';
import type { ChartLine } from './chart-lines.ts';

/** Lines of one chart that can be told apart. */
export const mostLines = 12;

/** Lines that are not drawn: from their least to their greatest value. */
export interface RestBand {
  readonly count: number;
  readonly x: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/**
 * The lines that are drawn: all of them, or so many spread evenly over them, the one through the selected cell among them;
 * and what the others span.
 */
export function toldApart(
  lines: readonly ChartLine[],
  selectedId: string | null,
): { readonly shown: readonly ChartLine[]; readonly rest: RestBand | null } {
  if (lines.length <= mostLines) return { shown: lines, rest: null };
  const shown = new Set<ChartLine>();
  const selected = lines.find(({ cellIds }) => selectedId !== null && cellIds.includes(selectedId));
  if (selected !== undefined) shown.add(selected);
  for (let at = 0; at < mostLines && shown.size < mostLines; at++)
    shown.add(lines[Math.round((at * (lines.length - 1)) / (mostLines - 1))]);
  const others = lines.filter((line) => !shown.has(line));
  return { shown: lines.filter((line) => shown.has(line)), rest: bandOver(others) };
}

function bandOver(lines: readonly ChartLine[]): RestBand {
  const longest = lines.reduce((a, b) => (b.x.length > a.x.length ? b : a));
  const band = { count: lines.length, x: Array.from(longest.x), low: [] as number[], high: [] as number[] };
  for (const place of band.x) {
    let [low, high] = [Infinity, -Infinity];
    for (const { x, y } of lines) {
      const value = place > x[x.length - 1] ? NaN : (y[latestAt(x, place)] ?? NaN);
      if (value < low) low = value;
      if (value > high) high = value;
    }
    band.low.push(low > high ? NaN : low);
    band.high.push(low > high ? NaN : high);
  }
  return band;
}

/** What a band stands for, in words; empty where every line is drawn. */
export function restText(rest: RestBand | null): string {
  if (rest === null) return '';
  return `${mostLines} lines are drawn; the grey band holds the other ${formatCount(rest.count)}.`;
}
