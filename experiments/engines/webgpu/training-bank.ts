/** The buffers of cells of one shape that are trained in lock step, and the commands that train them. */
import type { Dispatch, GpuContext } from './gpu-context.ts';
import { recordWords } from './cell-steps.ts';
import { jobWords } from './shuffle.ts';
import type { TrainingKernel, TrainingKernels } from './training-kernels.ts';
import { largestPowerOfTwo, type TrainingPlan } from './training-plan.ts';

/** What a bank is made for; cells that need no more of either fit in. */
export interface BankSize {
  /** Samples of the longest batch, a power of two. */
  readonly batch: number;
  /** Points of the largest data set. */
  readonly points: number;
}

/** A slot of a window: the longest batch of its cells decides how many workgroups it takes. */
export interface Slot {
  readonly samples: number;
}

/** Offsets of uniform buffers are multiples of this. */
const uniformStep = 256;
const mostSlots = 512;
const mostJobs = 65_535;
const journalBytes = 32 * 2 ** 20;
const positionBytes = 8 * 2 ** 20;
const summaryBytes = 16 * 2 ** 20;

interface BankBuffers {
  readonly bank: GPUBuffer;
  readonly positions: GPUBuffer;
  readonly layers: GPUBuffer;
  readonly tiles: GPUBuffer;
  readonly pieces: GPUBuffer;
  readonly records: GPUBuffer;
  readonly points: GPUBuffer;
  readonly jobs: GPUBuffer;
  readonly keys: GPUBuffer;
  readonly orders: GPUBuffer;
  readonly parameters: GPUBuffer;
  readonly firstMoments: GPUBuffer;
  readonly secondMoments: GPUBuffer;
  readonly activations: GPUBuffer;
  readonly deltas: GPUBuffer;
  readonly partials: GPUBuffer;
  readonly journal: GPUBuffer;
  readonly summary: GPUBuffer;
}

interface BankGroups {
  readonly pass: GPUBindGroup;
  readonly gradient: GPUBindGroup;
  readonly update: GPUBindGroup;
  readonly summary: GPUBindGroup;
}

/** Buffers for up to `capacity` cells. The owner keeps track of which cell lies where. */
export class TrainingBank {
  /** Samples of a round; a longer batch takes several. */
  readonly roundSamples: number;
  readonly rounds: number;
  readonly splits: number;
  readonly pointStride: number;
  /** Words of orders that each cell has for a section. */
  readonly orderStride: number;
  /** Slots of a window. */
  readonly slots: number;
  readonly #positionsPerRound: number;
  readonly #lossTiles: number;
  readonly #journalStride: number;
  readonly #buffers: BankBuffers;
  readonly #groups: BankGroups;

