/** What a bank does between two looks at its cells: whole epochs of each, as slots of one step of each cell. */
import type { TrainerRequest } from '../engine.ts';
import { recordWords, stepsOfEpoch, writeRecord, type PlannedStep, type Progress } from './cell-steps.ts';
import type { ShuffleJob } from './shuffle.ts';
import type { Slot } from './training-bank.ts';

/** A cell that takes part: where it lies in the bank, where it stands, how many epochs it is asked for. */
export interface SectionCell {
  readonly cell: number;
  readonly request: TrainerRequest;
  readonly progress: Progress;
  readonly wanted: number;
}

/** What a section may take of its bank and of time. */
export interface SectionLimits {
  /** Steps after which a cell begins no further epoch. */
  readonly steps: number;
  readonly orderStride: number;
  readonly jobs: number;
}

/** A step and where its samples begin in the orders. */
export interface SectionStep {
  readonly step: PlannedStep;
  readonly order: number;
}

/** Orders to be drawn, then the steps, all of them in as many slots as the longest list of steps has. */
export interface Section {
  readonly jobs: readonly ShuffleJob[];
  /** Steps of each cell, in the cells' order. */
  readonly steps: readonly (readonly SectionStep[])[];
  readonly slots: readonly Slot[];
}

/** At least one epoch of each cell; as many more as are wanted and the limits allow. */
export function planSection(cells: readonly SectionCell[], limits: SectionLimits): Section {
  const jobs: ShuffleJob[] = [];
  const jobsPerCell = Math.floor(limits.jobs / cells.length);
  const steps = cells.map(({ cell, request, progress, wanted }) => {
    const { settings, data } = request;
    const count = data.coordinates.length / 2;
    const most = Math.min(
      wanted,
      jobsPerCell,
      Math.floor(limits.orderStride / count),
      Math.floor(limits.steps / Math.ceil(count / settings.batchSize)),
    );
    const planned: SectionStep[] = [];
    let at = progress;
    for (let epoch = 0; epoch < Math.max(1, most); epoch++) {
      const offset = cell * limits.orderStride + epoch * count;
      jobs.push({ seed: settings.seed, epoch: at.epoch, count, offset });
      for (const step of stepsOfEpoch(at, settings, count)) {
        planned.push({ step, order: offset + step.first });
        at = step.after;
      }
    }
    return planned;
  });
  const samples: number[] = [];
  for (const planned of steps) {
    for (let slot = 0; slot < planned.length; slot++) {
      samples[slot] = Math.max(samples[slot] ?? 0, planned[slot].step.samples);
    }
  }
  const slots = samples.map((most) => ({ samples: most }));
  return { jobs, steps, slots };
}

/** The cells that want epochs after a section at whose end nothing has changed. */
export function cellsAfter(section: Section, cells: readonly SectionCell[]): SectionCell[] {
  return cells
    .map((cell, place) => {
      const progress = section.steps[place].at(-1)?.step.after ?? cell.progress;
      return { ...cell, progress, wanted: cell.wanted - (progress.epoch - cell.progress.epoch) };
    })
    .filter(({ wanted }) => wanted > 0);
}

/** Whether these are the same cells, standing at the same step of the same plan. */
export function areSameCells(some: readonly SectionCell[], others: readonly SectionCell[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ cell, request, progress, wanted }, place) => {
      const other = others[place];
      const isSame = cell === other.cell && request === other.request && wanted === other.wanted;
      return isSame && progress === other.progress;
    })
  );
}

/** Records of slots first .. first + count - 1, [slot][place]; `capacity` records a slot, those without a step rest. */
export function sectionRecords(
  section: Section,
  cells: readonly SectionCell[],
  first: number,
  count: number,
  capacity: number,
): Uint8Array<ArrayBuffer> {
  const records = new Uint8Array(4 * recordWords * count * capacity);
  const view = new DataView(records.buffer);
  cells.forEach(({ cell, request }, place) => {
    const base = {
      cell,
      outputs: request.shape.outputs,
      slope: request.slope,
      crossEntropy: request.settings.loss === 'bce',
    };
    for (let slot = 0; slot < count; slot++) {
      const planned = section.steps[place]?.[first + slot];
      if (planned === undefined) break;
      writeRecord(view, 4 * recordWords * (slot * capacity + place), base, planned.step, planned.order);
    }
  });
  return records;
}
