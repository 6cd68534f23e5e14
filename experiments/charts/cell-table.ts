/** Cells as a table: chosen columns, filtered, sorted by several, grouped with medians or best values. */
import { median } from '../findings/statistics.ts';
import { fieldText, fieldTitle, fieldWord, type Field } from '../selection/fields.ts';
import type { AxisValue } from '../sweeps/cell.ts';
import { betterOf, fieldAt, type ChartCell, type Place } from './chart-cell.ts';
import { compareValues, grouped } from './chart-data.ts';
import { filteredCells } from './chart-request.ts';

/** What a group of cells has in a column of a measure. */
export type Aggregate = 'median' | 'best';

/** A column that rows are sorted by. */
export interface SortKey {
  readonly field: Field;
  readonly isDescending: boolean;
}

/** What a table shows. */
export interface TableChoice {
  readonly columns: readonly Field[];
  /** The first one decides, the next ones where it is equal. */
  readonly sort: readonly SortKey[];
  readonly where: string;
  /** Cells with the same value are one row; null leaves each cell a row. */
  readonly group: Field | null;
  readonly aggregate: Aggregate;
  readonly place: Place;
}

/** A row: its cells, one or a group of them, and a value for each column; null where there is none. */
export interface TableRow {
  readonly cells: readonly ChartCell[];
  readonly values: readonly (AxisValue | null)[];
}

/** Rows, and below them what all cells that passed the filter have together. */
export interface CellTable {
  readonly rows: readonly TableRow[];
  readonly total: TableRow;
}

/** The table of some cells. Throws SelectionError where the filter cannot be read. */
export function cellTable(cells: readonly ChartCell[], choice: TableChoice): CellTable {
  const passed = filteredCells(cells, choice.where, choice.place);
  const { group } = choice;
  const groups =
    group === null
      ? passed.map((cell) => [cell])
      : [...grouped(passed, (cell) => JSON.stringify(fieldAt(cell, group, choice.place))).values()];
  const rows = groups.map((together) => ({
    row: rowOf(together, choice),
    keys: choice.sort.map(({ field }) => valueIn(together, field, choice)),
  }));
  const signs = choice.sort.map(({ isDescending }) => (isDescending ? -1 : 1));
  if (signs.length > 0) {
    rows.sort((a, b) => {
      for (let at = 0; at < signs.length; at++) {
        const order = inOrder(a.keys[at], b.keys[at], signs[at]);
        if (order !== 0) return order;
      }
      return 0;
    });
  }
  return { rows: rows.map(({ row }) => row), total: rowOf(passed, choice) };
}

/** What has no value comes last, whichever way the rest runs. */
function inOrder(a: AxisValue | null, b: AxisValue | null, sign: number): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return sign * compareValues(a, b);
}

function rowOf(cells: readonly ChartCell[], choice: TableChoice): TableRow {
  return new ReckonedRow(cells, choice);
}

/** A row whose values are reckoned when they are asked for: of a hundred thousand rows a screen shows forty. */
class ReckonedRow implements TableRow {
  readonly cells: readonly ChartCell[];
  readonly #choice: TableChoice;
  #values: readonly (AxisValue | null)[] | null = null;

  constructor(cells: readonly ChartCell[], choice: TableChoice) {
    this.cells = cells;
    this.#choice = choice;
  }

  get values(): readonly (AxisValue | null)[] {
    return (this.#values ??= this.#choice.columns.map((field) => valueIn(this.cells, field, this.#choice)));
  }
}

/** What cells have in a column: the value of one, what all have in common, or the median or best of a measure. */
function valueIn(
  cells: readonly ChartCell[],
  field: Field,
  { place, aggregate }: TableChoice,
): AxisValue | null {
  if (cells.length === 1) return fieldAt(cells[0], field, place);
  const values = cells.map((cell) => fieldAt(cell, field, place)).filter((value) => value !== null);
  if (values.length === 0) return null;
  if (field.kind === 'measure') {
    const numbers = values.map(Number);
    const better = aggregate === 'best' ? betterOf(field.name) : null;
    if (better === null) return median(numbers);
    return numbers.reduce((a, b) => (better === 'less' ? Math.min(a, b) : Math.max(a, b)));
  }
  return values.every((value) => value === values[0]) ? values[0] : null;
}

/** Columns that suit cells: what varies, the epoch, then the measures that have a heading. */
export function suitedColumns(
  varying: readonly Field[],
  measured: readonly Field[],
  hasSeeds: boolean,
): Field[] {
  const seed: Field[] = hasSeeds ? [{ kind: 'setting', name: 'seed' }] : [];
  return [...varying, ...seed, { kind: 'fact', name: 'state' }, { kind: 'fact', name: 'epoch' }, ...measured];
}

/** A table for other programs: tab-separated with full numbers, or Markdown with numbers as the app prints them. */
export function tableText(
  { rows }: CellTable,
  { columns, group }: Pick<TableChoice, 'columns' | 'group'>,
  format: 'tsv' | 'markdown',
): string {
  const count = group === null ? [] : ['cells'];
  if (format === 'tsv') {
    const head = [...columns.map(fieldWord), ...count];
    const lines = rows.map(({ values, cells }) => [
      ...values.map((value) => String(value ?? '').replaceAll(/[\t\r\n]/g, ' ')),
      ...(group === null ? [] : [String(cells.length)]),
    ]);
    return `${[head, ...lines].map((line) => line.join('\t')).join('\n')}\n`;
  }
  const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/[\r\n]/g, ' ');
  const head = [...columns.map(fieldTitle), ...count];
  const rule = [
    ...columns.map((field) => (field.kind === 'measure' ? '---:' : ':---')),
    ...count.map(() => '---:'),
  ];
  const lines = rows.map(({ values, cells }) => [
    ...values.map((value, at) => cell(fieldText(columns[at], value))),
    ...(group === null ? [] : [String(cells.length)]),
  ]);
  return `${[head, rule, ...lines].map((line) => `| ${line.join(' | ')} |`).join('\n')}\n`;
}
