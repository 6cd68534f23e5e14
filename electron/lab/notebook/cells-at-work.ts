/** Who trains which cells of a notebook: told by the process that writes, asked by those that only read. */
import { cellName } from '../disk/lock-cells.ts';
import type { Lock, Writer } from '../disk/lock.ts';
import { TaskQueue } from '../disk/task-queue.ts';

/** The cells of a notebook that are trained now, here or by the process that holds its lock. */
export class CellsAtWork {
  readonly #lock: Pick<Lock, 'tellCells'> | null;
  readonly #here = new Set<string>();
  readonly #queue = new TaskQueue();
  /** The other process that writes to the notebook, as it was last looked up. */
  writer: Writer | null = null;

  constructor(lock: Pick<Lock, 'tellCells'> | null) {
    this.#lock = lock;
  }

  /** Whether another process trains a cell; `lastStart` (ISO 8601) decides for those that do not tell. */
  isElsewhere(entryId: string, cellId: string, lastStart: string | null): boolean {
    if (this.writer === null) return false;
    const { cells, since } = this.writer;
    if (cells !== null) return cells.has(cellName(entryId, cellId));
    return lastStart !== null && lastStart >= since;
  }

  /** Tells others that this process begins or ends to train a cell. */
  async tell(entryId: string, cellId: string, atWork: boolean): Promise<void> {
    const name = cellName(entryId, cellId);
    if (this.#here.has(name) === atWork) return;
    if (atWork) this.#here.add(name);
    else this.#here.delete(name);
    await this.#queue.run(async () => this.#lock?.tellCells(new Set(this.#here)));
  }
}
