/** What all trainers make of a request: its checks, its phases, the shape of its state. */
import type { OptimizerPhase, TrainerRequest } from './engine.ts';
import { optimizers } from './optimizers.ts';

/** The phase of epoch `epoch`, 0 for the first. Throws RangeError where none begins that early. */
export function phaseAt(phases: readonly OptimizerPhase[], epoch: number): OptimizerPhase {
  let phase: OptimizerPhase | undefined;
  for (const candidate of phases) if (candidate.fromEpoch <= epoch) phase = candidate;
  if (phase === undefined) throw new RangeError('The first optimiser phase must begin at epoch 0.');
  return phase;
}

/** A copy in which every NaN has the same bits: which bits an operation gives to a NaN is up to the machine. */
export function copyWithOneNaN(values: Float32Array): Float32Array {
  return values.map((value) => (value === value ? value : NaN));
}

/** Throws RangeError where points, labels, batch size, phases or moments do not fit together. */
export function checkRequest({ shape, settings, data, start }: TrainerRequest): void {
  const points = data.coordinates.length / 2;
  if (!(Number.isInteger(points) && points >= 1))
    throw new RangeError('Training needs at least one point (x, y).');
  if (data.labels.length !== points * shape.outputs) {
    throw new RangeError(
      `${points} points need ${points * shape.outputs} labels, but there are ${data.labels.length}.`,
    );
  }
  if (!(Number.isInteger(settings.batchSize) && settings.batchSize >= 1)) {
    throw new RangeError(`The batch size must be a whole number from 1, not ${settings.batchSize}.`);
  }
  const { optimizer } = phaseAt(settings.phases, Math.max(0, start.epoch - 1));
  const expected = optimizers[optimizer.name].moments;
  const isFresh = start.phaseStep === 0 && start.moments.length === 0;
  if (!isFresh && start.moments.length !== expected) {
    throw new RangeError(
      `${optimizer.name} keeps ${expected} moments, but the state has ${start.moments.length}.`,
    );
  }
  for (const moment of start.moments) {
    if (moment.length !== start.parameters.length)
      throw new RangeError('A moment must be as long as the parameters.');
  }
}
