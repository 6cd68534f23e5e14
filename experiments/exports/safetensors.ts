/** Weights as PyTorch users keep them: safetensors of a fully connected network of leaky ReLUs with two inputs. */
import {
  inputCount,
  layoutFromShape,
  parameterCount,
  type Network,
  type OutputActivation,
  type Shape,
} from '../network/shape.ts';
import { maximalDepth, maximalWidth } from '../network/shape-text.ts';
import { ImportError } from './import-error.ts';
import { parseTensorFile, quoted, typeBytes, type Tensor } from './safetensors-header.ts';

/** A network from a file. */
export interface ImportedNetwork {
  readonly shape: Shape;
  /** Flat float32 parameters in the layout of the shape. */
  readonly parameters: Float32Array;
  /** Slope for z <= 0 where the file's metadata tells it, else null. */
  readonly slope: number | null;
  readonly output: OutputActivation;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bytes of a safetensors file: tensors layers.K.weight and layers.K.bias in float32, metadata beside them. */
export function encodeSafetensors(
  network: Network,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const count = parameterCount(network.shape);
  if (network.parameters.length !== count) {
    throw new RangeError(`the shape has ${count} parameters, not ${network.parameters.length}`);
  }
  const header: Record<string, unknown> = {
    __metadata__: {
      ...metadata,
      activation: network.slope === 0 ? 'relu' : 'leaky_relu',
      negative_slope: String(network.slope),
      output: network.output,
      domain: '[0,1]^2',
    },
  };
  layoutFromShape(network.shape).forEach((layer, index) => {
    const { inputs, outputs, weightOffset, biasOffset } = layer;
    header[`layers.${index}.weight`] = {
      dtype: 'F32',
      shape: [outputs, inputs],
      data_offsets: [4 * weightOffset, 4 * biasOffset],
    };
    header[`layers.${index}.bias`] = {
      dtype: 'F32',
      shape: [outputs],
      data_offsets: [4 * biasOffset, 4 * (biasOffset + outputs)],
    };
  });
  const text = new TextEncoder().encode(JSON.stringify(header));
  // Padding with spaces aligns the data to 8 bytes, as the reference implementation does.
  const length = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + length + 4 * count);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length, true);
  bytes.set(text, 8);
  bytes.fill(0x20, 8 + text.length, 8 + length);
  network.parameters.forEach((value, at) => view.setFloat32(8 + length + 4 * at, value, true));
  return bytes;
}

/**
 * The network of a safetensors file with modules of any names (`layers.0`, `net.2`, `fc1`), ordered by their numbers;
 * types F32, F64, F16 and BF16; a missing bias is zero. Throws ImportError unless the layers chain from 2 inputs over
 * 1 to 100 hidden layers of 1 to 512 neurons to 1 to 3 outputs and all values are finite.
 */
export function parseSafetensors(bytes: Uint8Array): ImportedNetwork {
  const { tensors, metadata } = parseTensorFile(bytes);
  const modules = modulesFromTensors(tensors);
  const shape = shapeFromModules(modules);
  const parameters = new Float32Array(parameterCount(shape));
  layoutFromShape(shape).forEach((layer, index) => {
    const { weight, bias } = modules[index];
    fillParameters(parameters, layer.weightOffset, weight);
    if (bias !== null) fillParameters(parameters, layer.biasOffset, bias);
  });
  return {
    shape,
    parameters,
    slope: slopeFromMetadata(metadata),
    output: metadata.output === 'sigmoid' ? 'sigmoid' : 'affine',
    metadata,
  };
}

/** A linear module: weight [outputs, inputs] and bias [outputs]. */
interface LinearModule {
  readonly name: string;
  readonly weight: Tensor;
  readonly bias: Tensor | null;
}

function modulesFromTensors(tensors: readonly Tensor[]): LinearModule[] {
  const weights = new Map<string, Tensor>();
  const biases = new Map<string, Tensor>();
  for (const tensor of tensors) {
    const match = /^(?:(.*)\.)?(weight|bias)$/su.exec(tensor.name);
    if (match === null) {
      throw new ImportError(`tensor ${quoted(tensor.name)} is not the weight or bias of a linear layer`);
    }
    (match[2] === 'weight' ? weights : biases).set(match[1] ?? '', tensor);
  }
  for (const name of biases.keys()) {
    if (!weights.has(name)) throw new ImportError(`layer ${quoted(name)} has a bias but no weight`);
  }
  return [...weights]
    .map(([name, weight]) => ({ name, weight, bias: biases.get(name) ?? null }))
    .sort((a, b) => compareModules(a.name, b.name));
}

