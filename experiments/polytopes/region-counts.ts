/** Counts of exact regions over a cell's snapshots: in which order they are taken, and the table that keeps them. */
import { digestedText, maybeDigestedText } from '../records/digested-text.ts';
import type { ComplexSummary } from './complex-summary.ts';

/** Figures of the whole picture's complex at one epoch. */
export interface RegionCount extends Pick<
  ComplexSummary,
  'regions' | 'vertices' | 'edges' | 'dirichlet' | 'levelSetLength'
> {
  readonly epoch: number;
}

const title = 'creasebook regions 1';
const columns = ['epoch', 'regions', 'vertices', 'edges', 'dirichlet', 'level_set_length'] as const;

/** The table as CSV under its digest, ascending epochs, one line each; reading it back gives the same float64. */
export function regionCountsCsv(counts: readonly RegionCount[]): string {
  const rows = [...counts]
    .sort((a, b) => a.epoch - b.epoch)
    .map(({ epoch, regions, vertices, edges, dirichlet, levelSetLength }) =>
      [epoch, regions, vertices, edges, dirichlet, levelSetLength].join(','),
    );
  return digestedText(title, `${[columns.join(','), ...rows].join('\n')}\n`);
}

/** The counts of a table; null where the text is not one, whole: it is then counted anew. */
export function maybeRegionCounts(written: string): RegionCount[] | null {
  const text = maybeDigestedText(title, written);
  const [header, ...lines] = (text ?? '').trimEnd().split('\n');
  if (header !== columns.join(',')) return null;
  const counts: RegionCount[] = [];
  for (const line of lines) {
    const values = line.split(',').map((field) => (field.trim() === '' ? NaN : Number(field)));
    const whole = values.slice(0, 4);
    if (
      values.length !== columns.length ||
      !whole.every((value) => Number.isSafeInteger(value) && value >= 0)
    )
      return null;
    const [epoch, regions, vertices, edges, dirichlet, levelSetLength] = values;
    if (!(dirichlet >= 0 && levelSetLength >= 0) || epoch <= (counts.at(-1)?.epoch ?? -1)) return null;
    counts.push({ epoch, regions, vertices, edges, dirichlet, levelSetLength });
  }
  return counts;
}

/**
 * Numbers 0 to count - 1 so that any beginning of the list is spread evenly: first, last, and then the middles of the
 * widest gaps, so that a count that is stopped early still shows the whole course.
 */
export function spreadOrder(count: number): number[] {
  if (count <= 0) return [];
  const order = count === 1 ? [0] : [0, count - 1];
  let gaps: (readonly [number, number])[] = [[0, count - 1]];
  while (gaps.length > 0) {
    const next: (readonly [number, number])[] = [];
    for (const [low, high] of gaps) {
      const middle = (low + high) >> 1;
      if (middle === low) continue;
      order.push(middle);
      next.push([low, middle], [middle, high]);
    }
    gaps = next;
  }
  return order;
}
