/** Activation codes: which hidden neurons are above 0 at a point, as bytes of 0 and 1. Float64: portable. */
import { layoutFromShape, type Network } from '../network/shape.ts';

/** The code of all hidden neurons at (x, y): uint8 [neurons]. */
export function activationCode({ shape, parameters, slope }: Network, x: number, y: number): Uint8Array {
  const code: number[] = [];
  let values = Float64Array.of(x, y);
  for (const { inputs, outputs, weightOffset, biasOffset } of layoutFromShape(shape).slice(0, -1)) {
    const next = new Float64Array(outputs);
    for (let row = 0; row < outputs; row++) {
      let z = parameters[biasOffset + row];
      for (let i = 0; i < inputs; i++) z += parameters[weightOffset + row * inputs + i] * values[i];
      code.push(z > 0 ? 1 : 0);
      next[row] = z > 0 ? z : slope * z;
    }
    values = next;
  }
  return Uint8Array.from(code);
}

/** Neurons in which two codes differ. */
export function hamming(a: Uint8Array, b: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < a.length; at++) count += a[at] ^ b[at];
  return count;
}