  constructor(
    private readonly context: GpuContext,
    private readonly plan: TrainingPlan,
    private readonly kernels: TrainingKernels,
    readonly size: BankSize,
    readonly capacity: number,
  ) {
    const { layers, pieces, splitSamples, lossSamples, shape } = plan;
    this.roundSamples = Math.min(size.batch, plan.mostRoundSamples);
    this.rounds = Math.ceil(size.batch / this.roundSamples);
    this.splits = Math.ceil(this.roundSamples / splitSamples);
    this.pointStride = size.points * (2 + shape.outputs);
    this.#positionsPerRound = kernels.passes.kind === 'chain' ? 1 : layers.length;
    this.#lossTiles = Math.ceil(size.batch / lossSamples);
    this.#journalStride = this.#lossTiles + pieces.length;
    this.slots = Math.max(
      1,
      largestPowerOfTwo(
        Math.min(
          mostSlots,
          journalBytes / (4 * this.#journalStride * capacity),
          positionBytes / (uniformStep * this.#positionsPerRound * this.rounds),
          summaryBytes / (4 * (layers.length + 1) * capacity),
        ),
      ),
    );
    const orderWords = Math.floor(bindingBytes(context) / 8 / capacity);
    this.orderStride = Math.max(size.points, Math.min(orderWords, mostSlots * size.batch));
    this.#buffers = this.#acquireBuffers();
    this.#groups = this.#bindGroups();
    this.#writeTables();
  }

  /** Most cells that the device can bind for a bank of this size. */
  static mostCells(context: GpuContext, plan: TrainingPlan, size: BankSize): number {
    const roundSamples = Math.min(size.batch, plan.mostRoundSamples);
    const cellBytes = Math.max(
      16 * plan.activationRow * roundSamples,
      16 * plan.deltaRow * roundSamples,
      4 * plan.parameterStride * Math.ceil(roundSamples / plan.splitSamples),
      8 * size.points * (2 + plan.shape.outputs),
    );
    return Math.floor(bindingBytes(context) / cellBytes);
  }

  /** Most jobs of a section. */
  get mostJobs(): number {
    return Math.min(mostJobs, this.slots * this.capacity);
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
    this.context.write(this.#buffers.points, points, 4 * cell * this.pointStride);
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

  /** A cell's parameters and the first `moments` of its moments. */
  async readState(cell: number, moments: number): Promise<Float32Array[]> {
    const { parameters, firstMoments, secondMoments } = this.#buffers;
    const { parameters: count, parameterStride } = this.plan;
    const buffers = [parameters, firstMoments, secondMoments].slice(0, 1 + moments);
    return Promise.all(
      buffers.map((buffer) => this.context.readFloats(buffer, count, cell * parameterStride)),
    );
  }

  /** The gradient that a record without update left. */
  async readGradient(cell: number): Promise<Float32Array> {
    const { parameters: count, parameterStride } = this.plan;
    return this.context.readFloats(this.#buffers.partials, count, cell * this.splits * parameterStride);
  }

  /** Begins a section: no cell has diverged. Then computes the orders. */
  beginSection(shuffles: readonly Dispatch[]): void {
    this.context.write(this.#buffers.journal, new Uint32Array(this.capacity).fill(0xffffffff));
    this.context.submit('shuffle', shuffles);
  }

  /** Records of a window, [slot][place]. */
  writeRecords(records: Uint8Array<ArrayBuffer>): void {
    this.context.write(this.#buffers.records, new Uint32Array(records.buffer));
  }

  /** Submits slots first.. of the window for the first `places` records of each. */
  submitSlots(slots: readonly Slot[], first: number, places: number): void {
    this.context.throwIfLost();
    const { device } = this.context;
    const encoder = device.createCommandEncoder({ label: 'training' });
    const pass = encoder.beginComputePass({ label: 'training' });
    slots.forEach(({ samples }, index) => this.#encodeSlot(pass, first + index, samples, places));
    pass.end();
    device.queue.submit([encoder.finish()]);
  }

  /**
   * What is left of a window's first `slots` slots, float32 [slot][place][1 + layers]: the loss summed over the samples, not
   * finite where training of the cell ends with the epoch, then the squared gradient norm of each layer.
   */
  async readWindow(slots: number, places: number): Promise<Float32Array> {
    const { device } = this.context;
    const encoder = device.createCommandEncoder({ label: 'training-summary' });
    const pass = encoder.beginComputePass({ label: 'training-summary' });
    pass.setPipeline(this.kernels.summary.pipeline);
    pass.setBindGroup(0, this.#groups.summary);
    pass.dispatchWorkgroups(slots, 1, places);
    pass.end();
    device.queue.submit([encoder.finish()]);
    return this.context.readFloats(
      this.#buffers.summary,
      slots * this.capacity * (this.plan.layers.length + 1),
    );
  }

  /** Copies the cells of a smaller bank of the same size and plan to the same places in this one. */
  takeCells(smaller: TrainingBank): void {
    const encoder = this.context.device.createCommandEncoder({ label: 'training-grow' });
    for (const name of ['parameters', 'firstMoments', 'secondMoments'] as const) {
      const bytes = 4 * smaller.capacity * this.plan.parameterStride;
      encoder.copyBufferToBuffer(smaller.#buffers[name], 0, this.#buffers[name], 0, bytes);
    }
    const bytes = 4 * smaller.capacity * this.pointStride;
    encoder.copyBufferToBuffer(smaller.#buffers.points, 0, this.#buffers.points, 0, bytes);
    this.context.device.queue.submit([encoder.finish()]);
  }

  dispose(): void {
    for (const buffer of Object.values<GPUBuffer>({ ...this.#buffers })) this.context.buffers.release(buffer);
  }

  #encodeSlot(pass: GPUComputePassEncoder, slot: number, samples: number, places: number): void {
    const { layers, splitSamples, lossSamples, gradientTiles, pieces } = this.plan;
    const { passes, gradient, update } = this.kernels;
    for (let round = 0; round * this.roundSamples < samples; round++) {
      const count = Math.min(this.roundSamples, samples - round * this.roundSamples);
      const tiles = Math.ceil(count / lossSamples);
      const step = (
        kernel: TrainingKernel,
        group: GPUBindGroup,
        layer: number,
        x: number,
        y: number,
      ): void => {
        pass.setPipeline(kernel.pipeline);
        pass.setBindGroup(0, group, [this.#positionOffset(slot, round, layer)]);
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
    pass.setBindGroup(0, this.#groups.update, [this.#positionOffset(slot, 0, 0)]);
    pass.dispatchWorkgroups(pieces.length, 1, places);
  }

  #positionOffset(slot: number, round: number, layer: number): number {
    return uniformStep * ((slot * this.rounds + round) * this.#positionsPerRound + layer);
  }

  #acquireBuffers(): BankBuffers {
    const { plan, capacity, slots, rounds } = this;
    const acquire = (name: string, words: number, kind: 'storage' | 'uniform' = 'storage'): GPUBuffer =>
      this.context.buffers.acquire(`training/${name}`, 4 * words, kind);
    const cellParameters = capacity * plan.parameterStride;
    return {
      bank: acquire('bank', 12, 'uniform'),
      positions: acquire(
        'positions',
        (slots * rounds * this.#positionsPerRound * uniformStep) / 4,
        'uniform',
      ),
      layers: acquire('layers', 10 * plan.layers.length),
      tiles: acquire('tiles', 3 * plan.gradientTiles.length),
      pieces: acquire('pieces', 2 * plan.pieces.length),
      records: acquire('records', recordWords * slots * capacity),
      points: acquire('points', capacity * this.pointStride),
      jobs: acquire('jobs', jobWords * this.mostJobs),
      keys: acquire('keys', capacity * this.orderStride),
      orders: acquire('orders', capacity * this.orderStride),
      parameters: acquire('parameters', cellParameters),
      firstMoments: acquire('first moments', cellParameters),
      secondMoments: acquire('second moments', cellParameters),
      activations: acquire('activations', 4 * capacity * plan.activationRow * this.roundSamples),
      deltas: acquire('deltas', 4 * capacity * plan.deltaRow * this.roundSamples),
      partials: acquire('partials', cellParameters * this.splits),
      journal: acquire('journal', capacity * (1 + slots * this.#journalStride)),
      summary: acquire('summary', capacity * slots * (plan.layers.length + 1)),
    };
  }

  #bindGroups(): BankGroups {
    const b = this.#buffers;
    const { passes, gradient, update, summary } = this.kernels;
    const position = { buffer: b.positions, size: 16 };
    const group = (
      label: string,
      { layout }: TrainingKernel,
      resources: (GPUBuffer | GPUBufferBinding)[],
    ): GPUBindGroup =>
      this.context.device.createBindGroup({
        label: `training/${label}`,
        layout,
        entries: resources.map((resource, binding) => ({
          binding,
          resource: 'buffer' in resource ? resource : { buffer: resource },
        })),
      });
    const passKernel = passes.kind === 'chain' ? passes.chain : passes.forward;
    return {
      pass: group('pass', passKernel, [
        position,
        b.bank,
        b.layers,
        b.records,
        b.parameters,
        b.points,
        b.orders,
        b.activations,
        b.deltas,
        b.journal,
      ]),
      gradient: group('gradient', gradient, [
        position,
        b.bank,
        b.layers,
        b.records,
        b.tiles,
        b.activations,
        b.deltas,
        b.partials,
      ]),
      update: group('update', update, [
        position,
        b.bank,
        b.records,
        b.pieces,
        b.partials,
        b.parameters,
        b.firstMoments,
        b.secondMoments,
        b.journal,
      ]),
      summary: group('summary', summary, [b.bank, b.layers, b.records, b.journal, b.summary]),
    };
  }

  #writeTables(): void {
    const { context, plan, capacity } = this;
    const { bank, positions, layers, tiles, pieces } = this.#buffers;
    const strides = [plan.activationRow * this.roundSamples, plan.deltaRow * this.roundSamples];
    const bankWords = [capacity, plan.layers.length, plan.shape.outputs, plan.parameterStride, ...strides];
    bankWords.push(this.pointStride, this.roundSamples, plan.splitSamples, this.splits);
    context.write(bank, Uint32Array.from([...bankWords, this.#journalStride, this.#lossTiles]));
    const layerWords = plan.layers.flatMap((layer) => [
      layer.inputs,
      layer.outputs,
      layer.weights,
      layer.biases,
      layer.inputPlane * this.roundSamples,
      layer.deltaPlane * this.roundSamples,
      layer.inputRow,
      layer.outputRow,
      layer.firstPiece,
      layer.pieces,
    ]);
    context.write(layers, Uint32Array.from(layerWords));
    context.write(tiles, Uint32Array.from(plan.gradientTiles.flat()));
    context.write(pieces, Uint32Array.from(plan.pieces.flat()));
    const words = new Uint32Array((this.slots * this.rounds * this.#positionsPerRound * uniformStep) / 4);
    for (let slot = 0; slot < this.slots; slot++) {
      for (let round = 0; round < this.rounds; round++) {
        for (let layer = 0; layer < this.#positionsPerRound; layer++) {
          words.set([slot, round * this.roundSamples, layer], this.#positionOffset(slot, round, layer) / 4);
        }
      }
    }
    context.write(positions, words);
  }
}

function bindingBytes({ limits }: GpuContext): number {
  return Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize);
}
