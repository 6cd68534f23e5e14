/** The graph of an ONNX model as far as networks need it: its chain of nodes from the input to the output, constants. */
import proto, { type onnx } from 'onnx-proto';
import { float32FromData, floatBytes, type FloatType } from './float-data.ts';
import { ImportError } from './import-error.ts';
import { quoted } from './imported-network.ts';
import { skimOnnx } from './onnx-skim.ts';

const { ModelProto, TensorProto } = proto.onnx;
const { DataType, DataLocation } = TensorProto;

/** A constant matrix, vector or number: row-major. */
export interface Constant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** A node on the way from the input to the output. */
export interface ChainNode {
  /** What it is called in messages. */
  readonly name: string;
  readonly operation: string;
  /** Which of its inputs is the value on the way. */
  readonly place: number;
  /** Its other inputs, in order; null for one that is left out. */
  readonly constants: readonly (Constant | null)[];
  /** A number among its attributes; `otherwise` where it has none of that name. */
  number(attribute: string, otherwise: number): number;
}

export interface OnnxChain {
  readonly nodes: readonly ChainNode[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Operators that hand a constant on. */
const constantOperators = new Set(['Constant', 'Identity', 'Cast', 'Transpose']);
const maxConstantChain = 16;
const maxNodes = 5000;
const largestExtent = 1 << 20;

const floatTypes: Readonly<Record<number, FloatType>> = {
  [DataType.FLOAT]: 'F32',
  [DataType.DOUBLE]: 'F64',
  [DataType.FLOAT16]: 'F16',
  [DataType.BFLOAT16]: 'BF16',
};

/**
 * The nodes between the only input of a model and its first output, in order. What further outputs are made of is left
 * alone. Throws ImportError where the bytes are no model, or where there is no single chain.
 */
export function parseOnnxChain(bytes: Uint8Array): OnnxChain {
  skimOnnx(bytes);
  const model = decoded(bytes);
  if (model.graph === null || model.graph === undefined)
    throw new ImportError('not an ONNX file: it has no graph');
  const metadata = Object.fromEntries(
    (model.metadataProps ?? []).map(({ key, value }) => [key ?? '', value ?? '']),
  );
  return { nodes: new Graph(model.graph).chain(), metadata };
}

function decoded(bytes: Uint8Array): onnx.ModelProto {
  try {
    return ModelProto.decode(bytes);
  } catch (error) {
    // The decoder throws plain errors and range errors of many kinds.
    const why = error instanceof Error ? error.message : String(error);
    throw new ImportError(`not an ONNX file: ${why.slice(0, 100)}`);
  }
}

class Graph {
  readonly #graph: onnx.IGraphProto;
  readonly #producers = new Map<string, onnx.INodeProto>();
  readonly #initializers = new Map<string, onnx.ITensorProto>();
  readonly #isConstant = new Map<string, boolean>();

  constructor(graph: onnx.IGraphProto) {
    this.#graph = graph;
    for (const tensor of graph.initializer ?? []) this.#initializers.set(tensor.name ?? '', tensor);
    const nodes = graph.node ?? [];
    if (nodes.length > maxNodes)
      throw new ImportError(`ONNX: more than ${maxNodes} nodes: not a plain network`);
    for (const node of nodes) for (const output of node.output ?? []) this.#producers.set(output, node);
  }

  chain(): ChainNode[] {
    const inputs = (this.#graph.input ?? []).filter(({ name }) => !this.#initializers.has(name ?? ''));
    if (inputs.length !== 1) {
      throw new ImportError(
        `ONNX: the model has ${inputs.length} inputs; a network here has one of points [n, 2]`,
      );
    }
    const nodes: ChainNode[] = [];
    let name = this.#graph.output?.[0]?.name ?? '';
    while (name !== inputs[0].name) {
      const node = this.#producers.get(name);
      if (node === undefined) throw new ImportError(`ONNX: nothing makes the value ${quoted(name)}`);
      // A circle would be followed for ever.
      if (nodes.length >= this.#producers.size) throw new ImportError('ONNX: the graph goes in a circle');
      const ways = (node.input ?? []).flatMap((input, place) =>
        input === '' || this.#constantAt(input, 0) ? [] : [place],
      );
      if (ways.length !== 1) {
        const why = ways.length === 0 ? 'does not depend on the input' : 'joins two branches';
        throw new ImportError(`ONNX: ${nodeText(node)} ${why}; only plain chains of layers can be read`);
      }
      nodes.push(this.#chainNode(node, ways[0]));
      name = node.input?.[ways[0]] ?? '';
    }
    return nodes.reverse();
  }

  #chainNode(node: onnx.INodeProto, place: number): ChainNode {
    const others = (node.input ?? []).filter((_, at) => at !== place);
    const attributes = new Map((node.attribute ?? []).map((attribute) => [attribute.name ?? '', attribute]));
    // Shapes and ratios are whole numbers or unused: only what layers are made of is read.
    const reads = ['Gemm', 'MatMul', 'Add', 'Sub', 'PRelu'].includes(node.opType ?? '');
    return {
      name: nodeText(node),
      operation:
        (node.domain ?? '') === '' || node.domain === 'ai.onnx'
          ? (node.opType ?? '')
          : `${node.domain}.${node.opType}`,
      place,
      constants: reads ? others.map((name) => (name === '' ? null : this.#constant(name, 0))) : [],
      number(attribute, otherwise) {
        const found = attributes.get(attribute);
        if (found === undefined) return otherwise;
        const { FLOAT, INT } = proto.onnx.AttributeProto.AttributeType;
        const value =
          found.type === FLOAT ? Number(found.f) : found.type === INT ? Number(String(found.i)) : NaN;
        if (!Number.isFinite(value))
          throw new ImportError(`ONNX: ${quoted(attribute)} of ${nodeText(node)} is no number`);
        return value;
      },
    };
  }

  /** Whether a value depends on constants only. */
  #constantAt(name: string, depth: number): boolean {
    const known = this.#isConstant.get(name);
    if (known !== undefined) return known;
    const isConstant = this.#initializers.has(name) || this.#madeOfConstants(name, depth);
    this.#isConstant.set(name, isConstant);
    return isConstant;
  }

  #madeOfConstants(name: string, depth: number): boolean {
    const node = this.#producers.get(name);
    if (node === undefined || !constantOperators.has(node.opType ?? '') || depth > maxConstantChain)
      return false;
    return (node.input ?? []).every((input) => this.#constantAt(input, depth + 1));
  }

  #constant(name: string, depth: number): Constant {
    const initializer = this.#initializers.get(name);
    if (initializer !== undefined) return constantFromTensor(initializer, name);
    const node = this.#producers.get(name);
    if (node === undefined || depth > maxConstantChain)
      throw new ImportError(`ONNX: nothing makes ${quoted(name)}`);
    if (node.opType === 'Constant') {
      const tensor = node.attribute?.find((attribute) => attribute.name === 'value')?.t;
      if (tensor === null || tensor === undefined)
        throw new ImportError(`ONNX: ${nodeText(node)} holds no tensor`);
      return constantFromTensor(tensor, name);
    }
    const from = this.#constant(node.input?.[0] ?? '', depth + 1);
    return node.opType === 'Transpose' ? transposed(from) : from;
  }
}

/** A matrix with rows and columns exchanged; vectors and numbers as they are. Throws ImportError for more extents. */
export function transposed(constant: Constant): Constant {
  const { name, shape, values } = constant;
  if (shape.length < 2) return constant;
  if (shape.length > 2) throw new ImportError(`ONNX: ${quoted(name)} has ${shape.length} extents, not two`);
  const [rows, columns] = shape;
  const turned = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      turned[column * rows + row] = values[row * columns + column];
  }
  return { name, shape: [columns, rows], values: turned };
}

function constantFromTensor(tensor: onnx.ITensorProto, name: string): Constant {
  if (tensor.dataLocation === DataLocation.EXTERNAL || (tensor.externalData ?? []).length > 0) {
    throw new ImportError(
      `ONNX: the data of ${quoted(name)} lie in another file; save the model as one file (external data off)`,
    );
  }
  const shape = (tensor.dims ?? []).map((extent) => Number(String(extent)));
  const elements = shape.reduce((product, extent) => product * extent, 1);
  if (shape.length > 8 || !shape.every((extent) => 0 <= extent && extent <= largestExtent)) {
    throw new ImportError(`ONNX: the shape of ${quoted(name)} is no list of counts`);
  }
  const values = valuesOfTensor(tensor, name);
  if (values.length !== elements) {
    throw new ImportError(
      `ONNX: ${quoted(name)} has ${values.length} values for the shape [${shape.join(', ')}]`,
    );
  }
  if (!values.every(Number.isFinite)) {
    throw new ImportError(`ONNX: ${quoted(name)} holds values that are not finite float32 numbers`);
  }
  return { name, shape, values };
}

function valuesOfTensor(
  { dataType, rawData, floatData, doubleData, int32Data }: onnx.ITensorProto,
  name: string,
): Float32Array {
  const type = floatTypes[dataType ?? 0] as FloatType | undefined;
  if (type === undefined) {
    const called = DataType[dataType ?? 0] ?? String(dataType);
    throw new ImportError(
      `ONNX: ${quoted(name)} is of type ${called}; only floating-point weights can be read`,
    );
  }
  if (rawData !== null && rawData !== undefined && rawData.length > 0) {
    if (rawData.length % floatBytes[type] !== 0)
      throw new ImportError(`ONNX: the data of ${quoted(name)} are cut off`);
    return float32FromData(rawData, type);
  }
  if (type === 'F32') return Float32Array.from(floatData ?? []);
  if (type === 'F64') return Float32Array.from(doubleData ?? []);
  // Halves lie in the low 16 bits of whole numbers.
  const halves = Uint16Array.from(int32Data ?? []);
  const data = new DataView(new ArrayBuffer(2 * halves.length));
  halves.forEach((half, at) => data.setUint16(2 * at, half, true));
  return float32FromData(new Uint8Array(data.buffer), type);
}

function nodeText({ name, opType, output }: onnx.INodeProto): string {
  const called = name === undefined || name === null || name === '' ? (output?.[0] ?? '') : name;
  return `node ${quoted(called)} (${quoted(opType ?? '').slice(1, -1)})`;
}
