/** Cells that share a bank: who wants epochs, and the loop that trains all of them together. */
import type { Trainer, TrainerRequest } from '../engine.ts';
import { EngineError } from '../engine-error.ts';
import { CellTrainer, type CellOwner } from './cell-trainer.ts';
import type { GpuContext } from './gpu-context.ts';
import { createPacer } from './pacer.ts';
import { shuffleDispatches } from './shuffle.ts';
import { TrainingBank } from './training-bank.ts';
import { maxCells, type BankSize } from './bank-layout.ts';
import type { TrainingKernels } from './training-kernels.ts';
import { smallestPowerOfTwo, type TrainingPlan } from './training-plan.ts';
import {
  areSameCells,
  cellsAfter,
  planSection,
  sectionRecords,
  type Section,
  type SectionCell,
} from './training-section.ts';

/** Submissions that a section takes about: aborts are heard of after this many. */
const submitsPerSection = 3;

/** A section, and the cells and the bank that it was planned for. */
interface PlannedSection {
  readonly bank: TrainingBank;
  readonly cells: readonly SectionCell[];
  readonly section: Section;
}

/** Cells of one shape that are trained in lock step. Each gets exactly the weights that it gets alone. */
export class TrainingGroup implements CellOwner {
  readonly #members = new Set<CellTrainer>();
  readonly #pacer = createPacer(1);
  readonly #maxCells: number;
  readonly #context: GpuContext;
  #bank: TrainingBank | null = null;
  /** Places for which there is memory, as far as that was found out since the last bank. */
  #maxPlaces = Infinity;
  /** The next section, planned while the device is busy with the one before it. */
  #ahead: PlannedSection | null = null;
  #isRunning = false;
  /** Ends the wait of cells for which there is no place. */
  #endWait: () => void = () => undefined;
  #failure: Error | null = null;

