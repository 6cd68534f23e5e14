/** What the records of cells say whose entry.json is not the last word on them, for lists of entries. */
import { join } from 'node:path';
import { cellState } from '../../../experiments/records/cell-state.ts';
import type { TimedEvent } from '../../../experiments/records/record-codec.ts';
import type { CellState } from '../../../experiments/records/snapshot.ts';
import type { FileSystem } from '../disk/files.ts';
import { LabError } from '../disk/lab-error.ts';
import type { CellsAtWork } from './cells-at-work.ts';
import { openCellStore } from './cell-store.ts';

/** State of a cell and the epoch of its last snapshot, null where there is none. */
export interface RecordedState {
  readonly state: CellState;
  readonly lastEpoch: number | null;
}

interface Known {
  /** Tells whether the records have changed since. */
  readonly stamp: string;
  readonly events: readonly TimedEvent[];
  readonly lastStart: string | null;
  readonly lastEpoch: number | null;
}

/** Reads what records say, each time anew only where they have changed. */
export class RecordedStates {
  readonly #fs: FileSystem;
  readonly #work: CellsAtWork;
  readonly #known = new Map<string, Known>();

  constructor(fs: FileSystem, work: CellsAtWork) {
    this.#fs = fs;
    this.#work = work;
  }

  /** State of a cell in the folder of an entry; null where it has no records, or none that can be read. */
  async of(
    entry: { readonly id: string; readonly path: string },
    cell: { readonly id: string; readonly epochs: number },
  ): Promise<RecordedState | null> {
    const known = await this.#read(join(entry.path, 'cells', cell.id), cell);
    if (known === null) return null;
    const { events, lastStart, lastEpoch } = known;
    const runs = this.#work.isElsewhere(entry.id, cell.id, lastStart);
    return { state: cellState(events, cell.epochs, runs), lastEpoch };
  }

  async #read(path: string, { id, epochs }: { id: string; epochs: number }): Promise<Known | null> {
    try {
      const facts = await this.#fs.facts(join(path, 'records'));
      if (facts === null) return null;
      const stamp = `${facts.size} ${facts.modifiedMs} ${facts.identity}`;
      const known = this.#known.get(path);
      if (known?.stamp === stamp) return known;
      const [runsElsewhere, tellWork] = [() => false, () => Promise.resolve()];
      const alone = { writable: false, runsElsewhere, tellWork, now: () => new Date() };
      const store = await openCellStore({ fs: this.#fs, path, id, label: '', epochs, ...alone });
      const { started, lastEpoch } = store.row;
      const read = { stamp, events: store.events.slice(-1), lastStart: started, lastEpoch };
      await store.close();
      this.#known.set(path, read);
      return read;
    } catch (error) {
      if (error instanceof LabError) return null;
      throw error;
    }
  }
}
