/** Networks on which the self-test is run. */
import { unitView, type View } from '../engines/engine.ts';
import { initialParameters, type InitializationName } from '../network/initialization.ts';
import { layoutFromShape, parameterCount, type Network } from '../network/shape.ts';

/** A network and a view of it. */
export interface Specimen {
  readonly name: string;
  readonly network: Network;
  readonly view: View;
  /** No crease meets a vertex of another two or lies on the view's border or on another crease. */
  readonly generic: boolean;
}

/** The square of Hanin and Rolnick (2019). */
export const squareView: View = { x0: -1, y0: -1, x1: 1, y1: 1 };

/** A freshly initialised network with an affine output. */
export function initialNetwork(
  hidden: readonly number[],
  initialization: InitializationName,
  seed: number,
  slope: number,
  outputs = 1,
): Network {
  const shape = { hidden, outputs };
  return { shape, slope, parameters: initialParameters(shape, initialization, seed), output: 'affine' };
}

/** One hidden layer of n neurons in general position, and a view that holds all crossings of their creases. */
export function lineArrangement(n: number, seed: number): Specimen {
  const network = initialNetwork([n], 'hanin-rolnick', seed, 0.01);
  return { name: `${n} lines`, network, view: viewOfCrossings(network), generic: true };
}

/** The networks that every identity is checked on: random ones of several shapes, slopes and outputs, and degenerate ones. */
export function selfTestSpecimens(): Specimen[] {
  const random = (
    name: string,
    hidden: number[],
    initialization: InitializationName,
    slope: number,
    outputs: number,
  ): Specimen => ({
    name,
    network: initialNetwork(hidden, initialization, 1, slope, outputs),
    view: initialization === 'hanin-rolnick' ? squareView : unitView,
    generic: true,
  });
  return [
    random('[16]*4', [16, 16, 16, 16], 'he-normal', 0.01, 1),
    random('[24]*4, ReLU', [24, 24, 24, 24], 'hanin-rolnick', 0, 1),
    random('[64,32,16], 3 outputs', [64, 32, 16], 'pytorch', 0.01, 3),
    random('[7,1,65,3], slope 0.5', [7, 1, 65, 3], 'he-uniform', 0.5, 2),
    random('[30]*30', new Array<number>(30).fill(30), 'he-normal', 0.01, 1),
    duplicatedNeurons(),
    concurrentLines(),
  ];
}

/** Six lines in general position, every neuron there twice: 22 regions. */
export function duplicatedNeurons(): Specimen {
  const { network, view } = lineArrangement(6, 3);
  const lines = linesOf(network);
  return { name: 'duplicated neurons', network: lineNetwork([...lines, ...lines]), view, generic: false };
}

/** Four lines through (1/3, 2/3), a point that no float64 is: 8 regions. */
export function concurrentLines(): Specimen {
  const network = lineNetwork([
    [1, 1, -1],
    [3, 0, -1],
    [0, 3, -2],
    [1, -2, 1],
  ]);
  return { name: 'concurrent lines', network, view: unitView, generic: false };
}

/** A network with one hidden layer, a neuron a x + b y + c for every line; the output weights are 1, -1, 1, ... */
export function lineNetwork(lines: readonly (readonly [number, number, number])[], slope = 0.01): Network {
  const shape = { hidden: [lines.length], outputs: 1 };
  const parameters = new Float32Array(parameterCount(shape));
  const [hidden, output] = layoutFromShape(shape);
  lines.forEach(([a, b, c], neuron) => {
    parameters.set([a, b], hidden.weightOffset + 2 * neuron);
    parameters[hidden.biasOffset + neuron] = c;
    parameters[output.weightOffset + neuron] = neuron % 2 === 0 ? 1 : -1;
  });
  return { shape, slope, parameters, output: 'affine' };
}

/** Neurons of a first hidden layer as lines a x + b y + c. */
function linesOf({ shape, parameters }: Network): [number, number, number][] {
  const [{ outputs, weightOffset, biasOffset }] = layoutFromShape(shape);
  return Array.from({ length: outputs }, (_, neuron) => [
    parameters[weightOffset + 2 * neuron],
    parameters[weightOffset + 2 * neuron + 1],
    parameters[biasOffset + neuron],
  ]);
}

/** The square around all crossings of the first layer's creases, with a tenth to spare. */
function viewOfCrossings(network: Network): View {
  const lines = linesOf(network);
  let reach = 0;
  lines.forEach(([a, b, c], i) => {
    for (const [d, e, f] of lines.slice(i + 1)) {
      const determinant = a * e - b * d;
      reach = Math.max(
        reach,
        Math.abs((b * f - c * e) / determinant),
        Math.abs((c * d - a * f) / determinant),
      );
    }
  });
  return { x0: -1.1 * reach, y0: -1.1 * reach, x1: 1.1 * reach, y1: 1.1 * reach };
}
