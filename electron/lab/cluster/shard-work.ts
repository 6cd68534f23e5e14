/**
 * Work on one shard of a job: needs the job's folder and a number, no server, lock, port or clock. It writes into the folder
 * of its own attempt alone, so that any number of workers may be at one shard at once, and be killed at any moment.
 */
import { hostname } from 'node:os';
import { jobEngine, type Job } from '../../../experiments/cluster/job-json.ts';
import type { SweepCell } from '../../../experiments/sweeps/cell.ts';
import { fruitlessInARow } from '../../../experiments/cluster/shard-status.ts';
import { cellCost } from '../../../experiments/sweeps/cost-model.ts';
import { pictureFromFile } from '../../../experiments/targets/picture-file.ts';
import type { Picture } from '../../../experiments/targets/picture.ts';
import type { CellExecutor } from '../../compute/cell-executor.ts';
import type { FileSystem } from '../disk/files.ts';
import { LabError } from '../disk/lab-error.ts';
import { rarelySynced } from '../disk/rare-syncs.ts';
import { openCellStore, type CellStore } from '../notebook/cell-store.ts';
import { readTarget } from '../notebook/target-files.ts';
import { isComplete, runSweepCell, type CellRecords } from '../queue/sweep-run.ts';
import { openAttempt, type Attempt } from './attempt.ts';
import { EarlierAttempts } from './earlier-attempts.ts';
import { checkProgram, readJob, readShard, shardFolder } from './job-files.ts';

/** A shard to work on. */
export interface ShardRequest {
  readonly fs: FileSystem;
  /** Folder of the job. */
  readonly job: string;
  /** Number of the shard, from 1. */
  readonly shard: number;
  /** What the engine calls the task, and how often it was started again, for the name of the attempt. */
  readonly task: { readonly engineId: string; readonly restart: string };
  /** Opens what trains cells of a job whose tasks have so many GPUs; closed at the end. Rejects where there is no GPU for it. */
  readonly openEngine: (gpus: Job['gpus']) => Promise<ShardEngine>;
  /** Aborted where the worker is to stop at the end of an epoch. */
  readonly signal: AbortSignal;
  /** Told as soon as something new is recorded. */
  readonly onProgress: () => void;
  readonly log: (line: string) => void;
}

/** What trains the cells of a shard. */
export interface ShardEngine {
  readonly executor: CellExecutor & { close(): Promise<void> };
  /** Recorded with every start of a cell. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Exit codes of a worker. Only `goesOn` asks to be started again. */
export const workCodes = { done: 0, failed: 1, goesOn: 75 } as const;

/**
 * So many attempts in a row may be stopped before they have recorded anything new: a node may be taken away just after it was
 * given. One more, and tasks are too short for what they have to do: starting them again would never end.
 */
const fruitlessAttempts = 3;

/** Seconds between two syncs of a file. */
const syncSeconds = 30;
const statusMs = 10_000;

/** Trains what is left of a shard; the exit code. Throws LabError where the job cannot be read or its program was changed. */
export async function workOnShard(request: ShardRequest): Promise<number> {
  const { job: folder, shard, task } = request;
  const job = await readJob(request.fs, folder);
  await checkProgram(request.fs, folder, job);
  const cells = await readShard(request.fs, folder, shard);
  const fs = rarelySynced(request.fs, syncSeconds, () => performance.now());
  const attempt = await openAttempt(fs, shardFolder(folder, shard), task);
  const work = new ShardWork({ ...request, fs }, job, cells, attempt, () => fs.end());
  return work.run();
}

class ShardWork {
  readonly #request: ShardRequest;
  readonly #job: Job;
  readonly #cells: readonly SweepCell[];
  readonly #attempt: Attempt;
  readonly #earlier: EarlierAttempts;
  readonly #syncFromNowOn: () => void;
  readonly #pictures = new Map<string, Promise<Picture>>();
  readonly #running = new Map<string, { epoch: number; epochs: number; loss: number | null }>();
  #hasProgress = false;
  #fruitlessBefore = 0;
  #trouble: string | null = null;

