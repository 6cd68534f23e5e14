/** A network as an ONNX model: values, activation hash and activation pattern of any points. */
import proto, { type onnx } from 'onnx-proto';
import { hashCoefficient } from '../hash/activation-hash.ts';
import { inputMapText, type InputMap } from '../network/input-map.ts';
import { inputCount, layoutFromShape, parameterCount, type Network } from '../network/shape.ts';
import { onnxNames } from './onnx-names.ts';

/** Operator set that the models are written for: ONNX 1.8, IR version 7. */
export const onnxOpset = 13;
const irVersion = 7;

/**
 * Widest layer whose hash is summed in float32: 256 coefficients below 2^16 stay below 2^24 and so are exact. Wider
 * layers are summed in int64.
 */
const widestFloatSum = 256;

const { AttributeProto, ModelProto, TensorProto } = proto.onnx;
const attributeTypes = AttributeProto.AttributeType;
const dataTypes = TensorProto.DataType;

const valuesDescription = `A fully connected network of leaky ReLUs on the unit square (x to the right, y down).
points: float [n, 2]. values: float [n, outputs]`;
const description = `${valuesDescription}.
hash: uint32 [n, 2], lane 0 and lane 1 of the activation hash: the sum modulo 2^32 over all active hidden neurons (z > 0)
of layer l, index j (from 0) of fmix32(0x9E3779B9 + 2 (65536 l + j) + lane), with MurmurHash3's finaliser fmix32.
pattern: bool [n, hidden neurons], layer after layer: whether a neuron is active.`;

/** What a model gives out: all, or the values alone, for programs that cannot compute the hash. */
export type OnnxOutputs = 'all' | 'values';

/** Numbers that a model computes with; the weights are the same float32. */
export type OnnxPrecision = 'float32' | 'float64';

/**
 * Bytes of an ONNX model (opset 13, IR version 7) of a network: input `points` [n, 2]; outputs `values` [n, outputs],
 * both in the given precision, `hash` uint32 [n, 2] and `pattern` bool [n, hidden neurons]. Weights keep PyTorch's names and layout.
 * With `outputs` 'values' there are the values alone, from Gemm and (Leaky)Relu, which OpenCV opens too.
 * Deterministic. Throws RangeError where the parameters are not those of the shape.
 */
export function encodeOnnx(
  network: Network,
  metadata: Readonly<Record<string, string>> = {},
  precision: OnnxPrecision = 'float32',
  outputs: OnnxOutputs = 'all',
): Uint8Array<ArrayBuffer> {
  const count = parameterCount(network.shape);
  if (network.parameters.length !== count) {
    throw new RangeError(`the shape has ${count} parameters, not ${network.parameters.length}`);
  }
  const facts = {
    ...metadata,
    activation: network.slope === 0 ? 'relu' : 'leaky_relu',
    negative_slope: String(network.slope),
    output: network.output,
    ...(network.inputs === undefined ? {} : { input_map: inputMapText(network.inputs) }),
    domain: '[0,1]^2',
  };
  const model: onnx.IModelProto = {
    irVersion,
    producerName: 'Creasebook',
    docString: outputs === 'all' ? description : `${valuesDescription}.`,
    opsetImport: [{ domain: '', version: onnxOpset }],
    metadataProps: Object.entries(facts).map(([key, value]) => ({ key, value })),
    graph: new Graph(network, precision, outputs).finish(),
  };
  return Uint8Array.from(ModelProto.encode(model).finish());
}

/** Collects the nodes of a network's graph, input first. */
class Graph {
  readonly #network: Network;
  readonly #precision: OnnxPrecision;
  readonly #outputs: OnnxOutputs;
  readonly #nodes: onnx.INodeProto[] = [];
  readonly #initializers: onnx.ITensorProto[] = [];
  readonly #patterns: string[] = [];
  /** Name of the int64 sums [n, 4] so far: 16-bit limbs of lane 0, then of lane 1. */
  #sums: string | null = null;

  constructor(network: Network, precision: OnnxPrecision, outputs: OnnxOutputs) {
    this.#outputs = outputs;
    this.#network = network;
    this.#precision = precision;
  }

