/** A cell in training on the GPU: what it was asked for and what it has reached. Its group does the work. */
import type { EpochMetrics, Trainer, TrainerRequest, TrainerState } from '../engine.ts';
import { optimizers } from '../optimizers.ts';
import { copyWithOneNaN } from '../training-request.ts';
import { progressOf, type Progress } from './cell-steps.ts';
import type { TrainingBank } from './training-bank.ts';
import type { Section, SectionCell } from './training-section.ts';

/** What a cell needs of its group. */
export interface CellOwner {
  /** Number of affine layers. */
  readonly layers: number;
  /** Sees to it that the cells that want epochs get them. */
  wake(): void;
  /** A cell's parameters and moments, from where the device keeps them. */
  readState(cell: number, moments: number): Promise<Float32Array[]>;
  leave(member: CellTrainer): void;
}

interface Wish {
  readonly count: number;
  readonly signal: AbortSignal | undefined;
  readonly metrics: EpochMetrics[];
  readonly resolve: (metrics: EpochMetrics[]) => void;
  readonly reject: (error: unknown) => void;
}

/** A trainer whose cell is a member of a group. */
export class CellTrainer implements Trainer {
  /** Its place in the bank; null before its first step. */
  cell: number | null = null;
  #progress: Progress;
  #norms: Float64Array;
  #wish: Wish | null = null;
  #isDisposed = false;
  #hasDiverged = false;
  #loss = 0;
  #squaredNorm = 0;
  #steps = 0;
  readonly #wake = (): void => this.group.wake();

  constructor(
    private readonly group: CellOwner,
    private readonly request: TrainerRequest,
  ) {
    this.#progress = progressOf(request.start, request.settings);
    this.#norms = new Float64Array(group.layers);
  }

  get epoch(): number {
    return this.#progress.epoch;
  }

  get step(): number {
    return this.#progress.step;
  }

  async runEpochs(count: number, signal?: AbortSignal): Promise<EpochMetrics[]> {
    this.#checkLive();
    if (this.#wish !== null) throw new Error('The trainer is training already.');
    if (!(count > 0) || signal?.aborted === true) return [];
    return new Promise((resolve, reject) => {
      this.#wish = { count, signal, metrics: [], resolve, reject };
      signal?.addEventListener('abort', this.#wake);
      this.group.wake();
    });
  }

  async layerGradientNorms(): Promise<Float64Array> {
    this.#checkLive();
    return this.#norms.map(Math.sqrt);
  }

  async state(): Promise<TrainerState> {
    this.#checkLive();
    const { epoch, step, phaseStep, phase } = this.#progress;
    const count = optimizers[phase.optimizer.name].moments;
    const [parameters, ...moments] =
      this.cell === null ? this.#startVectors(count) : await this.group.readState(this.cell, count);
    return {
      epoch,
      step,
      phaseStep,
      parameters: copyWithOneNaN(parameters),
      moments: moments.map(copyWithOneNaN),
    };
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.fail(new Error('The trainer was disposed of.'));
    this.group.leave(this);
  }

  /** Whether epochs are wanted; a wish whose signal is aborted is answered with what there is. */
  isWaiting(): boolean {
    if (this.#wish?.signal?.aborted === true) this.#answer();
    return this.#wish !== null;
  }

  /** What the next section needs to know. Throws where nothing is wanted. */
  sectionCell(): SectionCell {
    if (this.cell === null || this.#wish === null) throw new Error('The cell has no part in the section.');
    const wanted = this.#wish.count - this.#wish.metrics.length;
    this.#hasDiverged = false;
    return { cell: this.cell, request: this.request, progress: this.#progress, wanted };
  }

  /** Brings points, parameters and moments to a place of a bank. */
  upload(bank: TrainingBank, cell: number): void {
    const { data, start } = this.request;
    this.cell = cell;
    bank.writePoints(cell, data.coordinates, data.labels);
    bank.writeParameters(cell, start.parameters, start.moments);
  }

  /**
   * Takes what a window of `count` slots says about the cell's steps from `first` on; steps after the epoch at which it
   * diverged were not made.
   */
  take(
    steps: Section['steps'][number],
    first: number,
    count: number,
    sums: Float32Array,
    place: number,
    capacity: number,
  ): void {
    const layers = this.#norms.length;
    const end = Math.min(count, steps.length - first);
    let norms = -1;
    for (let slot = 0; slot < end && !this.#hasDiverged; slot++) {
      const { step } = steps[first + slot];
      const at = (slot * capacity + place) * (layers + 1);
      this.#loss += sums[at];
      norms = at + 1;
      for (let layer = 0; layer < layers; layer++) this.#squaredNorm += sums[norms + layer];
      this.#steps++;
      if (step.endsEpoch) this.#endEpoch(step.after);
    }
    if (norms >= 0) this.#norms.set(sums.subarray(norms, norms + layers));
  }

  #endEpoch(after: Progress): void {
    const loss = this.#loss / this.request.data.labels.length;
    const gradientNorm = Math.sqrt(this.#squaredNorm / this.#steps);
    this.#progress = after;
    this.#wish?.metrics.push({ epoch: after.epoch, loss, gradientNorm });
    this.#hasDiverged = !Number.isFinite(loss);
    this.#loss = 0;
    this.#squaredNorm = 0;
    this.#steps = 0;
  }

  /** Answers the wish where it is fulfilled, or cannot be because the cell has diverged. */
  endSection(): void {
    if (this.#wish === null) return;
    const { count, metrics } = this.#wish;
    if (metrics.length >= count || this.#hasDiverged) this.#answer();
  }

  /** Ends the wish with an error. */
  fail(error: unknown): void {
    this.#takeWish()?.reject(error);
  }

  #answer(): void {
    const wish = this.#takeWish();
    wish?.resolve(wish.metrics);
  }

  #takeWish(): Wish | null {
    const wish = this.#wish;
    this.#wish = null;
    wish?.signal?.removeEventListener('abort', this.#wake);
    return wish;
  }

  /** The state that the cell was given, whose moments count as zero where it was given none. */
  #startVectors(count: number): Float32Array[] {
    const { parameters, moments } = this.request.start;
    const zeros = (): Float32Array => new Float32Array(parameters.length);
    return [parameters, ...Array.from({ length: count }, (_, index) => moments[index] ?? zeros())];
  }

  #checkLive(): void {
    if (this.#isDisposed) throw new Error('The trainer was disposed of.');
  }
}
