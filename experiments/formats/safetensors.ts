/** Weights as PyTorch users keep them: safetensors of a fully connected network of leaky ReLUs with two inputs. */
import { inputMapText } from '../network/input-map.ts';
import { maxDepth } from '../network/shape-text.ts';
import { layoutFromShape, parameterCount, type Network } from '../network/shape.ts';
import { float32FromData } from './float-data.ts';
import { ImportError } from './import-error.ts';
import { quoted, shapeFromLayers, type ImportedNetwork } from './imported-network.ts';
import { orderedLayers } from './layer-order.ts';
import { parseClaims } from './network-claims.ts';
import { parseTensorFile, type Tensor } from './safetensors-header.ts';

/**
 * Bytes of a safetensors file: tensors layers.K.weight and layers.K.bias in float32, metadata beside them. Where the
 * network's slope was only assumed nothing is said of it.
 */
export function encodeSafetensors(
  network: Network,
  metadata: Readonly<Record<string, string>> = {},
  isSlopeKnown = true,
): Uint8Array<ArrayBuffer> {
  const count = parameterCount(network.shape);
  if (network.parameters.length !== count) {
    throw new RangeError(`the shape has ${count} parameters, not ${network.parameters.length}`);
  }
  const header: Record<string, unknown> = {
    __metadata__: {
      ...metadata,
      ...(isSlopeKnown ? slopeClaims(network.slope) : {}),
      output: network.output,
      ...(network.inputs === undefined ? {} : { input_map: inputMapText(network.inputs) }),
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

function slopeClaims(slope: number): Record<string, string> {
  return { activation: slope === 0 ? 'relu' : 'leaky_relu', negative_slope: String(slope) };
}

/**
 * The network of a safetensors file with modules of any names (`layers.0`, `net.2`, `dense_1`), in the order that their
 * shapes and names prove, or that `order` gives by the modules' names; weights as PyTorch stores them, kernels as Keras and Flax do; types F32, F64, F16 and BF16; a
 * missing bias is zero. Throws ImportError unless the layers chain from 2 inputs over 1 to 100 hidden layers of 1 to 512
 * neurons to 1 to 3 outputs, all values are finite and every claim of the metadata can be kept.
 */
export function parseSafetensors(bytes: Uint8Array, order: readonly string[] | null = null): ImportedNetwork {
  const { tensors, metadata } = parseTensorFile(bytes);
  const claims = parseClaims(metadata);
  const modules = modulesFromTensors(tensors, order);
  const shape = shapeFromLayers(modules);
  const parameters = new Float32Array(parameterCount(shape));
  layoutFromShape(shape).forEach((layer, index) => {
    const { weight, bias } = modules[index];
    parameters.set(weight.isTurned ? turned(valuesOf(weight), layer) : valuesOf(weight), layer.weightOffset);
    if (bias !== null) parameters.set(valuesOf(bias), layer.biasOffset);
  });
  return { shape, parameters, ...claims, metadata };
}

/** A linear module: weight [outputs, inputs], stored [inputs, outputs] where it is turned, and bias [outputs]. */
interface LinearModule {
  readonly name: string;
  readonly weight: Tensor & { readonly isTurned: boolean };
  readonly bias: Tensor | null;
}

function modulesFromTensors(tensors: readonly Tensor[], order: readonly string[] | null): LinearModule[] {
  const weights = new Map<string, LinearModule['weight']>();
  const biases = new Map<string, Tensor>();
  for (const tensor of tensors) {
    const match = /^(?:(.*)[./])?(weight|kernel|bias)(?::0)?$/su.exec(tensor.name);
    if (match === null) {
      throw new ImportError(`tensor ${quoted(tensor.name)} is not the weight or bias of a linear layer`);
    }
    const [, name = '', kind] = match;
    if (kind === 'bias' ? biases.has(name) : weights.has(name)) {
      throw new ImportError(
        `layer ${quoted(name)} has two tensors for its ${kind === 'bias' ? 'bias' : 'weight'}`,
      );
    }
    if (kind === 'bias') biases.set(name, tensor);
    else {
      const isTurned = kind === 'kernel';
      weights.set(name, {
        ...tensor,
        isTurned,
        shape: isTurned ? [...tensor.shape].reverse() : tensor.shape,
      });
    }
  }
  for (const name of biases.keys()) {
    if (!weights.has(name)) throw new ImportError(`layer ${quoted(name)} has a bias but no weight`);
  }
  const modules = [...weights].map(([name, weight]) => ({ name, weight, bias: biases.get(name) ?? null }));
  return modules.length <= maxDepth + 1 ? orderedLayers(modules, order) : modules;
}

/** Weights [outputs, inputs] from a kernel [inputs, outputs]. */
function turned(
  kernel: Float32Array,
  { inputs, outputs }: { inputs: number; outputs: number },
): Float32Array {
  return Float32Array.from(kernel, (_, at) => kernel[(at % inputs) * outputs + Math.floor(at / inputs)]);
}

function valuesOf({ name, data, type }: Tensor): Float32Array {
  const values = float32FromData(data, type);
  if (!values.every(Number.isFinite)) {
    throw new ImportError(`tensor ${quoted(name)} holds values that are not finite float32 numbers`);
  }
  return values;
}
