/** How a network lies in the frame kernel's buffers, and how large its tiles are on a device. */
import { hashCoefficients } from '../../hash/activation-hash.ts';
import { layoutFromShape, type LayerLayout, type Network, type Shape } from '../../network/shape.ts';

/** Neurons and columns of a thread's block. */
const block = 8;

/** Tiles of the frame kernel: threads = columnBlocks * neuronBlocks, memory in vec4. */
export interface TileLayout {
  readonly columnBlocks: number;
  readonly neuronBlocks: number;
  readonly threads: number;
  readonly tileSize: number;
}

const warp = 32;
const maxWarps = 16;

/**
 * Tiles that keep most lanes of the device's warps at work within its limits, not too small and not too large. Throws
 * RangeError where even the smallest tile of the widest layer does not fit.
 */
export function tileLayout(shape: Shape, limits: TileLimits): TileLayout {
  const neuronBlocks = Math.ceil(Math.max(...shape.hidden) / block);
  const fits = (columnBlocks: number): boolean =>
    columnBlocks * neuronBlocks <= limits.maxComputeInvocationsPerWorkgroup &&
    columnBlocks * neuronBlocks <= limits.maxComputeWorkgroupSizeX &&
    16 * tileVectors(neuronBlocks, columnBlocks) <= limits.maxComputeWorkgroupStorageSize;
  if (!fits(1)) {
    throw new RangeError(`Layers of ${Math.max(...shape.hidden)} neurons are too wide for this GPU.`);
  }
  let best = 1;
  for (let columnBlocks = 2; fits(columnBlocks); columnBlocks++) {
    if (merit(columnBlocks * neuronBlocks) >= merit(best * neuronBlocks)) best = columnBlocks;
  }
  const threads = best * neuronBlocks;
  return { columnBlocks: best, neuronBlocks, threads, tileSize: tileVectors(neuronBlocks, best) };
}

export type TileLimits = Pick<
  GPUSupportedLimits,
  'maxComputeInvocationsPerWorkgroup' | 'maxComputeWorkgroupSizeX' | 'maxComputeWorkgroupStorageSize'
>;

/** Activations [neuron][column]; never less than the two inputs, the partial hashes and the partial outputs need. */
function tileVectors(neuronBlocks: number, columnBlocks: number): number {
  return block * neuronBlocks * 2 * columnBlocks;
}

/**
 * Share of the warps' lanes that work, times the share of the warps that a multiprocessor holds: a thread takes about 128
 * registers, so there is room for sixteen. Tiles of fewer than four warps count less, for they hide less latency.
 */
function merit(threads: number): number {
  const warps = Math.ceil(threads / warp);
  const held = warps < maxWarps ? Math.floor(maxWarps / warps) * (warps / maxWarps) : 1;
  return (threads / (warp * warps)) * held * Math.min(1, 0.7 + (0.3 * threads) / (4 * warp));
}

/** A network as the frame kernel reads it. */
export interface PackedNetwork {
  /** uint32 [hidden layers + 1, 5]: inputs, blocks, place of weights, place of biases, blocks before. */
  readonly layers: Uint32Array;
  /** Per layer weights [input][neuron] and biases [neuron], neurons padded with zeros to 8; outputs to 4. */
  readonly parameters: Float32Array;
  /** Hash coefficients [neuron][lane], neurons padded with zeros to 8. */
  readonly coefficients: Uint32Array;
}

const layerWords = 5;

/** The buffers of a network. */
export function packNetwork({ shape, parameters }: Network): PackedNetwork {
  const layouts = layoutFromShape(shape);
  const padded = layouts.map(({ outputs }, at) =>
    at < shape.hidden.length ? block * Math.ceil(outputs / block) : 4,
  );
  const sizes = layouts.map(({ inputs }, at) => (inputs + 1) * (padded[at] ?? 0));
  const packed = new Float32Array(sizes.reduce((sum, size) => sum + size, 0));
  const layers = new Uint32Array(layerWords * layouts.length);
  const neurons = padded.slice(0, -1).reduce((sum, width) => sum + width, 0);
  const coefficients = new Uint32Array(2 * neurons);
  const dense = hashCoefficients(shape.hidden);
  let offset = 0;
  let blocksBefore = 0;
  let neuron = 0;
  layouts.forEach((layout, at) => {
    const width = padded[at] ?? 0;
    const biases = offset + layout.inputs * width;
    const blocks = at < shape.hidden.length ? width / block : 0;
    layers.set([layout.inputs, blocks, offset / 4, biases / 4, blocksBefore], layerWords * at);
    packLayer(packed, parameters, layout, offset, width);
    if (blocks > 0) {
      const lanes = dense.subarray(2 * neuron, 2 * (neuron + layout.outputs));
      coefficients.set(lanes, 2 * block * blocksBefore);
    }
    neuron += layout.outputs;
    blocksBefore += blocks;
    offset = biases + width;
  });
  return { layers, parameters: packed, coefficients };
}

function packLayer(
  packed: Float32Array,
  parameters: Float32Array,
  { inputs, outputs, weightOffset, biasOffset }: LayerLayout,
  offset: number,
  width: number,
): void {
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++) {
      packed[offset + input * width + output] = parameters[weightOffset + output * inputs + input] ?? 0;
    }
    packed[offset + inputs * width + output] = parameters[biasOffset + output] ?? 0;
  }
}

/** x of each column's centre, then y of each row's centre: float32 from float64, [width + height]. */
export function centres(
  view: { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number },
  width: number,
  height: number,
): Float32Array {
  const all = new Float32Array(width + height);
  for (let column = 0; column < width; column++) {
    all[column] = view.x0 + ((column + 0.5) / width) * (view.x1 - view.x0);
  }
  for (let row = 0; row < height; row++) {
    all[width + row] = view.y0 + ((row + 0.5) / height) * (view.y1 - view.y0);
  }
  return all;
}
