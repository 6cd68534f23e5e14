/**
 * How a shape is trained on a device: kernels, tiles and the layout of a cell's buffers. What fixes the order of sums depends
 * on the shape and the device's limits alone, never on the number of cells that are trained together.
 */
import { EngineError } from '../engine-error.ts';
import { layoutFromShape, parameterCount, type Shape } from '../../network/shape.ts';

/** The limits of a device that matter to training. */
export interface TrainingLimits {
  readonly maxStorageBufferBindingSize: number;
  readonly maxBufferSize: number;
  readonly maxComputeWorkgroupStorageSize: number;
  readonly maxComputeInvocationsPerWorkgroup: number;
  readonly maxComputeWorkgroupsPerDimension: number;
}

/** One affine layer in a cell's buffers; planes in vec4. */
export interface PlannedLayer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: number;
  readonly biases: number;
  readonly inputPlane: number;
  readonly deltaPlane: number;
  readonly inputRow: number;
  readonly outputRow: number;
  readonly firstPiece: number;
  readonly pieces: number;
}

/** The chain kernel's tile, or null where layers are too wide for it. */
export interface ChainPlan {
  readonly width4: number;
  readonly tile4: number;
  readonly chunk: number;
}

/** Everything about a shape on a device that does not depend on the number of cells or on their data. */
export interface TrainingPlan {
  readonly shape: Shape;
  readonly parameters: number;
  /** Parameters rounded up so that every cell's begin at an aligned offset. */
  readonly parameterStride: number;
  readonly chain: ChainPlan | null;
  /** Samples whose loss is one number. */
  readonly lossSamples: number;
  /** Maximum number of samples that a bank of this shape holds planes for; longer batches go in rounds of as many. */
  readonly maxRoundSamples: number;
  /** Samples summed into one partial gradient. */
  readonly splitSamples: number;
  /** Side of a gradient tile in vec4. */
  readonly gradientTile4: number;
  /** Layer, row and column (in vec4) of every gradient tile. */
  readonly gradientTiles: readonly (readonly [number, number, number])[];
  readonly layers: readonly PlannedLayer[];
  /** Start and length of every piece of the update. */
  readonly pieces: readonly (readonly [number, number])[];
  /** vec4 per sample in all activation planes, and in all delta planes. */
  readonly activationRow: number;
  readonly deltaRow: number;
}

/** Widest layer of the chain kernel: one invocation for each 4 x 4 values of a tile of 16 samples. */
const maxChainWidth = 256;

const roundUp = (value: number, step: number): number => Math.ceil(value / step) * step;

/** A plan; throws EngineError where a single cell does not fit into the device's bindings, RangeError for too many layers. */
export function planTraining(shape: Shape, limits: TrainingLimits): TrainingPlan {
  const parameters = parameterCount(shape);
  const parameterStride = roundUp(parameters, 64);
  const binding = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize);
  const pieceSize = pieceSizeFor(parameters);
  const { layers, pieces, activationRow, deltaRow } = planLayers(shape, pieceSize);
  const chain = planChain(shape, limits);
  const splitSamples = splitSamplesFor(parameters);
  const planeBytes = 16 * Math.max(activationRow, deltaRow);
  const maxRoundSamples = largestPowerOfTwo(
    Math.min(8192, binding / planeBytes, (binding / (4 * parameterStride)) * splitSamples),
  );
  if (!(maxRoundSamples >= 64 && 4 * parameterStride <= binding)) {
    throw new EngineError(
      'out of memory',
      `A network of ${parameters} parameters needs more memory than this graphics card binds at once (${binding} bytes).`,
    );
  }
  const gradientTile4 = Math.max(...shape.hidden) >= 256 ? 16 : 8;
  const gradientTiles = planGradientTiles(layers, gradientTile4);
  if (gradientTiles.length > limits.maxComputeWorkgroupsPerDimension) {
    throw new RangeError(`A network of ${parameters} parameters has too many layers for this graphics card.`);
  }
  return {
    shape,
    parameters,
    parameterStride,
    chain,
    lossSamples: chain === null ? 64 : 4 * chain.tile4,
    maxRoundSamples,
    splitSamples: Math.min(splitSamples, maxRoundSamples),
    gradientTile4,
    gradientTiles,
    layers,
    pieces,
    activationRow,
    deltaRow,
  };
}

