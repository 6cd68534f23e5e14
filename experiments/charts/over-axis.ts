/** Cells that differ on one axis alone taken together, as those of all seeds: one of them for a grid, their spread for a table. */
import { mean, quantile } from '../findings/statistics.ts';
import { SelectionError } from '../selection/selection-error.ts';
import type { SweepCell } from '../sweeps/cell.ts';
import { axesOfCells } from '../sweeps/swept-axes.ts';

/** Cells that lie on the same place of all axes but one. */
export interface OverGroup<Cell> {
  /** Their place on the other axes. */
  readonly axes: SweepCell['axes'];
  readonly cells: readonly Cell[];
}

/** Groups of cells that differ on the axis `over` alone, in the order of their first cells. Throws SelectionError where there is no such axis. */
export function groupsOver<Cell extends Pick<SweepCell, 'axes'>>(
  cells: readonly Cell[],
  over: string,
): OverGroup<Cell>[] {
  const names = axesOfCells(cells).map(({ name }) => name);
  if (!names.includes(over))
    throw new SelectionError(`no axis '${over}'; the sweep's axes are ${names.join(', ')}`);
  const groups = new Map<string, { readonly axes: SweepCell['axes']; readonly cells: Cell[] }>();
  for (const cell of cells) {
    const axes = Object.fromEntries(Object.entries(cell.axes).filter(([name]) => name !== over));
    const key = JSON.stringify(axes);
    const group = groups.get(key) ?? { axes, cells: [] };
    groups.set(key, group);
    group.cells.push(cell);
  }
  return [...groups.values()];
}

/** Which of a group stands for it. */
export const representatives = ['median', 'worst', 'best'] as const;
/** Which of a group stands for it: by its error, the lower one of two middle ones. */
export type Representative = (typeof representatives)[number];

/** Number of the one that stands for a group, by the errors of its cells; what has no error comes last. -1 of none. */
export function representativeOf(errors: readonly (number | null)[], which: Representative): number {
  const ordered = errors
    .map((error, at) => ({ error, at }))
    .filter((one): one is { error: number; at: number } => one.error !== null && !Number.isNaN(one.error))
    .sort((a, b) => a.error - b.error || a.at - b.at);
  if (ordered.length === 0) return errors.length === 0 ? -1 : 0;
  const place = { best: 0, median: (ordered.length - 1) >> 1, worst: ordered.length - 1 }[which];
  return ordered[place].at;
}

/** How values of a group lie; null of none. */
export interface Spread {
  readonly count: number;
  readonly mean: number;
  readonly median: number;
  /** Quartiles: the band in which the middle half lies. */
  readonly lower: number;
  readonly upper: number;
  readonly least: number;
  readonly greatest: number;
}

/** The spread of those values that there are; null where there are none. */
export function spreadOf(values: readonly (number | null)[]): Spread | null {
  const known = values.filter((value) => value !== null && !Number.isNaN(value)) as number[];
  if (known.length === 0) return null;
  return {
    count: known.length,
    mean: mean(known),
    median: quantile(known, 0.5),
    lower: quantile(known, 0.25),
    upper: quantile(known, 0.75),
    least: quantile(known, 0),
    greatest: quantile(known, 1),
  };
}
