/** Running the cells of an entry: longest first, side by side, every record on disk before the next is asked for. */
import type { EngineName } from '../../../experiments/engines/engine.ts';
import type {
  CellEvent,
  CellFailure,
  CellState,
  Preview,
  ResumeState,
  Snapshot,
} from '../../../experiments/records/snapshot.ts';
import type { CellJob, CellMessage, ResumePoint } from '../../../experiments/sweeps/cell-run-contract.ts';
import { engineOfCell } from '../../../experiments/sweeps/cell-engine.ts';
import { cellFailureOf } from '../../../experiments/sweeps/cell-failure.ts';
import type { SnapshotSettings, SweepCell } from '../../../experiments/sweeps/cell.ts';
import { cellCost } from '../../../experiments/sweeps/cost-model.ts';
import { whileListening } from '../../../experiments/tasks/while-listening.ts';
import type { Picture } from '../../../experiments/targets/picture.ts';
import { nextCells } from './next-cells.ts';
import type { CellExecutor, CellRun } from '../../compute/cell-executor.ts';

/** What a run needs of a cell's store. */
export interface CellRecords {
  readonly state: CellState;
  readonly lastEpoch: number;
  readonly finishedEarly: boolean;
  appendSnapshot(snapshot: Snapshot, preview: Preview): Promise<void>;
  appendState(state: ResumeState): Promise<void>;
  keepCheckpoint(state: ResumeState): Promise<void>;
  appendEvent(event: CellEvent): Promise<void>;
  resumePoint(): Promise<ResumePoint | null>;
}

/** What a run reports of a cell while it trains. */
export interface CellUpdate {
  readonly cellId: string;
  readonly epoch: number;
  readonly loss: number | null;
  /** Training seconds of the cell over all runs. */
  readonly seconds: number;
  readonly phase: 'started' | 'progress' | 'snapshot' | 'ended';
}

/** How a cell of a run ended. */
export interface CellOutcome {
  readonly id: string;
  readonly label: string;
  readonly state: CellState;
  readonly epochs: number;
  readonly seconds: number;
  /** What went wrong, in words and by kind, where something did. */
  readonly message: string | null;
  readonly failure: CellFailure | null;
}

/** What running one cell needs. */
export interface CellRunRequest {
  readonly picture: Picture;
  readonly snapshots: SnapshotSettings;
  /** The engine of new cells; a cell is trained by its own. */
  readonly engine: EngineName;
  /** Recorded with every start: version, system, engine, kernel digests. */
  readonly environment: Readonly<Record<string, string>>;
  readonly executor: CellExecutor;
  readonly signal: AbortSignal;
  openCell(cellId: string): Promise<CellRecords>;
  /** Called whenever a cell's state has changed on disk. */
  cellChanged(cellId: string): Promise<void>;
  onUpdate(update: CellUpdate): void;
}

/** Cells to be trained, and how. */
export interface SweepRunRequest extends CellRunRequest {
  readonly cells: readonly SweepCell[];
  /** How those of them ended that are known to be complete, by id: they are not opened. */
  readonly done?: ReadonlyMap<string, CellOutcome>;
  /** Go on with the other cells after one has failed (default), or stop them. */
  readonly failFast: boolean;
  /** The cell to train on the CPU in the place of one that the GPU cannot finish; missing where it is to fail. */
  moveToCpu?(outcome: CellOutcome): Promise<SweepCell | null>;
}

/** True where nothing is left to train for this goal. */
export function isComplete(
  records: Pick<CellRecords, 'state' | 'lastEpoch' | 'finishedEarly'>,
  epochs: number,
): boolean {
  return records.state === 'finished' && (records.finishedEarly || records.lastEpoch >= epochs);
}

/** A cell that waits, and the cell of the sweep in whose place it is: itself unless it was moved. */
interface WaitingCell {
  readonly cell: SweepCell;
  readonly place: string;
  readonly engine: EngineName;
}

function waitingCell(cell: SweepCell, place = cell.id): WaitingCell {
  return { cell, place, engine: engineOfCell(cell.config) };
}

