/** Running a cell: training, measuring and recording from wherever it stands to its goal. */
import { createMonitor, initialMonitor, type Monitor } from '../diagnostics/run-monitor.ts';
import type { Engine, EpochMetrics, Trainer, TrainerState } from '../engines/engine.ts';
import { chainLink, firstLink, metricsDigest, stateDigest, weightsDigest } from '../records/digests.ts';
import type { NewSnapshotMetrics } from '../records/measures.ts';
import type { ResumeState } from '../records/snapshot.ts';
import { knowsTruth } from '../targets/picture.ts';
import type { SampledPoints } from '../targets/sampling.ts';
import { cellFailureOf } from './cell-failure.ts';
import { createCellTrainer, drawnPointsOfCell, initialState, networkOfCell } from './cell-network.ts';
import { measurePoints, measurePreview, measureTruth, pointsMse } from './cell-measures.ts';
import type { CellJob, CellMessage, CellRunOptions } from './cell-run-contract.ts';
import { createPace } from './epoch-pacer.ts';
import { goalProblem, snapshotEpochs } from './snapshot-epochs.ts';

/**
 * The messages of a cell's run; the last one is 'finished', 'failed' or 'stopped'. An abort takes effect at the end of
 * an epoch. A run that goes on from a ResumePoint sends the snapshots, links and digests that it would have sent
 * without the interruption. Errors of the engine become 'failed'. Progress comes about twice a second by the clock, and a
 * checkpoint a minute; the clock affects nothing else.
 */
export async function* runCell(
  engine: Engine,
  job: CellJob,
  options: CellRunOptions,
): AsyncGenerator<CellMessage, void, undefined> {
  const { resume } = job;
  if (resume !== null && resume.recordedEpoch >= job.epochs) {
    yield { kind: 'finished', epoch: resume.recordedEpoch, reason: 'goal' };
    return;
  }
  let trainer: Trainer | null = null;
  try {
    const problem = goalProblem(job.epochs);
    if (problem !== null) throw new RangeError(`${problem}.`);
    const points = await drawnPointsOfCell(engine, job.config, job.picture);
    trainer = await createCellTrainer(engine, job.config, points, resume?.state ?? initialState(job.config));
    yield* new CellRun(engine, job, options, points, trainer).messages();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const epoch = trainer?.epoch ?? resume?.state.epoch ?? 0;
    yield { kind: 'failed', epoch, failure: cellFailureOf(error), message };
  } finally {
    trainer?.dispose();
  }
}

const defaultCheckpointSeconds = 60;

/** Why training paused: at the epoch asked for, by the abort signal, by the early-stop rule, or by a non-finite loss. */
type Outcome = 'reached' | 'aborted' | 'early stop' | 'diverged';

class CellRun {
  private readonly monitor: Monitor;
  private readonly schedule: readonly number[];
  private readonly recordedEpoch: number;
  private readonly pace: ReturnType<typeof createPace>;
  /** Epochs since the last snapshot, the spikes among them, and what the monitor remembered before them. */
  private pending: EpochMetrics[] = [];
  private spikes: number[] = [];
  private lossesBeforePending: readonly number[] = [];
  private link: string;
  private snapshotCount: number;
  private seconds: number;
  /** When the host was last given a state to go on from, or had one. */
  private stateSince: number;

  constructor(
    private readonly engine: Engine,
    private readonly job: CellJob,
    private readonly options: CellRunOptions,
    private readonly points: SampledPoints,
    private readonly trainer: Trainer,
  ) {
    const { resume, config } = job;
    const rule = config.earlyStop;
    if (rule?.metric === 'validation' && config.data.validation === 0) {
      throw new Error('Early stop on the validation error needs validation points; the cell has none.');
    }
    this.monitor = createMonitor(resume?.monitor ?? initialMonitor, rule);
    this.schedule = snapshotEpochs(job.snapshots.policy, job.epochs);
    this.recordedEpoch = resume?.recordedEpoch ?? -1;
    this.pace = createPace(options.clock);
    this.link = resume?.recordedLink ?? firstLink(job.cellId);
    this.snapshotCount = resume?.recordedSnapshots ?? 0;
    this.seconds = resume?.seconds ?? 0;
    this.stateSince = options.clock();
    for (const epoch of resume?.pendingEpochs ?? []) this.accept(epoch);
  }

