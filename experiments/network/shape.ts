/** Shapes and the flat parameter layout of fully connected networks (x, y) -> outputs. */
import type { InputMap } from './input-map.ts';

/** Number of inputs of every network: the point (x, y) of the unit square. */
export const inputCount = 2;

/** Widths of the hidden layers and the number of outputs (1 to 3). */
export interface Shape {
  readonly hidden: readonly number[];
  readonly outputs: number;
}

/** Where one affine layer lies in the flat parameter vector: weight [outputs, inputs] row-major, then bias [outputs]. */
export interface LayerLayout {
  readonly inputs: number;
  readonly outputs: number;
  readonly weightOffset: number;
  readonly biasOffset: number;
}

/** A network ready to be evaluated: flat float32 parameters in PyTorch's order (layers.0.weight, layers.0.bias, ...). */
export interface Network {
  readonly shape: Shape;
  /** Slope of the leaky ReLU for z <= 0; 0 is the plain ReLU. */
  readonly slope: number;
  readonly parameters: Float32Array;
  /** 'affine' returns the output layer as it is (MSE), 'sigmoid' squashes it (BCE). */
  readonly output: OutputActivation;
  /** What it sees in place of a coordinate; missing where it sees points as they are. */
  readonly inputs?: InputMap;
}

/** What is made of the last layer: nothing, or the logistic function of it. */
export type OutputActivation = 'affine' | 'sigmoid';

/** Layouts of all affine layers, hidden layers first, the output layer last. */
export function layoutFromShape(shape: Shape): LayerLayout[] {
  const layers: LayerLayout[] = [];
  let inputs = inputCount;
  let offset = 0;
  for (const outputs of [...shape.hidden, shape.outputs]) {
    const biasOffset = offset + inputs * outputs;
    layers.push({ inputs, outputs, weightOffset: offset, biasOffset });
    offset = biasOffset + outputs;
    inputs = outputs;
  }
  return layers;
}

/** Number of weights and biases: [30]*30 with one output has 27,091. */
export function parameterCount({ hidden, outputs }: Shape): number {
  let count = 0;
  let inputs = inputCount;
  for (const width of hidden) {
    count += (inputs + 1) * width;
    inputs = width;
  }
  return count + (inputs + 1) * outputs;
}

/** Addresses of more would not fit into 32 bits. */
const maxParameters = 2 ** 28;

/** As parameterCount. Throws RangeError where there are more than any engine computes. */
export function checkedParameterCount(shape: Shape): number {
  const count = parameterCount(shape);
  if (count > maxParameters)
    throw new RangeError(`A network must have at most ${maxParameters} parameters, not ${count}.`);
  return count;
}
