/** Cells that share a bank: who wants epochs, and the loop that trains all of them together. */
import type { EpochMetrics, Trainer, TrainerRequest, TrainerState } from '../engine.ts';
import { copyWithOneNaN, momentCounts } from '../training-request.ts';
import { progressOf, type Progress } from './cell-steps.ts';
import type { GpuContext } from './gpu-context.ts';
import { createPacer } from './pacer.ts';
import { shuffleDispatches } from './shuffle.ts';
import { TrainingBank, type BankSize } from './training-bank.ts';
import type { TrainingKernels } from './training-kernels.ts';
import { smallestPowerOfTwo, type TrainingPlan } from './training-plan.ts';
import { planSection, sectionRecords, type Section, type SectionCell } from './training-section.ts';

/** Submissions that a section takes about: aborts are heard of after this many. */
const submitsPerSection = 3;

/** Cells of one shape that are trained in lock step. Each gets exactly the weights that it gets alone. */
export class TrainingGroup {
  readonly #members = new Set<CellTrainer>();
  readonly #pacer = createPacer(1);
  readonly #mostCells: number;
  #bank: TrainingBank | null = null;
  #isRunning = false;

  constructor(
    private readonly context: GpuContext,
    readonly plan: TrainingPlan,
    private readonly kernels: TrainingKernels,
    readonly size: BankSize,
  ) {
    this.#mostCells = TrainingBank.mostCells(context, plan, size);
    if (this.#mostCells < 1) {
      throw new RangeError(`${size.points} points need more memory than this graphics card binds at once.`);
    }
  }

  /** Whether another cell, with batches and points of this size, can join. */
  fits({ batch, points }: BankSize): boolean {
    return batch <= this.size.batch && points <= this.size.points && this.#members.size < this.#mostCells;
  }

  join(request: TrainerRequest): Trainer {
    const member = new CellTrainer(this, request);
    this.#members.add(member);
    return member;
  }

