/** Cells as the entry's screen lists them: from their records, of large entries from the index where that tells all. */
import { sweepCellFrom } from '../../../experiments/entries/entry-json.ts';
import type { EntryCell } from '../../../experiments/entries/entry-schema.ts';
import type { CellRow } from '../../../experiments/entries/cells-index.ts';
import { parameterCount } from '../../../experiments/network/shape.ts';
import { toldState } from '../../../experiments/records/cell-state.ts';
import type { CellSummary } from '../../contract/entries.ts';
import type { ShownEntry } from '../comparisons/shown-entry.ts';
import { cellsAsTold } from '../notebook/cells-as-told.ts';
import type { CellStore } from '../notebook/cell-store.ts';
import type { EntryStore } from '../notebook/entry-store.ts';

/** Records of so many cells are opened in a moment, and what is damaged in them is told. */
const openedUpTo = 1000;

/** What only records tell, or an index that was made from them. */
type Recorded = Pick<CellSummary, 'state' | 'lastEpoch' | 'snapshots' | 'seconds' | 'failure' | 'problem'>;

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
    const known = told?.has(cell.id) === true ? fromRow(cell, entry?.told(cell.id)) : null;
    const recorded = known ?? fromRecords(await shown.cell(cell.id));
    const state = toldState(recorded.state, queued.has(`${shown.id}/${cell.id}`));
    summaries.push({ ...planned(cell), ...recorded, state });
  }
  return summaries;
}

function planned(json: EntryCell): Omit<CellSummary, keyof Recorded> {
  const { id, label, axes, config, epochs } = sweepCellFrom(json);
  return {
    id,
    label,
    axes,
    epochs,
    config,
    parameters: parameterCount(config.network),
    stepsPerEpoch: Math.ceil(config.data.points / config.training.batchSize),
  };
}

/** What the index says; null of a cell that failed, whose records say how. */
function fromRow({ state }: EntryCell, row: CellRow | undefined): Recorded | null {
  if (state === 'failed') return null;
  const { lastEpoch = null, snapshots = 0, seconds = 0 } = row ?? {};
  return { state, lastEpoch, snapshots, seconds, failure: null, problem: null };
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
  };
}
