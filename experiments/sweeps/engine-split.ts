/** Which cells of a sweep the CPU trains while the GPU trains the others. */
import type { DeterminismClass, EngineName } from '../engines/engine.ts';
import { cellOnEngine } from './cell-engine.ts';
import type { SweepCell } from './cell.ts';

/** Floating-point operations of training a second, of the GPU and of all threads of the CPU together. */
export interface SplitSpeeds {
  readonly gpu: number;
  readonly cpu: number;
  readonly threads: number;
}

/** What trains the cells of new sweeps. */
export interface TrainingEngines {
  readonly engine: EngineName;
  /** Where `engine` is the GPU and the CPU trains cells beside it; null where one of them trains all. */
  readonly split: SplitSpeeds | null;
}

/**
 * Threads that train beside the GPU, of so many wanted on so many cores: whatever drives the GPU keeps a core busy (Dawn
 * polls), so that a thread on that core would slow both. None on a single core.
 */
export function threadsBesideGpu(threads: number, cores: number): number {
  return Math.max(0, Math.min(threads, cores - 1));
}

/**
 * Positions of the cells that the CPU is to train, given each one's work in floating-point operations: the smallest
 * ones, as many as let both be done earliest. The GPU shares its time among its cells; a thread takes one after another.
 */
export function cpuShare(work: readonly number[], { gpu, cpu, threads }: SplitSpeeds): ReadonlySet<number> {
  const ascending = work.map((_, at) => at).sort((a, b) => work[a] - work[b]);
  const loads = new Array<number>(threads).fill(0);
  let left = work.reduce((sum, one) => sum + one, 0);
  let best = { seconds: left / gpu, count: 0 };
  for (const [at, cell] of ascending.entries()) {
    left -= work[cell];
    const thread = loads.indexOf(Math.min(...loads));
    loads[thread] += (work[cell] * threads) / cpu;
    const busiest = Math.max(...loads);
    const seconds = Math.max(left / gpu, busiest);
    if (seconds < best.seconds) best = { seconds, count: at + 1 };
    if (busiest >= left / gpu) break;
  }
  return new Set(ascending.slice(0, best.count));
}

/** Cells with the CPU's share on its own engine, of the class that the sweep asks for. */
export function splitCells(
  cells: readonly SweepCell[],
  work: readonly number[],
  speeds: SplitSpeeds,
  wanted: DeterminismClass,
): SweepCell[] {
  const share = cpuShare(work, speeds);
  return cells.map((cell, at) => (share.has(at) ? cellOnEngine(cell, 'wasm', wanted) : cell));
}
