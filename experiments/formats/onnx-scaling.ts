/** Scaling and shifting of an ONNX model's points, which belong to its first layer. */
import { inputCount } from '../network/shape.ts';
import { ImportError } from './import-error.ts';
import type { Constant } from './onnx-constants.ts';
import type { ChainNode } from './onnx-graph.ts';

/** Weights [outputs, inputs] and bias of a layer. */
export interface ScaledLayer {
  readonly weight: Constant;
  readonly bias: { readonly shape: readonly number[]; readonly values: Float32Array } | null;
}

/** What happens to points before the first layer: x * scale + shift, for x and y. */
export class InputScaling {
  #scale = [1, 1];
  #shift = [0, 0];

  /** Takes in a node that scales or shifts points; whether it does. */
  takesIn(node: ChainNode): boolean {
    const isFirst = node.place === 0;
    if (node.operation === 'Neg') this.#apply([-1, -1], [0, 0]);
    else if (node.operation === 'Mul') this.#apply(perInput(node), [0, 0]);
    else if (node.operation === 'Add') this.#apply([1, 1], perInput(node));
    else if (node.operation === 'Sub' && isFirst) this.#apply([1, 1], negated(perInput(node)));
    else if (node.operation === 'Sub') this.#apply([-1, -1], perInput(node));
    else if (node.operation === 'Div' && isFirst)
      this.#apply(
        perInput(node).map((value) => 1 / value),
        [0, 0],
      );
    else return false;
    if (![...this.#scale, ...this.#shift].every(Number.isFinite))
      throw new ImportError(`ONNX: ${node.name} makes points infinite`);
    return true;
  }

  #apply(scale: readonly number[], shift: readonly number[]): void {
    this.#shift = this.#shift.map((value, input) => value * scale[input] + shift[input]);
    this.#scale = this.#scale.map((value, input) => value * scale[input]);
  }

  /** The first layer with the scaling in its weights and its bias. */
  folded<Layer extends ScaledLayer>(layer: Layer): Layer {
    const { weight } = layer;
    const isNothing = this.#scale.every((value) => value === 1) && this.#shift.every((value) => value === 0);
    if (isNothing || weight.shape.length !== 2 || weight.shape[1] !== inputCount) return layer;
    const [outputs] = weight.shape;
    const values = weight.values.map((value, at) => value * this.#scale[at % inputCount]);
    const bias = Float32Array.from({ length: outputs }, (_, neuron) => {
      const [first, second] = weight.values.subarray(inputCount * neuron);
      return (layer.bias?.values[neuron] ?? 0) + first * this.#shift[0] + second * this.#shift[1];
    });
    return { ...layer, weight: { ...weight, values }, bias: { shape: [outputs], values: bias } };
  }
}

function negated(values: readonly number[]): number[] {
  return values.map((value) => -value);
}

/** The constant of a node as one number for x and one for y. */
function perInput(node: ChainNode): number[] {
  const [constant] = node.constants;
  const { shape, values } = constant ?? { shape: [], values: new Float32Array(0) };
  const isPlain = values.length === 1 || (values.length === inputCount && shape.at(-1) === inputCount);
  if (node.constants.length !== 1 || !isPlain)
    throw new ImportError(`ONNX: ${node.name} does not scale or shift points by one number or two`);
  return values.length === 1 ? [values[0], values[0]] : [...values];
}
