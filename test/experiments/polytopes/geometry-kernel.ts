/** The compiled geometry kernel, and networks for tests of exact polytopes. */
import { readFileSync } from 'node:fs';
import type { View } from '../../../experiments/engines/engine.ts';
import { parameterCount, type Network } from '../../../experiments/network/shape.ts';
import { extractComplex } from '../../../experiments/polytopes/extract-complex.ts';
import type { Complex } from '../../../experiments/polytopes/complex.ts';

const bytes = readFileSync(new URL('../../../dist/kernels/geometry.wasm', import.meta.url));
export const kernel = new WebAssembly.Module(new Uint8Array(bytes));

export const windowView: View = { x0: 0.7, y0: 0.48, x1: 0.74, y1: 0.52 };

export function extract(network: Network, view: View): Complex {
  return extractComplex(network, view, { kernel });
}

/** A network with parameters from a list, repeated as often as needed. */
export function networkOf(
  hidden: readonly number[],
  outputs: number,
  slope: number,
  parameterAt: (index: number) => number,
): Network {
  const shape = { hidden, outputs };
  const parameters = Float32Array.from({ length: parameterCount(shape) }, (_, index) => parameterAt(index));
  return { shape, slope, parameters, output: 'affine' };
}
