/** The buffers of a bank, what is bound to which kernel, and the tables that never change. */
import { positionOffset, uniformStep, type BankLayout } from './bank-layout.ts';
import { recordWords } from './cell-steps.ts';
import type { GpuContext } from './gpu-context.ts';
import { jobWords } from './shuffle.ts';
import type { TrainingKernel, TrainingKernels } from './training-kernels.ts';

export interface BankBuffers {
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

export interface BankGroups {
  readonly pass: GPUBindGroup;
  readonly gradient: GPUBindGroup;
  readonly update: GPUBindGroup;
  readonly summary: GPUBindGroup;
}

/** Buffers from the context's pool; their owner releases or destroys them. */
export function acquireBankBuffers(context: GpuContext, layout: BankLayout): BankBuffers {
  const { plan, capacity, slots, rounds, roundSamples, positionsPerRound } = layout;
  const acquire = (name: string, words: number, kind: 'storage' | 'uniform' = 'storage'): GPUBuffer =>
    context.buffers.acquire(`training/${name}`, 4 * words, kind);
  const cellParameters = capacity * plan.parameterStride;
  return {
    bank: acquire('bank', 12, 'uniform'),
    positions: acquire('positions', (slots * rounds * positionsPerRound * uniformStep) / 4, 'uniform'),
    layers: acquire('layers', 10 * plan.layers.length),
    tiles: acquire('tiles', 3 * plan.gradientTiles.length),
    pieces: acquire('pieces', 2 * plan.pieces.length),
    records: acquire('records', recordWords * slots * capacity),
    points: acquire('points', capacity * layout.pointStride),
    jobs: acquire('jobs', jobWords * layout.maxJobs),
    keys: acquire('keys', capacity * layout.orderStride),
    orders: acquire('orders', capacity * layout.orderStride),
    parameters: acquire('parameters', cellParameters),
    firstMoments: acquire('first moments', cellParameters),
    secondMoments: acquire('second moments', cellParameters),
    activations: acquire('activations', 4 * capacity * plan.activationRow * roundSamples),
    deltas: acquire('deltas', 4 * capacity * plan.deltaRow * roundSamples),
    partials: acquire('partials', cellParameters * layout.splits),
    journal: acquire('journal', capacity * (1 + slots * layout.journalStride)),
    summary: acquire('summary', capacity * slots * (plan.layers.length + 1)),
  };
}

/** Bind groups of the kernels. */
export function bindBank(context: GpuContext, kernels: TrainingKernels, b: BankBuffers): BankGroups {
  const { passes, gradient, update, summary } = kernels;
  const position = { buffer: b.positions, size: 16 };
  const group = (
    label: string,
    { layout }: TrainingKernel,
    resources: (GPUBuffer | GPUBufferBinding)[],
  ): GPUBindGroup =>
    context.issue(() =>
      context.device.createBindGroup({
        label: `training/${label}`,
        layout,
        entries: resources.map((resource, binding) => ({
          binding,
          resource: 'buffer' in resource ? resource : { buffer: resource },
        })),
      }),
    );
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

/** Writes what never changes: layout, positions, layers, tiles and pieces. */
export function writeBankTables(context: GpuContext, layout: BankLayout, buffers: BankBuffers): void {
  const { plan, capacity, roundSamples, slots, rounds, positionsPerRound } = layout;
  const { bank, positions, layers, tiles, pieces } = buffers;
  const strides = [plan.activationRow * roundSamples, plan.deltaRow * roundSamples];
  const bankWords = [capacity, plan.layers.length, plan.shape.outputs, plan.parameterStride, ...strides];
  bankWords.push(layout.pointStride, roundSamples, plan.splitSamples, layout.splits);
  context.write(bank, Uint32Array.from([...bankWords, layout.journalStride, layout.lossTiles]));
  const layerWords = plan.layers.flatMap((layer) => [
    layer.inputs,
    layer.outputs,
    layer.weights,
    layer.biases,
    layer.inputPlane * roundSamples,
    layer.deltaPlane * roundSamples,
    layer.inputRow,
    layer.outputRow,
    layer.firstPiece,
    layer.pieces,
  ]);
  context.write(layers, Uint32Array.from(layerWords));
  context.write(tiles, Uint32Array.from(plan.gradientTiles.flat()));
  context.write(pieces, Uint32Array.from(plan.pieces.flat()));
  const words = new Uint32Array((slots * rounds * positionsPerRound * uniformStep) / 4);
  for (let slot = 0; slot < slots; slot++) {
    for (let round = 0; round < rounds; round++) {
      for (let layer = 0; layer < positionsPerRound; layer++) {
        words.set([slot, round * roundSamples, layer], positionOffset(layout, slot, round, layer) / 4);
      }
    }
  }
  context.write(positions, words);
}
