/** The cells of an entry with one axis taken together: who stands for each group in a grid, and the spread of all in a table. */
import {
  groupsOver,
  representativeOf,
  spreadOf,
  type Representative,
  type Spread,
} from '../../../experiments/charts/over-axis.ts';
import type { EntryCell } from '../../../experiments/entries/entry-schema.ts';
import { measured, measureNames, measures, wholeTruth } from '../../../experiments/records/measures.ts';
import type { AxisValue } from '../../../experiments/sweeps/cell.ts';
import { axisText } from '../../../experiments/text/axis-text.ts';
import type { SnapshotFacts } from '../notebook/cell-index.ts';
import type { ShownEntry } from '../comparisons/shown-entry.ts';

/** Cells that stand for groups, without the axis that was taken together, and how they were chosen, in words. */
export interface CellsOver {
  readonly cells: readonly EntryCell[];
  readonly words: string;
}

/**
 * For each place on the other axes the cell whose true error at an epoch is the median, the worst or the best one; the
 * validation error where there is no true picture. Throws SelectionError, LabError.
 */
export async function cellsOver(
  entry: ShownEntry,
  cells: readonly EntryCell[],
  over: string,
  which: Representative,
  epoch: number | 'last',
): Promise<CellsOver> {
  const groups = groupsOver(cells, over);
  const chosen: EntryCell[] = [];
  for (const { axes, cells: together } of groups) {
    const errors: (number | null)[] = [];
    for (const cell of together) errors.push(await errorAt(entry, cell, epoch));
    chosen.push({ ...together[representativeOf(errors, which)], axes: { ...axes } });
  }
  const most = Math.max(...groups.map(({ cells: together }) => together.length));
  const isTruthKnown = entry.json.targets.some(({ truth }) => truth !== false);
  const error = isTruthKnown ? 'true error' : 'validation error';
  return { cells: chosen, words: `each the ${which} of ${most} over ${axisText(over)}, by ${error}` };
}

async function errorAt(entry: ShownEntry, { id }: EntryCell, epoch: number | 'last'): Promise<number | null> {
  const snapshots = (await entry.cell(id)).index();
  const last = epoch === 'last' ? snapshots.at(-1) : snapshots.filter((facts) => facts.epoch <= epoch).at(-1);
  if (last === undefined) return null;
  const { truth, validationMse } = last.metrics;
  return truth === null ? validationMse : (wholeTruth(last.metrics)?.mse ?? null);
}

/** A table with a row for each place on the other axes. */
export interface TableOver {
  readonly head: readonly string[];
  readonly rows: readonly (readonly (AxisValue | null)[])[];
}

const spreadColumns = [
  'mean',
  'median',
  'lower',
  'upper',
  'least',
  'greatest',
] as const satisfies (keyof Spread)[];

/** Mean, median, quartiles and ends of every measure of the last snapshots over an axis. Throws SelectionError, LabError. */
export async function tableOver(
  entry: ShownEntry,
  cells: readonly EntryCell[],
  over: string,
): Promise<TableOver> {
  const groups = groupsOver(cells, over);
  const axes = Object.keys(groups[0]?.axes ?? {});
  const head = [
    ...axes,
    'cells',
    ...measureNames.flatMap((name) => spreadColumns.map((of) => `${measures[name].column.name}_${of}`)),
  ];
  const rows: (AxisValue | null)[][] = [];
  for (const group of groups) {
    const last: SnapshotFacts[] = [];
    for (const { id } of group.cells) last.push(...(await entry.cell(id)).index().slice(-1));
    const spreads = measureNames.flatMap((name) => {
      const spread = spreadOf(last.map(({ metrics }) => measured(name, metrics)));
      return spreadColumns.map((of) => spread?.[of] ?? null);
    });
    rows.push([...axes.map((name) => group.axes[name] ?? null), last.length, ...spreads]);
  }
  return { head, rows };
}
