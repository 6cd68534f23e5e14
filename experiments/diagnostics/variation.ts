/** How much a frame varies: mean length of its gradient, plain and squared. */

/** Both in units of values per side of the picture. */
export interface Variation {
  /** Mean of sqrt(gx^2 + gy^2), summed over outputs under the root. */
  readonly total: number;
  /** Mean of gx^2 + gy^2. */
  readonly dirichlet: number;
}

/**
 * Variation of values float32 [height, width, outputs] over the unit square by forward differences times the number of
 * pixels, over the pixels that have a neighbour to the right and one below; NaN where there is none. Portable.
 */
export function variation(values: Float32Array, width: number, height: number): Variation {
  const outputs = values.length / (width * height);
  let lengths = 0;
  let squares = 0;
  for (let row = 0; row + 1 < height; row++) {
    for (let column = 0; column + 1 < width; column++) {
      let square = 0;
      for (let output = 0; output < outputs; output++) {
        const at = (row * width + column) * outputs + output;
        const gx = (values[at + outputs] - values[at]) * width;
        const gy = (values[at + width * outputs] - values[at]) * height;
        square += gx * gx + gy * gy;
      }
      lengths += Math.sqrt(square);
      squares += square;
    }
  }
  const pixels = (width - 1) * (height - 1);
  return { total: lengths / pixels, dirichlet: squares / pixels };
}