  constructor(
    request: ShardRequest,
    job: Job,
    cells: readonly SweepCell[],
    attempt: Attempt,
    syncFromNowOn: () => void,
  ) {
    this.#request = request;
    this.#job = job;
    this.#cells = cells;
    this.#attempt = attempt;
    this.#syncFromNowOn = syncFromNowOn;
    this.#earlier = new EarlierAttempts(request.fs, shardFolder(request.job, request.shard), attempt.name);
  }

  async run(): Promise<number> {
    const { shard, log, signal } = this.#request;
    await this.#earlier.look();
    this.#fruitlessBefore = fruitlessInARow(await this.#earlier.statuses());
    const there = this.#earlier.ended.size;
    log(
      `shard ${shard}, attempt ${this.#attempt.name} on ${hostname()}: ${this.#cells.length} cells, ${there} ended before`,
    );
    await this.#tell(null);
    const beat = setInterval(() => void this.#tell(null), statusMs);
    signal.addEventListener('abort', this.#syncFromNowOn, { once: true });
    try {
      if (this.#left().length > 0) await this.#train();
    } catch (error) {
      this.#trouble ??= error instanceof Error ? error.message : String(error);
    } finally {
      clearInterval(beat);
    }
    this.#syncFromNowOn();
    await this.#attempt.close().catch((error: unknown) => {
      this.#trouble ??= error instanceof Error ? error.message : String(error);
    });
    const left = this.#left().length;
    const code = this.#codeFor(left);
    await this.#tell(code);
    log(`ended: ${this.#cells.length - left} of ${this.#cells.length} cells, ${this.#lastWord(code)}`);
    return code;
  }

  #codeFor(left: number): number {
    if (this.#trouble !== null) return workCodes.failed;
    if (left === 0) return workCodes.done;
    return this.#hasProgress || this.#fruitlessBefore < fruitlessAttempts
      ? workCodes.goesOn
      : workCodes.failed;
  }

  #lastWord(code: number): string {
    if (this.#trouble !== null) return `stopped: ${this.#trouble}`;
    if (code === workCodes.done) return 'nothing is left';
    if (code === workCodes.goesOn) return 'stopped with work left';
    return 'stopped before anything new was recorded: ask for more time (--time)';
  }

  /** Cells that no attempt has ended, those that take longest first. */
  #left(): SweepCell[] {
    return this.#cells.filter(({ id }) => !this.#earlier.ended.has(id));
  }

  async #train(): Promise<void> {
    const engine = jobEngine(this.#job.gpus);
    const { executor, environment } = await this.#request.openEngine(this.#job.gpus);
    try {
      const waiting = await this.#longestFirst(this.#left());
      const lane = async (): Promise<void> => {
        for (let cell = waiting.shift(); cell !== undefined; cell = waiting.shift()) {
          if (this.#request.signal.aborted || this.#trouble !== null) return;
          await this.#earlier.look();
          if (!this.#earlier.ended.has(cell.id)) await this.#perform(cell, executor, environment);
        }
      };
      await Promise.all(Array.from({ length: executor.cellsAtOnce(engine) }, lane));
    } finally {
      await executor.close();
    }
  }

  async #longestFirst(cells: readonly SweepCell[]): Promise<SweepCell[]> {
    const work = new Map<string, number>();
    for (const cell of cells) {
      const picture = await this.#picture(cell);
      const { trainingFlops, snapshotFlops } = cellCost(cell, this.#job.snapshots, {
        digest: cell.config.target,
        ...picture,
      });
      work.set(cell.id, trainingFlops + snapshotFlops);
    }
    return [...cells].sort((a, b) => (work.get(b.id) ?? 0) - (work.get(a.id) ?? 0));
  }

