/** Measures of all cells of an entry over time, in a few long columns: what charts need of a hundred thousand cells. */
import type { SeriesBlock } from '../../electron/contract/entries.ts';
import type { MeasureName } from '../../experiments/records/measures.ts';

/** What is known of one cell's snapshots. */
export interface CellSeries {
  readonly epochs: Uint32Array;
  readonly seconds: Float32Array;
  /** A measure at each of them; undefined where nobody read it. */
  of(name: MeasureName): Float32Array | undefined;
  /** The same at one of them alone, without a view of all. */
  valueAt(name: MeasureName, at: number): number | undefined;
}

/** Some measures of all cells of an entry. */
export class MeasureSeries {
  /** Snapshots of cell `at` are [starts[at], starts[at + 1]). */
  readonly #starts: Uint32Array;
  readonly #epochs: Uint32Array;
  readonly #seconds: Float32Array;
  readonly #values: ReadonlyMap<MeasureName, Float32Array>;
  readonly #cells: CellSeries[] = [];

  constructor(
    starts: Uint32Array,
    columns: { readonly epochs: Uint32Array; readonly seconds: Float32Array },
    values: ReadonlyMap<MeasureName, Float32Array>,
  ) {
    this.#starts = starts;
    this.#epochs = columns.epochs;
    this.#seconds = columns.seconds;
    this.#values = values;
  }

  /** The series that blocks of these measures make together, in the order of the cells. */
  static of(names: readonly MeasureName[], blocks: readonly SeriesBlock[]): MeasureSeries {
    const inOrder = [...blocks].sort((a, b) => a.from - b.from);
    const starts = [0];
    for (const block of inOrder) {
      const base = starts[starts.length - 1];
      for (let at = 1; at < block.starts.length; at++) starts.push(base + block.starts[at]);
    }
    const total = starts[starts.length - 1];
    const epochs = new Uint32Array(total);
    const seconds = new Float32Array(total);
    const columns = names.map(() => new Float32Array(total));
    let end = 0;
    for (const block of inOrder) {
      epochs.set(block.epochs, end);
      seconds.set(block.seconds, end);
      columns.forEach((column, at) => column.set(block.values[at], end));
      end += block.epochs.length;
    }
    const values = new Map(names.map((name, at) => [name, columns[at]]));
    return new MeasureSeries(Uint32Array.from(starts), { epochs, seconds }, values);
  }

  /** Number of snapshots of all cells. */
  get snapshots(): number {
    return this.#epochs.length;
  }

  has(name: MeasureName): boolean {
    return this.#values.has(name);
  }

  /** These measures and those of a series that was read later of the same snapshots; of others the later ones alone. */
  with(later: MeasureSeries): MeasureSeries {
    const isSame =
      later.#epochs.length === this.#epochs.length && later.#starts.length === this.#starts.length;
    if (!isSame) return later;
    const columns = { epochs: later.#epochs, seconds: later.#seconds };
    return new MeasureSeries(later.#starts, columns, new Map([...this.#values, ...later.#values]));
  }

  /** What is known of the `at`-th cell; the same object each time. */
  cell(at: number): CellSeries | undefined {
    if (at + 1 >= this.#starts.length) return undefined;
    return (this.#cells[at] ??= this.#cellAt(this.#starts[at], this.#starts[at + 1]));
  }

  #cellAt(from: number, to: number): CellSeries {
    const values = this.#values;
    return {
      epochs: this.#epochs.subarray(from, to),
      seconds: this.#seconds.subarray(from, to),
      of: (name) => values.get(name)?.subarray(from, to),
      valueAt: (name, at) => values.get(name)?.[from + at],
    };
  }
}