/** Cells that wait, by what trains them, so that looking for the next ones takes no longer where many wait. */
class WaitingCells {
  readonly #cells = new Map<EngineName, Set<WaitingCell>>();
  readonly #cellsAtOnce: (engine: EngineName) => number;

  constructor(cells: readonly WaitingCell[], cellsAtOnce: (engine: EngineName) => number) {
    this.#cellsAtOnce = cellsAtOnce;
    for (const cell of cells) this.add(cell);
  }

  add(cell: WaitingCell): void {
    const others = this.#cells.get(cell.engine);
    if (others === undefined) this.#cells.set(cell.engine, new Set([cell]));
    else others.add(cell);
  }

  delete(cell: WaitingCell): void {
    this.#cells.get(cell.engine)?.delete(cell);
  }

  /** The first cells of each engine, as many as it trains at once. */
  *candidates(): Generator<WaitingCell> {
    for (const [engine, cells] of this.#cells) {
      let left = this.#cellsAtOnce(engine);
      for (const cell of cells) {
        if (left-- <= 0) break;
        yield cell;
      }
    }
  }
}

/** Cells that are not known to be complete, those that take longest first: so that the last ones to run are short. */
function longestFirst(
  cells: readonly SweepCell[],
  request: Pick<SweepRunRequest, 'snapshots' | 'picture' | 'done'>,
): WaitingCell[] {
  return cells
    .filter(({ id }) => request.done?.has(id) !== true)
    .map((cell) => ({ cell, work: cellWork(cell, request) }))
    .sort((a, b) => b.work - a.work)
    .map(({ cell }) => waitingCell(cell));
}

/**
 * Runs all cells that are not complete, those of different engines side by side; outcomes in the order of `cells`, that of
 * a cell which was moved being the one that it ends with. Never throws for a failing cell.
 */
export async function runSweep(request: SweepRunRequest): Promise<CellOutcome[]> {
  const { cells, executor } = request;
  const outcomes = new Map(request.done);
  const failed = new AbortController();
  const signal = AbortSignal.any([request.signal, failed.signal]);
  const places = { cellsAtOnce: (engine: EngineName) => executor.cellsAtOnce(engine), limit: Infinity };
  const waiting = new WaitingCells(longestFirst(cells, request), (engine) => executor.cellsAtOnce(engine));
  const running = new Set<WaitingCell>();

  const perform = async (one: WaitingCell): Promise<void> => {
    const outcome = await runSweepCell({ ...request, signal }, one.cell);
    outcomes.set(one.place, outcome);
    const moved = isForCpu(one.cell, outcome) ? await request.moveToCpu?.(outcome) : null;
    if (moved !== null && moved !== undefined) waiting.add(waitingCell(moved, one.place));
    else if (outcome.state === 'failed' && request.failFast) failed.abort();
  };
  await new Promise<void>((resolve, reject) => {
    const start = (): void => {
      const engines = [...running].map(({ engine }) => engine);
      for (const one of nextCells(waiting.candidates(), engines, places)) {
        waiting.delete(one);
        running.add(one);
        void perform(one)
          .finally(() => running.delete(one))
          .then(start)
          .catch(reject);
      }
      if (running.size === 0) resolve();
    };
    start();
  });
  return cells.flatMap(({ id }) => outcomes.get(id) ?? []);
}

/** Whether the GPU cannot finish a cell and the CPU might: its device was lost again, or has no memory for it. */
export function isForCpu({ config }: Pick<SweepCell, 'config'>, { failure }: CellOutcome): boolean {
  return engineOfCell(config) === 'webgpu' && (failure === 'device lost' || failure === 'out of memory');
}

/** Floating-point operations of a whole cell, measuring and drawing included. */
export function cellWork(
  cell: SweepCell,
  { snapshots, picture }: Pick<SweepRunRequest, 'snapshots' | 'picture'>,
): number {
  const cost = cellCost(cell, snapshots, { digest: cell.config.target, ...picture });
  return cost.trainingFlops + cost.snapshotFlops;
}

/**
 * Runs one cell from where its records end, unless it is complete or the signal is aborted. Every record is on disk
 * before the next is asked for; a failure is recorded and told in the outcome. Rejects only where the records cannot be
 * opened or read.
 */
