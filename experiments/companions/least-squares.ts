/** Least squares in closed form: the solution of least norm, or with a penalty on the norm (ridge). */
import { decompose, type Columns } from './singular-values.ts';

/** Singular values below this share of the largest count as 0. */
const relativeCut = 1e-10;

/**
 * Weights w that minimise |A w - y|^2 + ridge |w|^2, of least norm where there are several; A by its columns, each as long
 * as y.
 */
export function leastSquares(columns: Columns, y: Float64Array, ridge: number): Float64Array {
  const isWide = columns.length > y.length;
  const { left, values, right } = decompose(isWide ? transposed(columns, y.length) : columns);
  // A = left S right^T, or its transpose where A has more columns than rows.
  const [inputs, outputs] = isWide ? [right, left] : [left, right];
  const least = relativeCut * Math.max(0, ...values);
  const weights = new Float64Array(columns.length);
  values.forEach((value, at) => {
    if (value <= least) return;
    let share = 0;
    for (let row = 0; row < y.length; row++) share += inputs[at][row] * y[row];
    const factor = (share * value) / (value * value + ridge);
    for (let column = 0; column < weights.length; column++) weights[column] += factor * outputs[at][column];
  });
  return weights;
}

function transposed(columns: Columns, rows: number): Float64Array[] {
  return Array.from({ length: rows }, (_, row) => Float64Array.from(columns, (column) => column[row]));
}
