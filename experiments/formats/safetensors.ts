/** Weights as PyTorch users keep them: safetensors of a fully connected network of leaky ReLUs with two inputs. */
import { layoutFromShape, parameterCount, type Network } from '../network/shape.ts';
import { float32FromData } from './float-data.ts';
import { ImportError } from './import-error.ts';
import { quoted, shapeFromLayers, type ImportedNetwork } from './imported-network.ts';
import { parseTensorFile, type Tensor } from './safetensors-header.ts';

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
  const shape = shapeFromLayers(modules);
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

function fillParameters(parameters: Float32Array, offset: number, { name, data, type }: Tensor): void {
  const values = float32FromData(data, type);
  if (!values.every(Number.isFinite)) {
    throw new ImportError(`tensor ${quoted(name)} holds values that are not finite float32 numbers`);
  }
  parameters.set(values, offset);
}