  async #perform(
    cell: SweepCell,
    executor: CellExecutor,
    environment: Readonly<Record<string, string>>,
  ): Promise<void> {
    const { fs, signal, log } = this.#request;
    const path = this.#attempt.cellFolder(cell.id);
    const isResumed = await this.#earlier.adopt(cell.id, path);
    const nobody = { runsElsewhere: () => false, tellWork: () => Promise.resolve() };
    const place = { fs, path, id: cell.id, label: cell.label, epochs: cell.epochs, writable: true };
    const store = await openCellStore({ ...place, ...nobody, now: () => new Date() });
    const from = store.lastEpoch;
    if (isResumed) log(`${cell.label}: goes on from epoch ${from} of an earlier attempt`);
    const records = new GuardedRecords(store, () => this.#noteProgress());
    const outcome = await runSweepCell(
      {
        picture: await this.#picture(cell),
        snapshots: this.#job.snapshots,
        engine: jobEngine(this.#job.gpus),
        environment,
        executor,
        signal,
        openCell: () => Promise.resolve(records),
        cellChanged: () => Promise.resolve(),
        onUpdate: ({ epoch, loss, phase }) => {
          this.#running.set(cell.id, { epoch, epochs: cell.epochs, loss });
          if (phase === 'snapshot' && epoch > from) this.#noteProgress();
        },
      },
      cell,
    );
    this.#running.delete(cell.id);
    if (store.lastEpoch > from) this.#noteProgress();
    const { row } = store;
    const hasEnded = isComplete(store, cell.epochs) || store.state === 'failed';
    await store.close();
    if (records.trouble !== null) this.#trouble ??= records.trouble;
    else if (hasEnded) {
      await this.#attempt.pack(row);
      this.#earlier.ended.set(cell.id, row);
      this.#noteProgress();
      if (outcome.message !== null) log(`${cell.label}: ${outcome.message}`);
    } else if (outcome.message !== null) this.#trouble ??= `${cell.label}: ${outcome.message}`;
  }

  #noteProgress(): void {
    this.#hasProgress = true;
    this.#request.onProgress();
  }

  #picture({ config }: SweepCell): Promise<Picture> {
    const { fs, job } = this.#request;
    const known = this.#pictures.get(config.target);
    if (known !== undefined) return known;
    const reading = readTarget(fs, job, this.#job.entry, this.#job.targets, config.target).then(
      pictureFromFile,
    );
    this.#pictures.set(config.target, reading);
    return reading;
  }

  #tell(ended: number | null): Promise<void> {
    const failed = [...this.#earlier.ended.values()].filter(({ state }) => state === 'failed').length;
    return this.#attempt.tell({
      cells: this.#cells.length,
      finished: this.#earlier.ended.size - failed,
      failed,
      running: [...this.#running].map(([id, progress]) => ({ id, ...progress })),
      ended,
      isFruitless: ended !== null && ended !== workCodes.done && !this.#hasProgress,
    });
  }
}

/** Records that remember what went wrong around a cell: a full disk is no result of it, nor is a GPU that went. */
class GuardedRecords implements CellRecords {
  readonly #store: CellStore;
  readonly #onCheckpoint: () => void;
  trouble: string | null = null;

  constructor(store: CellStore, onCheckpoint: () => void) {
    this.#store = store;
    this.#onCheckpoint = onCheckpoint;
  }

  get state(): CellRecords['state'] {
    return this.#store.state;
  }

  get lastEpoch(): number {
    return this.#store.lastEpoch;
  }

  get finishedEarly(): boolean {
    return this.#store.finishedEarly;
  }

  appendSnapshot: CellRecords['appendSnapshot'] = (...record) =>
    this.#noting(() => this.#store.appendSnapshot(...record));
  appendState: CellRecords['appendState'] = (...record) =>
    this.#noting(() => this.#store.appendState(...record));
  async keepCheckpoint(...state: Parameters<CellRecords['keepCheckpoint']>): Promise<void> {
    await this.#store.keepCheckpoint(...state);
    this.#onCheckpoint();
  }
  appendEvent: CellRecords['appendEvent'] = (event) => {
    if (event.kind === 'failed' && event.failure === 'device lost') this.trouble ??= event.message;
    return this.#noting(() => this.#store.appendEvent(event));
  };
  resumePoint: CellRecords['resumePoint'] = () => this.#store.resumePoint();

  async #noting(append: () => Promise<void>): Promise<void> {
    if (this.trouble !== null) throw new LabError('io', this.trouble);
    try {
      await append();
    } catch (error) {
      if (error instanceof LabError) this.trouble = error.message;
      throw error;
    }
  }
}
