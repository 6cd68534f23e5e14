/** The measures of cells as one long table for other programs: a row a snapshot, a column a measure. */
import { parquetWriteBuffer } from 'hyparquet-writer';
import { csvText } from './csv.ts';
import { measured, measureNames, measures, type SnapshotMetrics } from '../records/measures.ts';
import { parameterCount } from '../network/shape.ts';
import type { AxisValue, SweepCell } from '../sweeps/cell.ts';
import { shapeOfCell } from '../sweeps/cell-network.ts';

/** The snapshots of one cell, ascending. */
export interface MeasuredCell {
  readonly cell: SweepCell;
  readonly snapshots: readonly {
    readonly metrics: SnapshotMetrics;
    /** Training seconds so far. */
    readonly seconds: number;
  }[];
}

type Value = AxisValue | null;
type ColumnType = 'INT32' | 'DOUBLE' | 'STRING' | 'BOOLEAN';

/** A column: its name, its type in Parquet, one value a row; null where there is none. */
export interface MetricsColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly values: readonly Value[];
}

interface Row {
  readonly cell: SweepCell;
  readonly metrics: SnapshotMetrics;
  readonly seconds: number;
}

type RowColumn = readonly [name: string, type: ColumnType, value: (row: Row) => Value];

/** What is read off a snapshot: when it was taken, then its measures. */
const snapshotColumns: readonly RowColumn[] = [
  ['epoch', 'INT32', ({ metrics }) => metrics.epoch],
  ['step', 'DOUBLE', ({ metrics }) => metrics.step],
  ['samples', 'DOUBLE', ({ metrics }) => metrics.samples],
  ['seconds', 'DOUBLE', ({ seconds }) => seconds],
  ...measureNames.map((name): RowColumn => {
    const { column } = measures[name];
    return [column.name, column.type, ({ metrics }) => measured(name, metrics)];
  }),
];

/** A table that cells are added to one after another: it holds their figures alone. */
export class MetricsTable {
  /** The cell of each row. */
  readonly #cells: SweepCell[] = [];
  readonly #columns: readonly Value[][] = snapshotColumns.map(() => []);
  readonly #axisNames = new Set<string>();

  /** Adds a row for each snapshot of a cell. */
  add({ cell, snapshots }: MeasuredCell): void {
    for (const name of Object.keys(cell.axes)) this.#axisNames.add(name);
    for (const snapshot of snapshots) {
      const row = { cell, ...snapshot };
      this.#cells.push(cell);
      snapshotColumns.forEach(([, , value], at) => this.#columns[at].push(value(row)));
    }
  }

  /** Columns of the table: cell, label, parameters, the axes of the sweep, then time and measures. */
  columns(): MetricsColumn[] {
    const column = (name: string, type: ColumnType, value: (cell: SweepCell) => Value): MetricsColumn => {
      return { name, type, values: this.#cells.map(value) };
    };
    return [
      column('cell', 'STRING', ({ id }) => id),
      column('label', 'STRING', ({ label }) => label),
      column('parameters', 'INT32', ({ config }) => parameterCount(shapeOfCell(config))),
      ...this.#axes(),
      ...snapshotColumns.map(([name, type], at) => ({ name, type, values: this.#columns[at] })),
    ];
  }

  #axes(): MetricsColumn[] {
    const taken = new Set(['cell', 'label', 'parameters', ...snapshotColumns.map(([name]) => name)]);
    return [...this.#axisNames].map((name) => {
      const plain = name.replaceAll(/\W+/g, '_');
      const values = this.#cells.map((cell) => cell.axes[name] ?? null);
      const type = axisType(values);
      const text = values.map((value) => (type === 'STRING' && value !== null ? String(value) : value));
      return { name: taken.has(plain) ? `axis_${plain}` : plain, type, values: text };
    });
  }
}

/** Columns that say on the preview's pixels what `truth_mse` and its neighbours say of all of them where those were measured. */
const coarseColumns = (['coarseTruthMse', 'coarseIou', 'coarseStride'] as const).map(
  (name) => measures[name].column.name,
);

/** The table that an entry keeps beside the records of a cell: as every version wrote it, on the preview's pixels throughout. */
export function keptMetricsColumns(cell: MeasuredCell): MetricsColumn[] {
  const table = new MetricsTable();
  table.add(cell);
  const columns = table.columns();
  const coarse = new Map(columns.map(({ name, values }) => [name, values]));
  return columns
    .filter(({ name }) => !coarseColumns.includes(name))
    .map((column) => {
      const name = coarseColumns.find((one) => one === `coarse_${column.name}`);
      return { ...column, values: (name === undefined ? undefined : coarse.get(name)) ?? column.values };
    });
}

function axisType(values: readonly Value[]): ColumnType {
  const present = values.filter((value) => value !== null);
  if (present.every((value) => typeof value === 'number')) return 'DOUBLE';
  return present.every((value) => typeof value === 'boolean') ? 'BOOLEAN' : 'STRING';
}

/** CSV with a header and one line a row; numbers in full precision, an empty field where there is none. */
export function metricsCsv(columns: readonly MetricsColumn[]): string {
  const count = columns[0]?.values.length ?? 0;
  const rows = Array.from({ length: count }, (_, row) => columns.map(({ values }) => values[row]));
  return csvText(
    columns.map(({ name }) => name),
    rows,
  );
}

/** The table as a Parquet file; the same bytes for the same table. */
export function metricsParquet(columns: readonly MetricsColumn[]): Uint8Array {
  const columnData = columns.map(({ name, type, values }) => ({ name, type, data: [...values] }));
  return new Uint8Array(parquetWriteBuffer({ columnData, createdBy: 'creasebook' }));
}
