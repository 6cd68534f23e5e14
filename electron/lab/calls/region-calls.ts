/** Calls about exact polytopes: the network they belong to, and their numbers over the epochs. */
import { spreadOrder, type RegionCount } from '../../../experiments/polytopes/region-counts.ts';
import type { RegionCounts } from '../../contract/frames.ts';
import { LabError } from '../disk/lab-error.ts';
import type { CallContext, CallHandlers } from './router.ts';
import type { LabContext } from './lab-context.ts';
import { openShownCell } from '../comparisons/shown-entry.ts';
import type { OpenCell } from '../notebook/open-cell.ts';
import type { NetworkAt } from './frame-service.ts';

type RegionCall = 'cell.network' | 'regions.read' | 'regions.count';

/** Handlers of the calls about exact polytopes. */
export function regionCalls(context: LabContext, networkAt: NetworkAt): CallHandlers<RegionCall> {
  const { notebook } = context;
  const atWork = new Set<string>();
  return {
    async 'cell.network'({ entryId, cellId, epoch: wanted }, { signal }) {
      const { network, epoch } = await networkAt(entryId, cellId, wanted, signal);
      return { network, epoch };
    },
    async 'regions.read'({ entryId, cellId }) {
      return columnsOf(await (await openShownCell(notebook, entryId, cellId)).store.regionCounts());
    },
    async 'regions.count'({ entryId, cellId, snapshots }, call) {
      const key = `${entryId}/${cellId}`;
      if (atWork.has(key))
        throw new LabError('refused', 'The regions of this cell are being counted already.');
      atWork.add(key);
      try {
        return await countRegions(context, await openShownCell(notebook, entryId, cellId), snapshots, call);
      } finally {
        atWork.delete(key);
      }
    },
  };
}

/** Counts until so many snapshots, spread over the run, are known; each is kept in the entry as soon as it is there. */
async function countRegions(
  { background, readOnlyBecause }: LabContext,
  { store, cell }: OpenCell,
  snapshots: number,
  { signal, part }: CallContext<'regions.count'>,
): Promise<RegionCounts> {
  const kept = store.keptEpochs();
  const counts = await store.regionCounts();
  const known = new Set(counts.map(({ epoch }) => epoch));
  const wanted = spreadOrder(kept.length)
    .slice(0, snapshots)
    .map((at) => kept[at]);
  const missing = wanted.filter((epoch) => !known.has(epoch));
  let refused = 0;
  for (const [at, epoch] of missing.entries()) {
    const snapshot = await store.snapshot(epoch);
    if (snapshot === null)
      throw new LabError('not-found', `${cell.label} has no snapshot of epoch ${epoch}.`);
    const before = { done: at, of: missing.length, epoch };
    part({ ...before, counts: columnsOf(counts) });
    const count = await background
      .run('region-count', { config: cell.config, weights: snapshot.weights, epoch }, { signal })
      .catch((error: unknown) => {
        // Too many regions for the budget: the others can still be counted.
        if (!(error instanceof Error && error.name === 'ExtractionError')) throw error;
        refused++;
        return null;
      });
    if (count === null) continue;
    counts.push(count);
    counts.sort((a, b) => a.epoch - b.epoch);
    if (readOnlyBecause === null) await store.writeRegionCounts(counts);
  }
  if (refused > 0 && counts.length === 0)
    throw new LabError('refused', 'Every snapshot has more regions than can be counted (4 million or 2 GB).');
  return columnsOf(counts);
}

function columnsOf(counts: readonly RegionCount[]): RegionCounts {
  return {
    epochs: Uint32Array.from(counts, ({ epoch }) => epoch),
    regions: Float64Array.from(counts, ({ regions }) => regions),
    dirichlet: Float64Array.from(counts, ({ dirichlet }) => dirichlet),
    levelSetLength: Float64Array.from(counts, ({ levelSetLength }) => levelSetLength),
  };
}
