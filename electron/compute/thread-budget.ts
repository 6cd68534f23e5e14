/** How many threads compute where a process may have only so many WebAssembly memories. */

/** Threads of the two pools, and megabytes of JavaScript objects that each of their workers may have. */
export interface ThreadBudget {
  /** Cells side by side. */
  readonly training: number;
  readonly drawing: number;
  readonly trainingHeapMb: number;
  readonly drawingHeapMb: number;
}

/**
 * Most threads of each pool in Electron. V8 keeps all memories of a process, worker threads included, in a cage of
 * 1 TiB and gives each of them 8 GiB of guarded addresses: about 124 fit. A thread that trains has two, for the trainer
 * and for the frames of its snapshots; one that draws up to three, for frames, replays and exact polytopes; a film and a
 * picture have threads of their own beside them.
 */
const maxTraining = 26;
const maxDrawing = 8;

/** All heaps of the process share the 4 GiB that compressed pointers reach; each pool's may have this much in all. */
const heapsMb = 1536;
const maxHeapMb = 1024;

/** The budget of a machine with so many hardware threads; `isCaged` in Electron. */
export function threadBudget(cores: number, isCaged: boolean): ThreadBudget {
  const count = Math.max(1, cores);
  if (!isCaged) {
    return { training: count, drawing: count, trainingHeapMb: maxHeapMb, drawingHeapMb: maxHeapMb };
  }
  const training = Math.min(count, maxTraining);
  const drawing = Math.min(count, maxDrawing);
  const heap = (threads: number): number => Math.min(maxHeapMb, Math.floor(heapsMb / threads));
  return { training, drawing, trainingHeapMb: heap(training), drawingHeapMb: heap(drawing) };
}
