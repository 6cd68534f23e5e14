/** Measures of all cells of an entry over time, from their records, block by block. */
import { measured, type MeasureName } from '../../../experiments/records/measures.ts';
import type { SeriesBlock } from '../../contract/entries.ts';
import type { ShownEntry } from '../comparisons/shown-entry.ts';
import { recordedSnapshots } from '../comparisons/recorded-snapshots.ts';
import type { SnapshotFacts } from '../notebook/cell-index.ts';
import { currentCell, type LabContext } from './lab-context.ts';

/** Cells of a block. */
const cellsABlock = 250;

/** Sends the blocks of an entry one after another, until the signal aborts. */
export async function sendSeries(
  context: LabContext,
  entry: ShownEntry,
  measures: readonly MeasureName[],
  signal: AbortSignal,
  send: (block: SeriesBlock) => void,
): Promise<void> {
  const { cells } = entry.json;
  const recorded = await recordedSnapshots(entry, (id) => currentCell(context, entry, id));
  try {
    for (let from = 0; from < cells.length; from += cellsABlock) {
      const block = new BlockBuilder(from, measures);
      for (const { id } of cells.slice(from, from + cellsABlock)) {
        signal.throwIfAborted();
        block.add(await recorded.of(id));
      }
      send(block.made());
      // Other calls have their turn.
      await new Promise(setImmediate);
    }
  } finally {
    await recorded.close();
  }
}

class BlockBuilder {
  readonly #from: number;
  readonly #measures: readonly MeasureName[];
  readonly #starts = [0];
  readonly #epochs: number[] = [];
  readonly #seconds: number[] = [];
  readonly #values: number[][];

  constructor(from: number, measures: readonly MeasureName[]) {
    this.#from = from;
    this.#measures = measures;
    this.#values = measures.map(() => []);
  }

  add(snapshots: readonly SnapshotFacts[]): void {
    for (const { epoch, seconds, metrics } of snapshots) {
      this.#epochs.push(epoch);
      this.#seconds.push(seconds);
      this.#measures.forEach((name, at) => this.#values[at].push(measured(name, metrics) ?? NaN));
    }
    this.#starts.push(this.#epochs.length);
  }

  made(): SeriesBlock {
    return {
      from: this.#from,
      starts: Uint32Array.from(this.#starts),
      epochs: Uint32Array.from(this.#epochs),
      seconds: Float32Array.from(this.#seconds),
      values: this.#values.map((column) => Float32Array.from(column)),
    };
  }
}
