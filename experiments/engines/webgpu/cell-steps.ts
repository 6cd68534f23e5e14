/** The steps of a cell as the kernels read them: one record a step, with the optimiser's constants in float32. */
import type { OptimizerPhase, TrainerState, TrainingSettings } from '../engine.ts';
import { learningRateAt } from '../learning-rate.ts';
import { optimizers, type OptimizerSettings } from '../optimizers.ts';
import { phaseAt } from '../training-request.ts';

/** 32-bit words of a record; see Record in training-common.wgsl. */
export const recordWords = 17;

/** The rule in training-update.wgsl that leaves the gradient of the batch in the first split and changes no parameter. */
const noUpdate = 0xffffffff;

/** Where training stands between two steps. */
export interface Progress {
  readonly epoch: number;
  readonly step: number;
  readonly phaseStep: number;
  readonly phase: OptimizerPhase;
}

/** Where a trainer that is given a state stands. Throws RangeError where no phase has begun by then. */
export function progressOf(start: TrainerState, settings: TrainingSettings): Progress {
  const { epoch, step, phaseStep } = start;
  return { epoch, step, phaseStep, phase: phaseAt(settings.phases, Math.max(0, epoch - 1)) };
}

/** A step to come: the samples [first, first + samples) of the epoch's order, and how far training is after it. */
export interface PlannedStep {
  /** Epoch it belongs to, 0 for the first. */
  readonly epoch: number;
  readonly first: number;
  readonly samples: number;
  readonly optimizer: OptimizerSettings;
  readonly rate: number;
  readonly after: Progress;
  readonly endsEpoch: boolean;
}

/** The steps of the epoch after `progress`. */
export function stepsOfEpoch(progress: Progress, settings: TrainingSettings, points: number): PlannedStep[] {
  const { epoch } = progress;
  const phase = phaseAt(settings.phases, epoch);
  let phaseStep = phase === progress.phase ? progress.phaseStep : 0;
  let { step } = progress;
  const rate = learningRateAt(phase.optimizer.learningRate, settings.schedule, epoch);
  const steps: PlannedStep[] = [];
  for (let first = 0; first < points; first += settings.batchSize) {
    const samples = Math.min(settings.batchSize, points - first);
    const endsEpoch = first + samples === points;
    step++;
    phaseStep++;
    const after = { epoch: endsEpoch ? epoch + 1 : epoch, step, phaseStep, phase };
    steps.push({ epoch, first, samples, optimizer: phase.optimizer, rate, after, endsEpoch });
  }
  return steps;
}

/** What all records of a cell share. */
export interface RecordBase {
  readonly cell: number;
  readonly outputs: number;
  readonly slope: number;
  readonly crossEntropy: boolean;
}

/** Writes the record of a step whose samples begin at word `order` of the orders. */
export function writeRecord(
  view: DataView,
  at: number,
  base: RecordBase,
  step: PlannedStep,
  order: number,
): void {
  const { optimizer, rate, samples } = step;
  const t = step.after.phaseStep;
  const { rule, gradientDecay, squareDecay, correctsBias, decouplesDecay } = optimizers[optimizer.name];
  const first = optimizer[gradientDecay ?? 'momentum'];
  const second = optimizer[squareDecay ?? 'beta2'];
  writeHead(view, at, base, step, order, rule, t === 1);
  const constants = [
    1 / (samples * base.outputs),
    correctsBias ? rate / (1 - power(first, t)) : rate,
    correctsBias ? 1 / Math.sqrt(1 - power(second, t)) : 1,
    correctsBias ? 1 - first : first,
    second,
    1 - second,
    optimizer.epsilon,
    decouplesDecay ? 1 - rate * optimizer.weightDecay : 1,
    decouplesDecay ? 0 : optimizer.weightDecay,
  ];
  view.setFloat32(at + 16, constants[0], true);
  for (let index = 1; index < constants.length; index++) {
    view.setFloat32(at + 32 + 4 * index, constants[index], true);
  }
}

/** Writes the record of a pass over `samples` points that changes no parameter. */
export function writePassRecord(view: DataView, at: number, base: RecordBase, samples: number): void {
  writeHead(view, at, base, { epoch: 0, samples }, 0, noUpdate, true);
  view.setFloat32(at + 16, 1 / (samples * base.outputs), true);
}

function writeHead(
  view: DataView,
  at: number,
  base: RecordBase,
  step: { readonly epoch: number; readonly samples: number },
  order: number,
  rule: number,
  isFresh: boolean,
): void {
  view.setUint32(at, base.cell, true);
  view.setUint32(at + 4, step.samples, true);
  view.setUint32(at + 8, order, true);
  view.setUint32(at + 12, step.epoch, true);
  view.setFloat32(at + 20, base.slope, true);
  view.setUint32(at + 24, base.crossEntropy ? 1 : 0, true);
  view.setUint32(at + 28, rule, true);
  view.setUint32(at + 32, isFresh ? 1 : 0, true);
}

/** base^exponent for a whole exponent >= 0, by squaring. */
function power(base: number, exponent: number): number {
  let result = 1;
  for (; exponent > 0; exponent >>= 1) {
    if (exponent & 1) result *= base;
    base *= base;
  }
  return result;
}
