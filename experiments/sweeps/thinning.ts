/** Which snapshots of recorded cells keep their weights when they are thinned to a snapshot policy. */
import type { SnapshotPolicy } from './cell.ts';
import { evenlySpread, snapshotEpochs } from './snapshot-epochs.ts';

/** A snapshot that may be given up, with what it takes now and would take without weights and preview, bytes. */
export interface RecordedSnapshot {
  readonly epoch: number;
  readonly keyFrame: boolean;
  readonly isThinned: boolean;
  readonly bytes: number;
  readonly thinnedBytes: number;
}

/** A recorded cell: its snapshots, ascending, and the bytes of everything else in its logs. */
export interface RecordedCell {
  readonly snapshots: readonly RecordedSnapshot[];
  readonly otherBytes: number;
}

/**
 * Epochs that a policy keeps of each cell. "every" and "log" keep the snapshot nearest to each epoch that they would have
 * taken up to the last one, the earlier of two; a budget keeps equally many of every cell, as many as its bytes allow for all
 * of them together, spread evenly over those that are there. The first and the last snapshot are always kept, and the last
 * key frame, from which training goes on. Null where not even those fit into the budget.
 */
export function keptEpochs(
  cells: readonly RecordedCell[],
  policy: SnapshotPolicy,
): ReadonlySet<number>[] | null {
  if (policy.kind !== 'budget') return cells.map((cell) => keptOf(cell, nearestTo(cell, policy)));
  const most = Math.max(0, ...cells.map(({ snapshots }) => withWeights(snapshots).length));
  const keeping = (count: number): ReadonlySet<number>[] =>
    cells.map((cell) => keptOf(cell, evenlySpread(withWeights(cell.snapshots), count)));
  const fits = (count: number): boolean => {
    const kept = keeping(count);
    return cells.reduce((sum, cell, at) => sum + bytesKeeping(cell, kept[at]), 0) <= policy.bytes;
  };
  // Two of each cell are kept whatever happens; more of them never take less.
  let [low, high] = [2, Math.max(2, most)];
  if (!fits(low)) return null;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return keeping(low);
}

/** Bytes of a cell's logs where only the snapshots of these epochs keep weights and previews. */
export function bytesKeeping({ snapshots, otherBytes }: RecordedCell, kept: ReadonlySet<number>): number {
  return snapshots.reduce(
    (sum, { epoch, bytes, thinnedBytes }) => sum + (kept.has(epoch) ? bytes : thinnedBytes),
    otherBytes,
  );
}

/** Epochs of the snapshots that still have weights. */
function withWeights(snapshots: readonly RecordedSnapshot[]): number[] {
  return snapshots.flatMap(({ epoch, isThinned }) => (isThinned ? [] : [epoch]));
}

function keptOf({ snapshots }: RecordedCell, chosen: readonly number[]): ReadonlySet<number> {
  const epochs = withWeights(snapshots);
  const lastState = snapshots.filter(({ keyFrame }) => keyFrame).at(-1)?.epoch;
  const always = [epochs.at(0), epochs.at(-1), lastState].flatMap((epoch) => epoch ?? []);
  return new Set([...chosen, ...always]);
}

function nearestTo(
  { snapshots }: RecordedCell,
  policy: Exclude<SnapshotPolicy, { readonly kind: 'budget' }>,
): number[] {
  const epochs = withWeights(snapshots);
  const next = nextWanted(policy, snapshots.at(-1)?.epoch ?? 0);
  const kept = new Set<number>();
  epochs.slice(1).forEach((after, at) => {
    const before = epochs[at];
    const middle = Math.floor((before + after) / 2);
    if (next(before) <= middle) kept.add(before);
    if (next(middle + 1) <= after) kept.add(after);
  });
  return [...kept];
}

/** The first epoch of a policy from an epoch on, Infinity after the last. */
function nextWanted(
  policy: Exclude<SnapshotPolicy, { readonly kind: 'budget' }>,
  last: number,
): (epoch: number) => number {
  if (policy.kind === 'every') return (epoch) => Math.ceil(epoch / policy.epochs) * policy.epochs;
  const wanted = snapshotEpochs(policy, last);
  return (epoch) => {
    let [low, high] = [0, wanted.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (wanted[middle] < epoch) low = middle + 1;
      else high = middle;
    }
    return wanted[low] ?? Infinity;
  };
}
