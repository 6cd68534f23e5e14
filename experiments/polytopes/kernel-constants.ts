/** A network's weights, tolerances and hash sums as the geometry kernel reads them. */
import { hashCoefficients } from '../hash/activation-hash.ts';
import { layoutFromShape, type LayerLayout, type Network } from '../network/shape.ts';
import { neuronStride } from './complex.ts';
import type { RowDemand } from './kernel-memory.ts';

/**
 * A sign is decided only above this many float64 roundings of the product behind a value: |z| > 8 eps (|W_j|_1 max|h| +
 * |b_j|). One rounding step of a sum of n terms is bounded by n eps, its typical size is below eps sqrt(n).
 */
const toleranceFactor = 8;

const recordBytes = 40;

/** A network as the geometry kernel reads it: one block of bytes, and where its layers begin. */
export interface KernelConstants {
  /** Bytes to write at `base`. */
  readonly bytes: Uint8Array;
  /** Addresses of the layer records, hidden layers first, the output layer last. */
  readonly layers: readonly number[];
}

/** Row sizes that a network's widest layers need. */
export function rowDemand(network: Network): RowDemand {
  const layers = layoutFromShape(network.shape);
  const width = Math.max(...layers.map((layer) => layer.outputs));
  return {
    rowWidth: even(width),
    inputWidth: even(Math.max(...layers.map((layer) => layer.inputs))),
    words: Math.ceil(width / 64),
    outputs: network.shape.outputs,
  };
}

/** The constants of a network for a kernel that finds them at address `base`. */
export function kernelConstants(network: Network, base: number): KernelConstants {
  const layers = layoutFromShape(network.shape);
  const coefficients = hashCoefficients(network.shape.hidden);
  const sizes = layers.map((layer) => layerBytes(layer));
  const records: number[] = [];
  let end = align(recordBytes * layers.length);
  const starts = sizes.map((size) => {
    const start = end;
    end = align(end + size);
    return start;
  });
  const buffer = new ArrayBuffer(end);
  let firstNeuron = 0;
  layers.forEach((layer, index) => {
    const record = recordBytes * index;
    records.push(base + record);
    const start = starts[index] ?? 0;
    const hidden = index < layers.length - 1;
    writeLayer(buffer, record, start, base, network, layer, index);
    if (hidden) {
      const own = coefficients.subarray(2 * firstNeuron, 2 * (firstNeuron + layer.outputs));
      writeHashSums(buffer, start + hashSumsOffset(layer), own, layer.outputs);
      firstNeuron += layer.outputs;
    }
  });
  return { bytes: new Uint8Array(buffer), layers: records };
}

function even(count: number): number {
  return (count + 1) & ~1;
}

function align(bytes: number): number {
  return Math.ceil(bytes / 16) * 16;
}

/** Weights, biases and two tolerances per neuron, all padded to an even number of neurons. */
function hashSumsOffset(layer: LayerLayout): number {
  return 8 * even(layer.outputs) * (layer.inputs + 3);
}

function layerBytes(layer: LayerLayout): number {
  return hashSumsOffset(layer) + 2048 * Math.ceil(layer.outputs / 8);
}

function writeLayer(
  buffer: ArrayBuffer,
  record: number,
  start: number,
  base: number,
  network: Network,
  layer: LayerLayout,
  index: number,
): void {
  const { parameters, slope } = network;
  const padded = even(layer.outputs);
  const biasesAt = start + 8 * padded * layer.inputs;
  const weights = new Float64Array(buffer, start, padded * layer.inputs);
  const biases = new Float64Array(buffer, biasesAt, padded);
  const weightTolerances = new Float64Array(buffer, biasesAt + 8 * padded, padded);
  const biasTolerances = new Float64Array(buffer, biasesAt + 16 * padded, padded);
  const unit = toleranceFactor * Number.EPSILON;
  for (let neuron = 0; neuron < layer.outputs; neuron++) {
    const panel = neuron & ~3;
    const panelWidth = panel + 4 <= padded ? 4 : 2;
    let norm = 0;
    for (let i = 0; i < layer.inputs; i++) {
      const weight = parameters[layer.weightOffset + neuron * layer.inputs + i] ?? 0;
      weights[panel * layer.inputs + i * panelWidth + (neuron - panel)] = weight;
      norm += Math.abs(weight);
    }
    const bias = parameters[layer.biasOffset + neuron] ?? 0;
    biases[neuron] = bias;
    weightTolerances[neuron] = unit * norm;
    biasTolerances[neuron] = unit * Math.abs(bias);
  }
  const view = new DataView(buffer, record, recordBytes);
  const fields = [
    layer.inputs,
    layer.outputs,
    index * neuronStride,
    base + start,
    base + biasesAt,
    base + biasesAt + 8 * padded,
    base + biasesAt + 16 * padded,
    base + start + hashSumsOffset(layer),
  ];
  fields.forEach((value, at) => view.setUint32(4 * at, value, true));
  view.setFloat64(32, slope, true);
}

/** Sums of the coefficients of every pattern of eight neurons: uint32 [groups, 256, 2]. */
function writeHashSums(buffer: ArrayBuffer, at: number, coefficients: Uint32Array, width: number): void {
  const groups = Math.ceil(width / 8);
  const sums = new Uint32Array(buffer, at, 512 * groups);
  for (let group = 0; group < groups; group++)
    for (let pattern = 1; pattern < 256; pattern++) {
      const highest = 31 - Math.clz32(pattern);
      const rest = pattern ^ (1 << highest);
      const neuron = 8 * group + highest;
      for (let lane = 0; lane < 2; lane++)
        sums[512 * group + 2 * pattern + lane] =
          (sums[512 * group + 2 * rest + lane] ?? 0) + (coefficients[2 * neuron + lane] ?? 0);
    }
}
