/** The buffers of cells of one shape that are trained in lock step, and the commands that train them. */
import {
  acquireBankBuffers,
  bindBank,
  writeBankTables,
  type BankBuffers,
  type BankGroups,
} from './bank-buffers.ts';
import { planBank, positionOffset, type BankLayout, type BankSize } from './bank-layout.ts';
import type { Dispatch, GpuContext } from './gpu-context.ts';
import type { TrainingKernel, TrainingKernels } from './training-kernels.ts';
import type { TrainingPlan } from './training-plan.ts';

/** A slot of a window: the longest batch of its cells decides how many workgroups it takes. */
export interface Slot {
  readonly samples: number;
}

/** Buffers for up to `capacity` cells. The owner keeps track of which cell lies where. */
export class TrainingBank {
  readonly layout: BankLayout;
  readonly #buffers: BankBuffers;
  readonly #groups: BankGroups;

  constructor(
    private readonly context: GpuContext,
    private readonly plan: TrainingPlan,
    private readonly kernels: TrainingKernels,
    size: BankSize,
    capacity: number,
  ) {
    this.layout = planBank(plan, context.limits, size, capacity);
    this.#buffers = acquireBankBuffers(context, this.layout);
    this.#groups = bindBank(context, kernels, this.#buffers);
    writeBankTables(context, this.layout, this.#buffers);
  }

  get shuffleBuffers(): { jobs: GPUBuffer; keys: GPUBuffer; orders: GPUBuffer } {
    return this.#buffers;
  }

  /** Puts a cell's points into place: x, y and labels of each. */
  writePoints(cell: number, coordinates: Float32Array, labels: Float32Array): void {
    const { outputs } = this.plan.shape;
    const stride = 2 + outputs;
    const points = new Float32Array((coordinates.length / 2) * stride);
    for (let point = 0; 2 * point < coordinates.length; point++) {
      points.set(coordinates.subarray(2 * point, 2 * point + 2), point * stride);
      points.set(labels.subarray(outputs * point, outputs * (point + 1)), point * stride + 2);
    }
    this.context.write(this.#buffers.points, points, 4 * cell * this.layout.pointStride);
  }

  writeParameters(cell: number, parameters: Float32Array, moments: readonly Float32Array[]): void {
    const { parameters: target, firstMoments, secondMoments } = this.#buffers;
    const offset = 4 * cell * this.plan.parameterStride;
    this.context.write(target, parameters, offset);
    [firstMoments, secondMoments].forEach((buffer, index) => {
      this.context.write(buffer, moments[index] ?? new Float32Array(parameters.length), offset);
    });
  }

  writeOrder(order: Uint32Array): void {
    this.context.write(this.#buffers.orders, order);
  }

  /** A cell's parameters and the first `moments` of its moments, read by `context`: what fails there fails for this cell only. */
  async readState(context: GpuContext, cell: number, moments: number): Promise<Float32Array[]> {
    const { parameters, firstMoments, secondMoments } = this.#buffers;
    const { parameters: count, parameterStride } = this.plan;
    const buffers = [parameters, firstMoments, secondMoments].slice(0, 1 + moments);
    return Promise.all(buffers.map((buffer) => context.readFloats(buffer, count, cell * parameterStride)));
  }

  /** The gradient that a record without update left. */
  async readGradient(cell: number): Promise<Float32Array> {
    const { parameters: count, parameterStride } = this.plan;
    return this.context.readFloats(
      this.#buffers.partials,
      count,
      cell * this.layout.splits * parameterStride,
    );
  }

  /** Begins a section: no cell has diverged. Then computes the orders. */
  beginSection(shuffles: readonly Dispatch[]): void {
    this.context.write(this.#buffers.journal, new Uint32Array(this.layout.capacity).fill(0xffffffff));
    this.context.submit('shuffle', shuffles);
  }

  /** Records of a window, [slot][place]. */
  writeRecords(records: Uint8Array<ArrayBuffer>): void {
    this.context.write(this.#buffers.records, new Uint32Array(records.buffer));
  }

  /** Submits slots first.. of the window for the first `places` records of each. */
  submitSlots(slots: readonly Slot[], first: number, places: number): void {
    this.context.compute('training', (pass) => {
      slots.forEach(({ samples }, index) => this.#encodeSlot(pass, first + index, samples, places));
    });
  }

  /**
   * What is left of a window's first `slots` slots, float32 [slot][place][1 + layers]: the loss summed over the samples, not
   * finite where training of the cell ends with the epoch, then the squared gradient norm of each layer.
   */
  async readWindow(slots: number, places: number): Promise<Float32Array> {
    this.context.compute('training-summary', (pass) => {
      pass.setPipeline(this.kernels.summary.pipeline);
      pass.setBindGroup(0, this.#groups.summary);
      pass.dispatchWorkgroups(slots, 1, places);
    });
    return this.context.readFloats(
      this.#buffers.summary,
      slots * this.layout.capacity * (this.plan.layers.length + 1),
    );
  }

  /** Copies the cells of a smaller bank of the same size and plan to the same places in this one. */
  takeCells(smaller: TrainingBank): void {
    this.context.encode('training-grow', (encoder) => {
      for (const name of ['parameters', 'firstMoments', 'secondMoments'] as const) {
        const bytes = 4 * smaller.layout.capacity * this.plan.parameterStride;
        encoder.copyBufferToBuffer(smaller.#buffers[name], 0, this.#buffers[name], 0, bytes);
      }
      const bytes = 4 * smaller.layout.capacity * this.layout.pointStride;
      encoder.copyBufferToBuffer(smaller.#buffers.points, 0, this.#buffers.points, 0, bytes);
    });
  }

  /** Gives the buffers back. */
  dispose(): void {
    this.#eachBuffer((buffer) => this.context.buffers.release(buffer));
  }

  /** Frees the buffers: nobody is to get them again. */
  destroy(): void {
    this.#eachBuffer((buffer) => buffer.destroy());
  }

  #eachBuffer(use: (buffer: GPUBuffer) => void): void {
    Object.values<GPUBuffer>({ ...this.#buffers }).forEach(use);
  }

  #encodeSlot(pass: GPUComputePassEncoder, slot: number, samples: number, places: number): void {
    const { layers, splitSamples, lossSamples, gradientTiles, pieces } = this.plan;
    const { passes, gradient, update } = this.kernels;
    for (let round = 0; round * this.layout.roundSamples < samples; round++) {
      const count = Math.min(this.layout.roundSamples, samples - round * this.layout.roundSamples);
      const tiles = Math.ceil(count / lossSamples);
      const step = (
        kernel: TrainingKernel,
        group: GPUBindGroup,
        layer: number,
        x: number,
        y: number,
      ): void => {
        pass.setPipeline(kernel.pipeline);
        pass.setBindGroup(0, group, [positionOffset(this.layout, slot, round, layer)]);
        pass.dispatchWorkgroups(x, y, places);
      };
      if (passes.kind === 'chain') step(passes.chain, this.#groups.pass, 0, tiles, 1);
      else {
        step(passes.gather, this.#groups.pass, 0, Math.ceil(count / 64), 1);
        layers.forEach(({ outputs }, layer) => {
          step(passes.forward, this.#groups.pass, layer, tiles, Math.ceil(outputs / 64));
        });
        for (let layer = layers.length - 1; layer > 0; layer--) {
          step(passes.backward, this.#groups.pass, layer, tiles, Math.ceil(layers[layer].inputs / 64));
        }
      }
      const splits = Math.ceil(count / splitSamples);
      step(gradient, this.#groups.gradient, 0, gradientTiles.length, splits);
    }
    pass.setPipeline(update.pipeline);
    pass.setBindGroup(0, this.#groups.update, [positionOffset(this.layout, slot, 0, 0)]);
    pass.dispatchWorkgroups(pieces.length, 1, places);
  }
}
