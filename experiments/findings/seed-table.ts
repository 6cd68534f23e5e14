/** The readings of a claim, seed by seed: a seed counts where all of its cells have a value, and what is missing is told. */
import type { AxisValue } from '../sweeps/cell.ts';
import type { Gap, JudgedCell, PlacedCell, Reading } from './judged-cell.ts';

/** Values of the cells of one seed, some for each cell. */
export interface SeedRow {
  readonly seed: number;
  readonly cells: readonly { readonly cell: JudgedCell; readonly values: readonly number[] }[];
}

/** Seeds with all of their values, and how many seeds have none for which reason. */
export interface SeedTable {
  readonly rows: readonly SeedRow[];
  readonly gaps: Readonly<Record<Gap, number>>;
  readonly planned: number;
  /** Cells that diverged, however they count. */
  readonly diverged: number;
}

/** A group of cells: values that some axes must have. */
export type Group = Readonly<Record<string, AxisValue>>;

/** Whether a cell lies at these values. */
export function liesIn(cell: PlacedCell, group: Group): boolean {
  return Object.entries(group).every(([axis, value]) => cell.axes[axis] === value);
}

/** The gap that tells most about a seed: what a person must do something about comes first. */
const gapOrder: readonly Gap[] = ['diverged', 'left out', 'waiting', 'unmeasured', 'undefined'];

/** The readings of all cells in a table of seeds, ascending; a seed that lacks a cell which others have is waiting. */
export function seedTable(
  cells: readonly JudgedCell[],
  read: (cell: JudgedCell) => readonly Reading[],
): SeedTable {
  const placeOf = ({ axes }: JudgedCell): string => JSON.stringify(Object.entries(axes));
  const places = new Set(cells.map(placeOf)).size;
  const seeds = [...new Set(cells.map(({ seed }) => seed))].sort((a, b) => a - b);
  const gaps = { waiting: 0, diverged: 0, 'left out': 0, unmeasured: 0, undefined: 0 };
  const rows: SeedRow[] = [];
  for (const seed of seeds) {
    const cellsOfSeed = cells.filter((cell) => cell.seed === seed);
    const entries = cellsOfSeed.map((cell) => ({ cell, readings: read(cell) }));
    const readings = entries.flatMap((entry) => entry.readings);
    const missing: Gap | undefined = cellsOfSeed.length < places ? 'waiting' : undefined;
    const gap = gapOrder.find((name) => readings.includes(name)) ?? missing;
    if (gap !== undefined) gaps[gap] += 1;
    else {
      const isNumber = (reading: Reading): reading is number => typeof reading === 'number';
      rows.push({
        seed,
        cells: entries.map((entry) => ({ cell: entry.cell, values: entry.readings.filter(isNumber) })),
      });
    }
  }
  const diverged = cells.filter(({ state }) => state === 'diverged').length;
  return { rows, gaps, planned: seeds.length, diverged };
}
