/** Thinning cells of an entry to a snapshot policy: what it would give up and save, and doing it. */
import type { EntryCell } from '../../../experiments/entries/entry-schema.ts';
import type { SnapshotPolicy } from '../../../experiments/sweeps/cell.ts';
import { bytesKeeping, keptEpochs, type RecordedCell } from '../../../experiments/sweeps/thinning.ts';
import { LabError } from '../disk/lab-error.ts';
import type { CellStore } from './cell-store.ts';
import type { EntryStore } from './entry-store.ts';
import { requireGoingOn } from './thinned-logs.ts';

/** How the planning or the doing is followed, by snapshots, and aborted. */
export interface ThinningOptions {
  readonly signal: AbortSignal;
  onProgress(done: number, of: number): void;
}

/** What a thinning does: epochs that keep their weights by cell, of the cells that change; bytes of the logs of all of them. */
export interface ThinningPlan {
  readonly kept: ReadonlyMap<string, ReadonlySet<number>>;
  readonly before: number;
  readonly after: number;
  /** Snapshots that lose their weights, and those that keep them. */
  readonly removed: number;
  readonly left: number;
}

/**
 * What thinning these cells to a policy would do; nothing is changed. Throws LabError 'refused' where one of them is trained
 * now, where a budget does not even hold what is always kept, or when aborted; 'damaged' where records are not whole.
 */
export async function planThinning(
  entry: EntryStore,
  cells: readonly EntryCell[],
  policy: SnapshotPolicy,
  { signal, onProgress }: ThinningOptions,
): Promise<ThinningPlan> {
  const recorded: RecordedCell[] = [];
  let of = sumOf(cells, ({ id }) => entry.told(id)?.snapshots ?? 0);
  let done = 0;
  for (const { id } of cells) {
    const store = await entry.cell(id);
    // What the index tells may be out of date.
    of += store.index().length - (entry.told(id)?.snapshots ?? 0);
    const onSnapshot = (): void => {
      requireGoingOn(signal);
      onProgress(++done, of);
    };
    recorded.push(await recordedCell(store, onSnapshot));
  }
  const kept = keptEpochs(recorded, policy);
  if (kept === null) {
    const least = keptEpochs(recorded, { kind: 'log', count: 2 }) ?? [];
    const bytes = sumOf(recorded, (cell, at) => bytesKeeping(cell, least[at]));
    throw new LabError(
      'refused',
      `The budget is too small: what is always kept of these cells takes ${(bytes / 1e6).toPrecision(3)} MB.`,
    );
  }
  const going = recorded.map(({ snapshots }, at) =>
    snapshots.filter(({ epoch, isThinned }) => !isThinned && !kept[at].has(epoch)),
  );
  const changing = cells.flatMap(({ id }, at) =>
    going[at].length > 0 || bytesKeeping(recorded[at], kept[at]) < bytesNow(recorded[at])
      ? [[id, kept[at]] as const]
      : [],
  );
  const removed = sumOf(going, ({ length }) => length);
  return {
    kept: new Map(changing),
    before: sumOf(recorded, bytesNow),
    after: sumOf(recorded, (cell, at) => bytesKeeping(cell, kept[at])),
    removed,
    left: sumOf(recorded, ({ snapshots }) => snapshots.filter((one) => !one.isThinned).length) - removed,
  };
}

/** Does what was planned. Throws LabError, 'refused' when aborted: each cell is then thinned or as it was, whole. */
export async function thinCells(
  entry: EntryStore,
  { kept, removed }: ThinningPlan,
  { signal, onProgress }: ThinningOptions,
): Promise<void> {
  let done = 0;
  await entry.thin(kept, { signal, onSnapshot: () => onProgress(++done, removed) });
}

async function recordedCell(store: CellStore, onSnapshot: () => void): Promise<RecordedCell> {
  if (store.state === 'running')
    throw new LabError('refused', `Cell ${store.id} is being trained; it can be thinned when that is over.`);
  const sizes = await store.snapshotBytes(onSnapshot);
  const snapshots = store.index().map(({ keyFrame, isThinned }, at) => ({
    ...sizes[at],
    keyFrame,
    isThinned,
  }));
  return { snapshots, otherBytes: store.storedBytes - sumOf(sizes, ({ bytes }) => bytes) };
}

function bytesNow({ snapshots, otherBytes }: RecordedCell): number {
  return otherBytes + sumOf(snapshots, ({ bytes }) => bytes);
}

function sumOf<Item>(items: readonly Item[], of: (item: Item, at: number) => number): number {
  return items.reduce((sum, item, at) => sum + of(item, at), 0);
}
