/** The activation hash: the one source of its constants for every engine. */

const goldenRatio32 = 0x9e3779b9;

/** MurmurHash3's 32-bit finaliser (Appleby), uint32 in, uint32 out. */
export function fmix32(value: number): number {
  let h = value | 0;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  h ^= h >>> 16;
  return h >>> 0;
}

/** Coefficient c(layer, index, lane), uint32, that an active hidden neuron adds to its lane modulo 2^32. */
export function hashCoefficient(layer: number, index: number, lane: 0 | 1): number {
  return fmix32(goldenRatio32 + 2 * (layer * 65536 + index) + lane);
}

/** Coefficients of all hidden neurons, layer after layer: uint32 [neurons, 2], the lanes side by side. */
export function hashCoefficients(hidden: readonly number[]): Uint32Array {
  const total = hidden.reduce((sum, width) => sum + width, 0);
  const coefficients = new Uint32Array(2 * total);
  let at = 0;
  hidden.forEach((width, layer) => {
    for (let index = 0; index < width; index++) {
      coefficients[at++] = hashCoefficient(layer, index, 0);
      coefficients[at++] = hashCoefficient(layer, index, 1);
    }
  });
  return coefficients;
}
