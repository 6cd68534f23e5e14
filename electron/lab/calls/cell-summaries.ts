/** Cells as the entry's screen lists them: from their records, of large entries from the index where that tells all. */
import { sweepCellFrom } from '../../../experiments/entries/entry-json.ts';
import type { EntryCell } from '../../../experiments/entries/entry-schema.ts';
import type { RowLast } from '../../../experiments/entries/cells-index.ts';
import { parameterCount } from '../../../experiments/network/shape.ts';
import { toldState } from '../../../experiments/records/cell-state.ts';
import type { CellState } from '../../../experiments/records/snapshot.ts';
import { measured, type SnapshotMetrics } from '../../../experiments/records/measures.ts';
import { lastMeasureNames, type LastMeasures } from '../../contract/last-measures.ts';
import type { CellSummary } from '../../contract/entries.ts';
import type { ShownEntry } from '../comparisons/shown-entry.ts';
import { cellsAsTold } from '../notebook/cells-as-told.ts';
import type { CellStore } from '../notebook/cell-store.ts';
import type { EntryStore } from '../notebook/entry-store.ts';

/** Records of so many cells are opened in a moment, and what is damaged in them is told. */
const openedUpTo = 1000;

/** What only records tell, or an index that was made from them. */
type Recorded = Pick<
  CellSummary,
  'state' | 'lastEpoch' | 'snapshots' | 'seconds' | 'failure' | 'problem' | 'last'
>;

/**
 * All cells of an entry or a comparison; `entry` where it is one entry, whose index is asked where there are more cells than
 * `most`; `queued` names the cells that stand in the queue: entry id, slash, cell id.
 */
export async function cellSummaries(
  shown: ShownEntry,
  entry: EntryStore | null,
  queued: ReadonlySet<string>,
  most = openedUpTo,
): Promise<CellSummary[]> {
  const { cells } = shown.json;
  const told = entry === null || cells.length <= most ? null : await cellsAsTold(entry);
  const summaries: CellSummary[] = [];
  for (const cell of cells) {
    const known = told?.has(cell.id) === true ? fromRow(cell, entry?.toldLast(cell.id)) : null;
    const recorded = known ?? fromRecords(await shown.cell(cell.id));
    const isQueued = queued.size > 0 && queued.has(`${shown.id}/${cell.id}`);
    summaries.push(summaryOf(cell, recorded, toldState(recorded.state, isQueued)));
  }
  return summaries;
}

/** Field by field: there are a hundred thousand of them. */
function summaryOf(json: EntryCell, recorded: Recorded, state: CellState): CellSummary {
  const { id, label, axes, config, epochs } = sweepCellFrom(json);
  return {
    id,
    label,
    axes,
    state,
    epochs,
    lastEpoch: recorded.lastEpoch,
    snapshots: recorded.snapshots,
    seconds: recorded.seconds,
    config,
    parameters: parameterCount(config.network),
    stepsPerEpoch: Math.ceil(config.data.points / config.training.batchSize),
    failure: recorded.failure,
    problem: recorded.problem,
    last: recorded.last,
  };
}

/** What the index says; null of a cell of which only the records tell all: how it failed, what its measures mean. */
function fromRow({ state }: EntryCell, row: RowLast | undefined): Recorded | null {
  if (state === 'failed') return null;
  const { lastEpoch = null, snapshots = 0, seconds = 0, figures = null } = row ?? {};
  const told = (last: LastMeasures | null): Recorded => {
    return { state, lastEpoch, snapshots, seconds, failure: null, problem: null, last };
  };
  if (lastEpoch === null) return told(null);
  // On a coarser grid the index may tell the finer one of two measurements.
  if (figures === null || (figures.truth !== null && figures.truth.stride !== 1)) return null;
  const { trainMse, validationMse, truth, distinctHashes } = figures;
  const [truthMse, iou] = [truth?.mse ?? null, truth?.iou ?? null];
  return told({ trainMse, validationMse, truthMse, iou, distinctHashes });
}

/** What is told of a cell's last snapshot. */
function lastOf(metrics: SnapshotMetrics): LastMeasures {
  const [trainMse, validationMse, truthMse, iou, distinctHashes] = lastMeasureNames.map((name) =>
    measured(name, metrics),
  );
  return { trainMse, validationMse, truthMse, iou, distinctHashes };
}

function fromRecords(store: CellStore): Recorded {
  const snapshots = store.index();
  const last = snapshots.at(-1);
  const failure = store.events.at(-1)?.event;
  const { messages, setAside } = store.problems;
  const damage = [...messages, ...setAside.map((name) => `A damaged end is kept as ${name}.`)];
  return {
    state: store.state,
    lastEpoch: last?.epoch ?? null,
    snapshots: snapshots.length,
    seconds: last?.seconds ?? 0,
    failure: failure?.kind === 'failed' ? failure.failure : null,
    problem: failure?.kind === 'failed' ? failure.message : damage.length > 0 ? damage.join(' ') : null,
    last: last === undefined ? null : lastOf(last.metrics),
  };
}