  leave(member: CellTrainer): void {
    this.#members.delete(member);
    if (this.#members.size > 0 || this.#isRunning) return;
    this.#bank?.dispose();
    this.#bank = null;
  }

  /** A cell's parameters and moments, from where the device keeps them. */
  readState(cell: number, moments: number): Promise<Float32Array[]> {
    if (this.#bank === null) throw new Error('The group has no bank.');
    return this.#bank.readState(cell, moments);
  }

  /** Sees to it that the cells that want epochs get them. */
  wake(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    try {
      for (;;) {
        // A turn in which all cells that were answered can ask again.
        await this.context.finished();
        const active = [...this.#members].filter((member) => member.isWaiting());
        if (active.length === 0) break;
        await this.context.checked('training', () => this.#runSection(active));
        active.forEach((member) => member.endSection());
      }
    } catch (error) {
      this.#members.forEach((member) => member.fail(error));
    } finally {
      this.#isRunning = false;
    }
    if (this.#members.size === 0) {
      this.#bank?.dispose();
      this.#bank = null;
    } else if ([...this.#members].some((member) => member.isWaiting())) this.wake();
  }

  async #runSection(active: readonly CellTrainer[]): Promise<void> {
    const bank = this.#place(active);
    const cells = active.map((member) => member.sectionCell());
    const section = planSection(cells, {
      steps: submitsPerSection * this.#pacer.units(),
      orderStride: bank.orderStride,
      jobs: bank.mostJobs,
    });
    bank.beginSection(await shuffleDispatches(this.context, bank.shuffleBuffers, section.jobs));
    for (let first = 0; first < section.slots.length; first += bank.slots) {
      const count = Math.min(bank.slots, section.slots.length - first);
      const sums = await this.#runWindow(bank, section, cells, first, count);
      active.forEach((member, place) => {
        const steps = section.steps[place].slice(first, first + count);
        member.take(steps, sums, place, bank.capacity);
      });
    }
  }

  /** A window, cut into submissions by the time that they take, at most two of them under way. */
  async #runWindow(
    bank: TrainingBank,
    section: Section,
    cells: readonly SectionCell[],
    first: number,
    count: number,
  ): Promise<Float32Array> {
    const { context } = this;
    bank.writeRecords(sectionRecords(section, cells, first, count, bank.capacity));
    let last = context.clock();
    let pending: { readonly units: number; readonly done: Promise<void> } | null = null;
    const finish = async (): Promise<void> => {
      if (pending === null) return;
      await pending.done;
      const now = context.clock();
      this.#pacer.record(pending.units, now - last);
      last = now;
    };
    const most = Math.max(1, bank.slots / 4);
    for (let from = 0; from < count;) {
      const units = Math.min(this.#pacer.units(), most, count - from);
      bank.submitSlots(section.slots.slice(first + from, first + from + units), from, cells.length);
      const done = context.finished();
      await finish();
      pending = { units, done };
      from += units;
    }
    await finish();
    return bank.readWindow(count, cells.length);
  }

  /** The bank with a place for every active cell, grown where there were too few. */
  #place(active: readonly CellTrainer[]): TrainingBank {
    const places = this.#members.size;
    let bank = this.#bank;
    if (bank === null || bank.capacity < places) {
      const capacity = Math.min(this.#mostCells, bank === null ? places : smallestPowerOfTwo(places));
      const grown = new TrainingBank(this.context, this.plan, this.kernels, this.size, capacity);
      if (bank !== null) {
        grown.takeCells(bank);
        bank.dispose();
      }
      this.#bank = bank = grown;
    }
    for (const member of active) {
      if (member.cell === null) member.upload(bank, this.#freeCell());
    }
    return bank;
  }

  #freeCell(): number {
    const taken = new Set([...this.#members].map(({ cell }) => cell));
    let cell = 0;
    while (taken.has(cell)) cell++;
    return cell;
  }
}

interface Wish {
  readonly count: number;
  readonly signal: AbortSignal | undefined;
  readonly metrics: EpochMetrics[];
  readonly resolve: (metrics: EpochMetrics[]) => void;
  readonly reject: (error: unknown) => void;
}

/** One cell of a group. */
class CellTrainer implements Trainer {
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

  constructor(
    private readonly group: TrainingGroup,
    private readonly request: TrainerRequest,
  ) {
    this.#progress = progressOf(request.start, request.settings);
    this.#norms = new Float64Array(group.plan.layers.length);
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
    const count = momentCounts[phase.optimizer.name];
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

  isWaiting(): boolean {
    if (this.#wish?.signal?.aborted === true) this.#answer();
    return this.#wish !== null;
  }

  sectionCell(): SectionCell {
    if (this.cell === null || this.#wish === null) throw new Error('The cell has no part in the section.');
    const wanted = this.#wish.count - this.#wish.metrics.length;
    this.#hasDiverged = false;
    return { cell: this.cell, request: this.request, progress: this.#progress, wanted };
  }

  upload(bank: TrainingBank, cell: number): void {
    const { data, start } = this.request;
    this.cell = cell;
    bank.writePoints(cell, data.coordinates, data.labels);
    bank.writeParameters(cell, start.parameters, start.moments);
  }

  /** Takes what the window says about the cell's steps; steps after the epoch at which it diverged were not made. */
  take(steps: Section['steps'][number], sums: Float32Array, place: number, capacity: number): void {
    const layers = this.#norms.length;
    for (const [slot, { step }] of steps.entries()) {
      const at = (slot * capacity + place) * (layers + 1);
      if (this.#hasDiverged) break;
      this.#loss += sums[at];
      for (let layer = 0; layer < layers; layer++) {
        const square = sums[at + 1 + layer];
        this.#norms[layer] = square;
        this.#squaredNorm += square;
      }
      this.#steps++;
      if (step.endsEpoch) this.#endEpoch(step.after);
    }
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

  endSection(): void {
    if (this.#wish === null) return;
    const { count, metrics } = this.#wish;
    if (metrics.length >= count || this.#hasDiverged) this.#answer();
  }

  fail(error: unknown): void {
    const wish = this.#wish;
    this.#wish = null;
    wish?.reject(error);
  }

  #answer(): void {
    const wish = this.#wish;
    this.#wish = null;
    wish?.resolve(wish.metrics);
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