  constructor(
    context: GpuContext,
    readonly plan: TrainingPlan,
    private readonly kernels: TrainingKernels,
    readonly size: BankSize,
  ) {
    this.#context = context.apart();
    this.#maxCells = maxCells(plan, context.limits, size);
    if (this.#maxCells < 1) {
      const message = `${size.points} points need more memory than this graphics card binds at once.`;
      throw new EngineError('out of memory', message);
    }
    void context.device.lost.then(() => this.#endWait());
  }

  get layers(): number {
    return this.plan.layers.length;
  }

  /** Whether another cell, with batches and points of this size, can join. */
  fits({ batch, points }: BankSize): boolean {
    if (this.#failure !== null || this.#members.size >= this.#maxCells) return false;
    return batch <= this.size.batch && points <= this.size.points;
  }

  /** Whether nothing is trained here any more. */
  get isEmpty(): boolean {
    return this.#members.size === 0;
  }

  join(request: TrainerRequest): Trainer {
    const member = new CellTrainer(this, request);
    this.#members.add(member);
    return member;
  }

  leave(member: CellTrainer): void {
    this.#members.delete(member);
    this.#endWait();
    if (!this.#isRunning) this.#releaseBankIfEmpty();
  }

  async readState(cell: number, moments: number): Promise<Float32Array[]> {
    if (this.#bank === null) throw this.#failure ?? new Error('The group has no bank.');
    const bank = this.#bank;
    return this.#context.checked('weights of a cell', (own) => bank.readState(own, cell, moments));
  }

  wake(): void {
    this.#endWait();
    if (this.#isRunning) return;
    this.#isRunning = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    try {
      for (let isShort = false; ;) {
        // Until a cell asks for epochs, is told to stop or leaves, or the device is lost.
        if (isShort) await new Promise<void>((resolve) => (this.#endWait = resolve));
        isShort = false;
        // A turn in which all cells that were answered can ask again.
        await this.#context.finished();
        this.#context.throwIfLost();
        if (this.#failure !== null) throw this.#failure;
        const places = this.#members.size;
        if (![...this.#members].some((member) => member.isWaiting())) break;
        const bank = await this.#bankOf(places);
        if (bank === null) continue;
        const active = this.#placed(bank);
        isShort = active.length === 0;
        if (isShort) continue;
        await this.#context.settled('training', () => this.#runSection(bank, active));
        active.forEach((member) => member.endSection());
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#isRunning = false;
    this.#releaseBankIfEmpty();
  }

  /** Whatever went wrong, what the device holds is not to be trusted: no cell goes on here. */
  #fail(error: unknown): void {
    this.#failure = error instanceof Error ? error : new Error(String(error));
    this.#members.forEach((member) => member.fail(error));
    this.#bank?.destroy();
    this.#bank = null;
    this.#ahead = null;
  }

  #releaseBankIfEmpty(): void {
    if (this.#members.size > 0) return;
    this.#bank?.dispose();
    this.#bank = null;
    this.#ahead = null;
    this.#maxPlaces = Infinity;
  }

  /**
   * The bank, grown where it has too few places and there is memory for more; cells without a place wait until another one
   * leaves. Null where there is no memory for a single one: the cells that asked have been told.
   */
  async #bankOf(places: number): Promise<TrainingBank | null> {
    const bank = this.#bank;
    const least = bank === null ? 1 : bank.layout.capacity + 1;
    let wanted = Math.min(places, this.#maxCells, this.#maxPlaces);
    if (bank !== null && wanted >= least) {
      wanted = Math.min(this.#maxCells, this.#maxPlaces, smallestPowerOfTwo(wanted));
    }
    for (; wanted >= least; wanted = Math.floor(wanted / 2)) {
      try {
        return await this.#grow(bank, wanted);
      } catch (error) {
        if (!(error instanceof EngineError && error.failure === 'out of memory')) throw error;
        this.#maxPlaces = Math.max(1, Math.floor(wanted / 2), bank?.layout.capacity ?? 0);
        if (bank === null && wanted === 1) this.#refuse(error);
      }
    }
    return bank;
  }

  /** A bank with so many places and the cells of the one there is. */
  async #grow(bank: TrainingBank | null, capacity: number): Promise<TrainingBank> {
    const made: TrainingBank[] = [];
    try {
      await this.#context.settled('training bank', async () => {
        const grown = new TrainingBank(this.#context, this.plan, this.kernels, this.size, capacity);
        made.push(grown);
        if (bank !== null) grown.takeCells(bank);
      });
    } catch (error) {
      made.forEach((grown) => grown.destroy());
      throw error;
    }
    const [grown] = made;
    bank?.dispose();
    return (this.#bank = grown);
  }

  /** Ends the cells that ask for epochs and have no place; the group serves those that come later. */
  #refuse(error: Error): void {
    for (const member of this.#members) {
      if (member.cell !== null || !member.isWaiting()) continue;
      this.#members.delete(member);
      member.fail(error);
    }
  }

  /** The cells that want epochs, each with a place in the bank. */
  #placed(bank: TrainingBank): CellTrainer[] {
    const waiting = [...this.#members].filter((member) => member.isWaiting());
    const taken = new Set([...this.#members].map(({ cell }) => cell));
    let next = 0;
    return waiting.filter((member) => {
      if (member.cell !== null) return true;
      while (taken.has(next)) next++;
      // Who came while the bank was being made, or found no memory, waits.
      if (next >= bank.layout.capacity) return false;
      taken.add(next);
      member.upload(bank, next);
      return true;
    });
  }

  async #runSection(bank: TrainingBank, active: readonly CellTrainer[]): Promise<void> {
    const cells = active.map((member) => member.sectionCell());
    const ahead = this.#ahead;
    this.#ahead = null;
    const isPlanned = ahead !== null && ahead.bank === bank && areSameCells(ahead.cells, cells);
    const section = isPlanned ? ahead.section : this.#plan(bank, cells);
    bank.beginSection(await shuffleDispatches(this.#context, bank.shuffleBuffers, section.jobs));
    for (let first = 0; first < section.slots.length; first += bank.layout.slots) {
      const count = Math.min(bank.layout.slots, section.slots.length - first);
      const sums = await this.#runWindow(bank, section, cells, first, count);
      active.forEach((member, place) => {
        member.take(section.steps[place], first, count, sums, place, bank.layout.capacity);
      });
    }
  }

  #plan(bank: TrainingBank, cells: readonly SectionCell[]): Section {
    return planSection(cells, {
      steps: submitsPerSection * this.#pacer.units(),
      orderStride: bank.layout.orderStride,
      jobs: bank.layout.maxJobs,
    });
  }

  #planAhead(bank: TrainingBank, section: Section, cells: readonly SectionCell[]): void {
    const next = cellsAfter(section, cells);
    if (next.length > 0) this.#ahead = { bank, cells: next, section: this.#plan(bank, next) };
  }

  /** A window, cut into submissions by the time that they take, at most two of them under way. */
  async #runWindow(
    bank: TrainingBank,
    section: Section,
    cells: readonly SectionCell[],
    first: number,
    count: number,
  ): Promise<Float32Array> {
    const context = this.#context;
    bank.writeRecords(sectionRecords(section, cells, first, count, bank.layout.capacity));
    let last = context.clock();
    let pending: { readonly units: number; readonly done: Promise<void> } | null = null;
    const finish = async (): Promise<void> => {
      if (pending === null) return;
      await pending.done;
      const now = context.clock();
      this.#pacer.record(pending.units, now - last);
      last = now;
    };
    const most = Math.max(1, bank.layout.slots / 4);
    for (let from = 0; from < count;) {
      const units = Math.min(this.#pacer.units(), most, count - from);
      bank.submitSlots(section.slots.slice(first + from, first + from + units), from, cells.length);
      const done = context.finished();
      await finish();
      pending = { units, done };
      from += units;
    }
    if (first + count === section.slots.length) this.#planAhead(bank, section, cells);
    await finish();
    return bank.readWindow(count, cells.length);
  }
}
