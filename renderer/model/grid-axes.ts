/** Which axis of a sweep runs across the comparison grid, which down, and where every cell lies. */
import type { AxisValue } from '../../experiments/sweeps/cell.ts';
import type { CellSummary, EntryDetail, SweepAxis } from '../../electron/contract/entries.ts';
import { suitedSides } from '../../experiments/sweeps/swept-axes.ts';

/** Axes of the grid: inside of blocks, and of the grid of blocks around them. Other axes are held at one value. */
export interface GridChoice {
  readonly x: string | null;
  readonly y: string | null;
  readonly outerX: string | null;
  readonly outerY: string | null;
  readonly held: Readonly<Record<string, AxisValue>>;
}

/** What an axis of the sweep does in the grid. */
export type GridRole = 'x' | 'y' | 'outerX' | 'outerY' | 'held';

/** Title of a column or row. */
export interface GridHeading {
  readonly value: AxisValue | null;
  readonly outer: AxisValue | null;
  /** Whether a block of the outer axis begins here, and how many columns or rows it has. */
  readonly startsBlock: boolean;
  readonly blockSize: number;
}

/** Cells by column and row, with the headings. */
export interface GridPlan<Cell> {
  readonly columns: readonly GridHeading[];
  readonly rows: readonly GridHeading[];
  /** [row][column]; null where the sweep has no such cell. */
  readonly cells: readonly (readonly (Cell | null)[])[];
}

/** What of a cell its place depends on. */
export type PlacedCell = Pick<CellSummary, 'axes'>;

/** Wider grids hold further axes at a value instead of nesting them. */
const maxNested = 12;

/** The grid that suits the axes of a sweep: sides as in the exported grid, a third axis around if it fits. */
export function suitedChoice(axes: readonly SweepAxis[]): GridChoice {
  const { x, y } = suitedSides(axes);
  const rest = axes.filter((axis) => axis !== x && axis !== y);
  // Seeds repeat; any other axis tells more.
  const third: SweepAxis | undefined = rest.find(({ name }) => name !== 'seed') ?? rest[0];
  const others = rest.filter((axis) => axis !== third);
  const nested = third !== undefined && (x?.values.length ?? 1) * third.values.length <= maxNested;
  const held = nested || third === undefined ? others : [third, ...others];
  return {
    x: x?.name ?? null,
    y: y?.name ?? null,
    outerX: nested ? third.name : null,
    outerY: null,
    held: Object.fromEntries(held.map((axis) => [axis.name, axis.values[0]])),
  };
}

/** The grid with the sides that a comparison keeps; those that are no axes of it are left alone. */
export function laidOut(
  choice: GridChoice,
  { axes, comparison }: Pick<EntryDetail, 'axes' | 'comparison'>,
): GridChoice {
  let laid = choice;
  for (const role of ['x', 'y'] as const) {
    const axis = comparison?.layout[role] ?? null;
    if (axis !== null && axes.some(({ name }) => name === axis)) laid = withRole(laid, axes, axis, role);
  }
  return laid;
}

/** Role of an axis in a grid. */
export function roleOf(choice: GridChoice, axis: string): GridRole {
  const roles = ['x', 'y', 'outerX', 'outerY'] as const;
  return roles.find((role) => choice[role] === axis) ?? 'held';
}

/** The grid with an axis in another role; whatever had that role before takes the axis's old one. */
export function withRole(
  choice: GridChoice,
  axes: readonly SweepAxis[],
  axis: string,
  role: GridRole,
): GridChoice {
  const before = roleOf(choice, axis);
  const displaced = role === 'held' ? null : choice[role];
  const roles = { x: choice.x, y: choice.y, outerX: choice.outerX, outerY: choice.outerY };
  if (before !== 'held') roles[before] = displaced;
  if (role !== 'held') roles[role] = axis;
  const placed = new Set(Object.values(roles));
  const held = axes
    .filter(({ name }) => !placed.has(name))
    .map(({ name, values }) => [name, choice.held[name] ?? values[0]] as const);
  return { ...roles, held: Object.fromEntries(held) };
}