  finish(): onnx.IGraphProto {
    const { shape, slope } = this.#network;
    const hasAll = this.#outputs === 'all';
    if (hasAll || this.#precision === 'float64') this.#real('zero', [], [0]);
    if (this.#precision === 'float64') this.#real('slope', [], [slope]);
    const { inputs } = this.#network;
    let input: string = inputs === undefined ? onnxNames.points : this.#mapped(inputs);
    layoutFromShape(shape).forEach((_, layer) => {
      input = layer < shape.hidden.length ? this.#hiddenLayer(layer, input) : this.#outputLayer(layer, input);
    });
    if (hasAll) this.#hash();
    if (hasAll) this.#node('Concat', this.#patterns, onnxNames.pattern, [integer('axis', 1)]);
    const type = this.#precision === 'float64' ? dataTypes.DOUBLE : dataTypes.FLOAT;
    const neurons = shape.hidden.reduce((sum, width) => sum + width, 0);
    return {
      name: 'creasebook',
      node: this.#nodes,
      initializer: this.#initializers,
      input: [valueInfo(onnxNames.points, type, inputCount)],
      output: [
        valueInfo(onnxNames.values, type, shape.outputs),
        ...(hasAll
          ? [
              valueInfo(onnxNames.hash, dataTypes.UINT32, 2),
              valueInfo(onnxNames.pattern, dataTypes.BOOL, neurons),
            ]
          : []),
      ],
    };
  }

  /** Points with one coordinate mapped as mappedCoordinate does it; the other column goes by unchanged. */
  #mapped({ kind, axis, period, phase }: InputMap): string {
    const ofAxis = (on: number, off: number): number[] => (axis === 'x' ? [on, off] : [off, on]);
    const constant = (name: string, value: number): string => {
      this.#real(`inputs.${name}`, [], [value]);
      return `inputs.${name}`;
    };
    this.#real('inputs.own', [2], ofAxis(1, 0));
    this.#real('inputs.other', [2], ofAxis(0, 1));
    const turns = this.#node('Div', [onnxNames.points, constant('period', period)], 'inputs.cycles');
    const shifted = this.#node('Add', [turns, constant('phase', phase)], 'inputs.turns');
    const whole = this.#node('Floor', [shifted], 'inputs.whole');
    const part = this.#node('Sub', [shifted, whole], 'inputs.part');
    const mapped = kind === 'fold' ? this.#folded(part, constant) : this.#bent(part, constant);
    const own = this.#node('Mul', [mapped, 'inputs.own'], 'inputs.mapped.own');
    const other = this.#node('Mul', [onnxNames.points, 'inputs.other'], 'inputs.unmapped');
    return this.#node('Add', [own, other], 'inputs.seen');
  }

  #folded(part: string, constant: (name: string, value: number) => string): string {
    const twice = this.#node('Mul', [part, constant('two', 2)], 'inputs.twice');
    return this.#node(
      'Abs',
      [this.#node('Sub', [twice, constant('one', 1)], 'inputs.centred')],
      'inputs.mapped',
    );
  }

