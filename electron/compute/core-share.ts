/** How many cores a cell may have: where fewer cells train than there are cores, several threads share one's tiles. */
import { workerData } from 'node:worker_threads';

/** Tiles that take less than this, some 50 microseconds, are not worth telling another thread of. */
const leastTileFlops = 4e6;

/** The cores of a pool, shared out among the cells that train in it; its threads see every change at once. */
export class CoreShare {
  /** Cores for each cell. */
  readonly cores = new Int32Array(new SharedArrayBuffer(4));
  readonly #threads: number;
  #cells = 0;

  constructor(threads: number) {
    this.#threads = threads;
    Atomics.store(this.cores, 0, 1);
  }

  /** A cell trains until `done` has settled. */
  async whileTraining<Result>(done: Promise<Result>): Promise<Result> {
    this.#count(1);
    try {
      return await done;
    } finally {
      this.#count(-1);
    }
  }

  #count(change: number): void {
    this.#cells += change;
    // Whoever measures how fast a thread is has it to itself.
    const each = this.#cells === 0 ? 1 : Math.floor(this.#threads / this.#cells);
    Atomics.store(this.cores, 0, Math.max(1, each));
  }
}

/** What a pool hands to its threads. */
export interface ShareData {
  readonly cores: Int32Array;
}

/** Threads for tiles that take so many floating-point operations in this thread, its own among them. */
export function coresFor(tileFlops: number): number {
  const { cores } = (workerData ?? {}) as Partial<ShareData>;
  return cores === undefined || tileFlops < leastTileFlops ? 1 : Atomics.load(cores, 0);
}