  async *messages(): AsyncGenerator<CellMessage, void, undefined> {
    const { trainer, job } = this;
    if (job.resume === null) yield await this.snapshot(job.epochs === 0);
    else if (trainer.epoch <= this.recordedEpoch) {
      const outcome = yield* this.catchUp(job.resume.recordedWeightsDigest);
      if (outcome !== 'reached') return yield* this.end(outcome);
    } else if (trainer.epoch >= job.epochs) yield await this.snapshot(true);

    while (trainer.epoch < job.epochs) {
      const outcome = yield* this.train(this.nextSnapshot());
      if (outcome === 'aborted' || outcome === 'diverged') return yield* this.end(outcome);
      const isEnd = outcome === 'early stop' || trainer.epoch === job.epochs;
      const isDue = trainer.epoch === this.schedule.find((epoch) => epoch >= trainer.epoch);
      if (isEnd || isDue) yield await this.snapshot(isEnd);
      if (outcome === 'early stop') return yield* this.end(outcome);
    }
    yield { kind: 'finished', epoch: trainer.epoch, reason: 'goal' };
  }

  /** Trains again, unreported, up to the last recorded snapshot, and makes sure that this led to the same weights. */
  private async *catchUp(recordedDigest: string): AsyncGenerator<CellMessage, Outcome, undefined> {
    const { trainer, recordedEpoch } = this;
    const from = trainer.epoch;
    const outcome = from < recordedEpoch ? yield* this.train(recordedEpoch) : 'reached';
    if (outcome === 'aborted') return outcome;
    const { parameters } = await trainer.state();
    if (trainer.epoch !== recordedEpoch || weightsDigest(parameters) !== recordedDigest) {
      throw new Error(
        `Training again from epoch ${from} did not lead to the weights recorded at epoch ${recordedEpoch}: ` +
          'the records were made by other arithmetic, or were changed.',
      );
    }
    return this.monitor.shouldStop(recordedEpoch) ? 'early stop' : 'reached';
  }

  private nextSnapshot(): number {
    const { epoch } = this.trainer;
    return this.schedule.find((candidate) => candidate > epoch) ?? this.job.epochs;
  }

  /** Trains up to the end of `target`, reporting progress. */
  private async *train(target: number): AsyncGenerator<CellMessage, Outcome, undefined> {
    const { trainer, options, pace } = this;
    while (trainer.epoch < target) {
      if (options.signal.aborted) return 'aborted';
      const chunk = Math.min(this.nextPause(target) - trainer.epoch, pace.epochs());
      const started = options.clock();
      const metrics = await trainer.runEpochs(chunk, options.signal);
      const elapsed = options.clock() - started;
      this.seconds += elapsed;
      pace.record(metrics.length, elapsed);
      for (const epoch of metrics) {
        if (!Number.isFinite(epoch.loss)) return 'diverged';
        this.accept(epoch);
      }
      if (await this.stopsEarly()) return 'early stop';
      const last = metrics.at(-1);
      if (last !== undefined && pace.isProgressDue()) {
        yield { kind: 'progress', epoch: last.epoch, loss: last.loss, seconds: this.seconds };
      }
      if (this.isCheckpointDue())
        yield { kind: 'checkpoint', state: this.resumeState(await trainer.state()) };
    }
    return 'reached';
  }

  /** Says yes once for each time that so long has passed without a state. */
  private isCheckpointDue(): boolean {
    const { clock, checkpointSeconds = defaultCheckpointSeconds } = this.options;
    const now = clock();
    if (now - this.stateSince < checkpointSeconds) return false;
    this.stateSince = now;
    return true;
  }

