/** The graph of an ONNX model as far as networks need it: its chain of nodes from the input to the output, constants. */
import proto, { type onnx } from 'onnx-proto';
import { ImportError } from './import-error.ts';
import { quoted } from './imported-network.ts';
import {
  checkCast,
  constantFromNode,
  constantFromTensor,
  isFloating,
  nodeText,
  permuted,
  typeWords,
  type Constant,
} from './onnx-constants.ts';
import { skimOnnx } from './onnx-skim.ts';

const { ModelProto } = proto.onnx;

/** A node on the way from the input to the output. */
export interface ChainNode {
  /** What it is called in messages. */
  readonly name: string;
  readonly operation: string;
  /** Which of its inputs is the value on the way. */
  readonly place: number;
  /** Its other inputs, in order; null for one that is left out. */
  readonly constants: readonly (Constant | null)[];
  /** Its other inputs as plain numbers, whole ones and truth values too; null for one that is left out. */
  settings(): readonly (readonly number[] | null)[];
  /** Throws ImportError unless it is a Cast that keeps values as they are. */
  checkCast(): void;
  /** A number among its attributes; `otherwise` where it has none of that name. */
  number(attribute: string, otherwise: number): number;
}

/** The nodes of a model from input to output, with its metadata. */
export interface OnnxChain {
  readonly nodes: readonly ChainNode[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Operators of ONNX that hand a constant on. */
const constantOperators = new Set(['Constant', 'Identity', 'Cast', 'Transpose']);
/** Operators whose other inputs are numbers that layers are made of. */
const readOperators = new Set(['Gemm', 'MatMul', 'Add', 'Sub', 'Mul', 'Div', 'PRelu', 'Max']);
const maxConstantChain = 16;
const maxNodes = 5000;

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
    for (const tensor of graph.initializer ?? []) {
      if (this.#initializers.has(tensor.name ?? ''))
        throw new ImportError(`ONNX: the constant ${quoted(tensor.name ?? '')} is there twice`);
      this.#initializers.set(tensor.name ?? '', tensor);
    }
    const nodes = graph.node ?? [];
    if (nodes.length > maxNodes)
      throw new ImportError(`ONNX: more than ${maxNodes} nodes: not a plain network`);
    for (const node of nodes) {
      for (const output of node.output ?? []) {
        if (output !== '' && (this.#producers.has(output) || this.#initializers.has(output)))
          throw new ImportError(`ONNX: the value ${quoted(output)} is made twice`);
        this.#producers.set(output, node);
      }
    }
  }

  chain(): ChainNode[] {
    const inputs = (this.#graph.input ?? []).filter(({ name }) => !this.#initializers.has(name ?? ''));
    if (inputs.length !== 1) {
      throw new ImportError(
        `ONNX: the model has ${inputs.length} inputs; a network here has one of points [n, 2]`,
      );
    }
    checkInput(inputs[0]);
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
    const reads = readOperators.has(node.opType ?? '');
    return {
      name: nodeText(node),
      operation: isOfOnnx(node) ? (node.opType ?? '') : `${node.domain}.${node.opType}`,
      place,
      constants: reads ? others.map((name) => (name === '' ? null : this.#constant(name, 0))) : [],
      checkCast: () => checkCast(node),
      settings: () => others.map((name) => (name === '' ? null : [...this.#constant(name, 0, true).values])),
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
    const handsOn = node !== undefined && isOfOnnx(node) && constantOperators.has(node.opType ?? '');
    if (!handsOn || depth > maxConstantChain) return false;
    return (node.input ?? []).every((input) => this.#constantAt(input, depth + 1));
  }

  /** A constant; of a setting's type only where `isSetting`. */
  #constant(name: string, depth: number, isSetting = false): Constant {
    const initializer = this.#initializers.get(name);
    if (initializer !== undefined) return constantFromTensor(initializer, name, isSetting);
    const node = this.#producers.get(name);
    if (node === undefined || depth > maxConstantChain)
      throw new ImportError(`ONNX: nothing makes ${quoted(name)}`);
    if (node.opType === 'Constant') return constantFromNode(node, name, isSetting);
    const from = this.#constant(node.input?.[0] ?? '', depth + 1, isSetting);
    if (node.opType === 'Cast') checkCast(node);
    return node.opType === 'Transpose' ? permuted(from, node) : from;
  }
}

function isOfOnnx({ domain }: onnx.INodeProto): boolean {
  return (domain ?? '') === '' || domain === 'ai.onnx';
}

/** Throws ImportError where the model says that it takes something else than points. */
function checkInput({ name, type }: onnx.IValueInfoProto): void {
  const tensor = type?.tensorType;
  const elements = tensor?.elemType ?? 0;
  if (elements !== 0 && !isFloating(elements)) {
    throw new ImportError(
      `ONNX: the input ${quoted(name ?? '')} is of type ${typeWords(elements)}, not of floating point`,
    );
  }
  const extents = tensor?.shape?.dim ?? [];
  const last = Number(String(extents.at(-1)?.dimValue ?? 0));
  if (last > 0 && last !== 2) {
    throw new ImportError(
      `ONNX: the input ${quoted(name ?? '')} has ${last} values a point, expected 2: a network here has the two inputs x and y`,
    );
  }
}
