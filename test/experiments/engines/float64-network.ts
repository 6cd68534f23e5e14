/** Networks in float64, written down as the definitions say: an oracle that shares no code with the engines. */
import type { LossName, TrainingData } from '../../../experiments/engines/engine.ts';
import { hashCoefficient } from '../../../experiments/hash/activation-hash.ts';
import type { Network } from '../../../experiments/network/shape.ts';

export interface PointEvaluation {
  /** Outputs before and after squashing. */
  readonly logits: number[];
  readonly values: number[];
  /** Lane 0 and lane 1 after each hidden layer. */
  readonly prefixes: [number, number][];
  /** Smallest |z| over all hidden neurons: how near the point is to a crease. */
  readonly margin: number;
}

/** One point through the network. `parameters` may be float64. */
export function evaluateFloat64(
  network: Network,
  x: number,
  y: number,
  parameters: ArrayLike<number> = network.parameters,
): PointEvaluation {
  const { hidden, outputs } = network.shape;
  let input = [x, y];
  let lane0 = 0;
  let lane1 = 0;
  let margin = Infinity;
  let at = 0;
  const prefixes: [number, number][] = [];
  const affine = (width: number): number[] => {
    const bias = at + width * input.length;
    const z = Array.from({ length: width }, (_, neuron) =>
      input.reduce(
        (sum, value, index) => sum + parameters[at + neuron * input.length + index] * value,
        parameters[bias + neuron],
      ),
    );
    at = bias + width;
    return z;
  };
  hidden.forEach((width, layer) => {
    input = affine(width).map((z, neuron) => {
      margin = Math.min(margin, Math.abs(z));
      if (z > 0) {
        lane0 = (lane0 + hashCoefficient(layer, neuron, 0)) % 2 ** 32;
        lane1 = (lane1 + hashCoefficient(layer, neuron, 1)) % 2 ** 32;
      }
      return z > 0 ? z : network.slope * z;
    });
    prefixes.push([lane0, lane1]);
  });
  const logits = affine(outputs);
  const values = network.output === 'sigmoid' ? logits.map((z) => 1 / (1 + Math.exp(-z))) : logits;
  return { logits, values, prefixes, margin };
}

/** Mean loss over points and outputs. */
export function lossFloat64(
  network: Network,
  data: TrainingData,
  loss: LossName,
  parameters: ArrayLike<number> = network.parameters,
): number {
  const { outputs } = network.shape;
  let sum = 0;
  for (let point = 0; 2 * point < data.coordinates.length; point++) {
    const [x, y] = data.coordinates.subarray(2 * point);
    evaluateFloat64(network, x, y, parameters).logits.forEach((z, output) => {
      const label = data.labels[point * outputs + output];
      sum +=
        loss === 'mse' ? (z - label) ** 2 : Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - z * label;
    });
  }
  return sum / data.labels.length;
}
