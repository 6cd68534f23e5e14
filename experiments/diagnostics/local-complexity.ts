/** How many creases pass close to a point: local complexity, after Humayun et al. 2024, in the plane. Float64: portable. */
import { layoutFromShape, type LayerLayout, type Network } from '../network/shape.ts';
import type { TruthFrame } from '../targets/picture.ts';
import { classThreshold } from './truth-error.ts';

/**
 * Hidden neurons whose sum changes its sign among the four points at distance `radius` left, right, above and below of each of
 * coordinates float32 [n, 2], mean over the points; NaN of none.
 */
export function localComplexity(network: Network, coordinates: Float32Array, radius: number): number {
  const layers = layoutFromShape(network.shape);
  const neurons = network.shape.hidden.reduce((sum, width) => sum + width, 0);
  const active = new Uint8Array(neurons);
  const points = coordinates.length >> 1;
  let crossed = 0;
  for (let point = 0; point < points; point++) {
    const [x, y] = [coordinates[2 * point], coordinates[2 * point + 1]];
    active.fill(0);
    addActive(network, layers, x - radius, y, active);
    addActive(network, layers, x + radius, y, active);
    addActive(network, layers, x, y - radius, active);
    addActive(network, layers, x, y + radius, active);
    for (const count of active) if (count > 0 && count < 4) crossed++;
  }
  return crossed / points;
}

/** Adds 1 to every hidden neuron whose sum is above 0 at (x, y). */
function addActive(
  { parameters, slope }: Network,
  layers: readonly LayerLayout[],
  x: number,
  y: number,
  active: Uint8Array,
): void {
  let values = Float64Array.of(x, y);
  let neuron = 0;
  for (const { inputs, outputs, weightOffset, biasOffset } of layers.slice(0, -1)) {
    const next = new Float64Array(outputs);
    for (let row = 0; row < outputs; row++) {
      let z = parameters[biasOffset + row];
      const from = weightOffset + row * inputs;
      for (let column = 0; column < inputs; column++) z += parameters[from + column] * values[column];
      if (z > 0) active[neuron]++;
      neuron++;
      next[row] = z > 0 ? z : slope * z;
    }
    values = next;
  }
}

/**
 * Points halfway between neighbouring pixel centres of another class in a frame of one channel, `most` of them at most, spread
 * evenly over the rows: float32 [n, 2].
 */
export function truthBoundary({ width, height, values }: TruthFrame, most: number): Float32Array {
  const isBlack = (column: number, row: number): boolean => values[row * width + column] < classThreshold;
  const found: [number, number][] = [];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const here = isBlack(column, row);
      if (column + 1 < width && isBlack(column + 1, row) !== here)
        found.push([(column + 1) / width, (row + 0.5) / height]);
      if (row + 1 < height && isBlack(column, row + 1) !== here)
        found.push([(column + 0.5) / width, (row + 1) / height]);
    }
  }
  const count = Math.min(most, found.length);
  const chosen = Array.from({ length: count }, (_, at) => found[Math.floor((at * found.length) / count)]);
  return Float32Array.from(chosen.flat());
}