  /** The target, or the epoch before it at which the early-stop rule is to be evaluated. */
  private nextPause(target: number): number {
    const rule = this.job.config.earlyStop;
    if (rule === null) return target;
    return Math.min(target, (Math.floor(this.trainer.epoch / rule.every) + 1) * rule.every);
  }

  /** Takes note of a trained epoch; epochs before the last recorded snapshot are not reported again. */
  private accept(metrics: EpochMetrics): void {
    const isReported = metrics.epoch > this.recordedEpoch;
    if (isReported && this.pending.length === 0) this.lossesBeforePending = this.monitor.state().recentLosses;
    const isSpike = this.monitor.observeLoss(metrics.loss);
    if (!isReported) return;
    this.pending.push(metrics);
    if (isSpike) this.spikes.push(metrics.epoch);
  }

  private async stopsEarly(): Promise<boolean> {
    const { earlyStop } = this.job.config;
    const { epoch } = this.trainer;
    if (earlyStop === null || epoch % earlyStop.every !== 0) return false;
    const network = networkOfCell(this.job.config, (await this.trainer.state()).parameters);
    const points = earlyStop.metric === 'train' ? this.points.training : this.points.validation;
    this.monitor.observeMetric(epoch, (await pointsMse(this.engine, network, points)) ?? NaN);
    return this.monitor.shouldStop(epoch);
  }

  /** Measures, draws and links the current epoch. */
  private async snapshot(isEnd: boolean): Promise<CellMessage> {
    const { engine, trainer, job } = this;
    const { picture, config, snapshots } = job;
    const state = await trainer.state();
    const gradientNorms = Array.from(await trainer.layerGradientNorms());
    const network = networkOfCell(config, state.parameters);
    const isKeyFrame = isEnd || this.snapshotCount % snapshots.keyFrameEvery === 0;
    const { preview, measures } = await measurePreview(
      engine,
      network,
      picture,
      snapshots.previewSize,
      state.epoch,
    );
    const stride = isEnd ? 1 : snapshots.truthStride;
    const metrics: NewSnapshotMetrics = {
      epoch: state.epoch,
      step: state.step,
      samples: state.epoch * config.data.points,
      ...(await measurePoints(engine, network, this.points)),
      ...measures,
      fineTruth:
        isKeyFrame && knowsTruth(picture) ? await measureTruth(engine, network, picture, stride) : null,
      gradientNorms,
      epochs: this.pending,
      spikes: this.spikes,
      stateDigest: stateDigest(state),
    };
    this.pending = [];
    this.spikes = [];
    this.snapshotCount += 1;
    const digest = weightsDigest(state.parameters);
    this.link = chainLink(this.link, {
      epoch: state.epoch,
      weightsDigest: digest,
      metricsDigest: metricsDigest(metrics),
    });
    const snapshot = {
      metrics,
      weights: state.parameters,
      weightsDigest: digest,
      link: this.link,
      seconds: this.seconds,
      keyFrame: isKeyFrame ? this.resumeState(state) : null,
    };
    if (isKeyFrame) this.stateSince = this.options.clock();
    return { kind: 'snapshot', snapshot, preview };
  }

  private resumeState(state: TrainerState): ResumeState {
    const monitor = this.monitor.state();
    return {
      state,
      monitor: this.pending.length === 0 ? monitor : { ...monitor, recentLosses: this.lossesBeforePending },
      pendingEpochs: [...this.pending],
      seconds: this.seconds,
    };
  }

  /** The last message of a run that did not reach its goal. */
  private async *end(outcome: Outcome): AsyncGenerator<CellMessage, void, undefined> {
    const { epoch } = this.trainer;
    if (outcome === 'early stop') yield { kind: 'finished', epoch, reason: 'early stop' };
    if (outcome === 'diverged') {
      const message = `The loss was not finite at epoch ${epoch}.`;
      yield { kind: 'failed', epoch, failure: 'diverged', message };
    }
    if (outcome === 'aborted') {
      yield { kind: 'stopped', state: this.resumeState(await this.trainer.state()) };
    }
  }
}
