/** Networks from ONNX models, as the usual exporters write fully connected networks of leaky ReLUs. */
import { inputCount, layoutFromShape, parameterCount } from '../network/shape.ts';
import { ImportError } from './import-error.ts';
import { quoted, shapeFromLayers, type ImportedNetwork } from './imported-network.ts';
import { transposed, type Constant } from './onnx-constants.ts';
import { parseOnnxChain, type ChainNode } from './onnx-graph.ts';
import { InputScaling } from './onnx-scaling.ts';

interface Layer {
  readonly name: string;
  readonly weight: Constant;
  bias: { readonly shape: readonly number[]; readonly values: Float32Array } | null;
  /** Slope for z <= 0 of the activation after it; null before there is one. */
  slope: number | null;
}

/** Operators that only change how values are laid out: allowed behind the last layer. */
const layouts = new Set(['Squeeze', 'Unsqueeze', 'Reshape', 'Flatten']);

const readable =
  'only Gemm, MatMul and Add with Relu, LeakyRelu or PRelu, and a Sigmoid at the end, can be read';

/**
 * The network of an ONNX model: linear layers (Gemm, or MatMul and Add) with one slope everywhere, from points [n, 2],
 * scaled and shifted or not, to 1 to 3 outputs; further outputs of the model are left alone. Throws ImportError and says
 * what cannot be read.
 */
export function parseOnnx(bytes: Uint8Array): ImportedNetwork {
  const { nodes, metadata } = parseOnnxChain(bytes);
  const layers: Layer[] = [];
  const scaling = new InputScaling();
  let output: ImportedNetwork['output'] = 'affine';
  /** The Sigmoid, or the first layout behind which no layer can come. */
  let end: ChainNode | null = null;
  for (const node of nodes) {
    if (isNeutral(node)) continue;
    if (layouts.has(node.operation)) {
      if (end === null && !keepsRows(node, layers.at(-1)?.weight.shape[0] ?? inputCount)) end = node;
      continue;
    }
    const isOnlyLaidOut = end !== null && layouts.has(end.operation) && node.operation === 'Sigmoid';
    if (end !== null && !isOnlyLaidOut)
      throw new ImportError(`ONNX: ${node.name} comes after ${end.name}, which can only be the last`);
    if (node.operation === 'Sigmoid') {
      end = node;
      output = 'sigmoid';
    } else if (layers.length === 0 && scaling.takesIn(node)) continue;
    else takeIn(node, layers, scaling);
  }
  return { ...assembled(layers), output, metadata };
}

/** Whether a node leaves values as they are when a network is only evaluated. Throws ImportError where it only seems so. */
function isNeutral(node: ChainNode): boolean {
  if (node.operation === 'Identity') return true;
  if (node.operation === 'Cast') {
    node.checkCast();
    return true;
  }
  if (node.operation !== 'Dropout') return false;
  const [, training] = node.settings();
  if (training !== null && training !== undefined && training[0] !== 0) {
    throw new ImportError(`ONNX: ${node.name} drops values at random (training_mode is true)`);
  }
  return true;
}

/** Whether every point keeps its `width` values side by side. */
function keepsRows(node: ChainNode, width: number): boolean {
  if (node.operation === 'Flatten') return node.number('axis', 1) === 1;
  if (node.operation !== 'Reshape') return false;
  const [shape] = node.settings();
  const last = shape?.at(-1);
  return last === width || (last === -1 && shape?.length === 2 && shape[0] === 0);
}

function takeIn(node: ChainNode, layers: Layer[], scaling: InputScaling): void {
  const last = layers.at(-1);
  switch (node.operation) {
    case 'Gemm':
    case 'MatMul': {
      if (last !== undefined && last.slope === null) {
        throw new ImportError(`ONNX: there is no activation between ${quoted(last.name)} and ${node.name}`);
      }
      const layer = node.operation === 'Gemm' ? gemmLayer(node) : matMulLayer(node);
      layers.push(last === undefined ? scaling.folded(layer) : layer);
      return;
    }
    case 'Add':
    case 'Sub':
      addBias(node, last);
      return;
    case 'Relu':
      activate(node, last, 0);
      return;
    case 'Clip':
      checkClip(node);
      activate(node, last, 0);
      return;
    case 'Max':
      checkMaximum(node);
      activate(node, last, 0);
      return;
    case 'LeakyRelu':
      activate(node, last, node.number('alpha', 0.01));
      return;
    case 'PRelu':
      activate(node, last, commonSlope(node));
      return;
    default:
      throw new ImportError(`ONNX: ${node.name} is not supported; ${readable}`);
  }
}

/** Beyond this a bound of Clip bounds nothing: the largest float32. */
const largest = 3.4028234663852886e38;

/** Throws ImportError unless a Clip cuts off at 0 from below and nowhere from above, as a ReLU does. */
function checkClip(node: ChainNode): void {
  const [least, most] = node.settings();
  const lower = least?.[0] ?? node.number('min', -largest);
  const upper = most?.[0] ?? node.number('max', largest);
  if (lower !== 0 || upper < largest) {
    throw new ImportError(
      `ONNX: ${node.name} cuts off at ${lower} and ${upper}; only a Clip from 0 on is a ReLU`,
    );
  }
}