/** The grid with a held axis at another value. */
export function withHeld(choice: GridChoice, axis: string, value: AxisValue): GridChoice {
  return { ...choice, held: { ...choice.held, [axis]: value } };
}

function headings(axes: readonly SweepAxis[], inner: string | null, outer: string | null): GridHeading[] {
  const valuesOf = (name: string | null): readonly (AxisValue | null)[] =>
    axes.find((axis) => axis.name === name)?.values ?? [null];
  const values = valuesOf(inner);
  return valuesOf(outer).flatMap((outerValue) =>
    values.map((value, at) => ({
      value,
      outer: outerValue,
      startsBlock: at === 0,
      blockSize: values.length,
    })),
  );
}

/** Where every cell lies. Of cells in one place the first one is shown. */
export function gridPlan<Cell extends PlacedCell>(
  cells: readonly Cell[],
  axes: readonly SweepAxis[],
  choice: GridChoice,
): GridPlan<Cell> {
  const columns = headings(axes, choice.x, choice.outerX);
  const rows = headings(axes, choice.y, choice.outerY);
  const candidates = cells.filter((cell) =>
    Object.entries(choice.held).every(
      ([axis, value]) => cell.axes[axis] === undefined || cell.axes[axis] === value,
    ),
  );
  const matches = (cell: Cell, axis: string | null, value: AxisValue | null): boolean =>
    axis === null || value === null || cell.axes[axis] === value;
  const at = (row: GridHeading, column: GridHeading): Cell | null =>
    candidates.find(
      (cell) =>
        matches(cell, choice.x, column.value) &&
        matches(cell, choice.y, row.value) &&
        matches(cell, choice.outerX, column.outer) &&
        matches(cell, choice.outerY, row.outer),
    ) ?? null;
  return { columns, rows, cells: rows.map((row) => columns.map((column) => at(row, column))) };
}

/** Whether a grid follows a single axis, so that its pictures may be broken into rows like words. */
export function isLine({ x, y, outerX, outerY }: GridChoice): boolean {
  return outerX === null && outerY === null && (x === null) !== (y === null);
}

/** A place in a line: its title and its cell. */
export interface LinePlace<Cell> {
  readonly heading: GridHeading;
  readonly cell: Cell | null;
}

/** The rows into which a line is broken, `across` places each. */
export function lineRows<Cell>(plan: GridPlan<Cell>, across: number): LinePlace<Cell>[][] {
  const headings = plan.rows.length === 1 ? plan.columns : plan.rows;
  const places = plan.cells.flat().map((cell, at) => ({ heading: headings[at], cell }));
  return Array.from({ length: Math.ceil(places.length / across) }, (_, row) =>
    places.slice(row * across, (row + 1) * across),
  );
}

/** The cell so many places after another one of a line, past holes; the cell itself where the line ends before. */
export function neighbourInLine<Cell>(plan: GridPlan<Cell>, from: Cell, by: number): Cell {
  const cells = plan.cells.flat();
  for (let at = cells.indexOf(from) + by; at >= 0 && at < cells.length; at += by) {
    const next = cells[at];
    if (next !== null) return next;
  }
  return from;
}

/** The cell next to another one in the grid, past holes; the cell itself at the edge. */
export function neighbourCell<Cell>(
  plan: GridPlan<Cell>,
  from: Cell,
  columnStep: number,
  rowStep: number,
): Cell {
  let row = plan.cells.findIndex((cells) => cells.includes(from));
  let column = row < 0 ? -1 : plan.cells[row].indexOf(from);
  if (row < 0) return from;
  for (;;) {
    row += rowStep;
    column += columnStep;
    if (row < 0 || row >= plan.cells.length || column < 0 || column >= plan.columns.length) return from;
    const next = plan.cells[row][column];
    if (next !== null) return next;
  }
}
