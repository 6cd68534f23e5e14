/** Sharing the cells of a job out among shards: how many there are to be, and which cells each gets. */
import type { CellConfig } from '../sweeps/cell.ts';

/** What the number of shards is decided from. */
export interface ShardNeeds {
  /** Seconds of one thread that all cells take, by estimate. */
  readonly seconds: number;
  readonly cells: number;
  /** Threads of a task. */
  readonly threads: number;
  /** Minutes that a task may take. */
  readonly minutes: number;
  /** Longest array that the engine takes; null where it has no limit or does not tell. */
  readonly longestArray: number | null;
}

/** Most shards of a job that nobody asked for by number: tasks are looked after by people and by schedulers. */
const mostShards = 500;
/** A shard has at least so much to do: schedulers are not made for short tasks. */
const leastSeconds = 600;
/** Share of a task's time that its cells are to fill: estimates are estimates. */
const filledShare = 0.5;

/** Number of shards, from 1: as many as have ten minutes of work each, more where a task's time demands it. */
export function shardCount({ seconds, cells, threads, minutes, longestArray }: ShardNeeds): number {
  const needed = Math.ceil(seconds / (minutes * 60 * filledShare * threads));
  const worthIt = Math.floor(seconds / (leastSeconds * threads));
  // Arrays are counted from 1, and their limit from 0.
  const most = Math.min(mostShards, cells, longestArray === null ? Infinity : longestArray - 1);
  return Math.max(1, Math.min(most, Math.max(needed, worthIt)));
}

/**
 * Cells by number for each shard: those that take longest first, each onto the shard with the least work so far, so that
 * all end at about the same time. `work` in any unit; shards keep the order of longest first.
 */
export function sharedOut(work: readonly number[], shards: number): number[][] {
  const loads = new Float64Array(shards);
  const shared: number[][] = Array.from({ length: shards }, () => []);
  const order = work.map((_, cell) => cell).sort((a, b) => work[b] - work[a] || a - b);
  for (const cell of order) {
    let least = 0;
    for (let shard = 1; shard < shards; shard++) if (loads[shard] < loads[least]) least = shard;
    loads[least] += work[cell];
    shared[least].push(cell);
  }
  return shared;
}

/** What cells that a GPU trains side by side have in common: the shape of their networks. */
export function shapeOf({
  network: { hidden, outputs },
  inputs,
}: Pick<CellConfig, 'network' | 'inputs'>): string {
  return JSON.stringify([hidden, outputs, inputs ?? null]);
}

/**
 * Cells by number for each shard, those of a shard all of one shape; `shapes` names that of each cell. Each shape has one
 * shard, the others go one after another to where a shard has most to do. Throws RangeError unless there are as many shards
 * as shapes, and no more than cells.
 */
export function sharedByShape(
  work: readonly number[],
  shapes: readonly string[],
  shards: number,
): number[][] {
  const cellsOf = new Map<string, number[]>();
  for (const [cell, shape] of shapes.entries()) {
    const others = cellsOf.get(shape);
    if (others === undefined) cellsOf.set(shape, [cell]);
    else others.push(cell);
  }
  if (shards < cellsOf.size || shards > work.length)
    throw new RangeError(
      `${work.length} cells of ${cellsOf.size} shapes cannot be shared by ${shards} shards.`,
    );
  const groups = [...cellsOf.values()].map((cells) => {
    return { cells, work: cells.reduce((sum, cell) => sum + work[cell], 0), shards: 1 };
  });
  for (let given = groups.length; given < shards; given++) {
    const load = (group: (typeof groups)[number]): number =>
      group.shards < group.cells.length ? group.work / group.shards : -1;
    const [first] = groups;
    groups.reduce((most, group) => (load(group) > load(most) ? group : most), first).shards++;
  }
  return groups.flatMap((group) =>
    sharedOut(
      group.cells.map((cell) => work[cell]),
      group.shards,
    ).map((own) => own.map((at) => group.cells[at])),
  );
}
