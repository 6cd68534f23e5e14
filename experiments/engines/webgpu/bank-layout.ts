/** How the cells of a bank lie in its buffers, and how much of what it can do between two looks of the host. */
import { largestPowerOfTwo, type TrainingLimits, type TrainingPlan } from './training-plan.ts';

/** What a bank is made for; cells that need no more of either fit in. */
export interface BankSize {
  /** Samples of the longest batch, a power of two. */
  readonly batch: number;
  /** Points of the largest data set. */
  readonly points: number;
}

/** Strides and counts of a bank; those of planes count vec4, all others words or items. */
export interface BankLayout {
  readonly plan: TrainingPlan;
  readonly size: BankSize;
  /** Cells. */
  readonly capacity: number;
  /** Samples of a round; a longer batch takes several. */
  readonly roundSamples: number;
  readonly rounds: number;
  /** Partial gradients of a round. */
  readonly splits: number;
  /** Words from one cell's points to the next one's. */
  readonly pointStride: number;
  /** Words of orders that each cell has for a section. */
  readonly orderStride: number;
  /** Slots of a window. */
  readonly slots: number;
  /** Positions of a round: its layers where each has a dispatch of its own. */
  readonly positionsPerRound: number;
  /** Losses of tiles and all words that a record has in the journal. */
  readonly lossTiles: number;
  readonly journalStride: number;
  /** Maximum number of orders of a section. */
  readonly maxJobs: number;
}

/** Offsets of uniform buffers are multiples of this. */
export const uniformStep = 256;
const maxSlots = 512;
const journalBytes = 32 * 2 ** 20;
const positionBytes = 8 * 2 ** 20;
const summaryBytes = 16 * 2 ** 20;

/** The layout of a bank of `capacity` cells, at most as many as `maxCells` says. */
export function planBank(
  plan: TrainingPlan,
  limits: TrainingLimits,
  size: BankSize,
  capacity: number,
): BankLayout {
  const { layers, pieces, splitSamples, lossSamples, shape, chain } = plan;
  const roundSamples = Math.min(size.batch, plan.maxRoundSamples);
  const rounds = Math.ceil(size.batch / roundSamples);
  const positionsPerRound = chain === null ? layers.length : 1;
  const lossTiles = Math.ceil(size.batch / lossSamples);
  const journalStride = lossTiles + pieces.length;
  const fitting = Math.min(
    maxSlots,
    journalBytes / (4 * journalStride * capacity),
    positionBytes / (uniformStep * positionsPerRound * rounds),
    summaryBytes / (4 * (layers.length + 1) * capacity),
  );
  const slots = Math.max(1, largestPowerOfTwo(fitting));
  const orderWords = Math.floor(bindingBytes(limits) / 8 / capacity);
  return {
    plan,
    size,
    capacity,
    roundSamples,
    rounds,
    splits: Math.ceil(roundSamples / splitSamples),
    pointStride: size.points * (2 + shape.outputs),
    orderStride: Math.max(size.points, Math.min(orderWords, maxSlots * size.batch)),
    slots,
    positionsPerRound,
    lossTiles,
    journalStride,
    maxJobs: Math.min(limits.maxComputeWorkgroupsPerDimension, slots * capacity),
  };
}

/** Maximum number of cells that a device can bind for a bank of this size; 0 where a single one is too large. */
export function maxCells(plan: TrainingPlan, limits: TrainingLimits, size: BankSize): number {
  const roundSamples = Math.min(size.batch, plan.maxRoundSamples);
  const cellBytes = Math.max(
    16 * plan.activationRow * roundSamples,
    16 * plan.deltaRow * roundSamples,
    4 * plan.parameterStride * Math.ceil(roundSamples / plan.splitSamples),
    8 * size.points * (2 + plan.shape.outputs),
  );
  return Math.floor(bindingBytes(limits) / cellBytes);
}

/** Byte offset of the position of a slot's round and layer. */
export function positionOffset(layout: BankLayout, slot: number, round: number, layer: number): number {
  return uniformStep * ((slot * layout.rounds + round) * layout.positionsPerRound + layer);
}

function bindingBytes(limits: TrainingLimits): number {
  return Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize);
}
