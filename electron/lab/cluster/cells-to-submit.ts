/** Which cells of an entry are to be handed to a job: those that have not ended and that no other job works on. */
import type { SweepCell } from '../../../experiments/sweeps/cell.ts';
import { stateFrom } from '../../../experiments/entries/cells-index.ts';
import type { EntryStore } from '../notebook/entry-store.ts';
import { isUnderWay, type JobProgress } from './job-progress.ts';
import { readShard } from './job-files.ts';
import { cellsOf } from './new-job.ts';

/** The cells of an entry, sorted by what is to be done with them. */
export interface SortedCells {
  readonly missing: readonly SweepCell[];
  readonly finished: number;
  /** Failed cells are results; training them again would end in the same way. */
  readonly failed: number;
  /** Cells that a job works on or waits to work on. */
  readonly underWay: number;
}

/** Sorts the cells of an entry whose jobs stand like this. */
export async function sortedCells(entry: EntryStore, jobs: readonly JobProgress[]): Promise<SortedCells> {
  const taken = new Set<string>();
  for (const { folder, job, shards } of jobs) {
    if (job.cancelled) continue;
    for (const shard of shards.filter(isUnderWay))
      for (const { id } of await readShard(entry.fileSystem, folder, shard.shard)) taken.add(id);
  }
  const missing: SweepCell[] = [];
  const counts = { finished: 0, failed: 0, underWay: 0 };
  for (const cell of cellsOf(entry)) {
    const row = entry.told(cell.id);
    const state = row === undefined ? 'queued' : stateFrom(row, cell.epochs);
    if (state === 'finished' || state === 'failed') counts[state]++;
    else if (taken.has(cell.id)) counts.underWay++;
    else missing.push(cell);
  }
  return { missing, ...counts };
}