  #bent(part: string, constant: (name: string, value: number) => string): string {
    const later = this.#node('Sub', [part, constant('quarter', 0.25)], 'inputs.later');
    const angle = this.#node('Mul', [later, constant('turn', 2 * Math.PI)], 'inputs.angle');
    const sine = this.#node('Sin', [angle], 'inputs.sine');
    const raised = this.#node('Add', [sine, constant('one', 1)], 'inputs.raised');
    return this.#node('Mul', [raised, constant('half', 0.5)], 'inputs.mapped');
  }

  /** Output of a hidden layer; notes its pattern and adds to the hash. */
  #hiddenLayer(layer: number, input: string): string {
    const { slope } = this.#network;
    const z = this.#linear(layer, input, `layers.${layer}.z`);
    const isDouble = this.#precision === 'float64';
    const hasAll = this.#outputs === 'all';
    const active = hasAll || isDouble ? this.#node('Greater', [z, 'zero'], `layers.${layer}.active`) : '';
    if (hasAll) {
      this.#patterns.push(active);
      this.#addToHash(layer, active);
    }
    if (isDouble) {
      // LeakyRelu is float32 in onnxruntime.
      const below = this.#node('Mul', [z, 'slope'], `layers.${layer}.below`);
      return this.#node('Where', [active, z, below], `layers.${layer}.a`);
    }
    // A product with the slope 0 could be a negative zero or not a number.
    const name = `layers.${layer}.a`;
    return slope === 0
      ? this.#node('Relu', [z], name)
      : this.#node('LeakyRelu', [z], name, [
          { name: 'alpha', type: attributeTypes.FLOAT, f: Math.fround(slope) },
        ]);
  }

  #outputLayer(layer: number, input: string): string {
    if (this.#network.output === 'affine') return this.#linear(layer, input, onnxNames.values);
    const z = this.#linear(layer, input, `layers.${layer}.z`);
    return this.#node('Sigmoid', [z], onnxNames.values);
  }

  #linear(layer: number, input: string, output: string): string {
    const { shape, parameters } = this.#network;
    const { inputs, outputs, weightOffset, biasOffset } = layoutFromShape(shape)[layer];
    const [weight, bias] = [`layers.${layer}.weight`, `layers.${layer}.bias`];
    this.#real(weight, [outputs, inputs], parameters.subarray(weightOffset, biasOffset));
    this.#real(bias, [outputs], parameters.subarray(biasOffset, biasOffset + outputs));
    return this.#node('Gemm', [input, weight, bias], output, [integer('transB', 1)]);
  }

  #addToHash(layer: number, active: string): void {
    const width = this.#network.shape.hidden[layer];
    const limbs = coefficientLimbs(layer, width);
    const name = `layers.${layer}.hash`;
    const isFloat = width <= widestFloatSum;
    this.#initializers.push(
      isFloat
        ? floatTensor(`${name}.coefficients`, [width, 4], Float32Array.from(limbs))
        : int64Tensor(`${name}.coefficients`, [width, 4], limbs),
    );
    const to = isFloat ? dataTypes.FLOAT : dataTypes.INT64;
    const bits = this.#node('Cast', [active], `${name}.bits`, [integer('to', to)]);
    const sum = this.#node(
      'MatMul',
      [bits, `${name}.coefficients`],
      isFloat ? `${name}.float` : `${name}.sum`,
    );
    const whole = isFloat ? this.#node('Cast', [sum], `${name}.sum`, [integer('to', dataTypes.INT64)]) : sum;
    this.#sums = this.#sums === null ? whole : this.#node('Add', [this.#sums, whole], `${name}.total`);
  }

  /** Lanes from limbs: (low + 65536 high) modulo 2^32. */
  #hash(): void {
    if (this.#sums === null) throw new RangeError('a network without hidden layers has no activation hash');
    this.#initializers.push(
      int64Tensor('hash.weights', [4, 2], Float64Array.of(1, 0, 65_536, 0, 0, 1, 0, 65_536)),
      int64Tensor('hash.modulus', [], Float64Array.of(2 ** 32)),
    );
    const lanes = this.#node('MatMul', [this.#sums, 'hash.weights'], 'hash.lanes');
    const reduced = this.#node('Mod', [lanes, 'hash.modulus'], 'hash.reduced');
    this.#node('Cast', [reduced], onnxNames.hash, [integer('to', dataTypes.UINT32)]);
  }

  /** A constant in the model's precision. */
  #real(name: string, dims: number[], values: ArrayLike<number>): void {
    const tensor =
      this.#precision === 'float64'
        ? doubleTensor(name, dims, Float64Array.from(values))
        : floatTensor(name, dims, Float32Array.from(values));
    this.#initializers.push(tensor);
  }

  #node(opType: string, input: string[], output: string, attribute: onnx.IAttributeProto[] = []): string {
    this.#nodes.push({ name: `make ${output}`, opType, input, output: [output], attribute });
    return output;
  }
}

/** Coefficients of a layer in 16-bit limbs [width, 4]: low and high of lane 0, low and high of lane 1. */
function coefficientLimbs(layer: number, width: number): Float64Array {
  const limbs = new Float64Array(4 * width);
  for (let index = 0; index < width; index++) {
    for (const lane of [0, 1] as const) {
      const coefficient = hashCoefficient(layer, index, lane);
      limbs[4 * index + 2 * lane] = coefficient & 0xffff;
      limbs[4 * index + 2 * lane + 1] = coefficient >>> 16;
    }
  }
  return limbs;
}

function integer(name: string, i: number): onnx.IAttributeProto {
  return { name, type: attributeTypes.INT, i };
}

function floatTensor(name: string, dims: number[], values: Float32Array): onnx.ITensorProto {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, at) => view.setFloat32(4 * at, value, true));
  return { name, dims, dataType: dataTypes.FLOAT, rawData: new Uint8Array(view.buffer) };
}

function doubleTensor(name: string, dims: number[], values: Float64Array): onnx.ITensorProto {
  const view = new DataView(new ArrayBuffer(8 * values.length));
  values.forEach((value, at) => view.setFloat64(8 * at, value, true));
  return { name, dims, dataType: dataTypes.DOUBLE, rawData: new Uint8Array(view.buffer) };
}

function int64Tensor(name: string, dims: number[], values: Float64Array): onnx.ITensorProto {
  const view = new DataView(new ArrayBuffer(8 * values.length));
  values.forEach((value, at) => view.setBigInt64(8 * at, BigInt(value), true));
  return { name, dims, dataType: dataTypes.INT64, rawData: new Uint8Array(view.buffer) };
}

/** A matrix of any number of rows. */
function valueInfo(name: string, elemType: number, columns: number): onnx.IValueInfoProto {
  const dim = [{ dimParam: 'n' }, { dimValue: columns }];
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}
