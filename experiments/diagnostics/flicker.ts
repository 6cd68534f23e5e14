/**
 * Flicker: what a change of the weights does to the function with all gates as they were (linear part), and what the
 * gates that flip add to that (geometry part). Dullien saw by eye that in a loss spike the first is large, the second
 * small.
 */
import { mappedPoint } from '../network/input-map.ts';
import { layoutFromShape, type LayerLayout, type Network } from '../network/shape.ts';

/**
 * The change of a function between two snapshots as its linear part and its geometry part, with the share of
 * gates that flip by layer.
 */
export interface FlickerParts {
  /** Root mean square over points and outputs of f(new weights, old gates) - f(old weights, old gates). */
  readonly linear: number;
  /** The same of f(new weights, new gates) - f(new weights, old gates). */
  readonly geometry: number;
  /** The same of both together: the change of the function, before any sigmoid. */
  readonly change: number;
  /** Share of (point, neuron) gates that differ, by hidden layer. */
  readonly flipped: Float64Array;
}

/** A network about to be evaluated at one point after another, in float64. */
interface Evaluation {
  readonly layers: readonly LayerLayout[];
  readonly network: Network;
  /** Activations of the layer before and of the present one. */
  readonly from: Float64Array;
  readonly to: Float64Array;
}

function evaluationOf(network: Network): Evaluation {
  const layers = layoutFromShape(network.shape);
  const widest = Math.max(...layers.map(({ inputs, outputs }) => Math.max(inputs, outputs)));
  return { layers, network, from: new Float64Array(widest), to: new Float64Array(widest) };
}

/**
 * Outputs at (x, y), before any sigmoid, into `outputs`. Gates of all hidden neurons are taken from `gates` where
 * `areFixed`, else written there: 1 where z > 0.
 */
function evaluate(
  { layers, network, from, to }: Evaluation,
  [x, y]: readonly [number, number],
  gates: Uint8Array,
  areFixed: boolean,
  outputs: Float64Array,
): void {
  const { parameters, slope } = network;
  let input = from;
  let output = to;
  input[0] = x;
  input[1] = y;
  let neuron = 0;
  layers.forEach(({ inputs, outputs: width, weightOffset, biasOffset }, layer) => {
    const isHidden = layer < layers.length - 1;
    for (let row = 0; row < width; row++) {
      let z = parameters[biasOffset + row];
      const weights = weightOffset + row * inputs;
      for (let column = 0; column < inputs; column++) z += parameters[weights + column] * input[column];
      if (!isHidden) outputs[row] = z;
      else {
        if (!areFixed) gates[neuron] = z > 0 ? 1 : 0;
        output[row] = gates[neuron] === 1 ? z : slope * z;
        neuron++;
      }
    }
    [input, output] = [output, input];
  });
}

/**
 * Parts of the change from `before` to `after`, two states of one network, over side x side pixel centres of the unit
 * square. Throws RangeError where the shapes differ.
 */
export function flickerParts(before: Network, after: Network, side: number): FlickerParts {
  const { hidden, outputs: outputCount } = before.shape;
  if (hidden.join() !== after.shape.hidden.join() || outputCount !== after.shape.outputs)
    throw new RangeError('Flicker is measured between two states of one network.');
  const [old, present] = [evaluationOf(before), evaluationOf(after)];
  const neurons = hidden.reduce((sum, width) => sum + width, 0);
  const [oldGates, newGates] = [new Uint8Array(neurons), new Uint8Array(neurons)];
  const [start, held, end] = [0, 1, 2].map(() => new Float64Array(outputCount));
  const flips = new Float64Array(hidden.length);
  const squares = { linear: 0, geometry: 0, change: 0 };
  for (let pixel = 0; pixel < side * side; pixel++) {
    const point = mappedPoint(
      before.inputs,
      ((pixel % side) + 0.5) / side,
      (Math.floor(pixel / side) + 0.5) / side,
    );
    evaluate(old, point, oldGates, false, start);
    evaluate(present, point, oldGates, true, held);
    evaluate(present, point, newGates, false, end);
    for (let output = 0; output < outputCount; output++) {
      squares.linear += (held[output] - start[output]) ** 2;
      squares.geometry += (end[output] - held[output]) ** 2;
      squares.change += (end[output] - start[output]) ** 2;
    }
    countFlips(oldGates, newGates, hidden, flips);
  }
  const mean = (sum: number): number => Math.sqrt(sum / (side * side * outputCount));
  return {
    linear: mean(squares.linear),
    geometry: mean(squares.geometry),
    change: mean(squares.change),
    flipped: flips.map((count, layer) => count / (side * side * hidden[layer])),
  };
}

function countFlips(
  old: Uint8Array,
  present: Uint8Array,
  hidden: readonly number[],
  flips: Float64Array,
): void {
  let neuron = 0;
  hidden.forEach((width, layer) => {
    for (const end = neuron + width; neuron < end; neuron++) flips[layer] += old[neuron] ^ present[neuron];
  });
}
