/** What trains cells, as those see it who hand cells out. */
import type { EngineName } from '../../experiments/engines/engine.ts';
import type { CellJob, CellMessage } from '../../experiments/sweeps/cell-run-contract.ts';

/** A cell under way in an executor. */
export interface CellRun {
  /** Settles when the executor is done with the cell; rejects where the executor itself failed. */
  readonly done: Promise<void>;
  abort(): void;
  /** Tells the executor that one more snapshot is safely written. */
  acknowledge(): void;
}

/** Whatever trains cells: a cell in, a stream of records out, no state kept. */
export interface CellExecutor {
  readonly threads: number;
  /** Cells that an engine trains side by side. */
  cellsAtOnce(engine: EngineName): number;
  runCell(job: CellJob, engine: EngineName, onMessage: (message: CellMessage) => void): CellRun;
}