export async function runSweepCell(request: CellRunRequest, cell: SweepCell): Promise<CellOutcome> {
  const records = await request.openCell(cell.id);
  const resume = await records.resumePoint();
  const outcome = (message: string | null = null): CellOutcome => ({
    id: cell.id,
    label: cell.label,
    state: records.state,
    epochs: records.lastEpoch,
    seconds,
    message,
    failure,
  });
  let failure: CellFailure | null = null;
  let seconds = resume?.seconds ?? 0;
  if (request.signal.aborted) return outcome();
  if (isComplete(records, cell.epochs)) {
    // Whoever trained it may have been stopped before entry.json was told.
    await request.cellChanged(cell.id);
    return outcome();
  }

  const { environment } = request;
  const engine = engineOfCell(cell.config);
  const start = resume?.state.epoch ?? 0;
  const first: CellEvent =
    resume === null
      ? { kind: 'started', engine, environment }
      : { kind: 'resumed', epoch: start, engine, environment };
  const update = (phase: CellUpdate['phase'], epoch: number, loss: number | null): void =>
    request.onUpdate({ cellId: cell.id, epoch, loss, seconds, phase });
  const job: CellJob = {
    cellId: cell.id,
    config: cell.config,
    picture: request.picture,
    epochs: cell.epochs,
    snapshots: request.snapshots,
    resume,
  };
  let problem: string | null = null;
  let isTold = false;

  const receive = async (message: CellMessage, run: CellRun): Promise<void> => {
    if (problem !== null) return;
    if (message.kind === 'progress') {
      seconds = message.seconds;
      update('progress', message.epoch, message.loss);
    } else if (message.kind === 'snapshot') {
      await records.appendSnapshot(message.snapshot, message.preview);
      run.acknowledge();
      seconds = message.snapshot.seconds;
      update(
        'snapshot',
        message.snapshot.metrics.epoch,
        message.snapshot.metrics.epochs.at(-1)?.loss ?? null,
      );
    } else if (message.kind === 'checkpoint') await records.keepCheckpoint(message.state);
    else if (message.kind === 'stopped') {
      isTold = true;
      await records.appendState(message.state);
      await records.appendEvent({ kind: 'paused', epoch: message.state.state.epoch });
    } else {
      isTold = true;
      if (message.kind === 'failed') {
        problem = message.message;
        failure = message.failure;
      }
      await records.appendEvent(message);
    }
  };

  try {
    await records.appendEvent(first);
    await request.cellChanged(cell.id);
    update('started', start, null);
    await drive(request, job, receive);
    // A cell that was stopped while it waited for its thread has nothing to say of itself.
    if (!isTold) await records.appendEvent({ kind: 'paused', epoch: start });
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
    failure = cellFailureOf(error);
    await recordFailure(records, failure, problem);
  }
  await request.cellChanged(cell.id).catch((error: unknown) => {
    problem ??= error instanceof Error ? error.message : String(error);
  });
  update('ended', records.lastEpoch, null);
  return outcome(problem);
}

/** Feeds an executor's messages to `receive` one after another; rejects with the first error of either side. */
async function drive(
  request: CellRunRequest,
  job: CellJob,
  receive: (message: CellMessage, run: CellRun) => Promise<void>,
): Promise<void> {
  let queue = Promise.resolve();
  let receiveError: unknown = null;
  const run = request.executor.runCell(job, engineOfCell(job.config), (message) => {
    queue = queue
      .then(() => (receiveError === null ? receive(message, run) : undefined))
      .catch((error: unknown) => {
        receiveError ??= error;
        run.abort();
      });
  });
  try {
    await whileListening(
      request.signal,
      () => run.abort(),
      () => run.done,
    );
  } finally {
    await queue;
  }
  if (receiveError !== null)
    throw receiveError instanceof Error ? receiveError : new Error(String(receiveError));
}

/** Writes the failure down; where even that is impossible (a full disk), the cell is left as interrupted. */
async function recordFailure(records: CellRecords, failure: CellFailure, message: string): Promise<void> {
  try {
    await records.appendEvent({ kind: 'failed', epoch: records.lastEpoch, failure, message });
  } catch {
    // The first error is the one to report; the store keeps the good prefix and derives 'interrupted'.
  }
}
