/** How long a sweep takes on what trains it. Estimates for people. */
import type { EngineName } from '../engines/engine.ts';
import { makespan } from './cost-model.ts';

/** A cell to train: its engine, and its seconds on a thread of its own or of the GPU's time. */
export interface EstimatedCell {
  readonly engine: EngineName;
  readonly seconds: number;
}

/** Seconds until all cells are done: the GPU shares its time among its own, threads train the others beside it. */
export function sweepSeconds(cells: readonly EstimatedCell[], threads: number): number {
  const secondsOf = (isOnGpu: boolean): number[] =>
    cells.filter(({ engine }) => (engine === 'webgpu') === isOnGpu).map(({ seconds }) => seconds);
  const gpu = secondsOf(true).reduce((sum, seconds) => sum + seconds, 0);
  return Math.max(gpu, makespan(secondsOf(false), threads));
}

/** What trains the cells: "2 threads", "the GPU (Some Card)" or both. */
export function trainersText(
  cells: readonly Pick<EstimatedCell, 'engine'>[],
  threads: number,
  adapter: string | null,
): string {
  const gpu = adapter === null ? 'the GPU' : `the GPU (${adapter})`;
  const cpu = threads === 1 ? '1 thread' : `${threads} threads`;
  if (cells.every(({ engine }) => engine !== 'webgpu')) return cpu;
  return cells.every(({ engine }) => engine === 'webgpu') ? gpu : `${gpu} and ${cpu}`;
}