/** Orders by the numbers in the names; input-like names without a number come first, other ones last. */
function compareModules(a: string, b: string): number {
  const left = moduleRank(a);
  const right = moduleRank(b);
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const difference = (left[at] ?? -1) - (right[at] ?? -1);
    if (difference !== 0) return difference;
  }
  return a < b ? -1 : 1;
}

function moduleRank(name: string): number[] {
  const numbers = (name.match(/\d{1,9}/g) ?? []).map(Number);
  if (numbers.length > 0) return numbers;
  const last = name.split('.').at(-1) ?? '';
  return /^(?:fc_?|linear_?)?(?:in|input|first|embed\w*)(?:_?(?:layer|proj))?$/iu.test(last) ? [-1] : [1e9];
}

function shapeFromModules(modules: readonly LinearModule[]): Shape {
  if (modules.length < 2) {
    throw new ImportError(`found ${modules.length} linear layers; a network here has at least 2`);
  }
  if (modules.length > maximalDepth + 1) {
    throw new ImportError(`found ${modules.length - 1} hidden layers; at most ${maximalDepth} can be read`);
  }
  const widths: number[] = [];
  let inputs = inputCount;
  modules.forEach(({ name, weight, bias }, index) => {
    const [outputs, actual] = weight.shape;
    if (weight.shape.length !== 2 || actual !== inputs) {
      const found = weight.shape.join(', ');
      throw new ImportError(`weight of layer ${quoted(name)} is [${found}], expected [outputs, ${inputs}]`);
    }
    const most = index === modules.length - 1 ? 3 : maximalWidth;
    if (!(outputs >= 1 && outputs <= most)) {
      const what = most === 3 ? 'outputs' : 'neurons';
      throw new ImportError(`layer ${quoted(name)} has ${outputs} ${what}, expected 1 to ${most}`);
    }
    if (bias !== null && !(bias.shape.length === 1 && bias.shape[0] === outputs)) {
      throw new ImportError(
        `bias of layer ${quoted(name)} is [${bias.shape.join(', ')}], expected [${outputs}]`,
      );
    }
    widths.push(outputs);
    inputs = outputs;
  });
  return { hidden: widths.slice(0, -1), outputs: inputs };
}

function slopeFromMetadata(metadata: Readonly<Record<string, string>>): number | null {
  const activation = Object.hasOwn(metadata, 'activation') ? metadata.activation : null;
  if (activation !== null && !/^(?:leaky_?)?relu$/i.test(activation)) {
    throw new ImportError(`activation ${quoted(activation)} cannot be read, only relu and leaky_relu`);
  }
  if (Object.hasOwn(metadata, 'negative_slope')) {
    const slope = Number(metadata.negative_slope);
    if (metadata.negative_slope.trim() !== '' && slope >= 0 && slope <= 1) return slope;
    throw new ImportError(`negative_slope ${quoted(metadata.negative_slope)} is not a number from 0 to 1`);
  }
  return activation !== null && /^relu$/i.test(activation) ? 0 : null;
}

function fillParameters(parameters: Float32Array, offset: number, tensor: Tensor): void {
  const { data, type } = tensor;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const size = typeBytes[type];
  const count = data.byteLength / size;
  for (let at = 0; at < count; at++) parameters[offset + at] = readValue(view, at * size, type);
  for (let at = offset; at < offset + count; at++) {
    if (!Number.isFinite(parameters[at])) {
      throw new ImportError(`tensor ${quoted(tensor.name)} holds values that are not finite float32 numbers`);
    }
  }
}

const bits = new DataView(new ArrayBuffer(4));

function readValue(view: DataView, offset: number, type: Tensor['type']): number {
  switch (type) {
    case 'F64':
      return view.getFloat64(offset, true);
    case 'F32':
      return view.getFloat32(offset, true);
    case 'BF16':
      bits.setUint32(0, view.getUint16(offset, true) << 16);
      return bits.getFloat32(0);
    case 'F16':
      return float16(view.getUint16(offset, true));
  }
}

/** 2^-24, the smallest positive binary16. */
const smallestHalf = 5.9604644775390625e-8;

/** Value of an IEEE 754 binary16. */
function float16(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * smallestHalf;
  bits.setUint32(0, ((half & 0x8000) << 16) | ((exponent + 112) << 23) | (fraction << 13));
  return bits.getFloat32(0);
}