function planLayers(shape: Shape, pieceSize: number) {
  const layers: PlannedLayer[] = [];
  const pieces: [number, number][] = [];
  let activationRow = 0;
  let deltaRow = 0;
  for (const { inputs, outputs, weightOffset, biasOffset } of layoutFromShape(shape)) {
    const firstPiece = pieces.length;
    const end = biasOffset + outputs;
    for (let start = weightOffset; start < end; start += pieceSize) {
      pieces.push([start, Math.min(pieceSize, end - start)]);
    }
    layers.push({
      inputs,
      outputs,
      weights: weightOffset,
      biases: biasOffset,
      inputPlane: activationRow,
      deltaPlane: deltaRow,
      inputRow: Math.ceil(inputs / 4),
      outputRow: Math.ceil(outputs / 4),
      firstPiece,
      pieces: pieces.length - firstPiece,
    });
    activationRow += Math.ceil(inputs / 4);
    deltaRow += Math.ceil(outputs / 4);
  }
  return { layers, pieces, activationRow, deltaRow };
}

/**
 * A tile of 16 samples spreads a batch over most multiprocessors; narrow networks take more, so that a workgroup has two warps
 * that share the loading of weights.
 */
function planChain(shape: Shape, limits: TrainingLimits): ChainPlan | null {
  const widest = Math.max(shape.outputs, ...shape.hidden);
  const width4 = Math.ceil(widest / 4);
  const tile4 = width4 > 8 ? 4 : width4 > 4 ? 8 : 16;
  if (widest > maxChainWidth || width4 * tile4 > limits.maxComputeInvocationsPerWorkgroup) return null;
  // An invocation holds a vec4 of a chunk for each TILE4 rows, four at most.
  const parts = 4 * width4 <= tile4 ? [1] : [4, 2, 1];
  const chunk = parts
    .map((part) => part * tile4)
    .find((rows) => chainBytes(width4, tile4, rows) <= limits.maxComputeWorkgroupStorageSize);
  return chunk === undefined ? null : { width4, tile4, chunk };
}

/** Values, two chunks of weights and losses. */
function chainBytes(width4: number, tile4: number, chunk: number): number {
  return 16 * (4 * width4 * tile4 + 2 * chunk * (width4 + 1)) + 4 * tile4;
}

/** Few parameters: many splits keep the device busy; many parameters: their tiles do, and partial gradients cost memory. */
function splitSamplesFor(parameters: number): number {
  let samples = 128;
  while (samples < 8192 && (1024 / samples) * parameters > 4e6) samples *= 2;
  return samples;
}

/** 256 at least, and at most some ten thousand pieces. */
function pieceSizeFor(parameters: number): number {
  let size = 256;
  while (parameters / size > 8192) size *= 2;
  return size;
}

function planGradientTiles(layers: readonly PlannedLayer[], tile4: number): [number, number, number][] {
  return layers.flatMap(({ inputRow, outputRow }, layer) => {
    const tiles: [number, number, number][] = [];
    for (let row = 0; row < outputRow; row += tile4) {
      for (let column = 0; column < inputRow; column += tile4) tiles.push([layer, row, column]);
    }
    return tiles;
  });
}

/** The largest power of two that is not above a number; 0 below 1. */
export function largestPowerOfTwo(atMost: number): number {
  return atMost >= 1 ? 2 ** Math.floor(Math.log2(atMost)) : 0;
}

/** The smallest power of two that is not below a number from 1. */
export function smallestPowerOfTwo(atLeast: number): number {
  return 2 ** Math.ceil(Math.log2(atLeast));
}