/** Throws ImportError unless a Max is that of a value and 0. */
function checkMaximum(node: ChainNode): void {
  const isOfZero =
    node.constants.length === 1 && node.constants[0]?.values.every((value) => value === 0) === true;
  if (!isOfZero) throw new ImportError(`ONNX: ${node.name} is no ReLU; only the Max of a value and 0 is one`);
}

function gemmLayer(node: ChainNode): Layer {
  const [weight, bias = null] = node.constants;
  if (node.place !== 0 || weight === null || weight === undefined || node.number('transA', 0) !== 0) {
    throw new ImportError(`ONNX: ${node.name} does not multiply points with weights`);
  }
  for (const factor of ['alpha', 'beta']) {
    if (node.number(factor, 1) !== 1)
      throw new ImportError(`ONNX: ${node.name} scales its result (${factor} is not 1)`);
  }
  const isTurned = node.number('transB', 0) !== 0;
  const layer: Layer = {
    name: weight.name,
    weight: isTurned ? weight : transposed(weight),
    bias: null,
    slope: null,
  };
  if (bias !== null) layer.bias = broadcast(bias, layer, 1);
  return layer;
}

function matMulLayer(node: ChainNode): Layer {
  const [weight] = node.constants;
  if (node.place !== 0 || weight === null || weight === undefined) {
    throw new ImportError(`ONNX: ${node.name} does not multiply points with weights`);
  }
  return { name: weight.name, weight: transposed(weight), bias: null, slope: null };
}

function addBias(node: ChainNode, last: Layer | undefined): void {
  const [constant] = node.constants;
  if (last === undefined || last.slope !== null || constant === null || constant === undefined) {
    throw new ImportError(`ONNX: ${node.name} shifts points or activations; ${readable}`);
  }
  if (node.operation === 'Sub' && node.place !== 0) {
    throw new ImportError(`ONNX: ${node.name} turns the sign of a layer; ${readable}`);
  }
  const bias = broadcast(constant, last, node.operation === 'Sub' ? -1 : 1);
  const before = last.bias?.values;
  last.bias =
    before === undefined ? bias : { ...bias, values: bias.values.map((value, at) => value + before[at]) };
}

/** A bias as the vector [outputs] that it means: numbers and single values are for every neuron. */
function broadcast(
  { name, shape, values }: Constant,
  { weight }: Layer,
  sign: 1 | -1,
): NonNullable<Layer['bias']> {
  const outputs = weight.shape[0];
  const isRow = shape.length === 0 || shape.at(-1) === values.length;
  if (!isRow || (values.length !== outputs && values.length !== 1)) {
    throw new ImportError(`ONNX: bias ${quoted(name)} is [${shape.join(', ')}], expected [${outputs}]`);
  }
  const full = values.length === outputs ? values : new Float32Array(outputs).fill(values[0]);
  return { shape: [outputs], values: full.map((value) => sign * value) };
}

function activate(node: ChainNode, last: Layer | undefined, slope: number): void {
  if (last === undefined || last.slope !== null) {
    throw new ImportError(`ONNX: ${node.name} does not come after a linear layer`);
  }
  if (!(slope >= 0 && slope < 1))
    throw new ImportError(`ONNX: the slope of ${node.name} is ${slope}, not from 0 to less than 1`);
  last.slope = slope;
}

function commonSlope(node: ChainNode): number {
  const [slopes] = node.constants;
  const first = slopes?.values[0];
  if (slopes === null || first === undefined || !slopes.values.every((slope) => slope === first)) {
    throw new ImportError(`ONNX: ${node.name} has slopes of its own for every neuron; one slope can be read`);
  }
  return first;
}

function assembled(layers: readonly Layer[]): Pick<ImportedNetwork, 'shape' | 'parameters' | 'slope'> {
  const shape = shapeFromLayers(layers);
  const hidden = layers.slice(0, -1);
  const [slope = 0] = hidden.flatMap((layer) => layer.slope ?? []);
  if (layers.at(-1)?.slope !== null) {
    throw new ImportError('ONNX: there is an activation behind the last layer; only a Sigmoid can be there');
  }
  if (hidden.some((layer) => layer.slope !== slope)) {
    throw new ImportError(
      'ONNX: the layers have activations of different slopes; one slope for all can be read',
    );
  }
  const parameters = new Float32Array(parameterCount(shape));
  layoutFromShape(shape).forEach(({ weightOffset, biasOffset }, index) => {
    const { weight, bias } = layers[index];
    parameters.set(weight.values, weightOffset);
    if (bias !== null) parameters.set(bias.values, biasOffset);
  });
  return { shape, parameters, slope: shortest(slope) };
}

/** The shortest decimal number that is the same float32: 0.01 for 0.009999999776482582. */
function shortest(value: number): number {
  for (let digits = 1; digits < 10; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === Math.fround(value)) return candidate;
  }
  return value;
}
