/** Training on the GPU: trainers that share dispatches where they share a shape, and gradients over all points. */
import { parameterCount, type Network } from '../../network/shape.ts';
import type { LossGradient, LossName, Trainer, TrainerRequest, TrainingData } from '../engine.ts';
import { checkNetwork } from '../network-check.ts';
import { checkRequest } from '../training-request.ts';
import { recordWords, writePassRecord } from './cell-steps.ts';
import type { GpuContext } from './gpu-context.ts';
import type { BankSize } from './bank-layout.ts';
import { TrainingBank } from './training-bank.ts';
import { TrainingGroup } from './training-group.ts';
import { compileTraining } from './training-kernels.ts';
import { planTraining, smallestPowerOfTwo } from './training-plan.ts';

/** Batches and data sets up to these sizes share banks. */
const usualBatch = 1024;
const usualPoints = 8192;

/** All training on one device. */
export class WebgpuTraining {
  readonly #groups = new Map<string, TrainingGroup[]>();

  constructor(private readonly context: GpuContext) {}

  /**
   * A trainer whose cell is trained in the same dispatches as all others of its shape that are asked for epochs at the same
   * time. Nothing that it computes depends on them. Throws RangeError for requests that no engine takes, EngineError for
   * those that do not fit on the device.
   */
  async createTrainer(request: TrainerRequest): Promise<Trainer> {
    const { shape, slope, start } = request;
    checkNetwork(shape, slope, start.parameters);
    checkRequest(request);
    const plan = planTraining(shape, this.context.limits);
    const kernels = await compileTraining(this.context, plan);
    const size = sizeOf(request.data.coordinates.length / 2, request.settings.batchSize);
    const key = [...shape.hidden, shape.outputs].join(' ');
    const groups = (this.#groups.get(key) ?? []).filter(({ isEmpty }) => !isEmpty);
    this.#groups.set(key, groups);
    let group = groups.find((candidate) => candidate.fits(size));
    if (group === undefined) {
      group = new TrainingGroup(this.context, plan, kernels, size);
      groups.push(group);
    }
    return group.join(request);
  }

  /** Loss over all points as one batch and its gradient. */
  async lossGradient(network: Network, data: TrainingData, loss: LossName): Promise<LossGradient> {
    const { shape, slope, parameters } = network;
    const { coordinates, labels } = data;
    const points = coordinates.length / 2;
    checkNetwork(shape, slope, parameters);
    if (!(Number.isInteger(points) && points >= 1 && labels.length === points * shape.outputs)) {
      throw new RangeError('Coordinates and labels must belong to the same points, at least one.');
    }
    const plan = planTraining(shape, this.context.limits);
    const kernels = await compileTraining(this.context, plan);
    return this.context.checked('gradient', async (context) => {
      const bank = new TrainingBank(context, plan, kernels, sizeOf(points, points), 1);
      try {
        bank.writePoints(0, coordinates, labels);
        bank.writeParameters(0, parameters, []);
        bank.writeOrder(Uint32Array.from({ length: points }, (_, index) => index));
        bank.beginSection([]);
        const record = new Uint8Array(4 * recordWords);
        const base = { cell: 0, outputs: shape.outputs, slope, crossEntropy: loss === 'bce' };
        writePassRecord(new DataView(record.buffer), 0, base, points);
        bank.writeRecords(record);
        bank.submitSlots([{ samples: points }], 0, 1);
        const sums = await bank.readWindow(1, 1);
        const gradient = await bank.readGradient(0);
        return { loss: sums[0] / labels.length, gradient: gradient.slice(0, parameterCount(shape)) };
      } finally {
        bank.dispose();
      }
    });
  }
}

/** Sizes in powers of two, the same for all that is usual, so that cells of a sweep find into one bank. */
function sizeOf(points: number, batchSize: number): BankSize {
  return {
    batch: Math.max(64, smallestPowerOfTwo(Math.min(batchSize, Math.max(points, usualBatch)))),
    points: Math.max(usualPoints, smallestPowerOfTwo(points)),
  };
}
