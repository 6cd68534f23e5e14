/** Figures of a bench, printed beside what was asked for. */

export interface Figure {
  readonly what: string;
  readonly measured: string;
  /** What was asked for; empty where a figure only explains another one. */
  readonly asked: string;
  /** Null where nothing was asked for. */
  readonly holds: boolean | null;
}

/** A figure that must be below a limit. */
export function below(what: string, value: number, limit: number, unit: string, more = ''): Figure {
  const measured = `${value.toFixed(value < 10 ? 1 : 0)} ${unit}${more}`;
  return { what, measured, asked: `below ${limit} ${unit}`, holds: value < limit };
}

/** A figure that explains others. */
export function beside(what: string, measured: string): Figure {
  return { what, measured, asked: '', holds: null };
}

/** The value below which a share of the values lies; NaN without any. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

/** Median, 95th percentile and longest of times in milliseconds. */
export function spread(times: readonly number[]): string {
  const [p50, p95, most] = [0.5, 0.95, 1].map((share) => quantile(times, share).toFixed(0));
  return `p50 ${p50}, p95 ${p95}, longest ${most} ms`;
}

/** Lines of a table: what, measured, asked, whether it holds. */
export function figureLines(figures: readonly Figure[]): string[] {
  const rows = [
    ['', 'measured', 'asked', ''],
    ...figures.map(({ what, measured, asked, holds }) => [
      what,
      measured,
      asked,
      holds === null ? '' : holds ? 'holds' : 'DOES NOT HOLD',
    ]),
  ];
  const widths = rows[0].map((_, at) => Math.max(...rows.map((row) => row[at].length)));
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at]))
      .join('  ')
      .trimEnd(),
  );
}
