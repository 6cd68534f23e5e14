/** Running one item of the queue to whatever end. */
import type { EngineName } from '../../../experiments/engines/engine.ts';
import type { SnapshotSettings, SweepCell } from '../../../experiments/sweeps/cell.ts';
import type { Picture } from '../../../experiments/targets/picture.ts';
import type { EventHub } from '../../contract/event-hub.ts';
import { LabError } from '../disk/lab-error.ts';
import type { QueueBoard } from './queue-board.ts';
import { itemId, type Intent, type StoredItem } from './queue-file.ts';
import { isForCpu, runSweepCell, type CellOutcome, type CellRecords } from './sweep-run.ts';
import type { CellExecutor } from '../../compute/cell-executor.ts';

/** A cell opened for running. */
export interface QueuedCell {
  readonly cell: SweepCell;
  readonly picture: Picture;
  readonly snapshots: SnapshotSettings;
  readonly records: CellRecords;
  /** Number of snapshots recorded so far. */
  snapshotCount(): number;
  /** Takes the cell's state into entry.json. */
  changed(): Promise<void>;
}

/** What running cells needs. */
export interface CellHost {
  readonly executor: CellExecutor;
  readonly engine: EngineName;
  readonly environment: Readonly<Record<string, string>>;
  readonly events: EventHub;
  openCell(entryId: string, cellId: string): Promise<QueuedCell>;
  /** Has the CPU train what the GPU cannot finish; missing where such cells fail. */
  moveToCpu?(
    entryId: string,
    cellId: string,
  ): Promise<{ readonly cellId: string; readonly words: string } | null>;
}

/** Why a running cell is being stopped: one item, the whole queue, for good, or because the program ends. */
export type StopReason = 'hold' | 'queue' | 'cancel' | 'quit';

/** A cell that was started and whose end is not written yet. */
export interface RunningItem {
  readonly abort: AbortController;
  stop: StopReason | null;
  /** Whether a worker is at work on it. */
  isLive: boolean;
  /** Whether its records have their last word: what is left to do takes a moment. */
  isOver: boolean;
  ended: Promise<void>;
}

/** How a run ended for the queue. */
export interface ItemEnd {
  readonly intent: Intent;
  readonly problem: string | null;
  /** Why the queue is to be paused, or null. */
  readonly pauses: string | null;
  /** The cell that is to run in its place, or null. */
  readonly moved: string | null;
}

/** Errors after which other cells would fail as well. */
const diskCodes: readonly string[] = ['disk-full', 'io', 'no-permission', 'read-only'];

/** Runs an item; never rejects. `noteStart` makes durable that it is being started. */
export async function runItem(
  host: CellHost,
  board: QueueBoard,
  item: StoredItem,
  running: RunningItem,
  noteStart: (snapshots: number) => Promise<void>,
  failFast: () => boolean,
): Promise<ItemEnd> {
  try {
    const open = await host.openCell(item.entryId, item.cellId);
    await noteStart(open.snapshotCount());
    const outcome = await runOpenCell(host, board, itemId(item), open, running);
    const moved = isForCpu(open.cell, outcome) ? await host.moveToCpu?.(item.entryId, item.cellId) : null;
    if (moved === null || moved === undefined) return endOf(outcome, running.stop, failFast());
    const problem = `${outcome.message} ${moved.words}`;
    return { intent: 'done', problem, pauses: null, moved: moved.cellId };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    host.events.emit('app.notice', { level: 'error', message });
    return error instanceof LabError && diskCodes.includes(error.code)
      ? { intent: 'waiting', problem: null, pauses: message, moved: null }
      : { intent: 'held', problem: message, pauses: null, moved: null };
  } finally {
    running.isLive = false;
  }
}

async function runOpenCell(
  host: CellHost,
  board: QueueBoard,
  id: string,
  open: QueuedCell,
  running: RunningItem,
): Promise<CellOutcome> {
  const { cell, picture, snapshots, records } = open;
  const outcome = await runSweepCell(
    {
      picture,
      snapshots,
      engine: host.engine,
      environment: host.environment,
      executor: host.executor,
      signal: running.abort.signal,
      openCell: () => Promise.resolve(watchedRecords(board, id, open, running)),
      cellChanged: () => open.changed(),
      onUpdate: (update) => {
        if (update.phase === 'started') {
          running.isLive = true;
          board.announce();
        }
        board.note(id, update);
      },
    },
    cell,
  );
  running.isLive = false;
  const hasEnded = outcome.state === 'finished' || outcome.state === 'failed';
  if (running.stop === 'cancel' && !hasEnded) {
    await records.appendEvent({ kind: 'cancelled', epoch: records.lastEpoch });
    await open.changed();
  }
  board.settle(id, { state: records.state, epoch: records.lastEpoch, seconds: outcome.seconds });
  return outcome;
}

/** The cell's records, telling the board about every preview that is safely written, and `running` of the last word. */
function watchedRecords(
  board: QueueBoard,
  id: string,
  { records, snapshotCount }: QueuedCell,
  running: RunningItem,
): CellRecords {
  return {
    get state() {
      return records.state;
    },
    get lastEpoch() {
      return records.lastEpoch;
    },
    get finishedEarly() {
      return records.finishedEarly;
    },
    async appendSnapshot(snapshot, preview) {
      await records.appendSnapshot(snapshot, preview);
      board.notePreview(id, preview, snapshotCount());
    },
    appendState: (state) => records.appendState(state),
    keepCheckpoint: (state) => records.keepCheckpoint(state),
    appendEvent(event) {
      running.isOver = event.kind !== 'started' && event.kind !== 'resumed';
      return records.appendEvent(event);
    },
    resumePoint: () => records.resumePoint(),
  };
}

function endOf(outcome: CellOutcome, stop: StopReason | null, failFast: boolean): ItemEnd {
  const { state, label, message } = outcome;
  if (state === 'finished') return { intent: 'done', problem: null, pauses: null, moved: null };
  if (state === 'failed') {
    const problem = message ?? 'It failed in an earlier run.';
    return { intent: 'done', problem, pauses: failFast ? `${label} failed: ${problem}` : null, moved: null };
  }
  // Something could not be written: other cells would fare alike.
  if (message !== null)
    return { intent: 'waiting', problem: null, pauses: `${label} stopped: ${message}`, moved: null };
  if (stop === 'cancel') return { intent: 'done', problem: null, pauses: null, moved: null };
  if (stop === 'hold') return { intent: 'held', problem: null, pauses: null, moved: null };
  if (stop !== null) return { intent: 'waiting', problem: null, pauses: null, moved: null };
  return { intent: 'held', problem: 'It ended without a result.', pauses: null, moved: null };
}
